// index.ts -- what somebody must look at: flags, and records that went aside.
import type { Screens } from '@/shell/screens'

export default {
	nav: [{ route: 'flags', text: 'shell.nav.flag', order: 200, needs: 'flag_board' }],
	routes: [{ path: '/flags', name: 'flags', component: () => import('./FlagPage.vue') }],
} satisfies Screens
