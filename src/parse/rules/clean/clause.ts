/**
 * A part of a rule's line from `-m`, `-j` or `-g` on, as iptables-save prints it. It says the same in whatever line it stands,
 * and rules that have it share it: where it stands is not in it.
 */
import type {
  ExtensionUse,
  Given,
  MatchUse,
  Negatable,
  Span,
  TableName,
  Target,
  Word,
} from '../../../model/ruleset.js';
import type { Family } from '../../../net/address.js';
import { checkUse } from '../rule-check.js';
import type { Matches } from './matches.js';
import { type CleanExtension, demandsMore } from './options.js';

/** The table that rules stand in. */
export interface TableOfRules {
  readonly family: Family;
  readonly table: TableName;
  readonly file: string;
}

export class Clause {
  /** beside which matches, for which protocol and chain nothing is to be said of it, as it was asked last. */
  private soundWith: readonly MatchUse[] | undefined;
  private soundFor = -1;
  private soundIn = '';
  /** the matches that it stood behind last, and those with it: one look-up less for nearly all. */
  behind: Matches | undefined;
  together: Matches | undefined;

  constructor(
    /** as it stands. */
    readonly text: string,
    /** undefined: it is no extension's. */
    readonly clean: CleanExtension | undefined,
    /** options as they were given; their columns tell their order alone. */
    readonly options: Readonly<Record<string, Given>>,
    /** what it adds to the rule's matches; undefined: it is the target. */
    readonly use: ExtensionUse | undefined,
    readonly target: Target | undefined,
  ) {}

  /** Whether its extension takes a rule with those matches without a finding. */
  isSound(
    matches: readonly MatchUse[],
    protocol: Negatable<number> | undefined,
    chain: string,
    from: TableOfRules,
  ): boolean {
    const { clean } = this;
    if (clean === undefined) return true;
    const key = protocol === undefined ? ANY : protocol.value | (protocol.not ? NEGATED : 0);
    if (this.soundFor === key && this.soundWith === matches && this.soundIn === chain) return true;
    if (!this.isQuiet(clean, matches, protocol, chain, from)) return false;
    this.soundWith = matches;
    this.soundFor = key;
    this.soundIn = chain;
    return true;
  }

  private isQuiet(
    clean: CleanExtension,
    matches: readonly MatchUse[],
    protocol: Negatable<number> | undefined,
    chain: string,
    { family, table, file }: TableOfRules,
  ): boolean {
    const { options, target } = this;
    const { extension } = clean;
    const { name, kind, protocols } = extension;
    if (protocols !== undefined && (!protocol || protocol.not || !protocols.includes(protocol.value))) return false;
    if (!clean.asks && !demandsMore(clean, options)) return true;
    const head = protocol === undefined ? {} : { protocol };
    let quiet = true;
    checkUse(
      { extension, kind, name, at: NOWHERE, options, words: NO_WORDS },
      { chain, file, line: 0, source: '', counters: undefined, head, matches, target, refused: false },
      { family, table, chain, file, line: 0, source: '', counters: undefined },
      {
        add: () => {
          quiet = false;
        },
      },
    );
    return quiet;
  }
}

const ANY = 512;
const NEGATED = 256;
export const NO_WORDS: Word[] = [];
/** What several lines have stands at no one place. */
export const NOWHERE: Span = { column: 0, length: 0 };
