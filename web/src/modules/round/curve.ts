// curve.ts -- how a round goes: added up over its hours, and what that means.
import type { Views } from '@/gen/schema'

type Quarter = Views['round_curve']['row']
export interface Point { at: number; n: number }
export interface Finding {
	kind: 'none' | 'closed' | 'done' | 'flat' | 'in_time' | 'too_slow'
	/** In the last hour; in the busiest one of a round that is closed. */
	n: number
	/** When all are sampled at this speed. */
	until?: number
	/** Who is missing then at the end. */
	left?: number
}

export const HOUR_MS = 3_600_000

export function points_of(rows: readonly Quarter[], from: number, to: number): Point[] {
	let n = 0
	const points: Point[] = [{ at: from, n: 0 }]
	for (const r of rows) {
		n += r.sampled ?? 0
		points.push({ at: Math.min(to, Math.max(from, Date.parse(r.until ?? ''))), n })
	}
	return points
}

function within(rows: readonly Quarter[], from: number, to: number): number {
	return rows.reduce((n, r) => Date.parse(r.since ?? '') >= from && Date.parse(r.since ?? '') < to ? n + (r.sampled ?? 0) : n, 0)
}
function busiest_hour(rows: readonly Quarter[]): number {
	return rows.reduce((most, r) => Math.max(most, within(rows, Date.parse(r.since ?? ''), Date.parse(r.since ?? '') + HOUR_MS)), 0)
}

export function finding_of(rows: readonly Quarter[], round: Views['round_list']['row'], now: number): Finding {
	const missing = round.missing ?? 0
	const closes = Date.parse(round.closes ?? '')
	if (rows.length === 0)
		return { kind: 'none', n: 0 }
	if (round.state === 'closed' || now > closes)
		return { kind: missing === 0 ? 'done' : 'closed', n: busiest_hour(rows) }
	if (missing === 0)
		return { kind: 'done', n: busiest_hour(rows) }
	const n = within(rows, now - HOUR_MS, now + HOUR_MS)
	const until = n === 0 ? Infinity : now + missing / n * HOUR_MS
	const left = Math.max(0, Math.round(missing - n * (closes - now) / HOUR_MS))
	if (until <= closes)
		return { kind: 'in_time', n, until, left }
	return { kind: n * 5 < busiest_hour(rows) ? 'flat' : 'too_slow', n, until, left }
}
