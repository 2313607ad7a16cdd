/** The readers of rare texts (src/parse/rare-texts.ts). Pages have them as a file of its own. */
import * as READERS from '../parse/rare-texts.js';
import type { RareReaders } from '../parse/texts.js';
import { later } from './later.js';

/** Bundles for pages are built without them. */
let readers: RareReaders | undefined = 'readDirty' in READERS ? READERS : undefined;

export const rareReaders = (): RareReaders | undefined => readers;

/**
 * Makes `parse` take texts of every kind. Pages need it before the first text that is no save, no sets and no `ip addr` or
 * `ip route` as those print them, before a table that stands twice, and before routes
 * without addresses; elsewhere it does nothing. Throws PacketwalkError where the file cannot be loaded.
 */
export async function loadReaders(): Promise<void> {
  readers ??= await later('rare-texts.js', import('../parse/rare-texts.js'));
}
