// main.ts -- the web app begins here.
import { createPinia } from 'pinia'
import { Dialog, Quasar } from 'quasar'
import 'quasar/dist/quasar.css'
import { createApp } from 'vue'
import AppShell from '@/shell/AppShell.vue'
import { router } from '@/shell/router'
import { i18n } from '@/texts/i18n'
import '@/shell/tokens.css'
import '@/shell/base.css'

createApp(AppShell).use(createPinia()).use(i18n).use(Quasar, { plugins: { Dialog } }).use(router).mount('#app')
