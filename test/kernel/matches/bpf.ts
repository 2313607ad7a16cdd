/** Programs for the bpf match, each instruction as `code jt jf k`, and packets that they tell apart. */
import { each, local, type MatchTable } from './table.js';

const program = (...instructions: string[]): string =>
  `-m bpf --bytecode "${instructions.length},${instructions.join(',')}"`;
/** 1 where the accumulator has a bit, 0 where it has none. */
const hasBit = (...before: string[]): string => program(...before, '69 0 1 5', '6 0 0 1', '6 0 0 0');
/** The accumulator itself. */
const value = (...before: string[]): string => program(...before, '22 0 0 0');
/** 1 where the program comes so far. */
const passes = (...before: string[]): string => program(...before, '6 0 0 1');

const SPORT = '40 0 0 20';
const TTL_AS_INDEX = ['48 0 0 8', '7 0 0 0'];
const TOS_AS_INDEX = ['48 0 0 1', '7 0 0 0'];
/** SKF_NET_OFF, SKF_AD_OFF. */
const NET = 0xfff00000;
const BESIDE = 0xfffff000;

const ALU = [0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x90, 0xa0];
const CONSTANT = [
  value(`32 0 0 ${BESIDE}`),
  program(`32 0 0 ${BESIDE}`, '21 0 1 2048', '6 0 0 0', '6 0 0 1'),
  passes('129 0 0 0', '80 0 0 4294967295'),
  passes('129 0 0 0', '80 0 0 0'),
  passes('40 0 0 65535'),
  passes('32 0 0 4026531840'),
  passes('1 0 0 4294967295', '64 0 0 1'),
  passes('0 0 0 9', '4 0 0 4294967295', '52 0 0 3'),
  passes('0 0 0 9', '60 0 0 0'),
  value('6 0 0 0'),
  value('5 0 0 1', '6 0 0 0', '0 0 0 3'),
];

const BYTES: MatchTable = {
  name: 'bpf',
  rules: [
    // loads: by size, behind the index, from the network header on, each at the end too
    program('48 0 0 9', '21 0 1 6', '6 0 0 1', '6 0 0 0'),
    program(`48 0 0 ${NET + 9}`, '21 0 1 6', '6 0 0 1', '6 0 0 0'),
    program('177 0 0 0', '72 0 0 2', '21 0 1 80', '6 0 0 1', '6 0 0 0'),
    program(`177 0 0 ${NET}`, '80 0 0 1', '21 0 1 232', '6 0 0 1', '6 0 0 0'),
    program('1 0 0 9', `80 0 0 ${NET}`, '21 1 0 6', '6 0 0 1', '6 0 0 0'),
    ...['48 0 0 39', '40 0 0 39', '40 0 0 38', '32 0 0 37', '32 0 0 36', `48 0 0 ${NET + 40}`].map((load) =>
      passes(load),
    ),
    passes('1 0 0 38', '72 0 0 1'),
    passes('1 0 0 38', '64 0 0 4294967294'),
    passes('177 0 0 39'),
    value('177 0 0 21', '135 0 0 0', '84 0 0 8'),
    // lengths, and comparisons of both kinds
    ...[0x10, 0x20, 0x30, 0x40].flatMap((op) => [
      program('128 0 0 0', `${5 | op} 0 1 41`, '6 0 0 1', '6 0 0 0'),
      program('128 0 0 0', '1 0 0 41', `${13 | op} 0 1 0`, '6 0 0 1', '6 0 0 0'),
    ]),
    program('32 0 0 12', '37 0 1 3232235781', '6 0 0 1', '6 0 0 0'),
    // arithmetic, by a number and by the index
    ...ALU.flatMap((op) => [
      hasBit(SPORT, `${4 | op} 0 0 ${op === 0x60 ? 1 : 3}`),
      hasBit(...TTL_AS_INDEX, SPORT, `${12 | op} 0 0 0`),
    ]),
    hasBit('48 0 0 8', '132 0 0 0'),
    hasBit(SPORT, '36 0 0 2147483649', '116 0 0 29'),
    hasBit(...TTL_AS_INDEX, '0 0 0 4294967295', '60 0 0 0'),
    passes(...TOS_AS_INDEX, '0 0 0 9', '60 0 0 0'),
    passes(...TOS_AS_INDEX, '0 0 0 9', '156 0 0 0'),
    // memory, moves
    hasBit(...TTL_AS_INDEX, SPORT, '2 0 0 0', '3 0 0 15', '96 0 0 15', '97 0 0 0', '12 0 0 0'),
    value(...TOS_AS_INDEX, '0 0 0 0', '135 0 0 0'),
    // what stands beside the bytes
    hasBit(...TTL_AS_INDEX, SPORT, `32 0 0 ${BESIDE + 40}`),
    ...CONSTANT,
  ],
  constant: CONSTANT,
  packets: [
    ...each(
      [
        { tos: 1 },
        { tos: 0xff, ttl: 1 },
        { payload: '01' },
        { payload: '0102' },
        { payload: '010203040506', ttl: 3 },
        ...[31, 32, 33, 34, 63, 65, 128, 255].map((ttl, i) => ({ ttl, sport: 1000 + 7 * i })),
        ...[0, 1, 2, 3, 4, 5, 7, 8, 100, 65535].map((sport, i) => ({ sport, ttl: 60 + i })),
        { src: '192.168.1.6' },
        { proto: 'udp', payload: '00000000' },
        { proto: 'icmp' },
        { ipOptions: '01010101', payload: '01020304' },
        { ipOptions: '010101010101010101010101', dport: 443 },
        { length: 20 },
        { truncate: 0 },
        { truncate: 1 },
        { truncate: 16 },
        { frag: 4, payload: 'ff'.repeat(30) },
        { proto: 50, payload: '00'.repeat(44) },
      ],
      (spec) => spec,
    ),
  ],
};

export const BPF: readonly MatchTable[] = [
  BYTES,
  {
    name: 'bpf',
    at: 'mangle OUTPUT',
    rules: [
      value(`32 0 0 ${BESIDE + 20}`),
      program(`48 0 0 ${BESIDE + 20}`, '21 0 1 1311768465', '6 0 0 1', '6 0 0 0'),
      program(`40 0 0 ${BESIDE + 20}`, '21 0 1 21841', '6 0 0 1', '6 0 0 0'),
      program('48 0 0 9', '21 0 1 6', '6 0 0 1', '6 0 0 0'),
    ],
    constant: [program(`40 0 0 ${BESIDE + 20}`, '21 0 1 21841', '6 0 0 1', '6 0 0 0')],
    packets: [0, 1, 1311768465, 0x80000000].flatMap((mark) => [
      { ...local(), mark },
      { ...local({ proto: 'udp' }), mark },
    ]),
  },
];
