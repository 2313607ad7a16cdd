/**
 * A part of a rule's line from `-m` or `-j` on that is an extension's, as iptables-save prints it. It says the same in whatever
 * line it stands, and rules that have it share it: where it stands is not in it.
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

/** What a rule has beside its clauses that checks ask for. */
export interface RuleOfClauses extends TableOfRules {
  readonly chain: string;
  readonly protocol: Negatable<number> | undefined;
}

/** The most that a number for chain and protocol can be, and one more. */
const CASES = 8192;

export class Clause {
  readonly target: Target | undefined;
  /** what it stood behind last, and that with it: one look-up less for nearly all. */
  behind: Matches | undefined;
  together: Matches | undefined;
  /** where it is kept as it stands, and how many letters it has. */
  at = 0;
  length = 0;
  /** as a target: where nothing is to be said of it, by a number for the matches before it, chain and protocol. */
  private sound: Set<number> | undefined;
  private lastSound = -1;

  constructor(
    readonly clean: CleanExtension,
    /** options as they were given; their columns tell their order alone. */
    readonly options: Readonly<Record<string, Given>>,
    /** undefined: what it says is not read, it is some clause of a Kind. */
    readonly use: ExtensionUse | undefined,
  ) {
    const isTarget = use !== undefined && clean.extension.kind === 'target';
    this.target = isTarget ? { kind: 'extension', use } : undefined;
  }

  isSound(behind: Matches, place: number): boolean {
    const key = CASES * behind.number + place;
    if (key !== this.lastSound && this.sound?.has(key) !== true) return false;
    this.lastSound = key;
    return true;
  }
  noteSound(behind: Matches, place: number): void {
    this.sound ??= new Set();
    this.sound.add(CASES * behind.number + place);
  }

  /** Whether its extension takes a rule with those matches without a finding. */
  isQuiet(matches: readonly MatchUse[], { chain, protocol, family, table, file }: RuleOfClauses): boolean {
    const { clean, options } = this;
    const { extension, name, protocols } = clean;
    if (protocols !== undefined && (!protocol || protocol.not || !protocols.includes(protocol.value))) return false;
    if (!clean.asks && !demandsMore(clean, options)) return true;
    const { kind } = extension;
    const head = protocol === undefined ? {} : { protocol };
    let quiet = true;
    checkUse(
      { extension, kind, name, at: NOWHERE, options, words: NO_WORDS },
      {
        chain,
        file,
        line: 0,
        source: '',
        counters: undefined,
        head,
        matches,
        target: this.target,
        refused: false,
      },
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

export const NO_WORDS: Word[] = [];
/** What several lines have stands at no one place. */
export const NOWHERE: Span = { column: 0, length: 0 };
