/**
 * The rules that a pair of addresses leaves: lists in order, without rules that those before them leave nothing to, each
 * kept once.
 */
import type { Effort } from './effort.js';
import { PairMemo, Sequences } from './sequences.js';
import type { Services } from './services.js';

export class RuleLists {
  /** Lists by number; 0 is the empty one. */
  readonly lists: Sequences;
  private readonly memo: PairMemo;
  private readonly taken: Uint32Array;
  private scratch = new Uint32Array(256);

  constructor(
    private readonly services: Services,
    readonly effort: Effort,
  ) {
    this.lists = new Sequences(effort);
    this.memo = new PairMemo(effort);
    this.taken = new Uint32Array(services.coverWords);
    this.lists.intern(this.scratch, 0);
  }

  /** The list that has a rule more. */
  with(list: number, rule: number): number {
    const known = this.memo.get(list, rule);
    if (known !== undefined) return known;
    const made = this.make(list, rule);
    this.memo.set(list, rule, made);
    return made;
  }

  /** The list that has the rules of two. */
  merged(list: number, other: number): number {
    let made = list;
    const from = this.lists.starts[other]!;
    const end = this.lists.starts[other + 1]!;
    // words are read anew each time: a list that is made may move them
    for (let i = from; i < end; i++) made = this.with(made, this.lists.words[i]!);
    return made;
  }

  private make(list: number, rule: number): number {
    const { words, starts } = this.lists;
    const end = starts[list + 1]!;
    let at = starts[list]!;
    let length = 0;
    this.effort.spend((end - at + 1) * (this.services.coverWords + 4));
    if (this.scratch.length <= end - at) this.scratch = new Uint32Array(2 * (end - at));
    this.taken.fill(0);
    for (; at < end && words[at]! < rule; at++) {
      this.take(words[at]!);
      this.scratch[length++] = words[at]!;
    }
    if (!this.take(rule)) return list;
    this.scratch[length++] = rule;
    for (; at < end; at++) if (this.take(words[at]!)) this.scratch[length++] = words[at]!;
    return this.lists.intern(this.scratch, length);
  }

  /** Whether the rule takes a y that none did before. */
  private take(rule: number): boolean {
    const { coverWords, cover, ofRule } = this.services;
    const from = ofRule[rule]! * coverWords;
    let more = 0;
    for (let i = 0; i < coverWords; i++) {
      const bits = cover[from + i]!;
      more |= bits & ~this.taken[i]!;
      this.taken[i]! |= bits;
    }
    return more !== 0;
  }
}
