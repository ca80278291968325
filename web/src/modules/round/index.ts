// index.ts -- the screens of the rounds.
import type { Screens } from '@/shell/screens'

export default {
	nav: [{ route: 'rounds', text: 'shell.nav.round', order: 10, needs: 'round_list' }],
	routes: [
		{ path: '/rounds', name: 'rounds', component: () => import('./RoundListPage.vue') },
		{ path: '/rounds/:round', name: 'round', meta: { nav: 'rounds' }, component: () => import('./RoundPage.vue') },
	],
} satisfies Screens
