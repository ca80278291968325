// password.ts -- a password never goes into a record: the server makes the hash that does.
import { request_json } from '@/api/http'

export async function password_hash(password: string): Promise<string> {
	return (await request_json<{ password_hash: string }>('/api/password', { json: { password } })).password_hash
}
