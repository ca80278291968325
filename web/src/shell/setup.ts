// setup.ts -- the page of the first run, fetched only when there is no database yet.
import { defineAsyncComponent } from 'vue'

export const setup_page = defineAsyncComponent(() => import('@/shell/SetupPage.vue'))
