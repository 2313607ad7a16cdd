/** One of the rulesets that a page compares: what was read of it, and its rules loaded. */
import {
  compile,
  createEngine,
  type HostTexts,
  type LoadedHost,
  loadIpv6,
  parse,
  type SourceText,
} from '../../index.js';
import type { Family } from '../../net/address.js';
import type { HostOptions } from '../../run/host-options.js';
import { familiesOf } from '../../run/host-program.js';
import { withParts } from '../with-parts.js';

export class Side {
  #sources: readonly SourceText[] = [];
  #texts: HostTexts | undefined;
  /** loaded of #texts with the answers that were asked with last, by family. */
  #loaded: { readonly key: string; readonly hosts: Map<Family, Promise<LoadedHost>> } = { key: '', hosts: new Map() };

  /** Throws where nothing is recognised; what was read before is gone then. */
  async read(texts: readonly SourceText[]): Promise<HostTexts> {
    this.#texts = undefined;
    this.#loaded = { key: '', hosts: new Map() };
    this.#sources = texts;
    this.#texts = await withParts(() => parse(texts));
    return this.#texts;
  }

  get texts(): HostTexts {
    // throws what is said of no text at all
    return this.#texts ?? parse([]);
  }

  /** Those that tell of the host and hold no tables. */
  textsWithoutRules(): SourceText[] {
    const files = new Set(this.texts.tables.map(({ file }) => file));
    return this.#sources.filter(({ name }) => !files.has(name));
  }

  /** The family whose rules a packet of one meets. */
  familyFor(own: Family | undefined): Family {
    return own === 6 && familiesOf(this.texts).includes(6) ? 6 : 4;
  }

  /** For one packet at a time: as it was before those that were asked for last. */
  async host(family: Family, assume: readonly string[]): Promise<LoadedHost> {
    const key = JSON.stringify(assume);
    if (this.#loaded.key !== key) this.#loaded = { key, hosts: new Map() };
    const { hosts } = this.#loaded;
    const before = hosts.get(family);
    if (before !== undefined) {
      const host = await before;
      host.reset();
      return host;
    }
    const loading = this.#load(family, { assume: [...assume] });
    hosts.set(family, loading);
    loading.catch(() => hosts.delete(family));
    return loading;
  }

  /** For many packets, of each family that has rules: what nobody has answered is taken as no. */
  async hostsForMany(given: HostOptions): Promise<[LoadedHost, ...LoadedHost[]]> {
    const [family = 4, ...others] = familiesOf(this.texts);
    const load = async (one: Family) => {
      const host = await this.#load(one, { ...given, lenient: true });
      await host.expectMany();
      return host;
    };
    return [await load(family), ...(await Promise.all(others.map(load)))];
  }

  async #load(family: Family, options: HostOptions): Promise<LoadedHost> {
    const { texts } = this;
    if (family === 6) await loadIpv6();
    const program = await withParts(() => compile(texts, options, family));
    return (await createEngine()).load(program, { few: true });
  }
}
