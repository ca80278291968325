// index.ts -- phones, browsers, laboratories that send: what each has sent and still owes.
import type { Screens } from '@/shell/screens'

export default {
	nav: [{ route: 'streams', text: 'shell.nav.stream', order: 220, needs: 'stream_list' }],
	routes: [{ path: '/devices', name: 'streams', component: () => import('./StreamPage.vue') }],
} satisfies Screens
