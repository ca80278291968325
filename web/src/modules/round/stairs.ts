// stairs.ts -- the missing, grouped by stair as one walks.
import type { Views } from '@/gen/schema'

type Missing = Views['round_missing']['row']
type Progress = Views['round_progress']['row']
export interface Room { name: string; people: Missing[] }
export interface StairGroup { key: string; path: string; people: Missing[]; rooms: Room[] }

/** "示例花园 1栋1单元206" is in the stair "示例花园 1栋1单元"; who is in none stands under the own address. */
export function by_stair(people: readonly Missing[], stairs: readonly Progress[]): StairGroup[] {
	const paths = stairs.filter(s => s.node !== null).map(s => s.path)
	const groups: StairGroup[] = []
	let path = ''
	for (const p of people) {
		if (path === '' || !begins(p.path, path))
			path = paths.find(s => begins(p.path, s)) ?? ''
		let group = groups.at(-1)
		if (group === undefined || group.path !== path) {
			group = { key: `${groups.length} ${path}`, path, people: [], rooms: [] }
			groups.push(group)
		}
		group.people.push(p)
		const name = p.path.slice(path.length).trim()
		const room = group.rooms.at(-1)
		if (room?.name === name)
			room.people.push(p)
		else
			group.rooms.push({ name, people: [p] })
	}
	return groups
}

/** "1栋1单元10" does not begin with "1栋1单元1" when that is a stair: what follows is not a part of a number. */
function begins(path: string, stair: string): boolean {
	return path.startsWith(stair) && !(/\d$/.test(stair) && /^\d/.test(path.slice(stair.length)))
}

/** "高**": of a name only its beginning, also where one may see it whole. */
export function name_masked(name: string): string {
	return name.includes('*') ? name : [...name].map((c, i) => i === 0 ? c : '*').join('')
}
