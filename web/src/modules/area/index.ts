// index.ts -- the start page and the settings of the area.
import type { Screens } from '@/shell/screens'

export default {
	nav: [{ route: 'now', text: 'shell.nav.now', order: 0, needs: 'area_self' }],
	routes: [{ path: '/', name: 'now', component: () => import('./NowPage.vue') }],
} satisfies Screens
