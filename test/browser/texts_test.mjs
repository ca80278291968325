// texts_test.mjs -- sentences of the web app: both languages have the same keys and the same blanks to fill, each is in
// its language, and none stands in a screen itself.
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { check, equal, run_test } from './tally.mjs'

const require = createRequire(new URL('../../web/package.json', import.meta.url))
const ts = require('typescript')
const src = fileURLToPath(new URL('../../web/src', import.meta.url))
const han = /\p{Script=Han}/u

const files = dir => readdirSync(dir).flatMap(name => {
	const path = join(dir, name)
	return statSync(path).isDirectory() ? (name === 'gen' ? [] : files(path)) : [path]
})

/** The value that a texts.ts gives, without the rest of the app. */
async function texts_of(path) {
	const js = ts.transpileModule(readFileSync(path, 'utf8'), { compilerOptions: { module: 'ESNext', target: 'ES2022' } }).outputText
		.replace(/^import .*$/gm, '').replace(/export (default|const \w+ =) texts\(/, 'export default (')
	return (await import(`data:text/javascript;base64,${Buffer.from(js).toString('base64')}`)).default
}

/** "sign_in.user" → "登录名" */
const flat = (object, before = '') => Object.entries(object).flatMap(([key, value]) =>
	typeof value === 'string' ? [[before + key, value]] : flat(value, `${before}${key}.`))
const blanks = text => [...text.matchAll(/\{(\w+)\}/g)].map(m => m[1]).sort()

/** A screen without its comments and styles. */
const said = text => text.replace(/<!--[\s\S]*?-->|<style[\s\S]*?<\/style>|\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '')

/** What offices write, whichever language the reader has: names of places and relations; or a sentence in both. */
const is_of_the_field = line => /栋|单元|地下|户主/.test(line) || /zh: '.*en: '|'not_signed_in'/.test(line)

await run_test(async () => {
	for (const path of files(src).filter(p => p.endsWith('/texts.ts'))) {
		const { zh, en } = await texts_of(path)
		const name = path.slice(src.length + 1)
		const chinese = new Map(flat(zh)), english = new Map(flat(en))
		equal([...english.keys()], [...chinese.keys()], `${name}: keys`)
		for (const [key, text] of chinese) {
			equal(blanks(english.get(key) ?? ''), blanks(text), `${name} ${key}: blanks`)
			check(text.trim() !== '' && (english.get(key) ?? '').trim() !== '', `${name} ${key}: empty`)
			check(key === 'other_language' || !han.test(english.get(key) ?? '') || is_of_the_field(english.get(key)), `${name} ${key}: Chinese in the English text`)
			check(key === 'other_language' || han.test(text) || !/[a-z]{3}/i.test(text.replace(/\{\w+\}/g, '')), `${name} ${key}: not in Chinese: ${text}`)
		}
	}
	for (const path of files(src).filter(p => /\.(vue|ts)$/.test(p) && !p.endsWith('/texts.ts'))) {
		const lines = said(readFileSync(path, 'utf8')).split('\n').filter(line => han.test(line) && !is_of_the_field(line))
		equal(lines, [], `${path.slice(src.length + 1)}: a sentence outside texts.ts`)
	}
})
