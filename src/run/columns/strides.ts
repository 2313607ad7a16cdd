import { KEY_UNMET } from '../../abi.js';

/** Keys of one sum are less. */
export const MOST_CELLS = KEY_UNMET;

/** Where classes go in a key: in which of its sums, and what they are multiplied by. */
export interface Place {
  readonly half: 0 | 1;
  readonly stride: number;
}

/** What is left of the two sums of a key, the second of which is in use where the first has no room. */
export class Strides {
  private readonly next: [number, number];

  constructor(first: number) {
    this.next = [first, 1];
  }

  /** undefined: neither has room for so many classes. */
  place(classes: number): Place | undefined {
    for (const half of [0, 1] as const) {
      const stride = this.next[half];
      if (stride * classes > MOST_CELLS) continue;
      this.next[half] = stride * classes;
      return { half, stride };
    }
    return undefined;
  }
  get isOne(): boolean {
    return this.next[1] === 1;
  }
  /** Keys that there may be. */
  get keys(): number {
    return this.next[0] * this.next[1];
  }
}
