/** Parts of the library that pages load when something first asks for them. */
import { PacketwalkError } from '../errors.js';
import { RareExtensionsWanted } from '../ext/registry.js';
import { learnServices, ServicesWanted } from '../model/service.js';
import { later } from '../run/later.js';
import { loadExtensions, loadReaders } from '../run/rare-readers.js';

/** What `act` returns. Where it asks for what this worker is built without, that is loaded, and it begins again. */
export async function withParts<T>(act: () => T): Promise<T> {
  for (;;)
    try {
      return act();
    } catch (error) {
      if (error instanceof RareExtensionsWanted) await loadExtensions();
      else if (error instanceof ServicesWanted) learnServices(await later('services.js', import('../net/services.js')));
      else if (error instanceof PacketwalkError && error.code === 'readers-wanted') await loadReaders();
      else throw error;
    }
}
