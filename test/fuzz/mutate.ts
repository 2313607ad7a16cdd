/** Texts as they never should be: a seed with pieces cut, doubled, swapped, or replaced by words that hurt. */
import fc from 'fast-check';

/** What parsers tend to stumble over: quotes, ends of ranges, big numbers, names that objects have by themselves. */
const WORDS = [
  ...[
    '',
    ' ',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '\u0000',
    '\ufeff',
    '\u2028',
    'é',
    '😀',
    '\ud800',
    '\\',
    '"',
    "'",
    '!',
    '[',
    ']',
  ],
  ...[
    '{',
    '}',
    ',',
    ':',
    '/',
    '-',
    '--',
    '=',
    '@',
    '+',
    '#',
    '*',
    '0',
    '-1',
    '1e999',
    '0x',
    '0xffffffffff',
    '08',
    '256',
  ],
  ...['65536', '4294967295', '4294967296', '9007199254740993', '18446744073709551616', '1'.repeat(400), 'NaN'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'undefined', 'default', 'all', 'any', 'NONE'],
  ...[
    '-A',
    '-A INPUT',
    '-m',
    '-j',
    '-g',
    '-s',
    '-p',
    '-i',
    '-f',
    '-c',
    '*filter',
    ':x - [0:0]',
    'COMMIT',
    '-N x',
    '-j x',
  ],
  ...[
    '0.0.0.0',
    '255.255.255.255',
    '0.0.0.0/0',
    '10.0.0.0/33',
    '10.0.0.0/0.0.255.0',
    '1.2.3',
    '::',
    '::1/129',
    '::ffff:1.2.3.4',
  ],
  ...['0.0.0.0-255.255.255.255', '1:65535', '65535:1', '1,2,3', 'tcp', 'icmp', '255', 'src,dst,src', 'eth+', '+', 'lo'],
  ...[
    'create a hash:ip',
    'add a',
    'timeout',
    'nomatch',
    'maxelem',
    'range',
    'inet',
    'via',
    'dev',
    'table',
    'lookup',
    'from',
  ],
];

type Edit = (text: string) => string;

/** A place as a share of the text, so that shrinking keeps its meaning. */
const share = fc.double({ min: 0, max: 1, noNaN: true });
const at = (text: string, part: number) => Math.floor(part * text.length);
/** The beginning and end of the word at a place. */
function wordAt(text: string, part: number): [number, number] {
  let from = at(text, part);
  while (from > 0 && !/\s/.test(text[from - 1]!)) from--;
  let to = from;
  while (to < text.length && !/\s/.test(text[to]!)) to++;
  return [from, to];
}

const word = fc.constantFrom(...WORDS);
const EDITS: readonly fc.Arbitrary<Edit>[] = [
  share.map((part) => (text) => text.slice(0, at(text, part))),
  share.map((part) => (text) => text.slice(at(text, part))),
  fc.tuple(share, fc.nat(40)).map(([part, length]) => (text) => {
    const from = at(text, part);
    return text.slice(0, from) + text.slice(from + length);
  }),
  fc.tuple(share, word).map(([part, given]) => (text) => {
    const from = at(text, part);
    return text.slice(0, from) + given + text.slice(from);
  }),
  fc.tuple(share, word).map(([part, given]) => (text) => {
    const [from, to] = wordAt(text, part);
    return text.slice(0, from) + given + text.slice(to);
  }),
  fc.tuple(share, share).map(([part, other]) => (text) => {
    const [from, to] = wordAt(text, part);
    const [first, last] = wordAt(text, other);
    return text.slice(0, from) + text.slice(first, last) + text.slice(to);
  }),
  fc.tuple(share, share).map(([part, other]) => (text) => {
    const lines = text.split('\n');
    const [a, b] = [part, other].map((one) => Math.min(lines.length - 1, Math.floor(one * lines.length)));
    lines.splice(a!, 0, lines[b!]!);
    return lines.join('\n');
  }),
];

/** One of the seeds, some of its lines where it is long, after a few edits. */
export const mutated = (seeds: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...seeds), fc.array(fc.oneof(...EDITS), { maxLength: 6 }))
    .map(([seed, edits]) => edits.reduce((text, edit) => edit(text), seed));
