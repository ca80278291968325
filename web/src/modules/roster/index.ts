// index.ts -- the screens of people and households.
import type { Screens } from '@/shell/screens'

export default {
	nav: [{ route: 'roster', text: 'shell.nav.roster', order: 110, needs: 'roster_people' }],
	routes: [
		{ path: '/people', name: 'roster', component: () => import('./RosterPage.vue') },
		{ path: '/people/add', name: 'person_add', meta: { nav: 'roster' }, component: () => import('./PersonAddPage.vue') },
		{ path: '/people/:person', name: 'person', meta: { nav: 'roster' }, component: () => import('./PersonPage.vue') },
		{ path: '/households/:household', name: 'household', meta: { nav: 'roster' }, component: () => import('./HouseholdPage.vue') },
	],
} satisfies Screens
