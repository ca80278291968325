// zone.ts -- times as a field holds them, "2026-11-28T18:00", in the area's time zone: that of this computer may be another.
import { use_session } from '@/api/session'

function parts(at: Date): string {
	const p = new Intl.DateTimeFormat('en-CA', { timeZone: use_session().area?.time_zone, hourCycle: 'h23', year: 'numeric',
		month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' }).formatToParts(at)
	const of = (type: string) => p.find(x => x.type === type)?.value ?? ''
	return `${of('year').padStart(4, '0')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}`
}

/** What a field of a time shows for this moment. */
export function zone_local(at: Date): string {
	return parts(at)
}

/** The moment that a field of a time means. Where clocks are set back, the earlier one. */
export function zone_moment(local: string): Date {
	const wanted = Date.parse(`${local.slice(0, 16)}Z`)
	let at = wanted
	for (let i = 0; i < 2; i++)
		at += wanted - Date.parse(`${parts(new Date(at))}Z`)
	return new Date(at)
}
