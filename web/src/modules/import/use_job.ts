// use_job.ts -- a job as it goes on: asked again and again while something moves.
import { computed, onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { job_page, type JobPage, type Remark } from '@/api/imports'
import { Away, Refused } from '@/api/http'
import { fault_of } from '@/api/use_view'

const PAUSE_MS = 400

export interface ShownJob {
	job: ShallowRef<JobPage | null>
	remarks: ShallowRef<Remark[]>
	is_moving: Readonly<Ref<boolean>>
	fault: ShallowRef<Refused | Away | null>
	again(): Promise<void>
	more(): Promise<void>
}

export function use_job(id: string): ShownJob {
	const job = shallowRef<JobPage | null>(null)
	const remarks = shallowRef<Remark[]>([])
	const fault = shallowRef<Refused | Away | null>(null)
	const is_moving = computed(() => job.value !== null && ['waiting', 'planning', 'running'].includes(job.value.state))
	const is_gone = ref(false)
	let timer: ReturnType<typeof setTimeout> | undefined

	async function again(): Promise<void> {
		clearTimeout(timer)
		try {
			const page = await job_page(id)
			if (is_gone.value)
				return
			job.value = page
			remarks.value = page.remarks
			fault.value = null
		} catch (e) {
			fault.value = fault_of(e)
		}
		if (!is_gone.value && (is_moving.value || fault.value instanceof Away))
			timer = setTimeout(again, PAUSE_MS)
	}
	async function more(): Promise<void> {
		const next = job.value?.next
		if (!next || job.value === null)
			return
		const page = await job_page(id, next, 1000)
		remarks.value = [...remarks.value, ...page.remarks]
		job.value = { ...job.value, next: page.next }
	}
	onScopeDispose(() => {
		is_gone.value = true
		clearTimeout(timer)
	})
	void again()
	return { job, remarks, is_moving, fault, again, more }
}
