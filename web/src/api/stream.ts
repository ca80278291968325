// stream.ts -- sending: commands are numbered and kept in this browser, then taken to the server in order.
//
// A number once given is used: the record is sent until the server has answered, whatever becomes of the
// network meanwhile. Sent twice it is applied once, because the same bytes are sent.
import { ref } from 'vue'
import { Away, Refused, request_json } from '@/api/http'
import { bytes_renumbered, id_text } from '@/api/ids'
import { store, stream_key, type RecordRow, type StreamRow } from '@/api/store'
import type { Area, Command, Commands, Fault, Flag, Id } from '@/gen/schema'
import { catalogue } from '@/gen/schema'

export interface Outcome {
	n: number
	seq: Id | null
	outcome: 'done' | 'refused' | 'aside' | 'early' | 'known'
	fault: Fault | null
	flags: Flag[]
	result: Record<string, unknown> | null
}
interface Enrolment { stream: string; token: string; area: Area; epoch: number; next: number }
interface Taken { epoch: number; next: number; outcomes: Outcome[] }

const BATCH_RECORDS = 200
const N_MAX = Number.MAX_SAFE_INTEGER
const BACK_OFF_MS = [1000, 2000, 5000, 10_000, 30_000]
/** Acknowledged records are kept so long: a server that comes back from a backup asks for them again. */
const KEPT_MS = 7 * 24 * 3600 * 1000

/** Records of this browser that the server has not answered yet. */
export const waiting = ref(0)
/** The number of this browser's stream; empty until it has one. */
export const stream_here = ref('')
/** The server did not answer when it was last tried. */
export const is_away = ref(false)

let key = ''
let area_of_stream: Area = ''
let is_pumping = false
let failures = 0
let timer: ReturnType<typeof setTimeout> | undefined
const waiters = new Map<string, { done: (o: Outcome) => void; failed: (e: unknown) => void }>()

/** Whose records are made from now on. */
export function stream_begin(area: Area, account: Id): void {
	key = stream_key(area, account)
	area_of_stream = area
	void waiting_count().then(pump)
}

export function stream_end(): void {
	key = ''
	clearTimeout(timer)
	waiting.value = 0
}

async function enrol(): Promise<StreamRow> {
	const e = await request_json<Enrolment>('/api/streams', { json: { store: 'desk', area: area_of_stream } })
	const row = { key, area: e.area, stream: e.stream, token: e.token, epoch: e.epoch, made: e.next - 1,
		next: e.next, things: 0 }
	// Another tab may have been faster: the first one stands.
	return await store.transaction('rw', store.streams, async () => {
		const there = await store.streams.get(key)
		if (there)
			return there
		await store.streams.put(row)
		return row
	})
}

async function own_stream(): Promise<StreamRow> {
	if (key === '')
		throw new Refused(401, 'not_signed_in', '请先登录。', 'Please sign in.')
	const row = (await store.streams.get(key)) ?? (await enrol())
	stream_here.value = row.stream
	return row
}

/** Ids for new things: 24 bits of the stream, 39 of its counter; never given twice. */
export async function ids_new(count: number): Promise<Id[]> {
	await stream_wait()
	const row = await store.transaction('rw', store.streams, async () => {
		const s = (await store.streams.get(key)) as StreamRow
		await store.streams.update(key, { things: s.things + count })
		return s
	})
	return Array.from({ length: count }, (_, i) => id_text(row.stream, row.things + 1 + i))
}

export async function id_new(): Promise<Id> {
	return (await ids_new(1))[0] as Id
}

/** A browser that has never sent needs the server once, for its stream: what was typed waits in its form until then. */
async function stream_wait(): Promise<void> {
	for (let tries = 0; ; tries++)
		try {
			await own_stream()
			return
		} catch (e) {
			if (!(e instanceof Away))
				throw e
			is_away.value = true
			const wait_ms = BACK_OFF_MS[Math.min(tries, BACK_OFF_MS.length - 1)] as number
			await new Promise(resolve => setTimeout(resolve, Math.max(wait_ms, e.retry_ms)))
		}
}

/** Number a record and keep it, in one transaction that is on the disk when this returns. */
async function record_make<C extends Command>(name: C, fields: Commands[C]): Promise<RecordRow> {
	await stream_wait()
	return await store.transaction('rw', store.streams, store.records, async () => {
		const s = (await store.streams.get(key)) as StreamRow
		const n = s.made + 1
		const at = new Date().toISOString()
		const row: RecordRow = { stream: s.stream, n, name, bytes: JSON.stringify({ n, name, at, fields }),
			made_ms: Date.now(), outcome: '' }
		await store.records.add(row)
		await store.streams.update(key, { made: n })
		return row
	})
}

/**
 * Send a command and wait for what comes of it. Throws Refused with the fault of a decision; while the server is
 * away it waits on, and `is_away` says so.
 */
export async function command_send<C extends Command>(name: C, fields: Commands[C]): Promise<Outcome> {
	const row = await record_make(name, fields)
	const answer = new Promise<Outcome>((done, failed) => {
		waiters.set(`${row.stream}.${row.n}`, { done, failed })
	})
	waiting.value++
	pump()
	const outcome = await answer
	if (outcome.outcome === 'refused' && outcome.fault !== null) {
		const f = catalogue.faults[outcome.fault]
		throw new Refused(f.http, outcome.fault, f.zh, f.en)
	}
	if (outcome.outcome === 'aside') {
		const f = catalogue.flags[outcome.flags[0] ?? 'aside_forbidden']
		throw new Refused(403, 'aside', f.zh, f.en)
	}
	return outcome
}

async function waiting_count(): Promise<void> {
	const s = await store.streams.get(key)
	waiting.value = s === undefined ? 0 : s.made - s.next + 1
	stream_here.value = s?.stream ?? ''
}

function pump(): void {
	if (is_pumping || key === '')
		return
	is_pumping = true
	clearTimeout(timer)
	const run = 'locks' in navigator ? navigator.locks.request('redvest-send', rounds) : rounds()
	run.then(
		() => {
			failures = 0
			is_away.value = false
		},
		(e: unknown) => {
			if (!(e instanceof Away))
				return waiters_fail(e)
			is_away.value = true
			const wait_ms = BACK_OFF_MS[Math.min(failures++, BACK_OFF_MS.length - 1)] as number
			timer = setTimeout(pump, Math.max(wait_ms, e.retry_ms))
		},
	).finally(() => {
		is_pumping = false
		if (failures === 0 && waiting.value > 0)
			timer = setTimeout(pump, 200) // made while the last batch was on its way
	})
}

function waiters_fail(e: unknown): void {
	for (const w of waiters.values())
		w.failed(e)
	waiters.clear()
	waiting.value = 0
}

async function rounds(): Promise<void> {
	for (;;) {
		const s = await store.streams.get(key)
		if (s === undefined)
			return
		const records = await store.records.where('[stream+n]')
			.between([s.stream, s.next], [s.stream, N_MAX]).limit(BATCH_RECORDS).toArray()
		if (records.length === 0) {
			await records_forget(s)
			waiting.value = 0
			return
		}
		await batch_send(s, records)
	}
}


async function batch_send(s: StreamRow, records: RecordRow[]): Promise<void> {
	const body = `{"stream":"${s.stream}","sent":"${new Date().toISOString()}","made":${s.made},` +
		`"commands":[${records.map(r => r.bytes).join(',')}]}`
	let taken: Taken
	try {
		taken = await request_json<Taken>('/api/commands', { json: body,
			headers: { Authorization: `Stream ${s.token}` } })
	} catch (e) {
		if (e instanceof Refused && e.fault === 'stream_forked')
			return stream_renew(s)
		throw e
	}
	await outcomes_keep(s, taken)
}

async function outcomes_keep(s: StreamRow, taken: Taken): Promise<void> {
	const known = taken.outcomes.filter(o => o.outcome !== 'early')
	await store.transaction('rw', store.streams, store.records, async () => {
		for (const o of known)
			await store.records.update([s.stream, o.n], { outcome: JSON.stringify(o) })
		await store.streams.update(s.key, { next: taken.next, epoch: taken.epoch })
	})
	await waiting_count()
	for (const o of known) {
		const name = `${s.stream}.${o.n}`
		waiters.get(name)?.done(o)
		waiters.delete(name)
	}
}

/** Two stores thought that they were this stream: enrol again, number anew what was not answered, ids included. */
async function stream_renew(old: StreamRow): Promise<void> {
	const e = await request_json<Enrolment>('/api/streams', { json: { store: 'desk', area: old.area } })
	await store.transaction('rw', store.streams, store.records, async () => {
		const left = await store.records.where('[stream+n]')
			.between([old.stream, old.next], [old.stream, N_MAX]).toArray()
		let made = e.next - 1
		for (const r of left) {
			made++
			await store.records.delete([r.stream, r.n])
			await store.records.add({ ...r, stream: e.stream, n: made,
				bytes: bytes_renumbered(r.bytes, made, old.stream, e.stream) })
			const waiter = waiters.get(`${r.stream}.${r.n}`)
			if (waiter)
				waiters.set(`${e.stream}.${made}`, waiter)
			waiters.delete(`${r.stream}.${r.n}`)
		}
		await store.streams.put({ ...old, stream: e.stream, token: e.token, epoch: e.epoch, made, next: e.next })
	})
}

async function records_forget(s: StreamRow): Promise<void> {
	const old = Date.now() - KEPT_MS
	await store.records.where('[stream+n]').between([s.stream, 0], [s.stream, s.next])
		.and(r => r.made_ms < old).delete()
}
