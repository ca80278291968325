// opening.ts -- a number opens the rows that it counts: where to.
import type { RouteLocationRaw } from 'vue-router'
import { catalogue, type View, type Views } from '@/gen/schema'
import { columns_of } from '@/texts/words'

type Values = Readonly<Record<string, unknown>>

/** To the page that shows any view's rows. */
export function rows_route<V extends View>(view: V, params: Views[V]['params'], area?: string): RouteLocationRaw {
	const query: Record<string, string> = {}
	for (const [name, value] of Object.entries(params as Values))
		if (value !== undefined && value !== null && value !== '')
			query[name] = String(value)
	if (area !== undefined)
		query['area'] = area
	return { name: 'rows', params: { view }, query }
}

/** To the rows that a COUNT of this row counts; parameters of the same name are carried on. */
export function count_route(view: View, params: Values, row: Values, column: string): RouteLocationRaw | null {
	const opens = columns_of(view)[column]?.opens
	if (opens === undefined)
		return null
	const to = opens.view as View
	const wanted = catalogue.views[to].params as Readonly<Record<string, unknown>>
	const filled: Record<string, unknown> = {}
	for (const name of Object.keys(wanted))
		filled[name] = name in opens.fixed ? opens.fixed[name]
			: name in opens.with ? row[opens.with[name] as string] : params[name]
	return rows_route(to, filled as never, row['area'] as string | undefined)
}
