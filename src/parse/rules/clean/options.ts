/** What a clean line asks of an extension, found once: its options as they are written whole, and what it asks of a rule. */
import { type Extension, isValueError, type ValueContext, type ValueKind } from '../../../ext/define.js';
import type { Family } from '../../../net/address.js';
import { writtenCore } from '../core-option.js';
import { type NamedOption, optionIndex } from '../option-index.js';

/** In place of a value: the words are none, or are read otherwise. */
export const REFUSED: unique symbol = Symbol('refused');

/** Values of short words are kept, so many for each option: what many rules ask is read once, and is one value. */
const KEPT = 4096;
/** Of more letters a text may be a part of the whole one, which would be kept with it. */
const SHORT = 12;

export class CleanOption {
  readonly invert: boolean;
  readonly words: number;
  private readonly kept = new Map<string, unknown>();

  constructor(
    readonly key: string,
    private readonly kind: ValueKind<unknown>,
    invert: boolean | undefined,
    private readonly context: ValueContext,
  ) {
    this.invert = invert === true;
    this.words = kind.optional ? -1 : kind.words;
  }

  /** The value that one word stands for; none: ''. */
  valueOf(word: string): unknown {
    if (word.length > SHORT) return this.read([word]);
    const kept = this.kept.get(word);
    if (kept !== undefined) return kept;
    const value = this.read(this.words === 0 ? [] : [word]);
    if (this.kept.size < KEPT) this.kept.set(word, value);
    return value;
  }

  read(words: readonly string[]): unknown {
    return orRefused(() => this.kind.parse(words, this.context));
  }
}

/** What `read` gives, REFUSED where it throws ValueError. */
export function orRefused<V>(read: () => V): V | typeof REFUSED {
  try {
    return read();
  } catch (error) {
    if (isValueError(error)) return REFUSED;
    throw error;
  }
}

export interface CleanExtension {
  readonly extension: Extension;
  /** by `--name`, but for those that belong to no extension. */
  readonly options: ReadonlyMap<string, CleanOption>;
  /** those that must be there, or that ask for others or exclude them. */
  readonly demanding: readonly NamedOption[];
  /** it asks for a table or hook, or has a check of its own. */
  readonly asks: boolean;
}

export function cleanExtension(extension: Extension, family: Family): CleanExtension {
  const { named, demanding } = optionIndex(extension);
  const made = new Map<string, CleanOption>();
  const options = new Map<string, CleanOption>();
  for (const [name, { key, option }] of named) {
    if (name.length === 1 || writtenCore(`--${name}`) !== undefined) continue;
    const one = made.get(key) ?? new CleanOption(key, option.value, option.invert, { family });
    made.set(key, one);
    options.set(`--${name}`, one);
  }
  const { tables, hooks, check } = extension;
  const asks = tables !== undefined || hooks !== undefined || check !== undefined;
  return { extension, options, demanding, asks };
}

/** Whether an option that was given, or was not, asks for others or none. */
export function demandsMore({ demanding }: CleanExtension, given: Readonly<Record<string, unknown>>): boolean {
  for (const { key, option } of demanding)
    if (given[key] === undefined ? option.required : option.excludes || option.needs) return true;
  return false;
}
