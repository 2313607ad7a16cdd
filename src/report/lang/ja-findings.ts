/**
 * Japanese, of what is found and refused: for each message that arises in English, by its template. translate.ts says how
 * these are written. A test names those that the sources have and this lacks.
 */
import { IN_DIRT } from './ja-findings-dirt.js';
import { IN_EXTENSIONS } from './ja-findings-extensions.js';
import { IN_LIMITS } from './ja-findings-limits.js';
import { IN_MEANING } from './ja-findings-meaning.js';
import { IN_PACKETS } from './ja-findings-packets.js';
import { IN_RULES } from './ja-findings-rules.js';
import { IN_RUNS } from './ja-findings-runs.js';
import { IN_TEXTS } from './ja-findings-texts.js';
import { type Catalogue, translator } from './translate.js';

/** Between messages. */
const JOINTS: Catalogue = { '; ': '。', ', ': '、', ' and ': 'と ', '{} or {}': '{0} か {1}' };

export const FINDINGS: Catalogue = {
  ...JOINTS,
  ...IN_RULES,
  ...IN_EXTENSIONS,
  ...IN_LIMITS,
  ...IN_MEANING,
  ...IN_TEXTS,
  ...IN_DIRT,
  ...IN_PACKETS,
  ...IN_RUNS,
};

export const say = translator(FINDINGS);
