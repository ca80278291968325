// round_words.ts -- what is said of a room, in one line.
import { i18n } from '@/texts/i18n'
import { choice_word } from '@/texts/words'
import type { BoardRow } from '@/modules/round/board'

export function room_words(row: BoardRow): string {
	const t = i18n.global.t
	const parts = [row.name]
	if ((row.missing ?? 0) > 0)
		parts.push(`${t('round.missing')} ${row.missing}`)
	if ((row.sampled ?? 0) > 0)
		parts.push(`${t('round.sampled')} ${row.sampled}`)
	if ((row.exempt ?? 0) > 0)
		parts.push(`${t('round.exempt')} ${row.exempt}`)
	if (row.home !== null && row.home !== 'present')
		parts.push(choice_word('round_home', row.home))
	return parts.join(' · ')
}
