// way_test.mjs -- the whole way of a clerk who has never seen it: no database, a bad spreadsheet, and at the end the list
// of the missing on paper; with the mistakes that one makes.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { browser_start, page_open } from './browser.mjs'
import { server_start } from './server.mjs'
import { check, equal, run_test } from './tally.mjs'

const fixtures = fileURLToPath(new URL('../../build/fixtures', import.meta.url))

const unzip = 'import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\n' +
	'for n in z.namelist():\n  if n.endswith(".xml"): sys.stdout.write(z.read(n).decode())'

async function set_up(page) {
	const said = { area: '440304005012', name: '示例社区', person_name: '演示员', login: 'head', password: 'correct horse battery' }
	for (const [name, value] of Object.entries(said))
		await page.fill(`input[name=${name}]`, value)
	await page.click('button.first')
	await page.waitForSelector('iframe')
	await page.evaluate(() => { document.querySelector('iframe').contentWindow.print = () => {} })
	await page.click('.btns button:nth-child(1)')
	await page.click('.btns button:nth-child(2)')
	await page.waitForSelector('#nav a[href="/import"]')
}

async function sheet_bring(page, path) {
	await page.click('#nav a[href="/import"]')
	await page.setInputFiles('input[type=file]', path)
	await page.waitForURL(/\/import\/.+/)
	await page.waitForFunction(() => /读懂了|没能读|行/.test(document.querySelector('h1')?.innerText ?? '') && !document.querySelector('progress'))
}

const figure = async (page, verdict) => Number((await page.innerText(`.fig.${verdict} b`)).replaceAll(',', ''))

await run_test(async at_end => {
	const dir = mkdtempSync(join(tmpdir(), 'redvest-way.'))
	at_end(async () => rmSync(dir, { recursive: true, force: true }))
	execFileSync(fixtures, [dir])
	const server = await server_start({ people: 0 })
	at_end(server.stop)
	const browser = await browser_start()
	at_end(() => browser.close())
	const page = await page_open(browser, server.base)
	await set_up(page)

	// A file that is no sheet: one clear line, and one brings another.
	writeFileSync(join(dir, 'letter.xlsx'), 'Dear neighbours')
	await sheet_bring(page, join(dir, 'letter.xlsx'))
	check((await page.innerText('h1')).includes('没能读'), 'a letter is no sheet')
	check((await page.innerText('.red')).length > 5, 'and why is said')

	// A heading that nobody knows is explained, and the sheet read again.
	writeFileSync(join(dir, 'own.csv'), '门牌编号,姓名,证件号码,俗名\n3栋2单元1502,张甲子,11010119900307123X,老张\n3栋2单元1503,李乙丑,,小李\n')
	await sheet_bring(page, join(dir, 'own.csv'))
	equal(await page.locator('label.unknown').count() > 0, true, 'a heading is not understood')
	await page.locator('label.unknown:has-text("俗名") select').selectOption('备注')
	await page.click('.do .btn.first')
	await page.waitForFunction(() => !document.querySelector('progress') && ![...document.querySelectorAll('label.unknown')].some(l => l.innerText.includes('俗名')))
	check(true, 'and is understood afterwards')

	// The bad sheet of a tired office: what would happen, row by row; done; the same again changes nothing.
	await sheet_bring(page, join(dir, 'nasty.xlsx'))
	const rows = await figure(page, 'new') + await figure(page, 'changed') + await figure(page, 'unchanged') + await figure(page, 'doubtful') + await figure(page, 'refused')
	const sum = Number((await page.innerText('.sum .fig:last-child b')).replaceAll(',', ''))
	equal(rows, sum, 'each row is in one of five')
	check((await page.innerText('.remarks')).includes('证件号码已被表格软件改成近似数'), 'a ruined number is called so')
	await page.click('.top .btn.first')
	await page.waitForFunction(() => document.querySelector('h1').innerText.startsWith('已导入'))
	const [remarked] = await Promise.all([page.waitForEvent('download'), page.click('a[download]')])
	const kept = join(dir, 'remarked.xlsx')
	await remarked.saveAs(kept)
	check(execFileSync('python3', ['-c', unzip, kept], { encoding: 'utf8' }).includes('校验码不符'), 'the sheet comes back with remarks')
	await sheet_bring(page, join(dir, 'residents-200.xlsx'))
	await page.click('.top .btn.first')
	await page.waitForFunction(() => document.querySelector('h1').innerText.startsWith('已导入'))
	await sheet_bring(page, join(dir, 'residents-200.xlsx'))
	equal([await figure(page, 'new'), await figure(page, 'changed')], [0, 0], 'the same sheet again changes nothing')

	// A round, and the list of who is missing on paper.
	await page.click('#nav a[href="/rounds"]')
	await page.click('a:has-text("开一轮")')
	await page.waitForSelector('input[name=name]')
	await page.click('form button.first')
	await page.waitForSelector('[data-building] svg')
	const missing = Number(/[\d,]+(?= 人)/.exec(await page.innerText('h1'))[0].replaceAll(',', ''))
	check(missing > 150, `${missing} are missing`)
	await page.click('a:has-text("打印未采名单")')
	await page.waitForSelector('tbody tr')
	await page.waitForTimeout(1000)
	const paper = join(dir, 'missing.pdf')
	writeFileSync(paper, await page.pdf({ format: 'A4', preferCSSPageSize: true }))
	const text = execFileSync('pdftotext', ['-layout', paper, '-'], { encoding: 'utf8' })
	check(text.includes('示例社区') && text.includes('1502'), 'the paper names the area and the rooms')
	equal(page.troubles.filter(x => !/40[149]|503/.test(x)), [], 'console')
})
