// imports.ts -- sheets brought to the server: read, explained, done; each a job that goes on when nobody looks.
import { query_text, request_json } from '@/api/http'
import type { Area, Id } from '@/gen/schema'
import { language } from '@/texts/i18n'

export type SheetKind = 'residents' | 'places'
export const verdicts = ['new', 'changed', 'unchanged', 'doubtful', 'refused'] as const
export type Verdict = (typeof verdicts)[number]

export interface Job extends Record<Verdict, number> {
	job: string
	sheet: SheetKind
	/** What the file is called at home. */
	file: string
	area: Area
	account: Id
	at: string
	state: 'waiting' | 'planning' | 'planned' | 'running' | 'done' | 'failed' | 'cancelled'
	phase: string
	so_far: number
	total: number
	rows: number
	/** Places that are not there yet, and will be made. */
	places: number
	/** Rows that are in. */
	sent: number
	is_done: boolean
	/** Why it could not be read or done; empty: it could. */
	why: string
	remark_count: number
}
export interface JobColumn { sheet: string; row: number; column: string; heading: string; is_known: boolean; zh: string; en: string }
export interface Remark { sheet: string; row: number | null; heading: string; found: string; did: string }
export interface JobPage extends Job {
	columns: JobColumn[]
	meanings: { zh: string; en: string }[]
	remarks: Remark[]
	next: string | null
}

const UPLOAD_MS = 30 * 60_000

export async function job_upload(file: File, sheet: SheetKind): Promise<string> {
	const query = query_text({ sheet, file: file.name, lang: language() })
	return (await request_json<{ job: string }>(`/api/jobs${query}`, { method: 'POST', body: file, timeout_ms: UPLOAD_MS,
		headers: { 'Content-Type': 'application/octet-stream' } })).job
}
export async function jobs_list(): Promise<Job[]> {
	return (await request_json<{ jobs: Job[] }>('/api/jobs')).jobs
}
export async function job_page(job: string, after?: string, limit = 200): Promise<JobPage> {
	return await request_json<JobPage>(`/api/jobs/${job}${query_text({ after, limit })}`)
}
/** Say what headings mean; the sheet is read again. */
export async function job_columns(job: string, columns: { heading: string; meaning: string }[]): Promise<void> {
	await request_json(`/api/jobs/${job}/columns`, { json: { columns } })
}
export async function job_run(job: string, is_strict: boolean): Promise<void> {
	await request_json(`/api/jobs/${job}/run`, { json: { is_strict } })
}
export async function job_cancel(job: string): Promise<void> {
	await request_json(`/api/jobs/${job}`, { method: 'DELETE' })
}
/** Where the sheet is to be had with what came of each row. */
export function job_sheet_address(job: string): string {
	return `/api/jobs/${job}/sheet`
}
