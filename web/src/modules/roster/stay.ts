// stay.ts -- what can happen to where somebody is, as commands.
import type { Commands, Views } from '@/gen/schema'

type Stay = Views['roster_stays']['row']

export function is_now(s: Stay, at = new Date().toISOString()): boolean {
	return (s.since === null || s.since <= at) && (s.till === null || s.till > at)
}
const PRESENT = ['registered', 'resident', 'tenant', 'visitor']

export function is_present(s: Stay): boolean {
	return PRESENT.includes(s.kind ?? '')
}
/** What holds now; who is in hospital is still at home on paper, so elsewhere comes first. */
export function stay_now(stays: readonly Stay[]): Stay | undefined {
	const now = stays.filter(s => is_now(s))
	return now.find(s => !is_present(s)) ?? now[0]
}

export type StayVerb = 'moved_in' | 'moved_out' | 'hospital' | 'quarantined' | 'away' | 'back' | 'dead'
type Begin = Commands['roster_stay_begin']
type End = Commands['roster_stay_end']
export type StayForm =
	| { command: 'roster_stay_begin'; given: Partial<Begin>; fields: (keyof Begin & string)[]; start: Partial<Begin> }
	| { command: 'roster_stay_end'; given: Partial<End>; fields: (keyof End & string)[]; start: Partial<End> }

/** Which of them make sense for somebody who is where these stays say. */
export function stay_verbs(stays: readonly Stay[]): StayVerb[] {
	const now = stay_now(stays)
	if (now === undefined)
		return ['moved_in', 'hospital', 'quarantined', 'dead']
	if (now.kind === 'dead')
		return []
	return is_present(now) ? ['moved_out', 'away', 'hospital', 'quarantined', 'moved_in', 'dead']
		: ['back', 'moved_out', 'moved_in', 'dead']
}

export function stay_form(verb: StayVerb, person: string, stays: readonly Stay[]): StayForm {
	if (verb === 'moved_out')
		return { command: 'roster_stay_end', given: { person }, fields: ['until', 'note'], start: {} }
	if (verb === 'moved_in')
		return { command: 'roster_stay_begin', given: { person }, fields: ['place', 'kind', 'since', 'is_beside', 'note'], start: { kind: 'resident' } }
	if (verb === 'back')
		return { command: 'roster_stay_begin', given: { person, kind: stays.filter(is_present).pop()?.kind ?? 'resident' }, fields: ['since', 'note'], start: {} }
	return { command: 'roster_stay_begin', given: { person, kind: verb }, fields: verb === 'dead' ? ['since', 'note'] : ['since', 'until', 'note'], start: {} }
}
