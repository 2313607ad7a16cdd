/**
 * Lines that were read before, in another text of the same table: most of them stand there still, in their order. Rules of those are
 * taken as they are, which takes a tenth of the time.
 */
import type { Rule, Table } from '../../../model/ruleset.js';

/** Of so many lines of a chain it is seen whether one of them comes next: those before it were left out. */
const LOOKED_AT = 32;
/** So much of a table may be read anew from copies of its lines. */
const FEW = 1 / 8;

interface Known {
  readonly rules: readonly Rule[];
  /** those before were found, or passed. */
  next: number;
}

export class KnownLines<Line extends Rule & { readonly words: string }> {
  private readonly chains = new Map<string, Known>();
  private name: string | undefined;
  private known: Known | undefined;
  private missed = 0;
  private readonly most: number;
  /** characters of the line that was found last. */
  length = 0;

  constructor(
    private readonly table: Table,
    private readonly isLine: (rule: Rule) => boolean,
  ) {
    let rules = 0;
    for (const chain of table.chains.values()) rules += chain.rules.length;
    this.most = FEW * rules;
  }

  /** Whether nearly all of its lines were found, as far as it was read. */
  get hasMost(): boolean {
    return this.missed <= this.most;
  }

  /** The rule of a chain whose line stands at a place, from -A on. */
  find(chain: string, text: string, begin: number): Line | undefined {
    const known = this.of(chain);
    const { rules, next } = known;
    const end = Math.min(rules.length, next + LOOKED_AT);
    for (let i = next; i < end; i++) {
      const rule = rules[i]!;
      if (!this.isLine(rule)) continue;
      const { words } = rule as Line;
      if (!text.startsWith(words, begin)) continue;
      const behind = text.charCodeAt(begin + words.length);
      if (behind !== LINE_END && begin + words.length !== text.length) continue;
      known.next = i + 1;
      this.length = words.length;
      return rule as Line;
    }
    this.missed++;
    return undefined;
  }

  private of(chain: string): Known {
    if (this.name === chain) return this.known!;
    let known = this.chains.get(chain);
    if (known === undefined) {
      known = { rules: this.table.chains.get(chain)?.rules ?? [], next: 0 };
      this.chains.set(chain, known);
    }
    this.name = chain;
    this.known = known;
    return known;
  }
}

const LINE_END = 0x0a;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** A part of a text that does not keep all of it. */
export const copyOf = (text: string): string => decoder.decode(encoder.encode(text));
