import type { Wanted } from '../../model/condition.js';
import type { Word } from '../../model/ruleset.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { flagPiece, type Listed, type ListedText, piece, takeNot, takePiece } from '../listed.js';
import { flag, integer, oneWord } from '../values.js';
import { findRecord } from './find-record.js';

/** XT_STRING_MAX_PATTERN_SIZE. */
const MOST = 128;
const LAST = 65535;

/** Bytes. */
type Pattern = readonly number[];

const utf8 = new TextEncoder();

function sized(bytes: Pattern): Pattern {
  if (bytes.length === 0) throw new ValueError('is empty');
  if (bytes.length > MOST) throw new ValueError(`is longer than ${MOST} bytes`);
  return bytes;
}

/** As iptables quotes it here, where nothing goes without quotes. */
const plain: ValueKind<Pattern> = {
  words: 1,
  verbatim: true,
  shape: 'TEXT',
  parse: ([word]) => sized([...utf8.encode(word!)]),
  print: (bytes) => [`"${String.fromCharCode(...bytes).replace(/["\\]/g, '\\$&')}"`],
};

/**
 * Text with bytes between bars, `a|0d 0a|b`. A backslash takes the byte behind it as it is, and so does the bar that closes;
 * one that opens at the end means nothing (parse_hex_string of iptables' libxt_string.c).
 */
const hex: ValueKind<Pattern> = {
  words: 1,
  shape: 'TEXT|HEX|',
  parse([word]) {
    const text = String.fromCharCode(...utf8.encode(word!));
    const bytes: number[] = [];
    const parts = /\\(.)|\| *$|\| *((?:[\da-f]{2} ?)+)\|(.?)|([^\\|])/gisy;
    while (parts.lastIndex < text.length) {
      const at = parts.lastIndex;
      const found = parts.exec(text);
      if (found === null) throw new ValueError(whyNot(text.slice(at)));
      const [, escaped, digits = '', behind, other] = found;
      for (const [pair] of digits.matchAll(/[^ ]{2}/g)) bytes.push(Number.parseInt(pair, 16));
      for (const one of [escaped, behind, other]) if (one) bytes.push(one.charCodeAt(0));
    }
    return sized(bytes);
  },
  print: (bytes) => [`"|${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}|"`],
};

const whyNot = (rest: string): string =>
  rest === '\\' ? 'ends in a backslash' : `"${rest}" is not pairs of hex digits between bars`;

/** What iptables prints in hex (is_hex_string). */
const isBinary = (bytes: Pattern) => bytes.some((byte) => byte < 0x20 || byte > 0x7e) || bytes.at(-1) === 0x5c;

/** string_mt in net/netfilter/xt_string.c: places count from the IP header on, in later fragments too. */
export const string = match({
  name: 'string',
  about: 'bytes that stand somewhere in the packet',
  options: {
    string: { value: plain, invert: true, excludes: ['hex-string'] },
    'hex-string': { value: hex, invert: true, excludes: ['string'] },
    algo: { value: oneWord('bm', 'kmp'), required: true },
    from: { value: integer(LAST) },
    to: { value: integer(LAST) },
    icase: { value: flag },
  },
  check({ string: text, 'hex-string': bytes, from, to }, { refuse }) {
    if (!text && !bytes) refuse('needs one of --string, --hex-string');
    if (from && to && from.value > to.value) refuse(`${from.value} is greater than --to ${to.value}`, 'from');
  },
  print({ string: text, 'hex-string': bytes, algo, from, to, icase }, context) {
    const given = (text ?? bytes)!;
    const [name, kind] = isBinary(given.value) ? ['--hex-string', hex] : ['--string', plain];
    return [
      ...[...(given.not ? ['!'] : []), name, ...kind.print(given.value, context), '--algo', algo!.value],
      ...(from && from.value !== 0 ? ['--from', String(from.value)] : []),
      ...(to && to.value !== LAST ? ['--to', String(to.value)] : []),
      ...(icase ? ['--icase'] : []),
    ];
  },
  lower({ string: text, 'hex-string': bytes, algo, from, to, icase }, build) {
    const where = { from: from?.value ?? 0, to: to?.value ?? LAST };
    const how = { anyCase: icase !== undefined, byPiece: algo!.value === 'bm' };
    const find = (wanted: Wanted) => build.find(wanted, findRecord(wanted));
    return [build.when(text ?? bytes, (pattern) => find({ pattern, ...where, ...how }))];
  },
});

const from = piece('from', 'FROM');
const to = piece('to', 'TO');
const icase = flagPiece('icase', 'ICASE');

/** `STRING match ! "text" ALGO name bm FROM 1 TO 9 ICASE`. */
export const stringListed: Listed = {
  begins: ['STRING match'],
  read(text) {
    if (!text.take('STRING match')) return undefined;
    const not = takeNot(text);
    const pattern = takeQuoted(text);
    const algo = pattern && text.take('ALGO name') ? text.word() : undefined;
    if (pattern === undefined || algo === undefined) return undefined;
    const { at } = pattern;
    return [
      ...(not ? [{ text: '!', at }] : []),
      { text: isListedHex(pattern.text) ? '--hex-string' : '--string', at },
      pattern,
      { text: '--algo', at: algo.at },
      algo,
      ...[from, to, icase].flatMap((one) => takePiece(text, one) ?? []),
    ];
  },
};

/** A text between bars is printed as bytes between them are; but bytes that can be printed are not printed so. */
function isListedHex(text: string): boolean {
  return /^\|([\da-f]{2})+\|$/.test(text) && isBinary(hex.parse([text], { family: 4 }));
}

/** A text in quotes, which may hold others behind a backslash. */
function takeQuoted(text: ListedText): Word | undefined {
  const quotes = /[ \t]*"((?:\\.|[^"\\])*)"/y;
  quotes.lastIndex = text.at;
  const found = quotes.exec(text.line.slice(0, text.end));
  if (found === null) return undefined;
  const column = text.at + found[0].indexOf('"') + 1;
  text.at += found[0].length;
  return { text: found[1]!.replace(/\\(.)/g, '$1'), at: { column, length: text.at - column + 1 } };
}
