/** What a clean line asks of an extension, found once: its options as they are written whole, and what it asks of a rule. */
import { type Extension, isValueError, type ValueContext, type ValueKind } from '../../../ext/define.js';
import type { Family } from '../../../net/address.js';
import { writtenCore } from '../core-option.js';
import { type NamedOption, optionIndex } from '../option-index.js';
import { Kind } from './kind.js';
import { bytesOf } from './known.js';
import { OF_IPV4, PRINTED, type Sees } from './printed.js';

/** In place of a value: the words are none, or are read otherwise. */
export const REFUSED: unique symbol = Symbol('refused');

/** Values of short words are kept, so many for each option: what many rules ask is read once, and is one value. */
const KEPT = 4096;
/** Of more letters a text may be a part of the whole one, which would be kept with it. */
const SHORT = 12;
/** Values that are known by their words have few letters; their numbers come behind those of forms. */
const LONGEST_KNOWN = 40;
const FIRST_KNOWN = 8;

export class CleanOption {
  readonly invert: boolean;
  readonly words: number;
  /** undefined: its values have no form. */
  readonly sees: Sees | undefined;
  private readonly kept = new Map<string, unknown>();
  private readonly known = new Map<string, number>();

  constructor(
    readonly key: string,
    private readonly kind: ValueKind<unknown>,
    invert: boolean | undefined,
    private readonly context: ValueContext,
  ) {
    this.invert = invert === true;
    this.words = kind.optional ? -1 : kind.words;
    const { printed } = kind;
    const isForm = printed !== undefined && (context.family === 4 || !OF_IPV4.includes(printed));
    this.sees = isForm ? PRINTED[printed] : undefined;
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

  /** A number for the value that stands in words, the same for the same words; 0: it is none, or one too many. */
  numberOf(words: string): number {
    const known = this.known.get(words);
    if (known !== undefined) return known;
    if (this.known.size === KEPT || words.length > LONGEST_KNOWN) return 0;
    const number = this.read(words.split(' ')) === REFUSED ? 0 : FIRST_KNOWN + this.known.size;
    this.known.set(words, number);
    return number;
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

/** An option under one of its names. */
export interface WrittenOption {
  readonly written: Uint8Array;
  readonly option: CleanOption;
}

export interface CleanExtension {
  readonly extension: Extension;
  /** what is asked of it for each rule: extensions have many shapes. */
  readonly name: string;
  readonly protocols: readonly number[] | undefined;
  readonly remark: boolean;
  /** as they are written, `--name`, but for those that belong to no extension. */
  readonly options: readonly WrittenOption[];
  /** as OptionIndex has them. */
  readonly demanding: readonly NamedOption[];
  /** itself, where it works at some hooks only. */
  readonly bound: readonly Extension[];
  /** it asks for a table or hook, or has a check of its own. */
  readonly asks: boolean;
  /** its clauses that have no option. */
  readonly kind: Kind;
}

export function cleanExtension(extension: Extension, family: Family): CleanExtension {
  const { named, demanding } = optionIndex(extension);
  const made = new Map<string, CleanOption>();
  const options: WrittenOption[] = [];
  for (const [name, { key, option }] of named) {
    if (name.length === 1 || writtenCore(`--${name}`) !== undefined) continue;
    const one = made.get(key) ?? new CleanOption(key, option.value, option.invert, { family });
    made.set(key, one);
    options.push({ written: bytesOf(`--${name}`), option: one });
  }
  const { tables, hooks, check } = extension;
  const asks = tables !== undefined || hooks !== undefined || check !== undefined;
  const bound = hooks === undefined ? [] : [extension];
  const { name, protocols, remark = false } = extension;
  return { extension, name, protocols, remark, options, demanding, bound, asks, kind: new Kind() };
}

/** Whether an option that was given, or was not, asks for others or none, or something is said of it. */
export function demandsMore({ demanding }: CleanExtension, given: Readonly<Record<string, unknown>>): boolean {
  for (const { key, option } of demanding)
    if (given[key] === undefined ? option.required : option.excludes || option.needs || option.android) return true;
  return false;
}
