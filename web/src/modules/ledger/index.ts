// index.ts -- the ledger: who did what, and whether all of it is as it should be.
import type { Screens } from '@/shell/screens'

export default {
	nav: [{ route: 'ledger', text: 'shell.nav.ledger', order: 230, needs: 'flag_ledger' }],
	routes: [{ path: '/ledger', name: 'ledger', component: () => import('./LedgerPage.vue') }],
} satisfies Screens
