// server.mjs -- a real server on a database of its own in a temporary folder, for tests in the browser.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const redvest = process.env.REDVEST ?? fileURLToPath(new URL('../../build/redvest', import.meta.url))

export function run(...args) {
	return execFileSync(redvest, args, { encoding: 'utf8' })
}

/**
 * `people` residents of a demonstration; 0: no database yet. The server's address, its folder, passwords of
 * admin and clerk; `stop` ends it and removes everything, `kill` ends it as a power cut would, `start` goes on.
 */
export async function server_start({ people = 1000, seed = 1 } = {}) {
	const dir = mkdtempSync(join(tmpdir(), 'redvest-browser.'))
	const db = join(dir, 'r.db')
	const password = {}
	let child, listen = '127.0.0.1:0'
	const s = { dir, db, password, base: '', start, kill, stop }

	async function start() {
		child = spawn(redvest, ['serve', '--db', db, '--listen', listen, '--lang', 'en'], { stdio: ['ignore', 'pipe', 'pipe'] })
		s.said = ''
		s.base = await new Promise((resolve, reject) => {
			const hear = chunk => {
				s.said += chunk
				const at = /listening on (http:\/\/[^\s/]+)/.exec(s.said)
				if (at)
					resolve(at[1])
			}
			child.stdout.on('data', hear)
			child.stderr.on('data', hear)
			child.on('exit', () => reject(new Error(`the server ended: ${s.said}`)))
		})
		listen = s.base.slice('http://'.length)
	}
	async function end(signal) {
		const gone = new Promise(resolve => child.on('exit', resolve))
		child.kill(signal)
		await gone
	}
	async function kill() { await end('SIGKILL') }
	async function stop() {
		if (child.exitCode === null && child.signalCode === null)
			await end('SIGTERM')
		rmSync(dir, { recursive: true, force: true })
	}

	if (people > 0) {
		run('demo', '--db', db, '--people', String(people), '--seed', String(seed))
		for (const login of ['admin', 'clerk'])
			password[login] = run('user', 'password', login, '--db', db, '--lang', 'en').replace(/.*: /s, '').trim()
	}
	await start()
	return s
}
