/** Why packets end, by number: the core counts them so (Beside.Why). */
import { MOST_WHYS, Why } from '../abi.js';

export class Reasons {
  /** by number: those of Why, then routing's and tracking's as they are met. */
  private readonly names: string[] = ['', 'rule', 'policy', 'header-cut'];

  /** There are some forty. */
  number(name: string): number {
    const old = this.names.indexOf(name);
    if (old >= 0) return old;
    return this.names.length === MOST_WHYS ? Why.None : this.names.push(name) - 1;
  }

  name(number: number): string {
    return this.names[number] ?? '';
  }
}
