/** Which option of which loaded extension a name means: exact before cut short, the newest extension first. */
import type { Extension } from '../../ext/define.js';
import { nearest } from '../../model/nearest.js';
import { CORE_OPTIONS, coreBeginnings } from './core-option.js';
import { type NamedOption, optionIndex } from './option-index.js';
import type { Loaded } from './rule-reader.js';

export interface FoundOption extends NamedOption {
  readonly use: Loaded;
}

/** The newest extension's option of that whole name. */
export function exactOption(name: string, latest: readonly Loaded[]): FoundOption | undefined {
  for (let i = latest.length - 1; i >= 0; i--) {
    const use = latest[i]!;
    const exact = use.extension && optionIndex(use.extension).named.get(name);
    if (exact !== undefined) return { use, key: exact.key, option: exact.option };
  }
  return undefined;
}

/** getopt_long takes an unambiguous beginning of a long option for the whole, and so do saved texts here and there. */
export function matchOption(name: string, latest: readonly Loaded[]): FoundOption | 'ambiguous' | undefined {
  const exact = exactOption(name, latest);
  if (exact !== undefined || name.length < 2) return exact;
  const short: FoundOption[] = [];
  for (const use of [...latest].reverse())
    for (const [key, option] of Object.entries(use.extension?.options ?? {}))
      if ([key, ...(option.alias ?? [])].some((one) => one.startsWith(name))) short.push({ use, key, option });
  const first = short[0];
  if (first === undefined) return undefined;
  const one = short.every(({ key, use }) => key === first.key && use === first.use);
  return one && coreBeginnings(name).length === 0 ? first : 'ambiguous';
}

/** For a word that is no option: the one that was meant, of the core or of an extension that could take it here. */
export function meantOption(word: string, extensions: readonly (Extension | undefined)[]): string | undefined {
  const names = extensions.flatMap((extension) =>
    Object.entries(extension?.options ?? {}).flatMap(([key, { alias = [] }]) => [key, ...alias]),
  );
  const written = names.map((name) => (name.length === 1 ? `-${name}` : `--${name}`));
  // of a single letter only the case can be a slip: any other letter is another option
  if (/^-[^-]$/.test(word))
    return [...written, ...CORE_OPTIONS].find((one) => one === word.toLowerCase() && one !== word);
  // the dashes are no letters of the name, and those of a short one may not all be slips
  const long = [...written, ...CORE_OPTIONS].flatMap((one) => (one.startsWith('--') ? [one.slice(2)] : []));
  const meant = nearest(word.replace(/^--?/, ''), long);
  return meant && `--${meant}`;
}
