// use_view.ts -- a view on a screen: read when its parameters change, read again when it has changed.
import { onScopeDispose, ref, shallowRef, toValue, watch, type MaybeRefOrGetter, type Ref, type ShallowRef } from 'vue'
import { events_watch } from '@/api/events'
import { Away, Refused } from '@/api/http'
import { view_page, type Look } from '@/api/views'
import type { View, Views } from '@/gen/schema'

export interface Shown<V extends View> {
	rows: ShallowRef<Views[V]['row'][]>
	/** Nothing has come yet. */
	is_first: Ref<boolean>
	is_loading: Ref<boolean>
	has_more: Ref<boolean>
	/** When the rows were read, by this computer's clock. */
	read_at: Ref<Date | null>
	fault: ShallowRef<Refused | Away | null>
	more(): Promise<void>
	/** Of a list that is read where it is looked at: these rows are. */
	want?(from: number, to: number): void
	again(): Promise<void>
}

/** Between two readings of a view that changes all the time. */
const PAUSE_MS = 1000

/**
 * `params` null: not yet known what to read. `all` reads every page. The reading that was asked for last is the
 * one that counts; a page that could not be read leaves what is on the screen.
 */
export function use_view<V extends View>(
	view: V,
	params: MaybeRefOrGetter<Views[V]['params'] | null>,
	options: { look?: MaybeRefOrGetter<Look>; all?: boolean } = {},
): Shown<V> {
	const rows = shallowRef<Views[V]['row'][]>([])
	const fault = shallowRef<Refused | Away | null>(null)
	const is_first = ref(true)
	const is_loading = ref(false)
	const has_more = ref(false)
	const read_at = ref<Date | null>(null)
	let next: string | null = null
	let turn = 0
	let pages = 1
	let timer: ReturnType<typeof setTimeout> | undefined
	let read_ms = 0

	async function page_add(into: Views[V]['row'][], after?: string): Promise<string | null> {
		const look = { limit: options.all ? 1000 : 200, ...toValue(options.look), after }
		const page = await view_page(view, toValue(params) as Views[V]['params'], look)
		into.push(...page.rows)
		return page.next
	}

	async function read(): Promise<void> {
		const mine = ++turn
		if (toValue(params) === null)
			return
		is_loading.value = true
		read_ms = Date.now()
		try {
			const fresh: Views[V]['row'][] = []
			let after = await page_add(fresh)
			for (let i = 1; after !== null && mine === turn && (options.all || i < pages); i++)
				after = await page_add(fresh, after)
			if (mine !== turn)
				return
			rows.value = fresh
			next = after
			has_more.value = after !== null
			fault.value = null
			is_first.value = false
			read_at.value = new Date()
		} catch (e) {
			if (mine === turn)
				fault.value = fault_of(e)
		} finally {
			if (mine === turn)
				is_loading.value = false
		}
	}

	async function more(): Promise<void> {
		if (next === null || is_loading.value)
			return
		const mine = turn
		is_loading.value = true
		try {
			const fresh = rows.value.slice()
			const after = await page_add(fresh, next)
			if (mine !== turn)
				return
			pages++
			rows.value = fresh
			next = after
			has_more.value = after !== null
		} catch (e) {
			fault.value = fault_of(e)
		} finally {
			if (mine === turn)
				is_loading.value = false
		}
	}

	watch(
		[() => toValue(params), () => toValue(options.look)],
		() => {
			pages = 1
			void read()
		},
		{ immediate: true, deep: true },
	)
	const unwatch = events_watch(views => {
		if (views !== 'all' && !views.has(view))
			return
		if (timer === undefined)
			timer = setTimeout(() => {
				timer = undefined
				void read()
			}, Math.max(0, read_ms + PAUSE_MS - Date.now()))
	})
	onScopeDispose(() => {
		unwatch()
		clearTimeout(timer)
		turn++
	})
	return { rows, is_first, is_loading, has_more, read_at, fault, more, again: read }
}

export function fault_of(e: unknown): Refused | Away {
	if (e instanceof Refused || e instanceof Away)
		return e
	throw e
}
