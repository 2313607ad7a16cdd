/** -s -d -i -o -p -f as iptables-save prints them, before all else of a rule. */
import { maskedOf } from '../../../ext/values.js';
import type { Head, Negatable, Span } from '../../../model/ruleset.js';
import type { Family, Masked } from '../../../net/address.js';
import { NO_LINK, protocolOf } from '../rule-reader.js';
import { maskedAt } from './address.js';
import { orRefused, REFUSED } from './options.js';
import { type CleanWords, GOTO, JUMP, MATCH, NONE, NOT, PLAIN } from './words.js';

type Draft = { -readonly [K in keyof Head]: Head[K] };

export class CleanHead {
  private readonly protocols = new Map<string, readonly [plain: Negatable<number>, not: Negatable<number>]>();

  constructor(
    private readonly words: CleanWords,
    readonly family: Family,
  ) {}

  /**
   * Reads what stands before the word at hand of a line and the first clause, whose first word is at hand then, or the line ends.
   * Places are left out. undefined: it has to be read otherwise.
   */
  read(chain: string): Head | undefined {
    const { words } = this;
    const { text } = words;
    const head: Draft = {};
    for (let kind = words.next(); kind !== NONE; kind = words.next()) {
      const not = words.is(NOT);
      if (not) kind = words.next();
      const { start } = words;
      if (kind !== PLAIN || words.end - start !== 2 || text.charCodeAt(start) !== DASH) return undefined;
      switch (text.charCodeAt(start + 1)) {
        case MATCH:
        case JUMP:
        case GOTO:
          return not ? undefined : head;
        case 0x73: {
          const value = this.masked();
          if (value === undefined || head.src !== undefined) return undefined;
          head.src = { not, value, at: NOWHERE };
          break;
        }
        case 0x64: {
          const value = this.masked();
          if (value === undefined || head.dst !== undefined) return undefined;
          head.dst = { not, value, at: NOWHERE };
          break;
        }
        case 0x69: {
          const value = this.link();
          if (value === undefined || head.in !== undefined || NO_LINK.in.includes(chain)) return undefined;
          head.in = { not, value, at: NOWHERE };
          break;
        }
        case 0x6f: {
          const value = this.link();
          if (value === undefined || head.out !== undefined || NO_LINK.out.includes(chain)) return undefined;
          head.out = { not, value, at: NOWHERE };
          break;
        }
        case 0x70: {
          const value = this.protocol(not);
          if (value === undefined || head.protocol !== undefined) return undefined;
          head.protocol = value;
          break;
        }
        case 0x66: {
          if (this.family === 6 || head.fragment !== undefined) return undefined;
          head.fragment = { not, value: true, at: NOWHERE };
          break;
        }
        default:
          return undefined;
      }
    }
    return head;
  }

  /** Goes on to a value that is a plain word. */
  private plain(): boolean {
    return this.words.next() === PLAIN && !this.words.is(NOT);
  }

  private masked(): Masked | undefined {
    if (!this.plain()) return undefined;
    const { text, start, end } = this.words;
    const plain = this.family === 4 ? maskedAt(text, start, end) : undefined;
    if (plain !== undefined) return plain;
    const word = text.slice(start, end);
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
    const word = this.words.word();
    const known = this.protocols.get(word);
    if (known !== undefined) return known[Number(not)];
    const value = protocolOf(word);
    if (value === undefined || (value === 0 && not)) return undefined;
    const both = [false, true].map((one) => ({ not: one, value, at: FIRST })) as [Negatable<number>, Negatable<number>];
    if (value !== 0) this.protocols.set(word, both);
    return both[Number(not)];
  }
}

const DASH = 0x2d;
/** What is read by itself stands at no place. */
const NOWHERE: Span = { column: 0, length: 0 };
/** Before all options of extensions, some of which ask that. */
const FIRST: Span = { column: 1, length: 1 };
