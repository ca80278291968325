// theme.ts -- day or night: a quarter of the light.
import { ref } from 'vue'

export const is_night = ref(localStorage.getItem('redvest-theme') === 'night')

function show(): void {
	document.documentElement.dataset.theme = is_night.value ? 'night' : 'day'
}
export function night_toggle(): void {
	is_night.value = !is_night.value
	localStorage.setItem('redvest-theme', is_night.value ? 'night' : 'day')
	show()
}
show()
