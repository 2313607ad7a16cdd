/** What is measured: things that do the same work, beside each other. */

export interface Contest {
  readonly subject: string;
  /** what the work is done on. */
  readonly kind: string;
  readonly rules: number;
  /** how much of it one call does, and of what. */
  readonly amount: number;
  readonly unit: 'rules' | 'packets' | 'explanations';
  /** by name; the first is packetwalk. */
  readonly entrants: Readonly<Record<string, () => unknown>>;
}

/** Makes one contest after another, so that no two lie in memory together. */
export type Subject = (sizes: readonly number[]) => AsyncGenerator<Contest>;

export interface Measured extends Omit<Contest, 'entrants'> {
  /** milliseconds a call, by the name of the entrant: the median over rounds of each round's median. */
  readonly ms: Readonly<Record<string, number>>;
}

export const SIZES: readonly number[] = [10, 100, 1_000, 10_000];
