// index.ts -- who may do what: accounts, roles, what was opened and taken away.
import type { Screens } from '@/shell/screens'

export default {
	nav: [{ route: 'access', text: 'shell.nav.access', order: 240, needs: 'access_users' }],
	routes: [
		{ path: '/accounts', name: 'access', component: () => import('./AccessPage.vue') },
		{ path: '/accounts/:account', name: 'account', meta: { nav: 'access' }, component: () => import('./AccountPage.vue') },
	],
} satisfies Screens
