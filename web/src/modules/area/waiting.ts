// waiting.ts -- what waits for somebody, as lines of the start page: each with its number and where it opens.
import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { RouteLocationRaw } from 'vue-router'
import { useRouter } from 'vue-router'
import { use_session } from '@/api/session'
import { use_view, type Shown } from '@/api/use_view'
import type { View, Views } from '@/gen/schema'
import { rows_route } from '@/shell/opening'
import { choice_word, flag_title, number_text, time_text } from '@/texts/words'

export interface Wait { key: string; n: number | null; text: string; note?: string; action: string; to: RouteLocationRaw; is_urgent: boolean }

/** A backup is made every night; after so long it is late. */
const BACKUP_LATE_MS = 36 * 3_600_000

export function use_waiting(): ComputedRef<Wait[]> {
	const { t } = useI18n()
	const session = use_session()
	const router = useRouter()
	/** Nothing, where the role may not look. */
	const seen = <V extends View>(view: V, params: Views[V]['params']): Shown<V> =>
		use_view(view, () => session.may_see(view) ? params : null)
	const flags = seen('flag_board', {})
	const streams = seen('stream_waits', {})
	const access = seen('access_now', {})
	const backups = seen('area_checkpoints', {})
	const doubts = seen('roster_doubts', {})
	const page = (name: string, query: Record<string, string>, or: RouteLocationRaw) => router.hasRoute(name) ? { name, query } : or

	function of_flags(): Wait[] {
		return flags.rows.value.filter(f => (f.open ?? 0) > 0).map(f => ({ key: `flag ${f.name}`, n: f.open, text: flag_title(f.name),
			action: t('area.settle'), to: page('flags', { name: f.name }, rows_route('flag_open', { name: f.name })), is_urgent: false }))
	}
	function of_streams(): Wait[] {
		return streams.rows.value.filter(s => (s.streams ?? 0) > 0).map(s => ({ key: `stream ${s.why}`, n: s.streams,
			text: t('area.streams', { why: s.why ? choice_word('stream_wait', s.why) : '' }),
			note: (s.owed ?? 0) > 0 ? t('area.owed', { n: number_text(s.owed) }) : undefined, action: t('area.look'),
			to: rows_route('stream_awaited', { why: s.why ?? undefined }), is_urgent: s.why === 'owing' }))
	}
	function of_access(): Wait[] {
		const a = access.rows.value[0]
		const lines: Wait[] = []
		if (a !== undefined && (a.administrators ?? 0) < 2)
			lines.push({ key: 'admin', n: a.administrators, text: t('area.one_admin'), note: t('area.one_admin_note'), action: t('area.name_one'),
				to: page('access', {}, rows_route('access_users', {})), is_urgent: true })
		if (a !== undefined && (a.ending ?? 0) > 0)
			lines.push({ key: 'ending', n: a.ending, text: t('area.ending'), action: t('area.look'),
				to: rows_route('access_grants', { which: 'ending' }), is_urgent: false })
		return lines
	}
	function of_backups(): Wait[] {
		if (!session.may_see('area_checkpoints') || backups.is_first.value)
			return []
		const at = backups.rows.value[0]?.at
		if (at && Date.now() - Date.parse(at) < BACKUP_LATE_MS)
			return []
		return [{ key: 'backup', n: at ? null : 0, text: at ? t('area.backup_old', { at: time_text(at) }) : t('area.backup_none'), note: t('area.backup_note'),
			action: t('area.look'), to: rows_route('area_checkpoints', {}), is_urgent: true }]
	}
	function of_doubts(): Wait[] {
		return doubts.rows.value.filter(d => (d.people ?? 0) > 0).map(d => ({ key: `doubt ${d.why}`, n: d.people,
			text: t('area.doubt', { why: d.why ? choice_word('roster_doubt', d.why) : '' }), action: t('area.look'),
			to: rows_route('roster_doubtful', { why: d.why ?? undefined }), is_urgent: false }))
	}
	return computed(() => [...of_backups(), ...of_access(), ...of_streams(), ...of_flags(), ...of_doubts()])
}
