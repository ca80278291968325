// use_seen.ts -- whether an element is on the screen, or nearly.
import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

export function use_seen(element: Ref<HTMLElement | null>, margin = '400px'): Ref<boolean> {
	const is_seen = ref(false)
	const observer = new IntersectionObserver(entries => {
		is_seen.value = entries.at(-1)?.isIntersecting ?? false
	}, { rootMargin: margin })
	onMounted(() => {
		if (element.value !== null)
			observer.observe(element.value)
	})
	onBeforeUnmount(() => observer.disconnect())
	return is_seen
}
