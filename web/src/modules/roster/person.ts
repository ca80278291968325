// person.ts -- what a person's fields mean: bits of care, ages, numbers of documents as people misread them.
import { catalogue, type Commands, type roster_care, type roster_field, type Views } from '@/gen/schema'
import { choice_word } from '@/texts/words'

export type Person = Views['roster_person']['row']

/** In the order of their bits. */
export const cares = Object.keys(catalogue.choices.roster_care) as roster_care[]

export function cares_of(bits: number | null): roster_care[] {
	return cares.filter((_, i) => bits !== null && Math.floor(bits / 2 ** i) % 2 === 1)
}
export function care_bits(of: readonly roster_care[]): number {
	return cares.reduce((bits, c, i) => bits + (of.includes(c) ? 2 ** i : 0), 0)
}
export function care_text(bits: number | null): string {
	return cares_of(bits).map(c => choice_word('roster_care', c)).join('、')
}

/** Whole years; null when the day of birth is not known or masked. */
export function age_years(birth: string | null, at = new Date()): number | null {
	if (!birth)
		return null
	const [y = 0, m = 0, d = 0] = birth.split('-').map(Number)
	const has_come = at.getMonth() + 1 > m || (at.getMonth() + 1 === m && at.getDate() >= d)
	return at.getFullYear() - y - (has_come ? 0 : 1)
}

/** What an emptied field is called in a change. */
export const forgotten: Partial<Record<keyof Person, roster_field>> = { sex: 'sex', birth: 'birth', identity: 'identity',
	phone: 'phone', care_bits: 'care', is_immobile: 'mobility', household: 'household', relation: 'relation',
	registered_address: 'address', work: 'work', note: 'note', population: 'population' }

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/** What is odd about a resident identity number, as a key of `roster.identity`; null: nothing. The server judges. */
export function identity_problem(text: string): { key: string; n: number } | null {
	const number = text.replace(/[\s-]/g, '').toUpperCase()
	if (number === '')
		return null
	if (/[^0-9X]/.test(number) || /X./.test(number))
		return { key: 'letters', n: 0 }
	if (number.length === 15)
		return null
	if (number.length !== 18)
		return { key: number.length < 18 ? 'short' : 'long', n: Math.abs(18 - number.length) }
	const birth = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`
	const day = new Date(`${birth}T00:00:00Z`)
	if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== birth || day.getTime() > Date.now())
		return { key: 'birth', n: 0 }
	const sum = WEIGHTS.reduce((s, w, i) => s + w * Number(number[i]), 0)
	return '10X98765432'[sum % 11] === number[17] ? null : { key: 'check', n: 0 }
}

export const fields = ['name', 'sex', 'birth', 'identity_kind', 'identity', 'phone', 'population', 'relation', 'is_immobile',
	'care_bits', 'work', 'registered_address', 'note'] as const
export type Field = (typeof fields)[number]
export type Draft = { [F in Field]: Person[F] }

/** As the fields have it: empty instead of unknown, so that what was typed and taken back is no change. */
export function draft_of(p: Person | null): Draft {
	return { name: p?.name ?? '', sex: p?.sex ?? 'unknown', birth: p?.birth ?? '', identity_kind: p?.identity_kind ?? 'none',
		identity: p?.identity ?? '', phone: p?.phone ?? '', population: p?.population ?? 'unknown', relation: p?.relation ?? '',
		is_immobile: p?.is_immobile ?? false, care_bits: p?.care_bits ?? 0, work: p?.work ?? '',
		registered_address: p?.registered_address ?? '', note: p?.note ?? '' }
}

function is_empty(f: Field, value: unknown): boolean {
	return value === '' || value === null || value === false || value === 0 || value === 'unknown' ||
		(f === 'identity_kind' && value === 'none')
}

type Said = Partial<Commands['roster_person_change']>

/** These fields of a draft as a command says them; what is empty is named to be forgotten, when it can be. */
export function said_of(d: Draft, which: readonly Field[]): Said {
	const said: Record<string, unknown> = {}
	const forget = new Set<roster_field>()
	for (const f of which) {
		const what = forgotten[f]
		if (!is_empty(f, d[f]))
			said[f === 'care_bits' ? 'care' : f] = d[f]
		else if (what !== undefined)
			forget.add(what)
	}
	if (said['identity'] !== undefined && d.identity_kind !== 'none')
		said['identity_kind'] = d.identity_kind
	return { ...(said as Said), ...(forget.size > 0 ? { forget: [...forget].map(what => ({ what })) } : {}) }
}
