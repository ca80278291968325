// round_test.mjs -- a round at the desk, from its opening to its end: the form, the board that follows what phones send,
// a contact, an exemption, the bridge, the list on paper.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { browser_start, page_open } from './browser.mjs'
import { sender_start } from './sender.mjs'
import { server_start } from './server.mjs'
import { check, equal, run_test } from './tally.mjs'

const number = text => Number(/[\d,]+/.exec(text.replace(/第 \d+ 轮/, ''))[0].replaceAll(',', ''))

async function round_opens(page, phone) {
	await page.goto('/rounds')
	await page.click('a:has-text("开一轮")')
	await page.waitForSelector('input[name=name]')
	equal(await page.inputValue('input[name=name]'), '第 3 轮', 'the name that is suggested')
	await page.fill('input[name=name]', '')
	await page.click('form button.first')
	equal(await page.innerText('.field.is-wrong .fault'), '必填', 'the fault stands beside the field')
	await page.fill('input[name=name]', '第 3 轮')
	const [year, month, day] = (await page.inputValue('input[name=closes]')).slice(0, 10).split('-').map(Number)
	const closes = new Date(Date.UTC(year, month - 1, day + 1, 18))
	await page.fill('input[name=closes]', `${closes.toISOString().slice(0, 10)}T18:00`)
	await page.click('form button.first')
	await page.waitForURL(/\/rounds\/\d+$/)
	await page.waitForSelector('[data-building] svg')
	const round = new URL(page.url()).pathname.split('/').at(-1)
	equal((await phone.view('round_list', { round }))[0].closes, closes.toISOString().replace('18:00:00.000', '10:00:00'),
		'a time is that of the area, whatever this computer is set to')
	return round
}

async function board_follows(page, phone, round) {
	const missing = await phone.view('round_missing', { round })
	equal(number(await page.innerText('h1')), missing.length, 'the title counts the missing')
	const rows = await phone.view('round_board', { round })
	const room = rows.find(r => r.missing === 1)
	const sum = `[data-building="${room.building}"] .sum b`
	const before = number(await page.innerText(sum))
	await phone.send([['round_sample_take', { round, person: missing.find(m => m.room === room.room).person }]])
	await page.waitForFunction(([s, n]) => document.querySelector(s).innerText.replace(',', '') === String(n), [sum, before - 1])
	await page.waitForFunction(n => document.querySelector('h1').innerText.endsWith(`还差 ${n} 人`),
		(missing.length - 1).toLocaleString('en-US'))
	await page.waitForFunction(([b, n]) => document.querySelectorAll(`[data-building="${b}"] svg text.n`).length === n,
		[room.building, rows.filter(r => r.building === room.building && r.missing > 0).length - 1])
	check(true, 'a room that misses nobody any more has lost its mark')
	check((await page.innerText(`[data-building="${room.building}"] table`)).includes('未采'), 'a table says it too')
}

async function contact_noted(page, phone, round) {
	const row = page.locator('.stair li').first()
	const name = await row.locator('.who').innerText()
	await row.locator('button').click()
	await page.click('[data-outcome=at_home]')
	await page.waitForFunction(() => document.querySelector('.stair li .why').innerText.includes('需上门采样'))
	const noted = (await phone.view('round_missing', { round })).filter(m => m.contacts === 1)
	equal(noted.map(m => [m.name, m.how, m.outcome]), [[name, 'phone', 'at_home']], 'the contact is in the ledger, two clicks')
}

async function room_opens(page, phone, round) {
	await page.locator('[data-building] .rooms').first().focus()
	await page.keyboard.press('ArrowRight')
	await page.keyboard.press('ArrowLeft')
	await page.keyboard.press('Enter')
	await page.waitForSelector('.panel li')
	await page.locator('.panel button:has-text("免采")').first().click()
	await page.selectOption('select[name=reason]', 'medical')
	await page.fill('[name=evidence]', '门诊病历')
	await page.click('.sheet button.first')
	await page.waitForFunction(() => [...document.querySelectorAll('.panel .state')].some(s => s.innerText === '免采'))
	equal((await phone.view('round_changes', { round, reason: 'exempt_begun' })).length, 1, 'the exemption is a named change')
	await page.keyboard.press('Escape')
	await page.waitForSelector('.panel', { state: 'detached' })
}

async function list_on_paper(page, phone, round, dir) {
	await page.goto(`/rounds/${round}/print`)
	await page.waitForSelector('.stair')
	await page.waitForFunction(() => !document.querySelector('header button.first').disabled)
	const path = join(dir, 'missing.pdf')
	await page.pdf({ path, preferCSSPageSize: true })
	const text = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' })
	const missing = await phone.view('round_missing', { round })
	const stairs = (await phone.view('round_progress', { round, level: 'stair' })).filter(s => s.missing > 0)
	let at = 0, absent = 0
	for (const s of stairs) {
		const begin = text.indexOf(s.path, at)
		check(begin >= at, `${s.path} stands on the paper, in walking order`)
		const rows = missing.filter(m => m.path.startsWith(s.path))
		const end = begin + text.slice(begin).indexOf('走访人')
		absent += rows.filter(m => !text.slice(begin, end).includes(m.name)).length
		at = begin
	}
	equal(absent, 0, 'everyone who is missing stands under the own stair')
	check(/\b1 \/ \d+/.test(text), 'pages are numbered, of how many')
}

async function drift_taken(page, phone, round) {
	const [leaves] = await phone.view('round_people', { round, which: 'sampled' })
	const [goes] = await phone.view('round_missing', { round })
	await page.goto(`/rounds/${round}`)
	await page.waitForSelector('[data-building] svg')
	const before = (await phone.view('round_list', { round }))[0].due
	await phone.send([['roster_stay_end', { person: goes.person }], ['roster_stay_end', { person: leaves.person }]])
	await page.waitForSelector('.drift')
	await page.click('.drift button:has-text("看是谁")')
	await page.locator('.drift li', { hasText: goes.name }).locator('button').click()
	await page.waitForFunction(n => document.querySelector('.sum .v').innerText === n, (before - 1).toLocaleString('en-US'))
	check((await phone.view('round_changes', { round, person: goes.person })).some(c => c.reason === 'left'), 'who left is named')
}

async function bridge_shown(page, phone, first, round) {
	const people = await phone.view('round_missing', { round })
	await phone.send(people.slice(0, 3).map(p => ['round_change', { round, person: p.person, reason: 'hospital' }]))
	await page.goto(`/bridge?a=${first}&b=${round}`)
	await page.waitForSelector('.bridge tr.total')
	const lines = await phone.view('round_bridge', { round_a: first, round_b: round })
	const hospital = page.locator('.bridge tr', { hasText: '住院' })
	equal(await hospital.locator('.num').innerText(), '−3', 'who is in hospital')
	equal(await page.locator('.bridge tr').last().innerText().then(t => t.replace(/\s+/g, ' ').trim()), '无法说明 0', 'the last line')
	equal(lines.filter(l => l.line === 'unexplained').reduce((n, l) => n + l.people, 0), 0, 'unexplained')
	await hospital.locator('a').click()
	await page.waitForSelector('.table tbody tr')
	equal(await page.locator('.table tbody tr.opens').count(), 3, 'a bar opens its people')
}

async function round_closes(page, phone, round) {
	await page.goto(`/rounds/${round}`)
	await page.click('button:has-text("结束本轮")')
	const left = (await phone.view('round_missing', { round })).length
	check((await page.innerText('.sheet')).includes(`还有 ${left.toLocaleString('en-US')} 人没采到`), 'asks once, and says who stays missing')
	await page.click('.sheet button.first')
	await page.waitForFunction(() => document.querySelector('h1').innerText.includes('已结束'))
	equal(number(await page.innerText('h1')), left, 'the title says how many stayed missing')
}

await run_test(async at_end => {
	const server = await server_start({ people: 1500 })
	at_end(server.stop)
	const browser = await browser_start()
	at_end(() => browser.close())
	const phone = await sender_start(server.base, 'clerk', server.password.clerk)
	const [first] = await phone.view('round_list')
	await phone.send([['round_close', { round: first.round }]])
	const page = await page_open(browser, server.base, { user: 'clerk', password: server.password.clerk,
		time_zone: 'Europe/Berlin' })
	const round = await round_opens(page, phone)
	await board_follows(page, phone, round)
	await contact_noted(page, phone, round)
	await room_opens(page, phone, round)
	await list_on_paper(page, phone, round, server.dir)
	await drift_taken(page, phone, round)
	await bridge_shown(page, phone, first.round, round)
	await round_closes(page, phone, round)
	equal(page.troubles.filter(x => !/40[14]/.test(x)), [], 'console')
})
