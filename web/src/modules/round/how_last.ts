// how_last.ts -- how one has got in touch last: whoever phones goes on phoning.
import { ref } from 'vue'
import type { round_how } from '@/gen/schema'

export const how_last = ref<round_how>('phone')
