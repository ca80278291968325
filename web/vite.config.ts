import { quasar, transformAssetUrls } from '@quasar/vite-plugin'
import vue from '@vitejs/plugin-vue'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

// The server embeds what is built; `OUT` is where the Makefile wants it, `API` a server to develop with.
export default defineConfig({
	plugins: [vue({ template: { transformAssetUrls } }), quasar()],
	resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
	build: {
		outDir: process.env.OUT ?? '../build/web/dist',
		emptyOutDir: true,
		target: ['chrome90', 'safari15.4'],
		chunkSizeWarningLimit: 700,
	},
	server: { proxy: { '/api': process.env.API ?? 'http://127.0.0.1:8080' } },
})
