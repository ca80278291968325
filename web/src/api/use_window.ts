// use_window.ts -- a long view on a screen: only the pages around what is looked at are read, wherever that is.
import { onScopeDispose, ref, shallowRef, toValue, triggerRef, watch, type MaybeRefOrGetter, type Ref,
	type ShallowRef } from 'vue'
import { events_watch } from '@/api/events'
import type { Away, Refused } from '@/api/http'
import { fault_of, type Shown } from '@/api/use_view'
import { view_page, type Look } from '@/api/views'
import type { View, Views } from '@/gen/schema'

const PAGE = 200
const PAUSE_MS = 1000
/** Rows read at once for paper; beyond that a sheet is better. */
const ALL_MAX = 5000

export interface Windowed<V extends View> extends Shown<V> {
	/** As long as the view; a row that has not been read is undefined. */
	rows: ShallowRef<Views[V]['row'][]>
	/** These rows are on the screen: read what is lacking of them. */
	want(from: number, to: number): void
	/** Everything, for paper. False: there is too much of it. */
	all(): Promise<boolean>
}

/**
 * `total`: how many rows there are, when that is known; when not, the list grows as one scrolls. A change of the
 * view makes what is on the screen be read again, and the rest when it is looked at.
 */
export function use_window<V extends View>(
	view: V,
	params: MaybeRefOrGetter<Views[V]['params'] | null>,
	options: { look?: MaybeRefOrGetter<Look>; total?: MaybeRefOrGetter<number | null> } = {},
): Windowed<V> {
	const rows = shallowRef<Views[V]['row'][]>([])
	const fault = shallowRef<Refused | Away | null>(null)
	const is_first = ref(true)
	const is_loading = ref(false)
	const has_more = ref(false)
	const read_at: Ref<Date | null> = ref(null)
	let fresh = new Set<number>()
	/** Cursors of the pages whose page before has been read. */
	let cursors = new Map<number, string>()
	let end: number | null = null
	let wanted = { from: 0, to: 1 }
	let turn = 0
	let timer: ReturnType<typeof setTimeout> | undefined
	let read_ms = 0

	function nearest(page: number): { after?: string; skip?: number } {
		let from = page
		while (from > 0 && !cursors.has(from))
			from--
		const skip = (page - from) * PAGE
		return { after: cursors.get(from), ...(skip > 0 ? { skip } : {}) }
	}

	function length_set(known: number): void {
		const total = end ?? Math.max(toValue(options.total) ?? 0, known)
		if (rows.value.length !== total)
			rows.value.length = total
		has_more.value = end === null && (toValue(options.total) ?? null) === null
	}

	async function page_read(page: number, mine: number): Promise<void> {
		const look = { limit: PAGE, ...toValue(options.look), ...nearest(page) }
		const got = await view_page(view, toValue(params) as Views[V]['params'], look)
		if (mine !== turn)
			return
		for (const [i, row] of got.rows.entries())
			rows.value[page * PAGE + i] = row
		fresh.add(page)
		const known = page * PAGE + got.rows.length
		if (got.next !== null)
			cursors.set(page + 1, got.next)
		else if (got.rows.length > 0 || page === 0)
			end = known
		length_set(known)
		triggerRef(rows)
		is_first.value = false
		read_at.value = new Date()
		fault.value = null
	}

	/** The pages of what is wanted, one after another, until nothing of it is lacking. */
	async function read(): Promise<void> {
		if (is_loading.value || toValue(params) === null)
			return
		is_loading.value = true
		const mine = turn
		try {
			for (let page = lacking(); page !== null && mine === turn; page = lacking())
				await page_read(page, mine)
		} catch (e) {
			if (mine === turn)
				fault.value = fault_of(e)
		} finally {
			is_loading.value = false
			if (mine !== turn)
				void read()
		}
	}

	function lacking(): number | null {
		const last = Math.max(0, (end ?? Infinity) - 1)
		for (let page = Math.floor(wanted.from / PAGE); page * PAGE <= Math.min(wanted.to, last); page++)
			if (!fresh.has(page))
				return page
		return null
	}

	function again(): Promise<void> {
		turn++
		fresh = new Set()
		if ((toValue(options.total) ?? null) !== null)
			cursors = new Map()
		end = null
		read_ms = Date.now()
		return read()
	}

	function begin(): void {
		rows.value = []
		cursors = new Map()
		wanted = { from: 0, to: 1 }
		is_first.value = true
		void again()
	}

	function want(from: number, to: number): void {
		wanted = { from, to }
		if (lacking() !== null)
			void read()
	}

	async function all(): Promise<boolean> {
		while (!is_first.value && rows.value.length <= ALL_MAX) {
			want(0, Math.max(0, rows.value.length - 1) + (has_more.value ? 1 : 0))
			await read()
			while (is_loading.value)
				await new Promise(done => setTimeout(done, 20))
			if (lacking() === null || fault.value !== null)
				break
		}
		return fault.value === null && rows.value.length <= ALL_MAX
	}

	watch([() => toValue(params), () => toValue(options.look)], begin, { immediate: true, deep: true })
	watch(() => toValue(options.total), () => {
		if (!is_first.value && end === null) {
			length_set(rows.value.length)
			triggerRef(rows)
		}
	})
	const unwatch = events_watch(views => {
		if ((views !== 'all' && !views.has(view)) || timer !== undefined)
			return
		timer = setTimeout(() => {
			timer = undefined
			void again()
		}, Math.max(0, read_ms + PAUSE_MS - Date.now()))
	})
	onScopeDispose(() => {
		unwatch()
		clearTimeout(timer)
		turn++
	})
	return { rows, is_first, is_loading, has_more, read_at, fault, again, want, all,
		more: async () => want(0, rows.value.length) }
}
