// index.ts -- the office's sheets come in.
import type { Screens } from '@/shell/screens'

export default {
	nav: [{ route: 'imports', text: 'shell.nav.import', order: 120, needs: 'roster_columns' }],
	routes: [
		{ path: '/import', name: 'imports', component: () => import('./ImportPage.vue') },
		{ path: '/import/:job', name: 'import', meta: { nav: 'imports' }, component: () => import('./ImportJobPage.vue') },
	],
} satisfies Screens
