// roster_test.mjs -- people and places as a clerk works with them: the long list, the search, two clerks on one person,
// merging and undoing, adding, moving, and who lived where on a day.
import { browser_start, page_open, widths } from './browser.mjs'
import { server_start } from './server.mjs'
import { check, equal, run_test } from './tally.mjs'

const PEOPLE = 3000
const ROW_FIRST = 'tr[aria-rowindex="2"]'

/** Rows of a view as this page's session sees them. */
async function view(page, name, params = {}) {
	return await page.evaluate(async ([n, p]) => (await (await fetch(`/api/views/${n}?${new URLSearchParams(p)}`)).json()).rows,
		[name, params])
}
async function go(page, path) {
	await page.goto(path)
	await page.waitForSelector('h1')
}
async function text_of(page, selector) {
	return (await page.locator(selector).first().innerText()).trim()
}

/** Some have come and gone since the demonstration was so large. */
async function people_count(page) {
	return (await view(page, 'roster_kinds')).reduce((n, k) => n + k.people, 0)
}

async function long_list(page) {
	await go(page, '/people')
	const people = await people_count(page)
	await page.waitForSelector(ROW_FIRST)
	await page.waitForSelector(`text=共 ${people.toLocaleString('en')} 行`)
	check((await text_of(page, 'h1')).includes(people.toLocaleString('en')), 'the title says how many there are')
	const [last] = await view(page, 'roster_people', { skip: people - 1 })
	await page.evaluate(() => { const b = document.querySelector('.table'); b.scrollTop = b.scrollHeight })
	await page.waitForSelector(`tr[aria-rowindex="${people + 1}"] >> text=${last.address}`)
	check(await page.locator('.table tbody tr').count() < 150, 'only the rows on the screen are in the page')
	const [middle] = await view(page, 'roster_people', { skip: 1500 })
	await page.evaluate(() => { document.querySelector('.table').scrollTop = 1500 * 30 })
	await page.waitForSelector(`tr[aria-rowindex="1502"] >> text=${middle.name}`)
	await page.evaluate(() => { document.querySelector('.table').scrollTop = 0 })
	const rows = await view(page, 'roster_people', { limit: 3 })
	await page.focus('.table')
	for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp', 'Enter'])
		await page.keyboard.press(key)
	await page.waitForURL(`**/people/${rows[1].person}`)
	return rows
}

async function search_and_filter(page, person) {
	await go(page, '/people')
	await page.fill('.ask input[type=search]', person.name)
	await page.waitForFunction(name => [...document.querySelectorAll('.table tbody tr td:first-child')].every(td => td.innerText === name) &&
		document.querySelector('.table tbody td'), person.name)
	await page.fill('.ask input[type=search]', '')
	await page.waitForSelector(`text=共 ${(await people_count(page)).toLocaleString('en')} 行`)
	const away = (await view(page, 'roster_kinds')).find(k => k.kind === 'away').people
	await page.click('.facet:has-text("外出")')
	await page.waitForSelector(`text=共 ${away} 行`)
	check(page.url().includes('kind=away'), 'what is chosen stands in the address')
	await page.click('.tree .tree .name >> nth=0')
	await page.waitForFunction(() => document.querySelector('h1').innerText.includes('1栋'))
	const building = new URL(page.url()).searchParams.get('place')
	const in_building = (await view(page, 'roster_people', { kind: 'away', place: building, limit: 1000 })).length
	await page.waitForSelector(`text=共 ${in_building} 行`)
}

/** Both write the same field: the second sees the first's before anything is overwritten. */
async function two_clerks(one, other, person) {
	for (const page of [one, other]) {
		await go(page, `/people/${person.person}`)
		await page.click('button[name=edit]')
		await page.waitForSelector('.edit input[name=phone]')
	}
	await one.fill('.edit input[name=phone]', '13800001111')
	await one.fill('.edit [name=note]', '晚上才在家')
	await other.fill('.edit input[name=phone]', '13800002222')
	await other.fill('.edit input[name=work]', '某某小学')
	await other.click('.edit button.first')
	await other.waitForSelector('[data-fact=phone]:has-text("13800002222")')
	await one.waitForSelector('.edit .news:has-text("联系电话")')
	equal(await one.inputValue('.edit input[name=work]'), '某某小学', 'what the other wrote elsewhere is taken over')
	equal(await one.inputValue('.edit input[name=phone]'), '13800001111', 'what was typed stays')
	await one.click('.edit button.first')
	await one.waitForTimeout(300)
	equal((await view(one, 'roster_person', { person: person.person }))[0].phone, '13800002222', 'nothing is overwritten unasked')
	check((await text_of(one, '.edit [name=theirs]')).includes('13800002222'), 'both values are shown')
	await one.click('.edit button[name=mine]')
	await one.click('.edit button.first')
	await one.waitForSelector('[data-fact=phone]:has-text("13800001111")')
	const [now] = await view(one, 'roster_person', { person: person.person })
	equal([now.phone, now.work, now.note], ['13800001111', '某某小学', '晚上才在家'], 'after choosing, both clerks\' work is there')
}

/** The same without hearing of changes: the server refuses, and both are shown then. */
async function two_clerks_unheard(one, other, person) {
	await one.route('**/api/events*', r => r.abort())
	for (const page of [one, other]) {
		await go(page, `/people/${person.person}`)
		await page.click('button[name=edit]')
	}
	await other.fill('.edit input[name=work]', '甲厂')
	await other.click('.edit button.first')
	await other.waitForSelector('[data-fact=work]:has-text("甲厂")')
	await one.fill('.edit input[name=work]', '乙厂')
	await one.click('.edit button.first')
	await one.waitForSelector('.edit [role=alert]:has-text("有人先存了")')
	await one.click('.edit button[name=theirs]')
	equal(await one.inputValue('.edit input[name=work]'), '甲厂', 'theirs is taken')
	await one.unroute('**/api/events*')
}

async function merge_and_undo(page, stays, goes) {
	await go(page, `/people/${stays.person}`)
	await page.click('button[name=merge_begin]')
	await page.fill('.merge input[name=other]', goes.name)
	await page.click(`.merge .hit:has-text("${goes.address}") >> nth=0`)
	await page.waitForSelector(`.merge td:has-text("${goes.name}")`)
	await page.click('button[name=merge]')
	await page.waitForSelector(`.merged:has-text("${goes.name}")`)
	equal((await view(page, 'roster_merged', { into: stays.person })).map(r => r.person), [goes.person], 'the record was merged')
	await page.click('button[name=unmerge]')
	await page.waitForFunction(() => document.querySelector('.merged') === null)
	equal(await view(page, 'roster_merged', { into: stays.person }), [], 'the merge was undone')
}

async function add_person(page, room, address) {
	await go(page, `/people/add?place=${room}`)
	await page.waitForFunction(a => document.querySelector('input[name=place]').value === a, address)
	await page.fill('input[name=name]', '试加一')
	await page.fill('input[name=identity]', '11010119900307123')
	check((await text_of(page, '.f-identity [role=alert]')).includes('少 1 位'), 'a digit short is said beside the field, in words')
	await page.click('form.add button.first')
	check(page.url().includes('/people/add'), 'nothing is sent meanwhile')
	await page.fill('input[name=identity]', '110101199003071233')
	equal(await page.locator('.f-identity [role=alert]').count(), 0, 'a good number has no fault')
	await page.click('input[name=care_dialysis]')
	await page.click('form.add button.first')
	await page.waitForSelector('h1:has-text("试加一")')
	const id = new URL(page.url()).pathname.split('/').pop()
	const [p] = await view(page, 'roster_person', { person: id })
	equal([p.name, p.identity, p.sex, p.care_bits], ['试加一', '****1233', 'male', 8], 'what was written is there')
	await page.click('button[name=stay_hospital]')
	await page.fill('.panel textarea[name=note], .panel input[name=note]', '示例医院')
	await page.click('.panel button.first')
	await page.waitForSelector('.stays .now.gone:has-text("住院")')
	await page.click('button[name=stay_back]')
	await page.click('.panel button.first')
	await page.waitForSelector('.stays .now:not(.gone)')
	await page.click('button[name=stay_moved_out]')
	await page.click('.panel button.first')
	await page.waitForFunction(() => document.querySelector('.stays .now') === null)
	return id
}

async function place_pages(page, room) {
	const day = new Date(Date.now() - 24 * 3600_000).toLocaleDateString('sv', { timeZone: 'Asia/Shanghai' })
	const people = await view(page, 'roster_people', { place: room })
	await go(page, `/places/${room}`)
	await page.waitForSelector(`h1:has-text("住着 ${people.length} 人")`)
	await page.fill('input[name=day]', day)
	// The demonstration was made today: yesterday nobody was known; the one added and moved out again lived there.
	const lived = await view(page, 'roster_lived', { place: room, on: `${day}T12:00:00+08:00` })
	check(lived.length > people.length, 'who has moved out is among those who lived here')
	await page.waitForSelector(`.news:has-text("当时以为 0 人，今天知道是 ${lived.length} 人")`)
	await page.click('button[name=rename]')
	await page.fill('input[name=name]', '101甲')
	await page.click('form.form button.first')
	await page.waitForSelector('h1:has-text("101甲")')
	await page.click('button[name=close]')
	await page.click('form.form button.first')
	await page.waitForSelector('text=这个地方已停用')
	await page.click('button[name=reopen]')
	await page.waitForSelector('button[name=close]')
	equal((await view(page, 'place_names', { place: room })).length, 2, 'it is known what the place was called')

	await go(page, '/places')
	await page.click('button[name=pattern]')
	await page.fill('.pattern input[name=name]', '新苑')
	for (const [field, n] of [['towers', 4], ['stairs', 2], ['floors', 30], ['rooms', 6]])
		await page.fill(`.pattern input[name=${field}]`, String(n))
	await page.waitForSelector('.preview:has-text("1,440 间房"):has-text("1,693 处")')
	await page.fill('.pattern input[name=towers]', '0')
	await page.waitForSelector('.pattern .fault')
	await page.fill('.pattern input[name=towers]', '1')
	await page.click('.pattern button.first')
	await page.waitForSelector('h1:has-text("新苑：360 间房")')
}

async function sets_and_households(page, person) {
	await go(page, '/sets')
	await page.click('button[name=new]')
	await page.fill('form.form input[name=name]', '第一网格')
	await page.click('form.form button.first')
	await page.waitForSelector('h1:has-text("第一网格")')
	await page.fill('input[name=place]', '2栋')
	await page.click('[role=option]:has-text("2栋") >> nth=0')
	await page.click('form.more button')
	await page.waitForSelector('table.rows a:has-text("2栋")')
	await page.selectOption('label.more select', { index: 1 })
	await page.waitForFunction(() => document.querySelectorAll('table.rows')[1]?.querySelectorAll('tr').length === 1)
	const [row] = await view(page, 'roster_person', { person: person.person })
	await go(page, `/households/${row.household}`)
	await page.waitForSelector('input.relation')
	await page.locator('tr', { hasText: person.name }).locator('input.relation').fill('女婿')
	await page.keyboard.press('Tab')
	await page.waitForFunction(() => [...document.querySelectorAll('input.relation')].some(i => i.value === '女婿'))
	await page.waitForTimeout(300)
	equal((await view(page, 'roster_person', { person: person.person }))[0].relation, '女婿', 'the relation was recorded')
}

await run_test(async at_end => {
	const server = await server_start({ people: PEOPLE })
	at_end(server.stop)
	const browser = await browser_start()
	at_end(() => browser.close())
	const who = user => ({ user, password: server.password[user], language: 'zh', size: widths.desk })
	const clerk = await page_open(browser, server.base, who('clerk'))
	const admin = await page_open(browser, server.base, who('admin'))
	const other = await page_open(browser, server.base, who('clerk'))
	const rows = await long_list(clerk)
	await search_and_filter(clerk, rows[0])
	await two_clerks(clerk, other, rows[0])
	await two_clerks_unheard(clerk, other, rows[1])
	await merge_and_undo(clerk, rows[0], rows[2])
	await add_person(clerk, rows[0].room, rows[0].address)
	await place_pages(clerk, rows[0].room)
	await sets_and_households(admin, rows[1])
	const troubles = [clerk, other, admin].flatMap(p => p.troubles).filter(x => !/40[14]|ERR_FAILED|422|409/.test(x))
	equal(troubles, [], 'console')
})
