// i18n.ts -- both languages, module by module; what the declarations say is not said again.
//
// A module keeps its sentences in `texts.ts`: { zh, en } of the same shape, which the compiler holds. Labels of
// fields and columns, words of choices, faults and flags come from the catalogue.
import { createI18n } from 'vue-i18n'
import { shell_texts } from '@/shell/texts'

export type Language = 'zh' | 'en'

const modules = import.meta.glob<{ default: { zh: object; en: object } }>('../modules/*/texts.ts', { eager: true })

function messages(language: Language): Record<string, object> {
	const all: Record<string, object> = { shell: shell_texts[language] }
	for (const [path, m] of Object.entries(modules))
		all[path.split('/').at(-2) as string] = m.default[language]
	return all
}

function language_first(): Language {
	const kept = localStorage.getItem('redvest-language')
	if (kept === 'zh' || kept === 'en')
		return kept
	return navigator.language.startsWith('zh') ? 'zh' : 'en'
}

export const i18n = createI18n({
	legacy: false,
	locale: language_first() as string,
	fallbackLocale: false,
	missingWarn: true,
	messages: { zh: messages('zh'), en: messages('en') } as unknown as Record<string, Record<string, never>>,
})

export function language(): Language {
	return i18n.global.locale.value as Language
}

export function language_set(to: Language): void {
	i18n.global.locale.value = to
	localStorage.setItem('redvest-language', to)
	document.documentElement.lang = to === 'zh' ? 'zh-CN' : 'en'
}
document.documentElement.lang = language() === 'zh' ? 'zh-CN' : 'en'
