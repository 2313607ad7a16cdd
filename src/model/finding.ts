import type { Place } from '../errors.js';

export type Severity = 'error' | 'warning' | 'note';

/** Something to say about a text that was read: nothing read is lost by it. */
export interface Finding {
  readonly severity: Severity;
  /** stable, for programs and `check --explain`. */
  readonly code: string;
  readonly message: string;
  readonly place?: Place | undefined;
  readonly hint?: string | undefined;
  /** an error of one rule, which is refused and stands in its place: what it does is an open question. */
  readonly ofRule?: true;
}

/** Where parsers put their findings. */
export interface Findings {
  add(finding: Finding): void;
}
