// screenshots.mjs -- the pictures of the manual, from the demonstration: `make screenshots`. Writes docs/pictures.
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { browser_start, page_open, widths } from '../test/browser/browser.mjs'
import { run, server_start } from '../test/browser/server.mjs'

const out = fileURLToPath(new URL('../docs/pictures', import.meta.url))
mkdirSync(out, { recursive: true })

const server = await server_start({ people: 12_000 })
const browser = await browser_start()
const rows = (view, ...args) => JSON.parse(run('view', view, ...args, '--db', server.db, '--json')).rows
const round = rows('round_list')[0].round
const missing = rows('round_missing', `round=${round}`, 'limit=1')[0]

// Name, address, and what to wait for.
const screens = [
	['now', '/', 'h1'],
	['round', `/rounds/${round}`, '[data-building] svg'],
	['print', `/rounds/${round}/print`, 'tbody tr'],
	['bridge', '/bridge', 'h1'],
	['roster', '/people', 'tbody tr'],
	['person', `/people/${missing.person}`, 'h1'],
	['place', `/places/${missing.room}`, 'h1'],
	['import', '/import', '.drop'],
	['flags', '/flags', 'tbody tr'],
	['accounts', '/accounts', 'tbody tr'],
	['devices', '/devices', 'tbody tr'],
	['ledger', '/ledger', 'tbody tr'],
	['settings', '/settings', '.plan'],
]
try {
	for (const language of ['zh', 'en']) {
		const page = await page_open(browser, server.base, { user: 'admin', password: server.password.admin, language, size: widths.desk })
		for (const [name, address, wait] of screens) {
			await page.goto(address)
			await page.waitForSelector(wait)
			await page.waitForTimeout(1200)
			await page.screenshot({ path: `${out}/${name}-${language}.png` })
		}
		await page.setViewportSize(widths.phone)
		await page.goto(`/rounds/${round}`)
		await page.waitForSelector('[data-building] svg')
		await page.waitForTimeout(800)
		await page.screenshot({ path: `${out}/phone-${language}.png` })
	}
	// Flat colours: a palette of 64 makes them a third of the size.
	execFileSync('sh', ['-c', `command -v pngquant >/dev/null && pngquant --force --ext .png 64 ${out}/*.png || true`])
} finally {
	await browser.close()
	await server.stop()
}
