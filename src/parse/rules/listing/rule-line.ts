/** A rule's line in a listing, taken apart into its columns. */
import type { Word } from '../../../model/ruleset.js';
import type { Family } from '../../../net/address.js';
import { parseAddress } from '../../../net/address.js';
import { protocolNumber } from '../../../net/protocol.js';
import { wordsOf } from '../../text.js';
import { type Columns, count } from './lines.js';

export interface RuleLine {
  readonly number: number | undefined;
  /** `[packets:bytes]`. */
  readonly counters: string | undefined;
  /** undefined: the column is empty. */
  readonly target: Word | undefined;
  readonly protocol: Word;
  readonly fragment: Word | undefined;
  /** undefined: the listing does not show interfaces. */
  readonly in: Word | undefined;
  readonly out: Word | undefined;
  readonly src: Word;
  readonly dst: Word;
  /** where the text behind the columns begins, from 0. */
  readonly rest: number;
}

const OPT = /^(--|-f|!f|[-–—]|——|––)$/;

/**
 * Undefined where it is no rule. The columns may have lost their widths, so that an empty one leaves no trace: what stands
 * where is told by the words themselves. Without a line of columns above, `columns` is undefined, and told so too.
 */
export function ruleLine(line: string, columns: Columns | undefined, family: Family): RuleLine | undefined {
  const words = negated(wordsOf(line.slice(0, LONGEST)));
  if (columns !== undefined) return taken(words, columns, line, family, true);
  for (const guess of GUESSES) {
    const found = taken(words, guess, line, family, false);
    // what stands where interfaces would may be addresses
    const shifted = [found?.in, found?.out].some((one) => one !== undefined && isPlainAddress(one.text));
    if (found !== undefined && !shifted) return found;
  }
  return undefined;
}

/** So much of a line holds the columns: names are of 29 letters at most. */
const LONGEST = 2000;

const GUESSES: readonly Columns[] = [true, false].flatMap((interfaces) =>
  [true, false].flatMap((counters) => [true, false].map((num) => ({ num, counters, interfaces }))),
);

/** `told`: a line above tells the columns, so that what is no address stands in the place of one. */
function taken(
  words: readonly Listed[],
  columns: Columns,
  line: string,
  family: Family,
  told: boolean,
): RuleLine | undefined {
  let at = 0;
  let number: number | undefined;
  let counters: string | undefined;
  if (columns.num) {
    if (!/^\d{1,7}$/.test(words[at]?.text ?? '')) return undefined;
    number = Number(words[at++]!.text);
  }
  if (columns.counters) {
    const read = [count(words[at]?.text ?? ''), count(words[at + 1]?.text ?? '')];
    if (read.some((one) => one === undefined)) return undefined;
    counters = `[${read.join(':')}]`;
    at += 2;
  }
  // an empty target column leaves the protocol first
  for (const target of isProtocol(words[at]?.text) ? [false, true] : [true]) {
    const found = columnsFrom(words, target ? at + 1 : at, columns, family, told);
    if (found === undefined) continue;
    return {
      number,
      counters,
      target: target ? spanned(words[at]!) : undefined,
      ...found,
      rest: found.rest ?? line.length,
    };
  }
  return undefined;
}

/** A word of the line, and where it ends in it. */
interface Listed {
  readonly text: string;
  readonly column: number;
  readonly end: number;
}

/** A `!` that has lost its place belongs to the next word. */
function negated(words: ReturnType<typeof wordsOf>): Listed[] {
  const all: Listed[] = [];
  for (const { text, column } of words) {
    const end = column - 1 + text.length;
    const before = all.at(-1);
    if (before?.text === '!') all[all.length - 1] = { text: `!${text}`, column: before.column, end };
    else all.push({ text, column, end });
  }
  return all;
}

function columnsFrom(words: readonly Listed[], from: number, columns: Columns, family: Family, told: boolean) {
  let at = from;
  const protocol = words[at++];
  if (protocol === undefined || !isProtocol(protocol.text)) return undefined;
  // older ip6tables leave the column empty
  const opt = OPT.test(words[at]?.text ?? '') ? words[at++] : undefined;
  const interfaces = columns.interfaces ? words.slice(at, at + 2) : [];
  at += interfaces.length;
  if (interfaces.some(({ text }) => !isInterface(text))) return undefined;
  const src = words[at];
  const dst = told && losesDestination(words, at, protocol) ? lostBehind(src!) : words[at + 1];
  const stands = told && opt !== undefined ? (text: string) => isHidden(text, family) : () => false;
  if (dst === undefined || ![src!, dst].every(({ text }) => isAddress(text, family) || stands(text))) return undefined;
  // words of a match that stand in a line of their own may look like names
  if (opt === undefined && !isPlainAddress(src!.text) && !isPlainAddress(dst.text)) return undefined;
  const fragment = opt?.text.endsWith('f') ? opt : undefined;
  return {
    protocol: spanned(protocol),
    fragment: fragment && spanned(fragment),
    in: interfaces[0] && spanned(interfaces[0]),
    out: interfaces[1] && spanned(interfaces[1]),
    src: spanned(src!),
    dst: spanned(dst),
    rest: dst.end,
  };
}

/** The text of the protocol's match stands where the destination would. */
const losesDestination = (words: readonly Listed[], src: number, { text }: Listed): boolean =>
  words[src + 1]?.text === text && /^(?:[sd]pts?|flags):/.test(words[src + 2]?.text ?? '');
const lostBehind = ({ end }: Listed): Listed => ({ text: '?', column: end + 1, end });

const spanned = ({ text, column, end }: Listed): Word => ({ text, at: { column, length: end - column + 1 } });
const bare = (text: string): string => (text.startsWith('!') ? text.slice(1) : text);

/** Names that this project does not know stand there too, of which `opt` behind them tells what they are. */
export function isProtocol(text: string | undefined): boolean {
  if (text === undefined) return false;
  const name = bare(text);
  // IP, number 0, is printed as all: it is a word of prose and of other programs' lists
  if (/^ip$/i.test(name)) return false;
  return name === 'all' || /^\d{1,3}$/.test(name) || protocolNumber(name.toLowerCase()) !== undefined;
}
const isInterface = (text: string): boolean => /^!?[^\s/]{1,16}$/.test(text) && !OPT.test(text);

const isPlainAddress = (text: string): boolean =>
  bare(text) === 'anywhere' || parseAddress(bare(text).split('/')[0]!) !== undefined;

/** An address, a network, or a name of one: `anywhere`, `loopback/8`, `web.example.com`. */
function isAddress(text: string, family: Family): boolean {
  const name = bare(text);
  const [host] = name.split('/');
  const address = parseAddress(host!);
  if (address !== undefined) return address.length === (family === 4 ? 1 : 4);
  return /^[a-z_][\w.-]*(\/[\w.:]+)?$/i.test(name) || (family === 4 && /^\d[\d.]*\/\d/.test(name));
}

/**
 * What people leave of an address, or put in its place: `1.2.3.xxx`, `████`, `192.168.1.`, `123.456.789.012`. What iptables
 * would read as a network, and does not print, may have lost its end; text of a match is none.
 */
function isHidden(text: string, family: Family): boolean {
  const name = bare(text);
  const host = name.split('/')[0]!;
  const other = parseAddress(host);
  if (other !== undefined && other.length !== (family === 4 ? 1 : 4)) return false;
  return !/^$|["'`]|^\/\*|^-|^(?!x+:)[a-z_-]{2,}:/i.test(name) && !/^\d+(?:\.\d+){0,2}$/.test(host);
}

/** Whether a line has a protocol and what stands behind it, as rules have. */
export function isLikeRule(line: string): boolean {
  const words = wordsOf(line.slice(0, LONGEST)).slice(0, MOST_BEFORE);
  return words.some(({ text }, i) => isProtocol(text) && OPT.test(words[i + 1]?.text ?? ''));
}
/** A number, counters, the target, the protocol and what stands behind it. */
const MOST_BEFORE = 6;
