// index.ts -- the office's settings: what it is called, the disease's plan in words, backups.
import type { Screens } from '@/shell/screens'

export default {
	nav: [{ route: 'settings', text: 'shell.nav.area', order: 300, needs: 'area_plans' }],
	routes: [{ path: '/settings', name: 'settings', component: () => import('./SettingsPage.vue') }],
} satisfies Screens
