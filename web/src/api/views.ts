// views.ts -- looking: a declared view, page by page, typed by the declarations.
import { query_text, request } from '@/api/http'
import type { Area, View, Views } from '@/gen/schema'

export interface Look {
	/** Another area than one's own, or one above it. */
	area?: Area
	/** Rows of a page. */
	limit?: number
	/** `next` of the page before. */
	after?: string
	/** So many rows are left out first, of one neighbourhood. */
	skip?: number
	/** A time or a row of the ledger, for views that have a past. */
	as_of?: string
	/** A reason: unmasked, and recorded. */
	reveal?: string
}
export interface Page<V extends View> { rows: Views[V]['row'][]; next: string | null }

interface Kept { etag: string; page: unknown }

// What was read last under an address: the server says 304 when it still holds.
const kept = new Map<string, Kept>()
const KEPT_MAX = 60

export function view_address<V extends View>(view: V, params: Views[V]['params'], look: Look = {}): string {
	return `/api/views/${view}${query_text({ ...params, ...look })}`
}

export async function view_page<V extends View>(
	view: V,
	params: Views[V]['params'],
	look: Look = {},
): Promise<Page<V>> {
	const address = view_address(view, params, look)
	const before = look.reveal === undefined ? kept.get(address) : undefined
	const response = await request(address, before ? { headers: { 'If-None-Match': before.etag } } : {})
	if (response.status === 304 && before)
		return before.page as Page<V>
	const page = (await response.json()) as Page<V>
	const etag = response.headers.get('ETag')
	if (etag && look.reveal === undefined) {
		kept.delete(address)
		kept.set(address, { etag, page })
		if (kept.size > KEPT_MAX)
			kept.delete(kept.keys().next().value as string)
	}
	return page
}

/** All pages of a view that is known to be small enough. */
export async function view_all<V extends View>(
	view: V,
	params: Views[V]['params'],
	look: Look = {},
): Promise<Views[V]['row'][]> {
	const rows: Views[V]['row'][] = []
	let after: string | undefined
	do {
		const page = await view_page(view, params, { limit: 1000, ...look, after })
		rows.push(...page.rows)
		after = page.next ?? undefined
	} while (after !== undefined)
	return rows
}

/** Where the whole view is to be had as a sheet; the server records that it was taken. */
export function view_sheet_address<V extends View>(
	view: V,
	params: Views[V]['params'],
	look: Look & { format: 'xlsx' | 'csv'; lang: 'zh' | 'en' },
): string {
	return `/api/views/${view}${query_text({ ...params, ...look })}`
}

export function views_forget(): void {
	kept.clear()
}
