// index.ts -- the screens of the rounds.
import type { Screens } from '@/shell/screens'

export default {
	nav: [
		{ route: 'rounds', text: 'shell.nav.round', order: 100, needs: 'round_list' },
		{ route: 'bridge', text: 'shell.nav.bridge', order: 210, needs: 'round_bridge' },
	],
	routes: [
		{ path: '/rounds', name: 'rounds', component: () => import('./RoundListPage.vue') },
		{ path: '/rounds/open', name: 'round_open', meta: { nav: 'rounds' }, component: () => import('./OpenPage.vue') },
		{ path: '/rounds/:round', name: 'round', meta: { nav: 'rounds' }, component: () => import('./RoundPage.vue') },
		{ path: '/rounds/:round/print', name: 'round_print', meta: { nav: 'rounds' }, component: () => import('./PrintPage.vue') },
		{ path: '/rounds/:round/message', name: 'round_message', meta: { nav: 'rounds' }, component: () => import('./MessagePage.vue') },
		{ path: '/bridge', name: 'bridge', component: () => import('./BridgePage.vue') },
	],
} satisfies Screens
