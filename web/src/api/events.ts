// events.ts -- which views have changed, told by the server: one connection for a browser, not for a tab.
//
// Whoever holds the browser's lock listens, and tells the other tabs. Where there are no locks (plain HTTP
// in a house network) every tab listens for itself.
import type { View } from '@/gen/schema'

type Listener = (views: ReadonlySet<View> | 'all') => void

const listeners = new Set<Listener>()
const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('redvest-events') : null
let release: (() => void) | null = null
let is_started = false
const heard_listeners = new Set<(is_connected: boolean) => void>()

interface Told { area: string; views: View[] }
type Message = { views: View[] } | { is_connected: boolean }

function tell(views: ReadonlySet<View> | 'all'): void {
	for (const l of listeners)
		l(views)
}

function connection_tell(is_connected: boolean): void {
	for (const l of heard_listeners)
		l(is_connected)
}

function listen(): EventSource {
	const source = new EventSource('/api/events')
	let has_failed = false

	source.onopen = () => {
		connection_tell(true)
		channel?.postMessage({ is_connected: true } satisfies Message)
		if (has_failed)
			tell('all') // whatever changed meanwhile was not told
		has_failed = false
	}
	source.onerror = () => {
		has_failed = true
		connection_tell(false)
		channel?.postMessage({ is_connected: false } satisfies Message)
	}
	source.addEventListener('changed', event => {
		const told = JSON.parse((event as MessageEvent<string>).data) as Told
		tell(new Set(told.views))
		channel?.postMessage({ views: told.views } satisfies Message)
	})
	return source
}

/** Begin to listen, after signing in; again is harmless. */
export function events_begin(): void {
	if (is_started)
		return
	is_started = true
	if (!('locks' in navigator) || channel === null) {
		const source = listen()
		release = () => source.close()
		return
	}
	channel.onmessage = event => {
		const m = event.data as Message
		if ('views' in m)
			tell(new Set(m.views))
		else
			connection_tell(m.is_connected)
	}
	const end = new AbortController()
	let source: EventSource | null = null
	let done: () => void = () => {}
	release = () => {
		end.abort()
		source?.close()
		done()
	}
	navigator.locks
		.request('redvest-events', { signal: end.signal }, () => {
			source = listen()
			tell('all')
			return new Promise<void>(resolve => { done = resolve })
		})
		.catch(() => {}) // aborted: signed out before the lock came
}

export function events_end(): void {
	release?.()
	release = null
	is_started = false
}

/** Calls back when views change; returns how to stop that. */
export function events_watch(listener: Listener): () => void {
	listeners.add(listener)
	return () => listeners.delete(listener)
}

/** Calls back when the connection comes and goes. */
export function connection_watch(listener: (is_connected: boolean) => void): () => void {
	heard_listeners.add(listener)
	return () => heard_listeners.delete(listener)
}
