// texts.ts -- sentences of the start page and the settings.
import { texts } from '@/texts/both'

export default texts({
	zh: {
		title_quiet: '今天没有急事',
		title_missing: '还差 {n} 人',
		rounds: '进行中的轮次',
		no_round: '还没有轮次。从导入名册开始。',
	},
	en: {
		title_quiet: 'Nothing urgent today',
		title_missing: '{n} still missing',
		rounds: 'Rounds under way',
		no_round: 'No round yet. Begin by importing the roster.',
	},
})
