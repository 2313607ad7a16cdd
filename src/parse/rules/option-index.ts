/** What is asked of an extension's table of options for every rule, found once for each extension. */
import type { Extension, OptionDef } from '../../ext/define.js';

export interface NamedOption {
  readonly key: string;
  readonly option: OptionDef<unknown>;
}

export interface OptionIndex {
  /** by all their names. */
  readonly named: ReadonlyMap<string, NamedOption>;
  /** those that must be there, that ask for others or exclude them, or of which something is said. */
  readonly demanding: readonly NamedOption[];
}

const INDEXES = new Map<Extension, OptionIndex>();

export function optionIndex(extension: Extension): OptionIndex {
  let index = INDEXES.get(extension);
  if (index === undefined) {
    index = indexOf(extension);
    INDEXES.set(extension, index);
  }
  return index;
}

function indexOf({ options }: Extension): OptionIndex {
  const named = new Map<string, NamedOption>();
  const all: readonly NamedOption[] = Object.entries(options).map(([key, option]) => ({ key, option }));
  for (const one of all)
    for (const name of [one.key, ...(one.option.alias ?? [])]) if (!named.has(name)) named.set(name, one);
  return {
    named,
    demanding: all.filter(({ option }) => option.required || option.excludes || option.needs || option.android),
  };
}
