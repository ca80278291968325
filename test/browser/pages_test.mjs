// pages_test.mjs -- every page that the menu leads to, and one of each kind behind it, at three widths, in both
// languages: no sideways scrolling, no error in the console, nothing serious found by axe-core, no text left untranslated.
import { axe_source, browser_start, page_open, widths } from './browser.mjs'
import { server_start } from './server.mjs'
import { check, equal, run_test } from './tally.mjs'

async function page_check(page, where) {
	const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
	check(wide <= 0, `${where}: ${wide} px wider than the window`)
	await page.evaluate(axe_source)
	const found = await page.evaluate(async () => (await globalThis.axe.run(document, { resultTypes: ['violations'] }))
		.violations.filter(v => v.impact === 'serious' || v.impact === 'critical')
		.map(v => `${v.id} ${v.nodes.slice(0, 3).map(n => n.target).join(' | ')}`))
	equal(found, [], `${where}: axe`)
	const keys = await page.evaluate(() => document.body.innerText.match(/\b(?:shell|area|round|roster|flag|access|stream|ledger|import|place)\.[a-z_.]{3,}/g) ?? [])
	equal(keys, [], `${where}: texts without words`)
}

/** Pages of one round, person, place, household: the first of each. */
async function pages_behind(page) {
	const first = async (view, query = '') => await page.evaluate(async path => (await (await fetch(path)).json()).rows[0],
		`/api/views/${view}?limit=1&${query}`)
	const round = `/rounds/${(await first('round_list')).round}`
	const someone = await first('roster_people')
	const { place: compound } = await first('place_tree')
	const { place: building } = await first('place_tree', `parent=${compound}`)
	return ['/rounds/open', round, `${round}/print`, `${round}/message`, '/people/add', `/people/${someone.person}`, `/households/${someone.household_id}`, '/places', '/sets',
		...[compound, building, someone.room].map(place => `/places/${place}`)]
}

await run_test(async at_end => {
	const server = await server_start({ people: 1500 })
	at_end(server.stop)
	const browser = await browser_start()
	at_end(() => browser.close())
	for (const language of ['zh', 'en']) {
		for (const [name, size] of Object.entries(widths)) {
			const page = await page_open(browser, server.base, { user: 'admin', password: server.password.admin, language, size })
			const links = await page.$$eval('#nav li a', as => as.map(a => a.getAttribute('href')))
			check(links.length >= 2, `${language} ${name}: the menu has ${links.length} entries`)
			for (const link of [...links, ...await pages_behind(page)]) {
				await page.goto(link)
				await page.waitForSelector('h1')
				await page.waitForTimeout(400)
				await page_check(page, `${language} ${name} ${link}`)
			}
			equal(page.troubles.filter(x => !x.includes('401')), [], `${language} ${name}: console`)
			await page.context().close()
		}
	}
})
