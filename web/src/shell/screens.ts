// screens.ts -- how a module brings its screens: `index.ts` in its folder, found by itself.
import type { RouteRecordRaw } from 'vue-router'
import type { View } from '@/gen/schema'

export interface NavEntry {
	/** Name of the route. */
	route: string
	/** Key of its word, as `shell.nav.round`. */
	text: string
	/** Where in the list; a line between hundreds. */
	order: number
	/** Shown to whoever may see this view. */
	needs: View
}
export interface Screens { nav: NavEntry[]; routes: RouteRecordRaw[] }

const found = import.meta.glob<{ default: Screens }>('../modules/*/index.ts', { eager: true })
const all = Object.values(found).map(m => m.default)

export const nav_entries: NavEntry[] = all.flatMap(s => s.nav).sort((a, b) => a.order - b.order)
export const module_routes: RouteRecordRaw[] = all.flatMap(s => s.routes)
