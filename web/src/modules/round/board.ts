// board.ts -- the rooms of a building as stairs and floors, and where each of them is drawn.
//
// All rooms of one state are one path, so that a tower is a handful of elements however many rooms it has; which room
// is meant by a click follows from where it was.
import type { Id, Views } from '@/gen/schema'

export type BoardRow = Views['round_board']['row']
export type RoomState = 'sampled' | 'missing' | 'exempt' | 'unknown' | 'empty'

export interface Room { x: number; y: number; stair: number; level: number; state: RoomState; row: BoardRow }
export interface Stair { id: Id | null; x: number; width: number; missing: number }
export interface Level { name: string; label: string; y: number }
export interface FloorCount { x: number; y: number; n: number }
export interface Tower {
	width: number
	height: number
	stairs: Stair[]
	/** From the top down. */
	levels: Level[]
	rooms: Room[]
	counts: FloorCount[]
	paths: Record<RoomState, string>
}

export const CELL = 12
export const PITCH = 14
export const HEAD = 20
const LABEL = 20
const COUNT = 16
const GAP = 4
/** Space under every fifth floor, for the eye. */
const FIFTH = 3

export function state_of(row: BoardRow): RoomState {
	if ((row.missing ?? 0) > 0)
		return 'missing'
	if (row.home === 'unknown')
		return 'unknown'
	if ((row.sampled ?? 0) > 0)
		return 'sampled'
	return (row.exempt ?? 0) > 0 ? 'exempt' : 'empty'
}

/** 27 of "27层", -1 of "B1" and "地下1层"; null: not known by number. */
export function floor_number(name: string): number | null {
	const digits = /\d+/.exec(name)
	if (digits === null)
		return null
	return /^\s*(-|B|负|地下)/i.test(name) ? -Number(digits[0]) : Number(digits[0])
}

interface Column { id: Id | null; floors: { name: string; rows: BoardRow[] }[] }

function columns_of_rows(rows: readonly BoardRow[]): Column[] {
	const columns = new Map<Id | null, Map<Id | null, { name: string; rows: BoardRow[] }>>()
	for (const row of rows) {
		const floors = columns.get(row.stair) ?? new Map<Id | null, { name: string; rows: BoardRow[] }>()
		columns.set(row.stair, floors)
		const floor = floors.get(row.floor) ?? { name: row.floor_name, rows: [] }
		floors.set(row.floor, floor)
		floor.rows.push(row)
	}
	return [...columns].map(([id, floors]) => ({ id, floors: [...floors.values()] }))
}

/** Floors that stand side by side have the same number; without numbers they are counted from the ground. */
function level_keys(columns: Column[]): Map<{ rows: BoardRow[] }, number> {
	const keys = new Map<{ rows: BoardRow[] }, number>()
	const is_numbered = columns.every(c => {
		const numbers = c.floors.map(f => floor_number(f.name))
		return !numbers.includes(null) && new Set(numbers).size === numbers.length
	})
	for (const c of columns)
		c.floors.forEach((f, i) => keys.set(f, is_numbered ? floor_number(f.name) as number : i + 1))
	return keys
}

function levels_place(keys: Map<{ rows: BoardRow[] }, number>, names: Map<number, string>): Map<number, Level> {
	const numbers = [...new Set(keys.values())].sort((a, b) => b - a)
	const levels = new Map<number, Level>()
	let y = HEAD
	numbers.forEach((n, i) => {
		if (i > 0 && n % 5 === 0)
			y += FIFTH
		const is_told = n % 5 === 0 || i === 0 || i === numbers.length - 1
		levels.set(n, { name: names.get(n) ?? '', label: is_told ? String(n).replace('-', 'B') : '', y })
		y += PITCH
	})
	return levels
}

const draw: Record<RoomState, (x: number, y: number) => string> = {
	sampled: (x, y) => `M${x + 2.5} ${y + 2.5}h7v7h-7z`,
	missing: (x, y) => `M${x} ${y}h12v12h-12z`,
	exempt: (x, y) => `M${x + 0.6} ${y + 0.6}h10.8v10.8h-10.8zM${x + 1} ${y + 11}l10-10`,
	unknown: (x, y) => `M${x + 0.6} ${y + 0.6}h10.8v10.8h-10.8z`,
	empty: (x, y) => `M${x + 3} ${y + 10.5}h6`,
}

export function tower_of(rows: readonly BoardRow[]): Tower {
	const columns = columns_of_rows(rows)
	const keys = level_keys(columns)
	const names = new Map<number, string>()
	for (const c of columns)
		for (const f of c.floors)
			names.set(keys.get(f) as number, f.name)
	const levels = levels_place(keys, names)
	const order = [...levels.values()]
	const tower: Tower = { width: LABEL, height: (order.at(-1)?.y ?? HEAD) + PITCH, stairs: [], levels: order, rooms: [],
		counts: [], paths: { sampled: '', missing: '', exempt: '', unknown: '', empty: '' } }

	columns.forEach((c, stair) => {
		const x = tower.width
		const width = Math.max(4, ...c.floors.map(f => f.rows.length)) * PITCH
		let missing = 0
		for (const f of c.floors) {
			const level = levels.get(keys.get(f) as number) as Level
			let here = 0
			f.rows.forEach((row, i) => {
				const room = { x: x + i * PITCH, y: level.y, stair, level: order.indexOf(level), state: state_of(row), row }
				tower.rooms.push(room)
				tower.paths[room.state] += draw[room.state](room.x, room.y)
				here += row.missing ?? 0
			})
			if (here > 0)
				tower.counts.push({ x: x + width + COUNT - 4, y: level.y, n: here })
			missing += here
		}
		tower.stairs.push({ id: c.id, x, width, missing })
		tower.width = x + width + COUNT + GAP
	})
	tower.width -= GAP
	return tower
}

/** The room at a point of the drawing. */
export function room_at(tower: Tower, x: number, y: number): Room | undefined {
	return tower.rooms.find(r => x >= r.x - 1 && x < r.x + PITCH - 1 && y >= r.y - 1 && y < r.y + PITCH - 1)
}

/** The next room of an arrow key; none beyond the edge. */
export function room_beside(tower: Tower, from: Room, key: string): Room | undefined {
	const is_sideways = key === 'ArrowLeft' || key === 'ArrowRight'
	const is_back = key === 'ArrowLeft' || key === 'ArrowUp'
	const distance = (r: Room) => is_sideways ? (r.x - from.x) * (is_back ? -1 : 1) : (r.level - from.level) * (is_back ? -1 : 1)
	const aside = (r: Room) => is_sideways ? (r.level === from.level ? 0 : 1e6) : Math.abs(r.x - from.x) / 1e4
	let best: Room | undefined
	for (const r of tower.rooms)
		if (distance(r) > 0 && (best === undefined || distance(r) + aside(r) < distance(best) + aside(best)))
			best = r
	return best !== undefined && aside(best) < 1e6 ? best : undefined
}
