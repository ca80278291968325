// router.ts -- addresses. Screens name routes, never addresses.
import { createRouter, createWebHistory } from 'vue-router'
import { module_routes } from '@/shell/screens'

export const router = createRouter({
	history: createWebHistory(),
	routes: [
		...module_routes,
		{ path: '/rows/:view', name: 'rows', component: () => import('@/shell/RowsPage.vue') },
		{ path: '/:rest(.*)*', name: 'nowhere', component: () => import('@/shell/NowherePage.vue') },
	],
	scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})
