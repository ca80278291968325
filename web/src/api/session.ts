// session.ts -- who is signed in, as what, and where; the first run.
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { events_begin, events_end } from '@/api/events'
import { Refused, request_json } from '@/api/http'
import { stream_begin, stream_end } from '@/api/stream'
import { view_page, views_forget } from '@/api/views'
import { catalogue, type Area, type Class, type Command, type Id, type Role, type View } from '@/gen/schema'

export interface Session {
	area: Area
	account: Id
	login: string
	name: string
	roles: Role[]
	until: string
}
export interface AreaSelf { name: string; time_zone: string; plan: string; is_demonstration: boolean | null }

export const use_session = defineStore('session', () => {
	const session = ref<Session | null>(null)
	const area = ref<AreaSelf | null>(null)
	const is_signed_in = computed(() => session.value !== null)

	async function begin(s: Session): Promise<void> {
		session.value = s
		stream_begin(s.area, s.account)
		events_begin()
		area.value = (await view_page('area_self', {})).rows[0] ?? null
	}

	/** Whether the cookie of an earlier visit still holds. */
	async function resume(): Promise<boolean> {
		try {
			await begin(await request_json<Session>('/api/session'))
			return true
		} catch (e) {
			if (e instanceof Refused)
				return false
			throw e
		}
	}

	async function sign_in(user: string, password: string): Promise<void> {
		await begin(await request_json<Session>('/api/session', { json: { user, password } }))
	}

	function forget(): void {
		events_end()
		stream_end()
		views_forget()
		session.value = null
	}

	async function sign_out(): Promise<void> {
		await request_json<void>('/api/session', { method: 'DELETE' })
		forget()
	}

	function has_role(...roles: Role[]): boolean {
		return session.value?.roles.some(r => roles.includes(r)) ?? false
	}
	function may_send(command: Command): boolean {
		return has_role(...catalogue.commands[command].roles)
	}
	function may_see(view: View): boolean {
		return has_role(...catalogue.views[view].roles)
	}
	/** Does one see values of this class unmasked? */
	function sees_clear(value_class: Class): boolean {
		return has_role(...catalogue.classes[value_class].roles)
	}

	return { session, area, is_signed_in, begin, resume, sign_in, sign_out, forget, may_send, may_see, sees_clear,
		has_role }
})
