// use_attempt.ts -- to do something that may be refused: busy meanwhile, and why not in one sentence.
import { ref, type Ref } from 'vue'
import { Refused } from '@/api/http'
import { fault_text } from '@/texts/words'

export interface Attempt {
	is_busy: Ref<boolean>
	/** Empty: it was done, or is not over. */
	fault: Ref<string>
	/** True: it was done. What is no refusal is thrown on. */
	attempt(what: () => Promise<unknown>): Promise<boolean>
}

export function use_attempt(): Attempt {
	const is_busy = ref(false)
	const fault = ref('')

	async function attempt(what: () => Promise<unknown>): Promise<boolean> {
		is_busy.value = true
		fault.value = ''
		try {
			await what()
			return true
		} catch (e) {
			if (!(e instanceof Refused))
				throw e
			fault.value = fault_text(e)
			return false
		} finally {
			is_busy.value = false
		}
	}
	return { is_busy, fault, attempt }
}
