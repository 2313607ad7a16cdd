/** The readers of rare texts (src/parse/rare-texts.ts), and rare extensions. Pages have them as files of their own. */
import { knowsRareExtensions, learnExtensions } from '../ext/registry.js';
import * as READERS from '../parse/rare-texts.js';
import type { RareReaders } from '../parse/texts.js';
import { later } from './later.js';

/** Bundles for pages are built without them. */
let readers: RareReaders | undefined = 'readDirty' in READERS ? READERS : undefined;

export const rareReaders = (): RareReaders | undefined => readers;

/**
 * Makes `parse` take texts of every kind, and rules with any extension. Pages need it before the first text that is no save, no sets and no `ip addr` or
 * `ip route` as those print them, before a table that stands twice, before routes
 * without addresses, and before rules with another extension than those of most hosts; elsewhere it does nothing. Throws PacketwalkError where the file cannot be loaded.
 */
export async function loadReaders(): Promise<void> {
  readers ??= await later('rare-texts.js', import('../parse/rare-texts.js'));
  await loadExtensions();
}

/** The extensions alone. */
export async function loadExtensions(): Promise<void> {
  if (!knowsRareExtensions()) learnExtensions(await later('rare-extensions.js', import('../ext/rare-extensions.js')));
}
