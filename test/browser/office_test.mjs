// office_test.mjs -- flags settled with a reason, an account with a role and its end, a lost phone, the ledger verified.
import { browser_start, page_open } from './browser.mjs'
import { server_start } from './server.mjs'
import { check, equal, run_test } from './tally.mjs'

await run_test(async at_end => {
	const server = await server_start({ people: 3000 })
	at_end(server.stop)
	const browser = await browser_start()
	at_end(() => browser.close())
	const page = await page_open(browser, server.base, { user: 'admin', password: server.password.admin, language: 'en' })
	page.on('dialog', d => d.accept())
	const count = async () => Number((await page.textContent('h1')).replace(/\D/g, ''))

	// Flags: three of a kind with one sentence; those settled are gone from the list, and counted.
	await page.goto('/flags')
	await page.waitForSelector('tbody input[type=checkbox]')
	const before = await count()
	for (const i of [0, 1, 2])
		await page.locator('tbody input[type=checkbox]').nth(i).check()
	await page.fill('textarea', 'phoned, all three are right')
	await page.click('.panel .btn.first')
	await page.waitForSelector('.said')
	check((await page.textContent('.said')).includes('3 recorded'), 'three are recorded')
	await page.waitForFunction(n => Number(document.querySelector('h1').innerText.replace(/\D/g, '')) === n, before - 3)
	check(true, 'the list is three shorter')

	// An account: a login that is taken is told beside its field, and what was typed stays.
	await page.goto('/accounts')
	await page.click('.top .btn.first')
	await page.fill('input[name=name]', '演示社工')
	await page.fill('input[name=login]', 'clerk')
	await page.fill('input[name=password]', 'correct horse battery')
	await page.click('form .btn.first')
	await page.waitForSelector('.field.is-wrong input[name=login]')
	equal(await page.inputValue('input[name=name]'), '演示社工', 'what was typed stays')
	await page.fill('input[name=login]', 'clerk2')
	await page.click('form .btn.first')
	await page.waitForSelector('p.done')
	const other = await page_open(browser, server.base, { user: 'clerk2', password: 'correct horse battery', language: 'zh' })
	await other.waitForSelector('#nav')
	equal(await other.locator('#nav a[href="/accounts"]').count(), 0, 'a clerk is not led to the accounts')

	// The end of a role: the other browser's next look is refused.
	await page.click('a:has-text("演示社工")')
	await page.click('td button')
	await page.waitForSelector('tr.over')
	await other.goto('/flags')
	await other.waitForTimeout(500)
	equal(await other.locator('tbody tr').count(), 0, 'whose role has ended sees nothing')

	// A phone is lost.
	await page.evaluate(() => fetch('/api/streams', { method: 'POST', headers: { 'X-Redvest': '1' }, body: '{"store":"a phone"}' }))
	await page.goto('/devices')
	await page.click('tr:has-text("a phone") button')
	await page.waitForSelector('p.done')
	await page.waitForSelector('tr:has-text("a phone"):has-text("revoked")')
	check(await page.locator('tr:has-text("this one") button').count() === 0, 'one does not lock oneself out')

	// The ledger: found by what was done, opened, verified.
	await page.goto('/ledger')
	await page.selectOption('select >> nth=1', 'flag_settle')
	await page.waitForFunction(() => document.querySelectorAll('tr.entry').length === 3)
	await page.click('tr.entry button')
	check((await page.textContent('dl')).includes('sealed'), 'the reason is sealed, and that is said')
	await page.click('.top .btns .btn')
	await page.waitForSelector('.said.done')
	check((await page.textContent('.said')).includes('All is right'), 'the ledger is right')
	equal(page.troubles.filter(x => !x.includes('401') && !x.includes('409')), [], 'console')
})
