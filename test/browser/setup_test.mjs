// setup_test.mjs -- the first run: no database, one page, a mistake, the sheet for the safe, the desk.
import { readdirSync } from 'node:fs'
import { browser_start, page_open, widths } from './browser.mjs'
import { server_start } from './server.mjs'
import { check, equal, run_test } from './tally.mjs'

await run_test(async at_end => {
	const server = await server_start({ people: 0 })
	at_end(server.stop)
	const browser = await browser_start()
	at_end(() => browser.close())
	const page = await page_open(browser, server.base, { size: widths.phone })

	await page.fill('input[name=area]', '44030400501') // a digit short
	await page.fill('input[name=name]', '示例社区')
	await page.fill('input[name=person_name]', '演示员')
	await page.fill('input[name=login]', 'head')
	await page.fill('input[name=password]', 'correct horse battery')
	await page.click('button.first')
	const wrong = await page.textContent('.field.is-wrong .fault')
	check(wrong.includes('11'), `the fault says how many digits there are: ${wrong}`)
	equal(readdirSync(server.dir).filter(f => f.endsWith('.db')), [], 'nothing was made yet')

	await page.fill('input[name=area]', '440304005012')
	await page.click('button.first')
	await page.waitForSelector('iframe')
	const sheet = page.frameLocator('iframe')
	check((await sheet.locator('body').innerText()).length > 200, 'the sheet for the safe is shown')
	check(await page.isDisabled('.btns button:nth-child(2)'), 'one goes on only after printing')
	await page.evaluate(() => { document.querySelector('iframe').contentWindow.print = () => {} })
	await page.click('.btns button:nth-child(1)')
	await page.click('.btns button:nth-child(2)')
	await page.waitForSelector('#nav', { state: 'attached' })
	await page.goto('/accounts')
	await page.waitForSelector('.warn')
	check((await page.textContent('.warn')).includes('一位'), 'a second administrator is asked for')

	// Once more: a new browser is asked to sign in, and nothing is left of the first run's page.
	const other = await page_open(browser, server.base, { user: 'head', password: 'correct horse battery' })
	await other.waitForSelector('#nav')
	equal(await other.locator('input[name=area]').count(), 0, 'the page of the first run is gone')
	equal(page.troubles.filter(t => !t.includes('40') && !t.includes('503')), [], 'console')
})
