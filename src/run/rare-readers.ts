/** The readers of rare texts (src/parse/rare-texts.ts), and rare extensions. Pages have them as files of their own. */
import { knowsRareExtensions, learnExtensions } from '../ext/registry.js';
import * as READERS from '../parse/rare-texts.js';
import type { RareReaders } from '../parse/texts.js';
import { later } from './later.js';

/** Bundles for pages are built without them. */
let readers: RareReaders | undefined = 'readDirty' in READERS ? READERS : undefined;

export const rareReaders = (): RareReaders | undefined => readers;

/** Makes `parse` take texts of every kind, and rules with any extension. Throws PacketwalkError where a file cannot be loaded. */
export async function loadReaders(): Promise<void> {
  readers ??= await later('rare-texts.js', import('../parse/rare-texts.js'));
  await loadExtensions();
}

/** The extensions alone. */
export async function loadExtensions(): Promise<void> {
  if (!knowsRareExtensions()) learnExtensions(await later('rare-extensions.js', import('../ext/rare-extensions.js')));
}
