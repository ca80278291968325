// words.ts -- what the declarations say, in the reader's language; values as people write them.
import { Away, Refused } from '@/api/http'
import { use_session } from '@/api/session'
import { catalogue, type Command, type Flag, type Role, type View } from '@/gen/schema'

import { i18n, language } from '@/texts/i18n'

interface Texts { readonly zh: string; readonly en: string }
export interface ColumnText extends Texts {
	readonly kind: string
	readonly class: string
	readonly choice?: string
	readonly opens?: {
		readonly view: string
		readonly with: Readonly<Record<string, string>>
		readonly fixed: Readonly<Record<string, string>>
	}
}

/** Of two languages the reader's; in English what stands behind a semicolon explains, and is for hints. */
export function text_of(t: Texts): string {
	return t[language()]
}
export function label_of(t: Texts): string {
	return text_of(t).split(';')[0] as string
}

export function columns_of(view: View): Readonly<Record<string, ColumnText>> {
	return catalogue.views[view].columns
}
export function view_title(view: View): string {
	return text_of(catalogue.views[view])
}
export function command_title(command: string): string {
	const c = (catalogue.commands as Record<string, Texts | undefined>)[command]
	return c === undefined ? command : text_of(c)
}
export function flag_title(flag: string): string {
	const f = (catalogue.flags as Record<Flag | string, Texts | undefined>)[flag]
	return f === undefined ? flag : text_of(f)
}
export function role_title(role: Role): string {
	return text_of(catalogue.roles[role])
}
export function choice_word(choice: string, value: string): string {
	const options = (catalogue.choices as Record<string, Record<string, Texts>>)[choice]
	const option = options?.[value]
	return option === undefined ? value : text_of(option)
}
export function choice_options(choice: string): { value: string; label: string }[] {
	const options = (catalogue.choices as Record<string, Record<string, Texts>>)[choice] ?? {}
	return Object.keys(options).map(value => ({ value, label: choice_word(choice, value) }))
}
export function command_fields(command: Command): Readonly<Record<string, Texts & { required: boolean; max?: number }>> {
	return catalogue.commands[command].fields as Record<string, Texts & { required: boolean; max?: number }>
}

/** Why something was not done, in one sentence. */
export function fault_text(e: Away | Refused): string {
	if (e instanceof Away)
		return i18n.global.t('shell.away')
	return text_of(e) || e.fault
}

function zone(): string | undefined {
	return use_session().area?.time_zone
}
// Made once for each: a table asks for thousands of cells.
const formats = new Map<string, Intl.DateTimeFormat>()

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
	const all = { timeZone: zone(), ...options }
	const key = language() + JSON.stringify(all)
	let made = formats.get(key)
	if (made === undefined)
		formats.set(key, made = new Intl.DateTimeFormat(language() === 'zh' ? 'zh-CN' : 'en-GB', all))
	return made
}

/** "3月4日 17:10": in the area's time zone, the year only when it is another. */
export function time_text(t: string | null | undefined): string {
	if (!t)
		return ''
	const d = new Date(t)
	const is_this_year = format({ year: 'numeric' }).format(d) === format({ year: 'numeric' }).format(new Date())
	return format({ ...(is_this_year ? {} : { year: 'numeric' }), month: 'short', day: 'numeric',
		hour: '2-digit', minute: '2-digit', hour12: false }).format(d)
}
export function clock_text(t: string | Date): string {
	return format({ hour: '2-digit', minute: '2-digit', hour12: false }).format(new Date(t))
}
export function day_text(t: string): string {
	return format({ month: 'short', day: 'numeric', weekday: 'short' }).format(new Date(t))
}

const numbers = new Intl.NumberFormat('en-US')

/** 3,696 */
export function number_text(n: number | null | undefined): string {
	return n === null || n === undefined ? '' : numbers.format(n)
}

/** A value of a column as a cell has it. */
export function value_text(column: ColumnText, value: unknown): string {
	if (value === null || value === undefined)
		return ''
	switch (column.kind) {
	case 'time':
		return time_text(value as string)
	case 'choice':
		return choice_word(column.choice as string, value as string)
	case 'bool':
		return value === true ? i18n.global.t('shell.yes') : ''
	case 'int':
	case 'count':
		return number_text(value as number)
	default:
		return String(value)
	}
}
