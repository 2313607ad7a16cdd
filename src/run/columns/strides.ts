import { KEY_UNMET } from '../../abi.js';

/** Room for the address of each page of cells, of which those are made that packets come to. */
export const MOST_CELLS = KEY_UNMET;

/** What classes are multiplied by in the two sums of a key, the second of which is in use where the first has no room. */
export class Strides {
  private readonly next: [number, number];

  constructor(first: number) {
    this.next = [first, 1];
  }

  /** undefined: neither has room for so many classes. */
  place(classes: number): { readonly half: 0 | 1; readonly stride: number } | undefined {
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
}
