/** The words of the language that the page speaks now. */
import { computed } from '@preact/signals';
import { language } from './state.js';
import { WORDS } from './words/index.js';

export const words = computed(() => WORDS[language.value]);
