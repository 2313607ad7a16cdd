/** -s -d -i -o -p -f as iptables-save prints them, before all else of a rule. */
import { maskedOf } from '../../../ext/values.js';
import type { Head, Negatable, Span } from '../../../model/ruleset.js';
import type { Family, Masked } from '../../../net/address.js';
import { NO_LINK, protocolOf } from '../rule-reader.js';
import { maskedAt } from './address.js';
import { bytesOf, standsAt } from './known.js';
import { orRefused, REFUSED } from './options.js';
import { type CleanWords, GOTO, JUMP, MATCH, NONE, NOT, PLAIN } from './words.js';

type Draft = { -readonly [K in keyof Head]: Head[K] };

export class CleanHead {
  /** those that were met, few of which there are. */
  private readonly protocols: KnownProtocol[] = [];

  private readonly heads = new Map<Negatable<number>, Head>();

  constructor(
    private readonly words: CleanWords,
    readonly family: Family,
  ) {}

  /**
   * Reads what stands before the word at hand of a line and the first clause, whose first word is at hand then, or the line ends.
   * Places are left out. undefined: it has to be read otherwise. `keep`: else it is held against what is printed, and the
   * protocol alone comes back.
   */
  read(chain: string, keep: boolean): Head | undefined {
    const { words } = this;
    const { bytes } = words;
    const head: Draft = keep ? {} : NOTHING;
    let seen = 0;
    let protocol: Negatable<number> | undefined;
    for (let kind = words.next(); kind !== NONE; kind = words.next()) {
      const not = words.is(NOT);
      if (not) kind = words.next();
      const { start } = words;
      if (kind !== PLAIN || words.end - start !== 2 || bytes[start] !== DASH) return undefined;
      const letter = bytes[start + 1]!;
      if (letter === MATCH || letter === JUMP || letter === GOTO) {
        if (not) return undefined;
        break;
      }
      // small letters differ in their last five bits
      const bit = 1 << (letter & 31);
      if ((seen & bit) !== 0) return undefined;
      seen |= bit;
      switch (letter) {
        case 0x73: {
          const value = this.masked(keep);
          if (value === undefined) return undefined;
          if (keep) head.src = { not, value, at: NOWHERE };
          break;
        }
        case 0x64: {
          const value = this.masked(keep);
          if (value === undefined) return undefined;
          if (keep) head.dst = { not, value, at: NOWHERE };
          break;
        }
        case 0x69: {
          const value = this.link();
          if (value === undefined || NO_LINK.in.includes(chain)) return undefined;
          if (keep) head.in = { not, value, at: NOWHERE };
          break;
        }
        case 0x6f: {
          const value = this.link();
          if (value === undefined || NO_LINK.out.includes(chain)) return undefined;
          if (keep) head.out = { not, value, at: NOWHERE };
          break;
        }
        case 0x70: {
          protocol = this.protocol(not);
          if (protocol === undefined) return undefined;
          if (keep) head.protocol = protocol;
          break;
        }
        case 0x66: {
          if (this.family === 6) return undefined;
          if (keep) head.fragment = { not, value: true, at: NOWHERE };
          break;
        }
        default:
          return undefined;
      }
    }
    return keep || protocol === undefined ? head : this.alone(protocol);
  }

  /** A head that has a protocol and no more: one for all. */
  private alone(protocol: Negatable<number>): Head {
    let head = this.heads.get(protocol);
    if (head === undefined) {
      head = { protocol };
      this.heads.set(protocol, head);
    }
    return head;
  }

  /** Goes on to a value that is a plain word. */
  private plain(): boolean {
    return this.words.next() === PLAIN && !this.words.is(NOT);
  }

  private masked(keep: boolean): Masked | undefined {
    if (!this.plain()) return undefined;
    const { bytes, start, end } = this.words;
    const plain = this.family === 4 ? maskedAt(bytes, start, end, keep) : undefined;
    if (plain !== undefined) return plain;
    const word = this.words.word();
    const read = word.includes(',') ? REFUSED : orRefused(() => maskedOf(word, this));
    return read === REFUSED ? undefined : read;
  }

  private link(): string | undefined {
    if (!this.plain() || this.words.end - this.words.start > 15) return undefined;
    const word = this.words.word();
    return word.includes('$') ? undefined : word;
  }

  private protocol(not: boolean): Negatable<number> | undefined {
    if (!this.plain()) return undefined;
    const { bytes, start, end } = this.words;
    for (const { name, both } of this.protocols)
      if (name.length === end - start && standsAt(name, bytes, start)) return both[Number(not)];
    const word = this.words.word();
    const value = protocolOf(word);
    if (value === undefined || (value === 0 && not)) return undefined;
    const both = [false, true].map((one) => ({ not: one, value, at: FIRST })) as [Negatable<number>, Negatable<number>];
    if (value !== 0) this.protocols.push({ name: bytesOf(word), both });
    return both[Number(not)];
  }
}

interface KnownProtocol {
  readonly name: Uint8Array;
  readonly both: readonly [plain: Negatable<number>, not: Negatable<number>];
}

const DASH = 0x2d;
const NOTHING: Draft = {};
/** What is read by itself stands at no place. */
const NOWHERE: Span = { column: 0, length: 0 };
/** Before all options of extensions, some of which ask that. */
const FIRST: Span = { column: 1, length: 1 };
