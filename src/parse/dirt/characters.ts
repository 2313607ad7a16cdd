/** Characters that stand for others: colours, entities, tags, blanks of every width, quotes and dashes that programs for prose make. */
import { type Cleaning, type CleanLine, cuts, replaced } from './drawn.js';
import { quotedIn } from './quotes.js';

/** Whether a line may hold any of them. */
const SOME = /[^\t -~]|&[#a-zA-Z]|<\/?[a-zA-Z]|\*\*|`|\[[\d;]{1,12}m|\[[mK]|\[\/?[a-zA-Z]{1,8}[\]=]|\{\{/;

const ANSI =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as terminals take them
  /\u001b(?:\[[\d;?]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[()][A-Z\d]|[@-Z\\^_=>])|[\u0000-\u0008\u000e-\u001f\u007f]/g;
/** What is left of them where the escape was lost. */
const COLOUR = /\[(?:\d{1,3}(?:;\d{1,3}){0,4})?m|\[K/g;
const ENTITY = /&(?:([a-zA-Z]{2,8})|#(\d{1,6})|#[xX]([\da-fA-F]{1,5}));/g;
const NAMED: Readonly<Record<string, string>> = {
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  amp: '&',
  nbsp: ' ',
  ndash: '\u2013',
  mdash: '\u2014',
  minus: '-',
  hyphen: '-',
  dash: '-',
  lsquo: '\u2018',
  rsquo: '\u2019',
  ldquo: '\u201c',
  rdquo: '\u201d',
  hellip: '\u2026',
  excl: '!',
  colon: ':',
  sol: '/',
  lowbar: '_',
  lsqb: '[',
  rsqb: ']',
};
const TAG = /<\/?(?:b|i|u|em|strong|code|pre|br|p|span|div|li|ul|td|tr|font|kbd|tt|samp)(?:\s[^<>]*)?\/?>/gi;
/** Those of forums. */
const BRACKETED = /\[\/?(?:code|php|html|b|i|u|s|quote|pre|size|color|font|url|spoiler|list)(?:=[^\][]{1,60})?\]/gi;
/** What one closes, or the line begins with: others may be text. */
const HAS_BRACKETED = /\[\/[a-z]|^\W{0,12}\[(?:code|php|html|b|i|u|s|quote|pre|size|color|font|spoiler)[\]=]/i;
/** A template's variable, which stands for what a shell's does. */
const TEMPLATE = /\{\{-?\s{0,9}([A-Za-z_][\w.]{0,60})[^{}]{0,100}\}\}/g;
const SPACE = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2028\u2029\u0085\v\f]/g;
const NO_WIDTH = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]|\ufe0f/g;
/** A dash that is one however it looks, and those that stand for one or two. */
const HYPHEN = /[\u2010\u2011\u2012\u2212\ufe63\uff0d]/g;
const DASHES = /[-\u2013\u2014\u2015]+/g;
const LONG_DASH = /[\u2013\u2014\u2015]/;
const DOUBLE = /[\u201c-\u201f\u2033\uff02]/g;
const SINGLE = /[\u2018-\u201b\u2032\uff07]/g;
/** Letters of a width of their own, as input methods for Chinese and Japanese make them. */
const WIDE = /[\uff01-\uff5e]/g;
/** Not what hides a part of an address: `203.0.113.***`. */
const BOLD = /(?<!\.\*?)\*\*(?!\*?\.)/g;
/** Around a line; within a script's they have a meaning. */
const CODE = /`+/g;

/** Tags behind which another line begins. */
const LINE_TAG = /<(?:br|\/p|\/div|\/li|\/tr)(?: ?\/)?>/gi;

/** The lines that the tags of a page make of one. */
export function partedAtTags(line: CleanLine): readonly CleanLine[] {
  if (!line.text.includes('<')) return [line];
  const stretches: [from: number, to: number][] = [];
  let from = 0;
  for (const { index, 0: tag } of line.text.matchAll(LINE_TAG)) {
    stretches.push([from, index]);
    from = index + tag.length;
  }
  if (stretches.length === 0) return [line];
  stretches.push([from, line.text.length]);
  return cuts(line, stretches, 'tags');
}

/** A line with plain characters. What stands in plain double quotes keeps its dashes and quotes: it is a comment's text. */
export function cleanCharacters(line: CleanLine): CleanLine {
  if (!SOME.test(line.text)) return line;
  let clean = replaced(line, ANSI, () => '', 'colours');
  if (clean !== line || /\[\d{1,3}m/.test(line.text)) clean = replaced(clean, COLOUR, () => '', 'colours');
  if (clean.text.includes('&')) {
    clean = entities(clean);
    // what was made twice of what is no entity by itself
    if (/&#?\w+;/.test(clean.text)) clean = entities(clean);
  }
  if (clean.text.includes('<')) clean = replaced(clean, TAG, () => '', 'tags');
  if (HAS_BRACKETED.test(clean.text)) clean = outside(clean, BRACKETED, () => '', 'tags');
  if (clean.text.includes('{{')) clean = replaced(clean, TEMPLATE, variableOf, 'template');
  clean = replaced(clean, SPACE, () => ' ', 'spaces');
  clean = replaced(clean, NO_WIDTH, () => '', 'spaces');
  clean = outside(clean, BOLD, boldOf(clean.text), 'marks');
  if (/^(?:\W{0,20}|\s{0,12}\d{1,3}[.)] {1,4})`/.test(clean.text)) clean = outside(clean, CODE, () => '', 'marks');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the rest asks for characters that are not ASCII
  if (!/[^\u0000-\u007f]/.test(clean.text)) return clean;
  return typographic(clean);
}

const variableOf = (found: string): string => `\${${/[A-Za-z_][\w.]*/.exec(found)![0].replaceAll('.', '_')}}`;

const entities = (line: CleanLine): CleanLine => replaced(line, ENTITY, entity, 'entities');

function entity(found: string): string {
  const [, name, decimal, hex] = /^&(?:([a-zA-Z]+)|#(\d+)|#[xX]([\da-fA-F]+));$/.exec(found)!;
  if (name !== undefined) return Object.hasOwn(NAMED, name.toLowerCase()) ? NAMED[name.toLowerCase()]! : found;
  const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
  // a line end would make two lines of one
  return code === 0 || code === 10 || code === 13 ? ' ' : String.fromCodePoint(code);
}

function typographic(line: CleanLine): CleanLine {
  let clean = outside(line, HYPHEN, () => '-', 'dashes');
  const { text } = clean;
  clean = outside(clean, DASHES, (found, at) => dashesOf(text, found, at), 'dashes');
  clean = outside(clean, DOUBLE, () => '"', 'quotes');
  clean = outside(clean, SINGLE, () => "'", 'quotes');
  return outside(clean, WIDE, (found) => String.fromCharCode(found.charCodeAt(0) - 0xfee0), 'spaces');
}

/** Replaces what does not stand in plain double quotes. */
function outside(
  line: CleanLine,
  pattern: RegExp,
  by: (found: string, at: number) => string,
  why: Cleaning,
): CleanLine {
  const isQuoted = quotedIn(line.text);
  return replaced(line, pattern, (found, at) => (isQuoted(at) ? found : by(found, at)), why);
}

/** Before a word: two where a long option begins, one before a letter alone. Within a word or number: one. */
function dashesOf(text: string, found: string, at: number): string {
  if (!LONG_DASH.test(found)) return found;
  const before = text[at - 1];
  if (before !== undefined && /[\w.:/*]/.test(before)) return '-';
  return /^[a-zA-Z]{2}/.test(text.slice(at + found.length, at + found.length + 2)) ? '--' : '-';
}

/** Behind a number it is one where another has begun it. */
const boldOf =
  (text: string) =>
  (found: string, at: number): string =>
    /\d\.[\d.]{1,12}$/.test(text.slice(Math.max(0, at - 20), at)) && !text.slice(0, at).includes(found) ? found : '';
