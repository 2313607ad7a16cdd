/** Tables of the matches that read headers of rarer protocols, or look for bytes anywhere in a packet. */
import { piece } from '../packets/pieces.js';
import { type PacketSpec, toHex } from '../packets.js';
import type { PacketLine } from '../scenario.js';
import { broken, portRules, ports } from './header.js';
import { each, type MatchTable, wire } from './table.js';

const word = (value: number): string => value.toString(16).padStart(8, '0');
const hexOf = (text: string): string => Buffer.from(text, 'latin1').toString('hex');

/** Numbers at an edge of some rule, in a header that has `before` and `behind` round them. */
const spis = (proto: string, before: string, behind: string): Partial<PacketSpec>[] => [
  ...[0, 1, 2, 5, 6, 255, 256, 0x01000000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff].map((spi) => ({
    proto,
    payload: before + word(spi) + behind,
  })),
  ...[0, 1, 4, 7, 8, 11, 12].map((truncate) => ({ proto, payload: before + word(1) + behind, truncate })),
  ...[1, 2].map((frag) => ({ proto, frag, payload: before + word(1) + behind })),
  { proto, mf: true, payload: before + word(1) + behind },
  { proto, ipOptions: '01010101', payload: before + word(1) + behind },
];
const spiRules = (proto: string, option: string) =>
  ['', '1', '! 1', '1:5', '! 1:5', '5:1', '! 5:1', ':', '! :', '0x80000000:', '! :0x7fffffff', '256'].map((text) =>
    text === ''
      ? `-p ${proto} -m ${proto}`
      : `-p ${proto} -m ${proto} ${text.startsWith('! ') ? '! ' : ''}--${option} ${text.replace('! ', '')}`,
  );
const constantSpis = (proto: string, option: string) =>
  ['--O 5:1', '! --O :'].map((text) => `-p ${proto} -m ${proto} ${text.replace('O', option)}`);

/** Options behind headers of each length, in a header that says that it has so many words. */
const dccpOptions = [
  ...Array.from({ length: 32 }, (_, dccpType) => [3, 4, 5, 6, 7, 8, 9].map((doff) => ({ dccpType, doff }))).flat(),
  ...[
    '2603000000',
    '0126030000',
    '0000260300',
    '2600000000',
    '0326010026',
    '2605000026',
    '26',
    '0326',
    '00000026',
    '0500000426',
  ]
    .flatMap((options) => [3, 4, 5].map((doff) => ({ dccpType: 4, doff, payload: options.padEnd(16, '0') })))
    .concat([{ dccpType: 4, doff: 255, payload: '26' }]),
].map((spec) => ({ payload: '2603012603014203002603'.padEnd(48, '0'), ...spec }));

const TEXTS = [
  ...['', 'f', 'fo', 'foo', 'xfoo', 'xxfoo', 'fofoo', 'ffoo', 'foofo', 'FOO', 'fOo', 'xFoOx', 'oof', 'foO'],
  ...['abababac', 'ababababac', 'abacabab', 'aaaaaaab', 'aaaab', 'aabaab', 'abcabdabcabc', 'the quick brown fox'],
  ...[
    '\xffa',
    'x\xffa',
    'xx\xffa',
    '\xdfa',
    'x\xdfa',
    '\xbfa',
    'x\xbfa',
    '\xe4\xc4',
    'x\xe4b',
    '\xf7\xd7',
    '\x00\x01\x02',
    'a\x00b',
  ],
  ...[
    '\xdf\xff',
    'a\xff\xdf',
    'GET / HTTP/1.1\r\nHost: example.com\r\n',
    `${'x'.repeat(97)}foo`,
    `${'y'.repeat(300)}foobar`,
  ],
];
const PATTERNS = [
  ...['foo', 'oo', 'f', 'ababac', 'aab', 'abcabc', 'Host: example', 'quick'].map((text) => `--string "${text}"`),
  ...[
    '|c0a80105|',
    '|450000|',
    '|00|',
    '|00 50|',
    '|ff 61|',
    '|df 61|',
    '|61ff|',
    '|e462|',
    '|c4|',
    '|f7|',
    '|0d0a|',
    '|ffdf|',
  ].map((text) => `--hex-string "${text}"`),
];
const PLACES = [
  ...[
    '',
    '--icase',
    '--from 28',
    '--from 29',
    '--from 30',
    '--to 28',
    '--to 30',
    '--to 31',
    '--to 32',
    '--from 28 --to 31',
  ],
  ...[
    '--from 29 --to 31',
    '--from 31 --to 31',
    '--to 0',
    '--from 128',
    '--from 125 --to 128',
    '--from 126',
    '--to 127',
    '--from 400',
  ],
];

const strings = [
  ...PATTERNS.flatMap((pattern) => ['', ' --icase'].map((flag) => pattern + flag)),
  ...PLACES.map((place) => `--string "foo" ${place}`),
  ...[
    '--hex-string "|c0a80105|" --from 12',
    '--hex-string "|c0a80105|" --from 13',
    '--hex-string "|c0a80105|" --to 16',
  ],
  ...['--hex-string "|c0a80105|" --to 15'],
].flatMap((text) =>
  ['bm', 'kmp'].flatMap((algo) => ['', '! '].map((not) => `-m string ${not}${text.trim()} --algo ${algo}`)),
);

/** What stands in no packet or in each; and letters of Latin-1 that bm does not find in any. */
const ALIKE = [
  ...['"|00|"', '--from 29 --to 31', '--from 31 --to 31', '--to 0', '--from 400', '"|c0a80105|" --to 15'],
  '"|ffdf|" --icase --algo bm',
];

export const PAYLOAD: readonly MatchTable[] = [
  {
    name: 'ah',
    rules: spiRules('ah', 'ahspi'),
    constant: constantSpis('ah', 'ahspi'),
    packets: [...each(spis('ah', '06040000', `${'00'.repeat(16)}`), (spec) => spec), wire({ proto: 'esp' })],
  },
  {
    name: 'esp',
    rules: spiRules('esp', 'espspi'),
    constant: constantSpis('esp', 'espspi'),
    packets: [...each(spis('esp', '', '00000001'), (spec) => spec), wire({ proto: 'ah', payload: '00'.repeat(12) })],
  },
  {
    name: 'ipcomp',
    rules: [
      '',
      '--ipcompspi 1',
      '! --ipcompspi 1',
      '--ipcompspi 1:4',
      '! --ipcompspi 4:70000',
      '--ipcompspi 65535:',
      '--ipcompspi 65536:',
      '--ipcompspi 9:2',
      '! --ipcompspi 5 --compres',
      '--ipcompspi 0:4294967295',
    ].map((text) => `-p ipcomp -m ipcomp ${text}`.trimEnd()),
    constant: ['-p ipcomp -m ipcomp --ipcompspi 65536:', '-p ipcomp -m ipcomp --ipcompspi 9:2'],
    packets: [
      ...each(
        ['0000', '0001', '0002', '0004', '0005', '8000', 'fffe', 'ffff'].map((cpi) => ({ payload: `04ff${cpi}aa` })),
        (spec) => ({ proto: 'ipcomp', ...spec }),
      ),
      ...each(broken('ipcomp', 4), (spec) => spec),
      wire({ proto: 'esp', payload: '00000001' }),
    ],
  },
  {
    name: 'dccp',
    rules: [
      ...portRules('dccp'),
      ...[
        '--sport 9:2',
        '! --sport 9:2',
        '--dccp-types REQUEST',
        '! --dccp-types REQUEST',
        '--dccp-types RESET,ACK,DATA',
      ],
      ...['--dccp-types INVALID', '! --dccp-types INVALID,SYNC', '--dport 80 --dccp-types ACK'],
    ].map((text) => (text.startsWith('-p') ? text : `-p dccp -m dccp ${text}`)),
    constant: ['-p dccp -m dccp --sport 9:2'],
    packets: [
      ...each([...ports('dccp'), ...broken('dccp', 16)], (spec) => ({ proto: 'dccp', ...spec })),
      ...each(dccpOptions, (spec) => ({ proto: 'dccp', ...spec })),
      wire(),
    ],
  },
  {
    name: 'dccp: options',
    rules: ['1', '! 38', '38', '66', '255', '! 255', '38 --dccp-types DATA'].map((text) => {
      const [not, option] = text.startsWith('! ') ? ['! ', text.slice(2)] : ['', text];
      return `-p dccp -m dccp ${not}--dccp-option ${option}`;
    }),
    constant: ['-p dccp -m dccp --dccp-option 255'],
    packets: [...each(dccpOptions, (spec) => ({ proto: 'dccp', ...spec })), wire()],
  },
  {
    name: 'string',
    rules: strings,
    constant: strings.filter((rule) => ALIKE.some((text) => rule.includes(text))),
    packets: [
      ...each(TEXTS, (text) => ({ proto: 'udp', payload: hexOf(text) })),
      ...each(['foo', 'FOO', 'x'], (text) => ({ payload: hexOf(text) })),
      ...each(['foo', 'Foo'], (text) => ({ frag: 2, payload: hexOf(text) })),
      ...each(['foo', 'foofoofo'], (text) => ({ proto: 'udp', mf: true, payload: hexOf(text.padEnd(8)) })),
      wire({ proto: 'udp', ipOptions: '01666f6f', payload: '00' }),
      wire({ proto: 'udp', payload: '66', trailer: 6 }),
      wire({ src: '10.99.0.5', payload: 'c0a80105' }),
      wire({ src: '10.99.0.5', proto: 50, length: 20 }),
      wire({ dst: '192.168.1.5', src: '10.99.0.5' }),
    ],
  },
];

/** Of a text that comes in fragments: some lie in one, some across two or three. */
export const STRINGS = ['abcdefgh', 'ghij', 'hi', 'ijklmnop', 'hijklmnopq', 'xyz', 'abcdefghijklmnopqrstuvwxyz']
  .flatMap((text) => ['', ' --from 29', ' --from 36 --to 45'].map((place) => `--string "${text}"${place}`))
  .flatMap((text) => ['bm', 'kmp'].map((algo) => `${text} --algo ${algo}`));

const LETTERS = new TextEncoder().encode('........abcdefghijklmnopqrstuvwxyz');
const CUTS: readonly (readonly [from: number, to: number])[][] = [
  [
    [0, 16],
    [16, 24],
    [24, 34],
  ],
  [
    [24, 34],
    [0, 16],
    [16, 24],
  ],
  [
    [0, 8],
    [8, 24],
    [24, 34],
  ],
];
/** Fragments of one packet after the other: forwarded, delivered, sent, and sent to this host itself. */
export const PIECES: readonly PacketLine[] = [
  { in: 'eth0', src: [192, 168, 1, 5], dst: [10, 20, 0, 9] },
  { in: 'eth0', src: [192, 168, 1, 5], dst: [192, 168, 1, 1] },
  { in: null, src: [192, 168, 1, 1], dst: [10, 20, 0, 9] },
  { in: null, src: [192, 168, 1, 1], dst: [192, 168, 1, 1] },
].flatMap(({ in: link, src, dst }, n) =>
  CUTS.flatMap((cuts, k) =>
    cuts.map(([from, to]) => {
      const whole = { body: LETTERS, id: 10 * n + k + 1, src, dst };
      return { in: link, hex: toHex(piece(whole, from, to, { more: to < LETTERS.length })) };
    }),
  ),
);
