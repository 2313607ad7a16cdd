import type { Draft } from './draft.js';
import type { Draw } from './draw.js';

/** Fills a draft from the draws of one packet; what it makes need not be sound yet. */
export interface Maker {
  make(draw: Draw, draft: Draft): void;
}
