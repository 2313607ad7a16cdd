/** What rare texts and rare extensions need, the words for what the latter ask among it, for bundles for pages, which are built without. */
import { knowsServices, learnServices } from '../model/service.js';
import { later } from '../run/later.js';
import { loadReaders as loadTexts } from '../run/rare-readers.js';
import { RARE_WHY } from './lang/en-rare.js';
import { foreignWords, story } from './lang/en-story.js';

/**
 * Makes `parse` take texts of every kind, and rules with any extension, and `explain` tell of them. Pages need it before the first text that is no
 * save, no sets and no `ip addr` or `ip route` as those print them, before a table that stands twice, before routes without addresses, and
 * before rules with another extension than those of most hosts or ports by their names; elsewhere it does nothing. Throws PacketwalkError where a file cannot be
 * loaded.
 */
export async function loadReaders(): Promise<void> {
  await loadTexts();
  if (!knowsServices()) learnServices(await later('services.js', import('../net/services.js')));
  if ('why.read' in RARE_WHY) return;
  const part = await later('en-rare.js', import('./lang/en-rare.js'));
  Object.assign(story.messages, part.RARE_WHY);
  Object.assign(foreignWords, part.FOREIGN_WORDS);
}
