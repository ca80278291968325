// ids.ts -- ids that a browser gives: 24 bits of its stream, 39 of a counter that never goes back.
import type { Id } from '@/gen/schema'

export function id_text(stream: string, counter: number): Id {
	return ((BigInt(stream) << 39n) | BigInt(counter)).toString()
}

/** The same counter under another stream: only strings of digits that lie in the old stream's range are ids of it. */
export function bytes_renumbered(bytes: string, n: number, from: string, to: string): string {
	const first = BigInt(from) << 39n
	const shift = (BigInt(to) - BigInt(from)) << 39n
	const envelope = JSON.parse(bytes, (_, value: unknown) => {
		if (typeof value !== 'string' || !/^[1-9][0-9]{11,18}$/.test(value))
			return value
		const id = BigInt(value)
		return id >= first && id < first + (1n << 39n) ? (id + shift).toString() : value
	}) as { n: number }
	return JSON.stringify({ ...envelope, n })
}
