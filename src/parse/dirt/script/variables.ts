/** A script's variables: what is assigned to them, and the words and lines in which they stand. */
import { type CleanLine, lineOf, type Part, partsOf } from '../drawn.js';
import { type Piece, partOf, quoted, quoteOf, type ShellWord } from './words.js';

const LONGEST_VALUE = 100_000;
/** Of the words of all commands together, at most: a loop may have a long value in each. */
export const MOST_CHARACTERS = 20_000_000;
/** What a word counts for where one becomes many. */
const WORD = 100;
/** Between the words of a list: blanks may stand in them. */
const AND = '\u0002';

/** A word as the command gets it. */
export interface Value {
  readonly text: string;
  readonly parts: readonly Part[];
  /** variables in it that nothing sets. */
  readonly open: boolean;
  /** it ends in a quote that is never closed: where that stands. */
  readonly unclosed?: Part;
}

export class Variables {
  /** undefined: what it holds is not known. */
  private readonly values = new Map<string, string | undefined>();
  /** characters of the words that were made. */
  private made = 0;

  /** Words become nothing once they were too many. */
  get spent(): boolean {
    return this.made > MOST_CHARACTERS;
  }

  set(name: string, value: string | undefined): void {
    this.values.set(name, value);
  }

  /** Sets what a function is called with: $1, $2, …, $@. Returns what gives back those before. */
  take(given: readonly Value[]): () => void {
    const before = [...this.values].filter(([key]) => /^[\d@*#]$/.test(key));
    for (const [key] of before) this.values.delete(key);
    for (const [i, { text, open }] of given.entries()) this.values.set(String(i + 1), open ? undefined : text);
    this.setAll(given.some(({ open }) => open) ? undefined : given.map(({ text }) => text));
    return () => {
      for (const [key, value] of before) this.values.set(key, value);
    };
  }

  private setAll(texts: readonly string[] | undefined): void {
    this.values.set('@', texts?.join(AND));
    this.values.set('*', texts?.join(' '));
  }

  /** `shift`: $2 becomes $1. */
  shift(count: number): void {
    const rest: (string | undefined)[] = [];
    for (let i = count + 1; i <= 9 && this.values.has(`${i}`); i++) rest.push(this.values.get(`${i}`));
    for (let i = 1; i <= 9; i++) this.values.delete(`${i}`);
    rest.forEach((text, i) => {
      this.values.set(`${i + 1}`, text);
    });
    const all = this.values.get('@')?.split(AND).slice(count);
    this.setAll(all);
  }

  /** `NAME=(a b c)`. */
  list(name: string, words: readonly ShellWord[]): void {
    const values = words.flatMap((word) => this.expand(word));
    this.values.set(name, values.some(({ open }) => open) ? undefined : values.map(({ text }) => text).join(AND));
  }

  /** False where the word is no assignment. */
  assign(word: ShellWord): boolean {
    const [first] = word.pieces;
    const found = first?.kind === 'text' && !first.quoted ? /^([A-Za-z_]\w*)(\+?)=/.exec(first.text) : null;
    if (found === null) return false;
    const [whole, name, more] = found as unknown as [string, string, string];
    const pieces: Piece[] = [
      { kind: 'text', text: (first as { text: string }).text.slice(whole.length), quoted: true },
      ...word.pieces.slice(1),
    ];
    const value = this.textOf(pieces);
    const before = more === '' ? '' : this.values.get(name);
    this.made += value?.length ?? 0;
    const whether = value === undefined || before === undefined ? undefined : before + value;
    this.values.set(name, whether !== undefined && whether.length > LONGEST_VALUE ? undefined : whether);
    return true;
  }

  /** Undefined: a part of it is not known. */
  private textOf(pieces: readonly Piece[]): string | undefined {
    let text = '';
    for (const piece of pieces) {
      const value = this.valueOf(piece);
      if (value === undefined) return undefined;
      text += value;
    }
    return text;
  }

  private valueOf(piece: Piece): string | undefined {
    if (piece.kind === 'text') return piece.text;
    if (piece.kind === 'output') return outputOf(piece.command);
    const whole = this.values.get(piece.name);
    // of a list without [@], the first
    const one = piece.each || whole === undefined ? whole : whole.split(AND, 1)[0]!;
    const value = piece.change === undefined ? one : one?.replaceAll(...piece.change);
    if (value !== undefined && (value !== '' || piece.otherwise === undefined)) return value;
    if (this.values.has(piece.name) && value === undefined) return undefined;
    return piece.otherwise?.includes('$') ? undefined : piece.otherwise;
  }

  /** The words that a word becomes: variables without quotes are parted at blanks, and vanish where they are empty. */
  expand(word: ShellWord): Value[] {
    if (this.spent) return [];
    const texts: string[] = [];
    let current: string | undefined;
    let open = false;
    for (const piece of word.pieces) {
      const value = this.valueOf(piece);
      if (value === undefined) {
        open = true;
        current = (current ?? '') + (piece.kind === 'text' ? '' : piece.written);
      } else if (piece.kind === 'text' || (piece.kind === 'variable' && piece.quoted && !piece.each))
        current = (current ?? '') + value;
      else {
        const parts = value.split(piece.kind === 'variable' && piece.quoted ? AND : BETWEEN);
        parts.forEach((part, i) => {
          if (i > 0 && current !== undefined) {
            texts.push(current);
            current = undefined;
          }
          if (part !== '') current = (current ?? '') + part;
        });
      }
    }
    if (current !== undefined) texts.push(current);
    const plain = word.pieces.every((piece) => piece.kind === 'text' && !piece.quoted);
    const all = plain ? texts.flatMap(braces) : texts;
    this.made += all.reduce((sum, text) => sum + text.length, WORD * (all.length - 1));
    const unclosed = quoteOf(word);
    return all.map((text, i) => ({
      text,
      parts: partOf(word, text),
      open,
      ...(unclosed && i === all.length - 1 && { unclosed }),
    }));
  }

  /** A line of a here-document with its variables. */
  expandLine(line: CleanLine): CleanLine {
    if (this.spent || !/[$`\\]/.test(line.text)) return line;
    // quotes are no quotes there
    const [pieces] = quoted(line.text.replaceAll('"', '\u0001'), 0, line.text.length);
    let text = '';
    for (const piece of pieces) text += this.valueOf(piece) ?? (piece.kind === 'text' ? piece.text : piece.written);
    text = text.replaceAll('\u0001', '"');
    this.made += text.length;
    if (text === line.text) return line;
    const [first] = partsOf(line);
    return lineOf([{ ...first!, text, width: first!.width }], line.offset, [...line.cleaned, 'expanded']);
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: AND is one
const BETWEEN = /[ \t\n\u0002]+/;

/** `$(which iptables)` and its like are the tool, `$(seq 1 3)` numbers. */
function outputOf(command: string): string | undefined {
  const tool = /^\s*(?:which|command -v|type -p)\s+(?:\/\S*\/)?(ip6?tables\S*)\s*(?:2>.*)?$/.exec(command)?.[1];
  if (tool !== undefined) return tool;
  const [, from, to] = /^\s*seq\s+(?:(\d{1,6})\s+)?(\d{1,6})\s*$/.exec(command) ?? [];
  return to === undefined ? undefined : braces(`{${from ?? 1}..${to}}`).join(' ');
}

/** `{1..3}` and `a{b,c}`, of one word. */
function braces(text: string): string[] {
  const range = /^(.*?)\{(\d{1,6})\.\.(\d{1,6})\}(.*)$/.exec(text);
  if (range !== null) {
    const [, before, from, to, after] = range as unknown as string[];
    const count = Math.abs(Number(to) - Number(from)) + 1;
    const step = Number(to) >= Number(from) ? 1 : -1;
    if (count <= 1000 && count * text.length < MOST_CHARACTERS)
      return Array.from({ length: count }, (_, i) => `${before}${Number(from) + i * step}${after}`);
  }
  const list = /^([^{}]*)\{([^{}]*,[^{}]*)\}([^{}]*)$/.exec(text);
  return list === null ? [text] : list[2]!.split(',').map((one) => `${list[1]}${one}${list[3]}`);
}
