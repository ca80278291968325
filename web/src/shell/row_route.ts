// row_route.ts -- where a row of any view leads: to its person, else to its place, else to its round.
import type { RouteLocationRaw } from 'vue-router'
import type { View } from '@/gen/schema'

const pages: [column: string, route: string, param: string][] = [
	['person', 'person', 'person'],
	['room', 'place', 'place'],
	['place', 'place', 'place'],
	['household', 'household', 'household'],
	['round', 'round', 'round'],
]

export function row_route(_view: View, row: object): RouteLocationRaw | null {
	const values = row as Record<string, unknown>
	for (const [column, name, param] of pages) {
		const id = values[column]
		if (typeof id === 'string')
			return { name, params: { [param]: id } }
	}
	return null
}
