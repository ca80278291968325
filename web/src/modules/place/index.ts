// index.ts -- the screens of places and of sets of them.
import type { Screens } from '@/shell/screens'

export default {
	nav: [],
	routes: [
		{ path: '/places', name: 'places', meta: { nav: 'roster' }, component: () => import('./PlacesPage.vue') },
		{ path: '/places/:place', name: 'place', meta: { nav: 'roster' }, component: () => import('./PlacePage.vue') },
		{ path: '/sets', name: 'sets', meta: { nav: 'roster' }, component: () => import('./SetsPage.vue') },
		{ path: '/sets/:place_set', name: 'set', meta: { nav: 'roster' }, component: () => import('./SetPage.vue') },
	],
} satisfies Screens
