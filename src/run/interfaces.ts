/**
 * Interfaces by number, as the core's columns hold them: for each the patterns of the rules that take its name, and its
 * group.
 */
import { UNKNOWN_INTERFACE } from '../abi.js';
import { PacketwalkError } from '../errors.js';
import type { Memory } from './memory.js';

/** The kernel compares the pattern's bytes up to a last `+`, all of the name otherwise (xt_ip ifname_compare). */
export const takesInterface = (name: string, pattern: string): boolean =>
  pattern.endsWith('+') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/** Room for interfaces beyond those that the host is known to have: rules, sets and packets name others. */
const MORE_INTERFACES = 1024;

export class Interfaces {
  /** where the core finds the patterns that take an interface: a row of `words` words for each. */
  readonly at: number;
  readonly words: number;
  /** where it finds the group of each. */
  readonly groups: number;
  /** no interface, and UNKNOWN_INTERFACE, whose name no rule can write. */
  readonly names: string[] = ['', '\0'];
  readonly #numbers = new Map(this.names.map((name, number) => [name, number]));
  readonly #most: number;
  readonly #bare = new Set(['lo']);

  /** `known`: how many the host is known to have. */
  constructor(
    private readonly memory: Memory,
    private readonly patterns: readonly string[],
    known: number,
  ) {
    this.words = Math.max(1, (patterns.length + 31) >>> 5);
    this.#most = known + MORE_INTERFACES;
    this.at = memory.reserve(4 * this.#most * this.words);
    this.groups = memory.reserve(4 * this.#most);
    this.#match(0);
    this.#match(UNKNOWN_INTERFACE);
  }

  /** The number of a name, given one where it has none; 0 is no interface. */
  number(name: string): number {
    const old = this.#numbers.get(name);
    if (old !== undefined) return old;
    const number = this.names.length;
    if (number === this.#most)
      throw new PacketwalkError(`more than ${number} interfaces are named`, { code: 'too-many-interfaces' });
    this.names.push(name);
    this.#numbers.set(name, number);
    this.#match(number);
    return number;
  }

  name(number: number): string {
    return this.names[number] ?? '';
  }

  /** Numbers of the interfaces whose names begin so. */
  beginning(prefix: string): number[] {
    return [...this.names.keys()].filter(
      (number) => number > UNKNOWN_INTERFACE && this.names[number]!.startsWith(prefix),
    );
  }

  /** In a row of words as each interface has one: the bits of these patterns. */
  bitsOf(patterns: readonly string[]): Uint32Array {
    const row = new Uint32Array(this.words);
    for (const pattern of patterns) {
      const index = this.patterns.indexOf(pattern);
      row[index >>> 5]! |= 1 << (index & 31);
    }
    return row;
  }

  group(number: number): number {
    return this.memory.words[(this.groups >>> 2) + number]!;
  }
  setGroup(name: string, group: number): void {
    this.memory.words[(this.groups >>> 2) + this.number(name)] = group;
  }

  /** It is known to have no Ethernet. */
  isBare(number: number): boolean {
    return number !== 0 && this.#bare.has(this.names[number]!);
  }
  setBare(name: string): void {
    this.#bare.add(name);
  }

  #match(number: number): void {
    const { words } = this.memory;
    this.patterns.forEach((pattern, index) => {
      if (takesInterface(this.names[number]!, pattern))
        words[(this.at >>> 2) + number * this.words + (index >>> 5)]! |= 1 << (index & 31);
    });
  }
}
