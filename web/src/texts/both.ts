// both.ts -- the same sentences in both languages: the same keys, or it does not compile.
export function texts<T extends object>(t: { zh: T; en: T }): { zh: T; en: T } {
	return t
}
