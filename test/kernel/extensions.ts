/** Which extensions the kernel at hand has, and which of them random rules ask for. */
import { rowTables } from '../rows.js';
import { askIptables } from './ask-rows.js';
import { generateScenario } from './generate.js';

export interface Extension {
  readonly kind: 'match' | 'target';
  readonly name: string;
}

const LEAST = 5;

/** All of src/ext, by whether the kernel takes a rule with it: its rows are tried until one is. */
export function triedExtensions(): (Extension & { readonly loaded: boolean })[] {
  return rowTables().map(({ kind, name, rows }) => {
    const sound = rows.filter(({ ok }) => ok);
    const loaded = [sound.slice(0, LEAST), sound.slice(LEAST)].some(
      (some) => some.length > 0 && askIptables(some).some((said) => typeof said === 'string'),
    );
    return { kind, name, loaded };
  });
}

/** How often rules of so many seeds of each level and family name each, as `match ah`. */
export function drawnExtensions(seeds: number): Map<string, number> {
  const found = new Map<string, number>();
  for (const family of [4, 6] as const)
    for (const level of [1, 2, 3] as const)
      for (let seed = 1; seed <= seeds; seed++)
        for (const [, option, name] of generateScenario(level, seed, { family }).rules.matchAll(
          / -([mj]) ([A-Za-z]\w*)/g,
        )) {
          const key = `${option === 'm' ? 'match' : 'target'} ${name}`;
          found.set(key, (found.get(key) ?? 0) + 1);
        }
  return found;
}

/** For people: what this kernel lacks, and what it has and no random rule asks for. */
export function extensionLines(seeds: number): string[] {
  const tried = triedExtensions();
  const drawn = drawnExtensions(seeds);
  const has = tried.filter(({ loaded }) => loaded);
  const named = (list: readonly Extension[]): string =>
    list.length === 0 ? 'none' : list.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  return [
    `this kernel takes ${has.length} of ${tried.length} extensions`,
    `it has not: ${named(tried.filter(({ loaded }) => !loaded))}`,
    `it has, and random rules of ${seeds} seeds a level never ask: ${named(has.filter(({ kind, name }) => !drawn.has(`${kind} ${name}`)))}`,
  ];
}
