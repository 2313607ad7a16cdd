/** What a finding about the meaning of rules is: data that `check --explain` and docs/findings.md print, and how it is found. */
import type { Place } from '../../errors.js';
import type { Findings, Severity } from '../../model/finding.js';
import { type Chain, placeOf, type Rule, type Span } from '../../model/ruleset.js';
import type { Ruleset } from './ruleset.js';

export interface FindingKind {
  /** stable, for programs and `check --explain`. */
  readonly code: string;
  readonly severity: Severity;
  /** one line. */
  readonly title: string;
  /** what it means, why it matters, what to do. */
  readonly about: string;
  /** texts of a host that has it. */
  readonly example: readonly string[];
  /** texts of a host that looks as if it had it. */
  readonly looksLike: readonly string[];
  /** Says where the rules of one family have it. */
  find(rules: Ruleset, report: Report): void;
}

/** Where in the texts a chain's own line stands; undefined: it has none. */
export type PlaceOfChain = (chain: Chain, file: string) => Place | undefined;

/** Puts findings of one kind in their place. */
export class Report {
  constructor(
    private readonly kind: Pick<FindingKind, 'code' | 'severity'>,
    private readonly findings: Findings,
    private readonly placeOfChain: PlaceOfChain,
  ) {}

  rule(rule: Rule, message: string, at?: Span, hint?: string): void {
    const { code, severity } = this.kind;
    this.findings.add({ severity, code, message, place: placeOf(rule, at), hint });
  }

  /** About a chain, or its policy; where the chain's line is not known, with its first rule. */
  chain(chain: Chain, file: string, message: string, hint?: string): void {
    const { code, severity } = this.kind;
    const [first] = chain.rules;
    const place = this.placeOfChain(chain, file) ?? (first && placeOf(first));
    this.findings.add({ severity, code, message, place, hint });
  }
}
