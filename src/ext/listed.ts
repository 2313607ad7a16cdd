/**
 * What `iptables -L` prints of an extension, read into the words that a save has. Each extension's file says it beside its
 * options; listings.ts lists them. Blanks stand for one another, since people paste listings with their columns collapsed.
 */
import type { Span, Word } from '../model/ruleset.js';
import type { Family } from '../net/address.js';

/** The text behind a rule's columns, taken word by word. */
export class ListedText {
  constructor(
    readonly line: string,
    /** from 0. */
    public at: number,
    readonly family: Family,
    readonly end: number = line.length,
  ) {}

  /** The next word, which stays the next; empty at the end. */
  peek(): string {
    const from = this.next();
    return this.line.slice(from, this.stop(from));
  }

  /** Takes a word, as far as `before` where that is part of it: old iptables leaves blanks out. */
  word(before?: string): Word | undefined {
    const from = this.next();
    if (from === this.end) return undefined;
    const stop = this.stop(from);
    const cut = before === undefined ? -1 : this.line.slice(from, stop).indexOf(before);
    return this.upTo(from, cut > 0 ? from + cut : stop);
  }

  /** Takes words that stand there one after the other, or nothing. */
  take(words: string): boolean {
    const before = this.at;
    for (const one of words.split(' '))
      if (this.word()?.text !== one) {
        this.at = before;
        return false;
      }
    return true;
  }

  /** Takes a word's beginning, or nothing: what follows is the next word. */
  takeStart(start: string): boolean {
    const from = this.next();
    if (!this.line.startsWith(start, from) || from + start.length > this.end) return false;
    this.at = from + start.length;
    return true;
  }

  /** What stands between `open` and the `close` that a blank or the end follows; the last such where `last`. */
  between(open: string, close: string, last = false): Word | undefined {
    const from = this.next();
    if (!this.line.startsWith(open, from)) return undefined;
    const inner = from + open.length;
    const ends = (at: number) => at + close.length === this.end || isBlank(this.line, at + close.length);
    let to = last ? this.line.lastIndexOf(close, this.end - close.length) : this.line.indexOf(close, inner);
    while (to >= inner && !ends(to))
      to = last ? this.line.lastIndexOf(close, to - 1) : this.line.indexOf(close, to + 1);
    if (to < inner || to + close.length > this.end) return undefined;
    this.at = to + close.length;
    return { text: this.line.slice(inner, to), at: spanOf(from, this.at) };
  }

  /** All that is left, as one word; undefined: nothing. */
  rest(): Word | undefined {
    const from = this.next();
    let to = this.end;
    while (to > from && isBlank(this.line, to - 1)) to--;
    return from === to ? undefined : this.upTo(from, to);
  }

  private upTo(from: number, to: number): Word {
    this.at = to;
    return { text: this.line.slice(from, to), at: spanOf(from, to) };
  }
  private next(): number {
    let from = this.at;
    while (from < this.end && isBlank(this.line, from)) from++;
    return from;
  }
  private stop(from: number): number {
    let to = from;
    while (to < this.end && !isBlank(this.line, to)) to++;
    return to;
  }
}

const isBlank = (line: string, at: number): boolean => line[at] === ' ' || line[at] === '\t';
const spanOf = (from: number, to: number): Span => ({ column: from + 1, length: to - from });

/**
 * How an extension's text is read: the words behind `-m NAME` or `-j NAME`, of which none may be there; undefined: it does not
 * stand there, wherever the reading stopped.
 */
export interface Listed {
  /** what it begins with, or one of these; a `!` may stand before it. */
  readonly begins: readonly string[];
  read(text: ListedText): readonly Word[] | undefined;
  /** the target that this text means where it is all that stands there. */
  readonly meaning?: Readonly<Record<string, string>>;
}

/** One option in a listing. */
export interface Piece {
  /** the option. */
  readonly key: string;
  /** what its value stands behind: `dpt:` glued to it, `ctstate` as a word of its own; several spellings. */
  readonly as: readonly string[];
  /** it has no value. */
  readonly flag?: boolean;
  /** what may stand behind the value without a blank between. */
  readonly before?: string;
  /** the save's words of a value; left out: the value as it stands. */
  readonly words?: (value: string, family: Family) => readonly string[];
}

/** `['dport', 'dpt:', 'dpts:']`: an option, and what its value stands behind; the option's name where nothing is said. */
export const piece = (key: string, ...as: readonly string[]): Piece => ({ key, as: as.length === 0 ? [key] : as });
export const flagPiece = (key: string, ...as: readonly string[]): Piece => ({ ...piece(key, ...as), flag: true });

/**
 * An extension whose text is its head and then options, each once, in any order. `!` may stand before an option, before its
 * value, or glued to either, as versions differ. Without a head it stands there where an option of it does.
 */
export function listed(head: string | readonly string[] | undefined, ...pieces: readonly Piece[]): Listed {
  const heads = head === undefined || typeof head === 'string' ? [head ?? ''] : head;
  return {
    begins: head === undefined ? pieces.flatMap(({ as }) => as) : heads,
    read(text) {
      const before = text.at;
      const own = heads.find((one) => one !== '' && text.take(one));
      if (own === undefined && head !== undefined) return undefined;
      const words: Word[] = [];
      const left = new Set(pieces);
      for (;;) {
        const found = takeOne(text, left);
        if (found === undefined) break;
        left.delete(found.piece);
        for (const other of pieces) if (other.key === found.piece.key) left.delete(other);
        words.push(...found.words);
      }
      if (own === undefined && words.length === 0) {
        text.at = before;
        return undefined;
      }
      return words;
    },
  };
}

/** The same of options that have to be gone through: bundles for pages, which read no listing, are without all that stands in `pieces`. */
export const listedOf = (head: Parameters<typeof listed>[0], pieces: () => readonly Piece[]): Listed =>
  listed(head, ...pieces());

function takeOne(text: ListedText, pieces: Iterable<Piece>): { piece: Piece; words: Word[] } | undefined {
  for (const one of pieces) {
    const words = takePiece(text, one);
    if (words !== undefined) return { piece: one, words };
  }
  return undefined;
}

/** Takes an option; nothing where it does not stand there. */
export function takePiece(
  text: ListedText,
  { key, as, flag, before: behind, words = same }: Piece,
): Word[] | undefined {
  const before = text.at;
  for (const name of as) {
    text.at = before;
    let not = takeNot(text);
    const from = text.at;
    const glued = /[^=][:=]$|^=$/.test(name);
    if (!(name === '' || (glued ? text.takeStart(name) : text.take(name)))) continue;
    const option = (at: Span): Word[] => [...(not ? [{ text: '!', at }] : []), { text: `--${key}`, at }];
    if (flag) return option(spanOf(from, text.at));
    not = takeNot(text) || not;
    const value = text.word(behind);
    if (value === undefined) continue;
    return [...option(value.at), ...words(value.text, text.family).map((one) => ({ text: one, at: value.at }))];
  }
  text.at = before;
  return undefined;
}

const same = (value: string): readonly string[] => [value];

/** Names that stand for the same number on every host: those of loopback, of /etc/networks, and of IANA for multicast groups. */
const NAMES: Readonly<Record<Family, Readonly<Record<string, string>>>> = {
  4: {
    localhost: '127.0.0.1',
    loopback: '127.0.0.0',
    'link-local': '169.254.0.0',
    'base-address.mcast.net': '224.0.0.0',
    'all-systems.mcast.net': '224.0.0.1',
    'all-routers.mcast.net': '224.0.0.2',
    'igmp.mcast.net': '224.0.0.22',
    'mdns.mcast.net': '224.0.0.251',
  },
  6: { localhost: '::1', 'ip6-localhost': '::1', 'ip6-loopback': '::1' },
};

/** An address of a listing as numbers, where its name is known: `anywhere`, `!loopback/8`. */
export function numbered(text: string, family: Family): string {
  const [, before, name, behind = ''] = /^(!?)([a-z][\w.-]*)(\/.*)?$/i.exec(text) ?? [];
  if (name === undefined) return text;
  // dots that show blanks at the end of a line
  if (/^anywhere\.*$/.test(name)) return `${before}${family === 4 ? '0.0.0.0' : '::'}/0`;
  const known = name.toLowerCase();
  return Object.hasOwn(NAMES[family], known) ? `${before}${NAMES[family][known]}${behind}` : text;
}
export const addressPiece = (key: string): Piece => ({
  ...piece(key),
  words: (value, family) => [numbered(value, family)],
});

/** A text in quotes, with what is escaped there; or a word. */
export function quotedOrWord(text: ListedText): Word | undefined {
  const quoted = text.between('"', '"');
  return quoted === undefined ? text.word() : { ...quoted, text: quoted.text.replace(/\\(.)/g, '$1') };
}

/** A `!`, alone or glued to what follows. */
export function takeNot(text: ListedText): boolean {
  return text.takeStart('!');
}
