// places.ts -- how places lie in each other: which fits into which, and how many a pattern makes.
import { catalogue, type place_kind, type Views } from '@/gen/schema'

export type Place = Views['place_page']['row']
const kinds = Object.keys(catalogue.choices.place_kind) as place_kind[]
const inside: Record<string, place_kind[]> = {
	top: ['compound', 'building', 'gate', 'point', 'store', 'shop'],
	compound: ['building', 'room', 'gate', 'point', 'store', 'shop'],
	building: ['stair', 'floor', 'room', 'gate', 'point', 'store', 'shop'],
	stair: ['floor', 'room', 'gate', 'point', 'store', 'shop'],
	floor: ['room', 'gate', 'point', 'store', 'shop'],
}

/** What may lie directly in such a place, in the order of the declaration; the server judges. */
export function kinds_inside(kind: place_kind | null): place_kind[] {
	return kinds.filter(k => (inside[kind ?? 'top'] ?? []).includes(k))
}

export interface Pattern { towers: number; tower_first: number; stairs: number; floors: number; rooms: number; name: string }
export const PATTERN_MAX = 20_000

/** Rooms and places in all; null: these numbers make nothing. */
export function pattern_count(p: Pattern): { rooms: number; places: number } | null {
	const is_within = (n: number, least: number, most: number) => Number.isInteger(n) && n >= least && n <= most
	if (!is_within(p.towers, 1, 200) || !is_within(p.stairs, 0, 20) || !is_within(p.floors, 0, 200) || !is_within(p.rooms, 1, 99) ||
		!is_within(p.tower_first, 0, 9999))
		return null
	const below = p.floors > 0 ? p.floors * (1 + p.rooms) : p.rooms
	const tower = 1 + (p.stairs > 0 ? p.stairs * (1 + below) : below)
	return { rooms: p.towers * Math.max(1, p.stairs) * Math.max(1, p.floors) * p.rooms,
		places: p.towers * tower + (p.name.trim() === '' ? 0 : 1) }
}

/** The first and the last room, as the server will call them. */
export function pattern_ends(p: Pattern): { first: string; last: string } {
	const first_tower = p.tower_first > 0 ? p.tower_first : 1
	const room = (tower: number, stair: number, floor: number, n: number) =>
		`${p.name.trim()} ${tower}栋${p.stairs > 0 ? `${stair}单元` : ''}${(p.floors > 0 ? floor : 0) * 100 + n}`.trim()
	return { first: room(first_tower, 1, 1, 1), last: room(first_tower + p.towers - 1, p.stairs, p.floors, p.rooms) }
}
