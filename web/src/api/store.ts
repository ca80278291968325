// store.ts -- what this browser keeps: its streams, and the records that they have made.
//
// A record is in here, durably, before the screen says anything of it.
import Dexie, { type Table } from 'dexie'
import type { Area, Id } from '@/gen/schema'

export interface StreamRow {
	/** Area and account, as `stream_key` makes it: who is signed in finds the own stream by it. */
	key: string
	area: Area
	stream: string
	token: string
	epoch: number
	/** The highest number given to a record. */
	made: number
	/** The number that the server waits for. */
	next: number
	/** Ids given to things so far. */
	things: number
}

export interface RecordRow {
	stream: string
	n: number
	name: string
	/** The envelope, byte for byte as it is sent, however often. */
	bytes: string
	made_ms: number
	/** JSON of the server's outcome; empty: not known yet. */
	outcome: string
}

class Store extends Dexie {
	streams!: Table<StreamRow, string>
	records!: Table<RecordRow, [string, number]>

	constructor() {
		super('redvest', { chromeTransactionDurability: 'strict' })
		this.version(1).stores({ streams: 'key, stream', records: '[stream+n]' })
	}
}

export const store = new Store()

export function stream_key(area: Area, account: Id): string {
	return `${area}.${account}`
}
