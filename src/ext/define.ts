/**
 * What an extension is. One file each in match/ and target/ exports one definition made by `match({…})` or
 * `target({…})`, and `registry.ts` lists it; nothing else in the project knows its name. Beside it stands a table of
 * rows, `NAME.t`, in the form of iptables' own tests. CONTRIBUTING.md walks through adding one.
 *
 * Options are data: a table from the option's canonical name to the kind of its value (values.ts). Parsing, printing,
 * help and the default explanation follow from it.
 */

import type { Action } from '../model/action.js';
import type { Act, Build } from '../model/build.js';
import type { Condition } from '../model/condition.js';
import type { Given, GivenOptions, Head, HookName, Negatable, TableName } from '../model/ruleset.js';
import type { Family } from '../net/address.js';

export interface ValueContext {
  readonly family: Family;
}

/** How an option's words become a value and a value becomes words again. */
export interface ValueKind<V> {
  /** How many words follow the option; `optional` ones may be missing (a word that begins with `-` is never taken). */
  readonly words: number;
  readonly optional?: boolean;
  /** A `!` is a value like any other, and no old iptables' sign before one. */
  readonly verbatim?: boolean;
  /** The form in which programs print it, where it has one that needs no reading to be seen to be sound. */
  readonly printed?: PrintedForm | undefined;
  /** For help: what the words are, `PORT[:PORT]`. */
  readonly shape: string;
  /** Throws ValueError. */
  parse(words: readonly string[], context: ValueContext): V;
  print(value: V, context: ValueContext): readonly string[];
}

/**
 * Forms that src/parse/rules/clean/printed.ts knows: any word; numbers up to 65535, `a` or `a:b`, or a list of 15 at most; of IPv4 two
 * addresses, or one with or without a port. No check of any extension tells two values of a form apart, but for whether
 * `nat` has a port.
 */
export type PrintedForm = 'word' | 'range' | 'list' | 'addresses' | 'nat';

/** A value that cannot be read. The message goes on after the option's name: "port 70000 is not in 0..65535". */
export class ValueError extends Error {
  // pages have extensions in two files, each with a class of its own
  override readonly name = 'ValueError';
  constructor(
    message: string,
    /** which of the option's words is meant. */
    readonly word = 0,
    /** what to do about it. */
    readonly hint?: string,
    /** it is a name of one that only the host can look up. */
    readonly named?: 'address' | 'port' | 'number',
  ) {
    super(message);
  }
}

export const isValueError = (error: unknown): error is ValueError =>
  error instanceof Error && error.name === 'ValueError';

export interface OptionDef<V> {
  readonly value: ValueKind<V>;
  /** other spellings, without dashes; `short` ones are single letters. */
  readonly alias?: readonly string[];
  /** `!` may stand before it (or, as old iptables had it, before its value). */
  readonly invert?: boolean;
  readonly required?: boolean;
  /** options that may not stand beside it. */
  readonly excludes?: readonly string[];
  /** options that must stand beside it. */
  readonly needs?: readonly string[];
  /** it may stand several times, and where it stands tells what it is about (`again` of Given). */
  readonly repeats?: boolean;
  /** Android's iptables and kernels alone have it. */
  readonly android?: true;
}

// biome-ignore lint/suspicious/noExplicitAny: each option has a value type of its own; Parsed<O> recovers it
export type OptionTable = Readonly<Record<string, OptionDef<any>>>;
/** The options of a table as given. */
export type Parsed<O extends OptionTable> = {
  readonly [K in keyof O]?: O[K] extends OptionDef<infer V> ? Given<V> | undefined : never;
};

/** The rule round an extension, for checks. */
export interface RuleContext {
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
  /** -s -d -i -o as given. Where lines of a kind are asked for once they are left out: what is refused is asked for again with them. */
  readonly head: Head;
  /** the text is a listing, which may leave interfaces out. */
  readonly listed: boolean;
  /** -p as given. */
  readonly protocol: Negatable<number> | undefined;
  /** names of the rule's matches, in order, this one included. */
  readonly matches: readonly string[];
  /** options of the rule's matches of a name, as given. */
  options(match: string): readonly GivenOptions[];
  /** refuses the rule: the message names no option, `key` does. */
  refuse(message: string, key?: string, hint?: string): void;
  /** the rule stands, and this is said of it. */
  warn(code: string, message: string, key?: string): void;
}

interface Common<O extends OptionTable> {
  readonly name: string;
  /** one line for people. */
  readonly about: string;
  /** other names that iptables takes for it and prints as `name`. */
  readonly alias?: readonly string[];
  readonly families?: readonly Family[];
  readonly tables?: readonly TableName[];
  /** built-in chains from which the rule may be reached: the same for all, or what its options leave of them. */
  readonly hooks?: readonly HookName[] | ((options: Parsed<O>) => readonly HookName[]);
  /** Android's kernels have it at all hooks. */
  readonly android?: true;
  /** -p must name one of these protocols, not negated. */
  readonly protocols?: readonly number[];
  readonly options: O;
  /** brings what was given into the form that iptables-save prints: `--set-mark 1` to `--set-xmark 0x1/0xffffffff`. */
  canonical?(options: Parsed<O>): Parsed<O>;
  check?(options: Parsed<O>, rule: RuleContext): void;
  /** the words after `-m name` or `-j name`, where the options in the table's order would not do. */
  print?(options: Parsed<O>, context: ValueContext): readonly string[];
  /** options that a listing does not show. */
  readonly unlisted?: readonly string[];
  /** it tests nothing, whatever its options say. */
  readonly remark?: boolean;
  /** its options name sets: no other's conditions or actions look into one. */
  readonly sets?: boolean;
  /**
   * another project's: a chain may have its name, since few hosts know it, and what options its versions have is not known here
   * for certain.
   */
  readonly foreign?: true;
  /** loading a rule with it turns connection tracking on for its family (nf_ct_netns_get in its checkentry). */
  readonly tracking?: boolean | ((options: Parsed<O>) => boolean);
  /** loading a rule with it has fragments gathered before all tables, as tracking does (nf_defrag_ipv4_enable in its checkentry). */
  readonly gathers?: boolean;
}

export interface LowerContext {
  readonly family: Family;
  readonly table: TableName;
  /** the chain that the rule stands in. */
  readonly chain: string;
  /** -s -d -i -o of the rule, for its target. */
  readonly head?: () => Head;
  /** whether somebody has answered a question; none was, where this is left out. */
  readonly answered?: ((question: string) => boolean) | undefined;
}

export interface MatchDef<O extends OptionTable> extends Common<O> {
  /** What must hold, in the kernel's order; each is left as soon as one does not hold. */
  lower(options: Parsed<O>, build: Build, context: LowerContext): readonly Condition[];
}
export interface TargetDef<O extends OptionTable> extends Common<O> {
  lower(options: Parsed<O>, act: Act, context: LowerContext): readonly Action[];
  /** the packet does not go on to the next rule. */
  readonly terminal?: boolean;
}

export type Match = MatchDef<OptionTable> & { readonly kind: 'match' };
export type TargetExtension = TargetDef<OptionTable> & { readonly kind: 'target' };
export type Extension = Match | TargetExtension;

/** The built-in chains from which a rule with these options may be reached; undefined: from all. */
export const hooksOf = ({ hooks }: Extension, options: GivenOptions): readonly HookName[] | undefined =>
  typeof hooks === 'function' ? hooks(options) : hooks;

// the table's own types are checked where an extension is written; from here on it is one among many
export const match = <O extends OptionTable>(def: MatchDef<O>): Match =>
  ({ ...def, kind: 'match' }) as unknown as Match;
export const target = <O extends OptionTable>(def: TargetDef<O>): TargetExtension =>
  ({ ...def, kind: 'target' }) as unknown as TargetExtension;
