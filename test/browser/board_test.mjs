// board_test.mjs -- the building board of 15,000 rooms: folded at first, opened at once, and only what is near the screen
// is read and drawn. How long the longest task took is printed and not judged: machines differ.
import { browser_start, page_open } from './browser.mjs'
import { server_start } from './server.mjs'
import { check, equal, run_test } from './tally.mjs'

/** What blocks the page for 50 ms and more is a long task; from here on they are gathered. */
const watch_tasks = page => page.addInitScript(() => {
	globalThis.tasks = []
	new PerformanceObserver(list => globalThis.tasks.push(...list.getEntries().map(e => Math.round(e.duration))))
		.observe({ type: 'longtask', buffered: true })
})
const longest = async page => await page.evaluate(() => { const all = globalThis.tasks.splice(0); return `${all.length} tasks of 50 ms and more, longest ${Math.max(0, ...all)} ms` })

await run_test(async at_end => {
	const server = await server_start({ people: 40_000 })
	at_end(server.stop)
	const browser = await browser_start()
	at_end(() => browser.close())
	const page = await page_open(browser, server.base, { user: 'clerk', password: server.password.clerk })
	await watch_tasks(page)
	await page.goto('/rounds')
	await page.waitForSelector('.table tbody tr.opens')
	await longest(page)
	await page.click('.table tbody tr.opens a')
	await page.waitForSelector('.towers .bar svg')
	await page.waitForTimeout(1500)
	const bars = await page.locator('.towers .bar').count()
	check(bars >= 45, `${bars} towers, folded`)
	console.log(`folded: ${await longest(page)}`)

	await page.locator('.towers .bar').first().click()
	await page.waitForSelector('[data-building] svg')
	equal(await page.locator('.towers .bar').count(), bars - 1, 'one is opened')
	await page.click('button:has-text("全部展开")')
	await page.waitForTimeout(2500)
	equal(await page.locator('[data-building]').count(), bars, 'all are opened')
	const drawn = await page.locator('[data-building] svg').count()
	check(drawn > 3 && drawn < bars / 2, `${drawn} of ${bars} towers are drawn`)
	const parts = await page.evaluate(() => document.querySelectorAll('[data-building] *').length)
	console.log(`open: ${await longest(page)}; ${drawn} towers drawn, ${parts} elements`)

	await page.evaluate(() => document.querySelectorAll('[data-building]')[30].scrollIntoView())
	await page.waitForFunction(() => document.querySelectorAll('[data-building]')[30].querySelector('svg') !== null)
	console.log(`further down: ${await longest(page)}`)
	check(true, 'a tower further down is drawn when it comes to the screen')

	await page.evaluate(() => { globalThis.print = () => { globalThis.on_paper = document.querySelectorAll('[data-building] svg').length } })
	await page.click('.board button:has-text("打印")')
	await page.waitForFunction(() => globalThis.on_paper !== undefined)
	equal(await page.evaluate(() => globalThis.on_paper), bars, 'all towers are read before they are printed')
	console.log(`printed: ${await longest(page)}`)
})
