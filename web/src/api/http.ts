// http.ts -- one request to the server, and the three ways in which it can fail.
import type { Fault } from '@/gen/schema'

export interface Problem { field: string; zh: string; en: string }

/** The server answered that it will not: a fault of the domain, or a request that was wrong. */
export class Refused extends Error {
	constructor(
		readonly status: number,
		/** Stable name: a Fault, or an error of the door such as not_signed_in. */
		readonly fault: Fault | string,
		readonly zh: string,
		readonly en: string,
		readonly problems: Problem[] = [],
	) {
		super(fault)
	}
}

/** No answer, or one that says to come back later: nothing was taken. */
export class Away extends Error {
	constructor(readonly retry_ms = 0) {
		super('away')
	}
}

interface ErrorBody { error?: string; fault?: string; zh?: string; en?: string; problems?: Problem[] }

export interface Request {
	method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
	/** Sent as JSON; a string is sent as it stands. */
	json?: unknown
	body?: BodyInit
	headers?: Record<string, string>
	/** By default 20 seconds; a request without an answer counts as away. */
	timeout_ms?: number
}

/** Shows 304 as an answer too: who asks with If-None-Match wants it. */
export async function request(path: string, r: Request = {}): Promise<Response> {
	const headers: Record<string, string> = { 'X-Redvest': '1', ...r.headers }
	let body = r.body
	if (r.json !== undefined) {
		headers['Content-Type'] = 'application/json'
		body = typeof r.json === 'string' ? r.json : JSON.stringify(r.json)
	}
	let response: Response
	try {
		response = await fetch(path, {
			method: r.method ?? (body === undefined ? 'GET' : 'POST'),
			headers,
			body,
			credentials: 'same-origin',
			cache: 'no-store',
			signal: AbortSignal.timeout?.(r.timeout_ms ?? 20_000),
		})
	} catch {
		throw new Away()
	}
	if (response.ok || response.status === 304)
		return response
	const retry_ms = Number(response.headers.get('Retry-After') ?? 0) * 1000
	if (response.status === 502 || response.status === 503 || response.status === 504)
		throw new Away(retry_ms)
	const b = (await response.json().catch(() => ({}))) as ErrorBody
	throw new Refused(response.status, b.fault ?? b.error ?? 'unknown', b.zh ?? '', b.en ?? '', b.problems)
}

export async function request_json<T>(path: string, r: Request = {}): Promise<T> {
	const response = await request(path, r)
	return (response.status === 204 ? undefined : await response.json()) as T
}

/** "?a=1&b=2" of what is given; empty when nothing is. */
export function query_text(params: object): string {
	const q = new URLSearchParams()
	for (const [name, value] of Object.entries(params))
		if (value !== undefined && value !== null && value !== '')
			q.set(name, String(value))
	const text = q.toString()
	return text === '' ? '' : `?${text}`
}
