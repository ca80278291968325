// away_test.mjs -- the server is killed while something is being written: nothing is lost, nothing comes twice. Once in a
// browser that has never sent anything, once in one that has, and is closed meanwhile.
import { browser_start, page_open } from './browser.mjs'
import { run, server_start } from './server.mjs'
import { check, equal, run_test } from './tally.mjs'

async function settle(page, how) {
	await page.locator('tbody input[type=checkbox]').first().check()
	await page.fill('textarea', how)
	await page.click('.panel .btn.first')
}

await run_test(async at_end => {
	const server = await server_start({ people: 3000 })
	at_end(server.stop)
	const browser = await browser_start()
	at_end(() => browser.close())
	const page = await page_open(browser, server.base, { user: 'admin', password: server.password.admin, language: 'en' })
	const settled = () => JSON.parse(run('view', 'flag_ledger', 'command=flag_settle', '--db', server.db, '--json')).rows.length

	await page.goto('/flags')
	await page.waitForSelector('tbody input[type=checkbox]')
	await server.kill()
	await settle(page, 'written while the server was away')
	await page.waitForSelector('.foot .ask')
	check((await page.textContent('.foot')).includes('Server away'), 'the page says that the server is away')
	equal(await page.inputValue('textarea'), 'written while the server was away', 'what was written stands there')
	await server.start()
	await page.waitForSelector('.said', { timeout: 60_000 })
	equal(settled(), 1, 'it is in the ledger, once')

	await server.kill()
	await settle(page, 'and closed before it came back')
	await page.waitForFunction(() => document.querySelector('.foot').innerText.includes('1 to send'))
	const context = page.context()
	await page.close()
	await server.start()
	const again = await context.newPage()
	await again.goto(server.base)
	await again.waitForSelector('#nav')
	for (let i = 0; i < 100 && settled() < 2; i++)
		await again.waitForTimeout(200)
	equal(settled(), 2, 'it came in when the page was opened again, once')
})
