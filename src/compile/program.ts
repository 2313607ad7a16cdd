/**
 * The flat program: one little-endian Uint32Array of a header, a section table and the sections (abi.ts has the
 * layout). It holds all that the core needs; names of rules and their places stay beside it, in `Compiled`.
 */
import { ABI_VERSION, Header, PROGRAM_MAGIC, Section } from '../abi.js';
import { PacketwalkError } from '../errors.js';
import type { Family } from '../net/address.js';
import type { Text } from './code.js';

const HEADER_WORDS = Header.Sections + 2 * Section.Count;

export interface Parts {
  readonly family: Family;
  /** rule counters, and the policies' behind them. */
  readonly rules: number;
  readonly policies: number;
  readonly depth: number;
  readonly flags: number;
  readonly sections: Readonly<Record<Exclude<keyof typeof Section, 'Count'>, readonly number[] | Uint32Array>>;
}

export class Program {
  private constructor(readonly words: Uint32Array) {}

  static of(parts: Parts): Program {
    const lists = SECTIONS.map((name) => parts.sections[name]);
    const size = HEADER_WORDS + lists.reduce((sum, list) => sum + list.length, 0);
    const words = new Uint32Array(size);
    words[Header.Magic] = PROGRAM_MAGIC;
    words[Header.Version] = ABI_VERSION;
    words[Header.Words] = size;
    words[Header.Family] = parts.family;
    words[Header.Rules] = parts.rules;
    words[Header.Policies] = parts.policies;
    words[Header.Depth] = parts.depth;
    words[Header.Flags] = parts.flags;
    let at = HEADER_WORDS;
    lists.forEach((list, section) => {
      words.set([at, list.length], Header.Sections + 2 * section);
      words.set(list, at);
      at += list.length;
    });
    return new Program(words);
  }

  /** Takes a program made elsewhere; says what is wrong with one that is none. `verify` proves the rest. */
  static from(words: Uint32Array): Program {
    const bad = (message: string) => new PacketwalkError(`not a program: ${message}`, { code: 'bad-program' });
    if (words.length < HEADER_WORDS) throw bad(`${words.length} words, fewer than a header's ${HEADER_WORDS}`);
    if (words[Header.Magic] !== PROGRAM_MAGIC) throw bad(`its first word is 0x${words[0]!.toString(16)}, not "PWLK"`);
    if (words[Header.Version] !== ABI_VERSION)
      throw bad(`it was made for version ${words[Header.Version]}, this is version ${ABI_VERSION}`);
    if (words[Header.Words] !== words.length)
      throw bad(`its header says ${words[Header.Words]} words, and there are ${words.length}`);
    let end = HEADER_WORDS;
    SECTIONS.forEach((name, section) => {
      const [start, length] = words.subarray(Header.Sections + 2 * section);
      if (start !== end || length! > words.length - end) throw bad(`section ${name} does not lie where it should`);
      end += length!;
    });
    if (end !== words.length) throw bad(`${words.length - end} words belong to no section`);
    return new Program(words);
  }

  get family(): Family {
    return this.words[Header.Family] === 6 ? 6 : 4;
  }
  get rules(): number {
    return this.words[Header.Rules]!;
  }
  get policies(): number {
    return this.words[Header.Policies]!;
  }
  get depth(): number {
    return this.words[Header.Depth]!;
  }
  get flags(): number {
    return this.words[Header.Flags]!;
  }

  section(section: Section): Uint32Array {
    const [start, length] = this.words.subarray(Header.Sections + 2 * section);
    return this.words.subarray(start!, start! + length!);
  }

  /** Patterns, set names and questions, each numbered within its kind in this order. */
  texts(): Text[] {
    const words = this.section(Section.Strings);
    const texts: Text[] = [];
    const utf8 = new TextDecoder();
    for (let at = 0; at + 2 <= words.length; ) {
      const bytes = words[at + 1]!;
      const end = at + 2 + ((bytes + 3) >>> 2);
      if (end > words.length) break;
      const copy = new Uint8Array(words.slice(at + 2, end).buffer).subarray(0, bytes);
      texts.push({ kind: words[at]!, text: utf8.decode(copy) });
      at = end;
    }
    return texts;
  }
}

const SECTIONS = ['Entries', 'Code', 'Chains', 'Data', 'Translations', 'Cells', 'Strings'] as const;

const utf8 = new TextEncoder();

/** Texts as the words of Section.Strings. */
export function packTexts(texts: readonly Text[]): number[] {
  return texts.flatMap(({ kind, text }) => {
    const bytes = utf8.encode(text);
    const padded = new Uint8Array((bytes.length + 3) & ~3);
    padded.set(bytes);
    return [kind, bytes.length, ...new Uint32Array(padded.buffer)];
  });
}
