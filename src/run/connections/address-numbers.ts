/**
 * Addresses as tuples have them, one word each: of IPv4 the address itself, of IPv6 a number that stands for it, which it gets
 * when it is met first. So entries, their hashes and what compares them are the same for both families.
 */
import type { Family, Words } from '../../net/address.js';
import type { Columns } from '../run-block.js';

export interface AddressNumbers {
  readonly family: Family;
  /** How many numbers stand for addresses; 0: each stands for itself. */
  readonly size: number;
  numberOf(address: Words): number;
  addressOf(number: number): Words;
  /** That of the address whose first word is a packet's column. */
  read(columns: Columns, slot: number, field: number): number;
  /** Writes the address that a number stands for there. */
  write(columns: Columns, slot: number, field: number, number: number): void;
  copy(): AddressNumbers;
}

export const addressNumbers = (family: Family): AddressNumbers => (family === 4 ? ITSELF : new AddressDirectory());

const ITSELF: AddressNumbers = {
  family: 4,
  size: 0,
  numberOf: ([word]) => word!,
  addressOf: (number) => [number],
  read: (columns, slot, field) => columns[field]![slot]!,
  write: (columns, slot, field, number) => {
    columns[field]![slot] = number;
  },
  copy: () => ITSELF,
};

const WORDS = 4;
const FIRST = 64;

class AddressDirectory implements AddressNumbers {
  readonly family = 6;
  size = 0;
  private words = new Uint32Array(WORDS * FIRST);
  /** open addressing: number + 1; 0: free. */
  private slots = new Int32Array(2 * FIRST);

  numberOf([a, b, c, d]: Words): number {
    return this.number(a!, b!, c!, d!);
  }

  addressOf(number: number): Words {
    return Array.from(this.words.subarray(WORDS * number, WORDS * (number + 1)));
  }

  read(columns: Columns, slot: number, field: number): number {
    return this.number(
      columns[field]![slot]!,
      columns[field + 1]![slot]!,
      columns[field + 2]![slot]!,
      columns[field + 3]![slot]!,
    );
  }

  write(columns: Columns, slot: number, field: number, number: number): void {
    for (let word = 0; word < WORDS; word++) columns[field + word]![slot] = this.words[WORDS * number + word]!;
  }

  copy(): AddressDirectory {
    const copy = new AddressDirectory();
    copy.size = this.size;
    copy.words = this.words.slice();
    copy.slots = this.slots.slice();
    return copy;
  }

  private number(a: number, b: number, c: number, d: number): number {
    const { words } = this;
    for (let at = this.home(a, b, c, d); ; at = (at + 1) & (this.slots.length - 1)) {
      const number = this.slots[at]! - 1;
      if (number < 0) return this.add(a, b, c, d);
      const first = WORDS * number;
      if (words[first] === a && words[first + 1] === b && words[first + 2] === c && words[first + 3] === d)
        return number;
    }
  }

  private add(a: number, b: number, c: number, d: number): number {
    const number = this.size++;
    if (WORDS * number === this.words.length) this.grow();
    this.words.set([a, b, c, d], WORDS * number);
    this.place(number);
    return number;
  }

  private grow(): void {
    const { words, slots } = this;
    this.words = new Uint32Array(2 * words.length);
    this.words.set(words);
    this.slots = new Int32Array(2 * slots.length);
    for (let number = 0; number < this.size - 1; number++) this.place(number);
  }

  private place(number: number): void {
    const [a, b, c, d] = this.words.subarray(WORDS * number);
    let at = this.home(a!, b!, c!, d!);
    while (this.slots[at] !== 0) at = (at + 1) & (this.slots.length - 1);
    this.slots[at] = number + 1;
  }

  private home(a: number, b: number, c: number, d: number): number {
    let mixed = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 15) ^ b, 0xc2b2ae35);
    mixed = Math.imul(mixed ^ (mixed >>> 13) ^ c, 0x27d4eb2f);
    mixed = Math.imul(mixed ^ (mixed >>> 16) ^ d, 0x85ebca6b);
    return (mixed ^ (mixed >>> 15)) & (this.slots.length - 1);
  }
}
