// texts.ts -- sentences of the rounds.
import { texts } from '@/texts/both'

export default texts({
	zh: { list: '轮次' },
	en: { list: 'Rounds' },
})
