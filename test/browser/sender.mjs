// sender.mjs -- a phone or a script beside the browser: signs in by HTTP, enrols, sends commands, reads views.

/** `send` takes [name, fields] in order and gives the outcomes; `view` gives all rows; `id` a new id. */
export async function sender_start(base, user, password) {
	const headers = { 'X-Redvest': '1', 'Content-Type': 'application/json' }
	let n = 0, things = 0

	async function ask(path, body, more = {}) {
		const response = await fetch(base + path, { method: body === undefined ? 'GET' : 'POST', headers: { ...headers, ...more },
			body: body === undefined ? undefined : JSON.stringify(body) })
		const text = await response.text()
		if (!response.ok)
			throw new Error(`${path}: ${response.status} ${text}`)
		const cookies = response.headers.getSetCookie().map(c => c.split(';')[0])
		if (cookies.length > 0)
			headers.Cookie = cookies.join('; ')
		return text === '' ? undefined : JSON.parse(text)
	}

	const session = await ask('/api/session', { user, password })
	const stream = await ask('/api/streams', { store: 'test', area: session.area })

	async function send(commands, at = new Date()) {
		const sent = commands.map(([name, fields, when]) => ({ n: ++n, name, at: (when ?? at).toISOString(), fields }))
		const taken = await ask('/api/commands', { stream: stream.stream, sent: new Date().toISOString(), made: n, commands: sent },
			{ Authorization: `Stream ${stream.token}` })
		const odd = taken.outcomes.filter(o => o.outcome !== 'done')
		if (odd.length > 0)
			throw new Error(`not done: ${JSON.stringify(odd[0])}`)
		return taken.outcomes
	}
	async function view(name, params = {}) {
		const rows = []
		let after
		do {
			const q = new URLSearchParams({ ...params, limit: '1000', ...(after === undefined ? {} : { after }) })
			const page = await ask(`/api/views/${name}?${q}`)
			rows.push(...page.rows)
			after = page.next ?? undefined
		} while (after !== undefined)
		return rows
	}
	const id = () => ((BigInt(stream.stream) << 39n) | BigInt(++things)).toString()
	return { send, view, id, session }
}
