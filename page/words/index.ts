/** The page's own words, by language; what the engine says comes in them already. */
import type { Language } from '../language.js';
import { en, type Words } from './en.js';
import { ja } from './ja.js';

export const WORDS: Readonly<Record<Language, Words>> = { en, ja };
