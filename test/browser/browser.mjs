// browser.mjs -- Debian's Chromium, driven by playwright-core of web/node_modules; signing in; what a page must not do.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(new URL('../../web/package.json', import.meta.url))
export const { chromium } = require('playwright-core')
export const axe_source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

export const widths = { phone: { width: 390, height: 844 }, tablet: { width: 768, height: 1024 },
	desk: { width: 1440, height: 900 } }

export async function browser_start() {
	return await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
}

/** A page signed in, in one language and size; `page.troubles` gathers errors of its console. */
export async function page_open(browser, base, { user, password, language = 'zh', size = widths.desk,
	time_zone = 'Asia/Shanghai' } = {}) {
	const context = await browser.newContext({ viewport: size, baseURL: base, timezoneId: time_zone,
		locale: language === 'zh' ? 'zh-CN' : 'en-GB' })
	await context.addInitScript(l => localStorage.setItem('redvest-language', l), language)
	const page = await context.newPage()
	page.troubles = []
	page.on('console', m => { if (m.type() === 'error' || m.type() === 'warning') page.troubles.push(m.text()) })
	page.on('pageerror', e => page.troubles.push(String(e)))
	await page.goto('/')
	if (user !== undefined) {
		await page.fill('input[name=user]', user)
		await page.fill('input[name=password]', password)
		await page.click('form button.first')
		await page.waitForSelector('#main')
	}
	return page
}
