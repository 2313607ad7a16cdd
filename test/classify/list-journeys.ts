/** Rules that are long lists, and packets that they tell apart by what stands beside the list. */
import type { Journey } from './journeys.js';

const WIRE = { in: 'eth0', src: '198.51.100.7', dst: '10.0.0.9' };
const COUNT = 300;
/** Of as many terms are made. */
const FEW = 250;
const each = (rule: (i: number) => string): string[] => Array.from({ length: COUNT }, (_, i) => rule(i + 1));
const served = (i: number, length = 32): string =>
  `-d 10.0.0.${length === 32 ? 9 : 0}/${length} -p tcp -m tcp --dport ${i}`;
const wide = (i: number): string => `-d 10.0.0.0/${8 + (i % 23)} -p tcp -m tcp --dport ${401 - i}:400`;
const chains = (name: string): string[] => each((i) => `:${name}-${i} -`);

export const LIST_JOURNEYS: readonly Journey[] = [
  {
    name: 'keys have two sums, of which packets share one',
    rules: {
      mangle: ['PREROUTING -m mark --mark 0x800/0xfff -j DROP', 'PREROUTING -j MARK --or-mark 0x1'],
      filter: each((i) => `FORWARD -p tcp -m tcp --dport ${i} -j DROP`).slice(0, FEW),
    },
    packets: Array.from({ length: FEW }, (_, i) => ({ ...WIRE, mark: 0, dport: i + 1 })),
  },
  {
    name: 'a rule of a list asks for a port more',
    rules: { filter: each((i) => `FORWARD ${served(i)}${i === 7 ? ' --sport 0:1000' : ''} -j DROP`) },
    packets: [6, 7, 8, 301].flatMap((dport) => [1000, 1001].map((sport) => ({ ...WIRE, dport, sport }))),
  },
  {
    name: 'a tuple is of all its fields',
    rules: { filter: each((i) => `FORWARD ${served(i)} -j DROP`) },
    packets: [
      { ...WIRE, dport: 1 },
      { ...WIRE, dport: 1, dst: '10.0.0.8' },
      { ...WIRE, dport: 1, proto: 17 },
      { ...WIRE, dport: 257 },
      { ...WIRE, dport: 0 },
    ],
  },
  {
    name: 'two rules of lists lead to one chain',
    rules: {
      filter: [
        ':sub -',
        ...each((i) => `FORWARD ${served(i, 24)} ${i === 7 ? '-j sub' : ''}`),
        ...each((i) => `FORWARD ${served(i + COUNT)} ${i === 8 ? '-j sub' : ''}`),
        'sub -d 10.0.0.9/32 -j DROP',
      ],
    },
    packets: [7, 8, 308].flatMap((dport) => ['10.0.0.8', '10.0.0.9'].map((dst) => ({ ...WIRE, dst, dport }))),
  },
  {
    name: 'chains behind the rules of a list ask for a source each, or for one that all ask for',
    rules: {
      filter: [
        ...chains('to'),
        ...each((i) => `FORWARD ${served(i)} -j to-${i}`),
        ...each((i) => `to-${i} -s 198.51.${i >>> 8}.${i & 255}/32 -j DROP`),
        ...each((i) => `to-${i} ! -s 198.51.100.0/24 -j ACCEPT`),
      ],
    },
    packets: ['198.51.0.1', '198.51.0.2', '198.51.100.7', '198.51.100.8'].flatMap((src) =>
      [1, 2, 301].map((dport) => ({ ...WIRE, src, dport })),
    ),
  },
  {
    name: 'a list behind a translation',
    rules: {
      nat: ['PREROUTING -d 192.0.2.1/32 -p tcp -j DNAT --to-destination 10.0.0.9'],
      filter: each((i) => `FORWARD -s 198.51.100.7/32 ${served(i)} -j DROP`),
    },
    packets: ['192.0.2.1', '10.0.0.9'].flatMap((dst) =>
      ['198.51.100.7', '198.51.100.8'].flatMap((src) => [1, 2, 301].map((dport) => ({ ...WIRE, src, dst, dport }))),
    ),
  },
  {
    name: 'the first of many rules that overlap',
    rules: {
      filter: [
        ':sub -',
        'FORWARD -p tcp -m tcp --dport 200:300 -j sub',
        ...each((i) => `FORWARD ${wide(i)} -j ${i % 3 === 0 ? 'ACCEPT' : 'DROP'}`),
        'FORWARD -p tcp -j RETURN',
        'sub -s 198.51.100.8/32 -j RETURN',
        'sub -m ttl --ttl-lt 9 -j DROP',
      ],
    },
    packets: [1, 2, 3, 23, 24, 25, 199, 200, 300, 301, 400, 401].flatMap((dport) =>
      ['10.0.0.9', '10.0.0.10', '10.9.0.9'].flatMap((dst) =>
        ['198.51.100.7', '198.51.100.8'].map((src) => ({ ...WIRE, src, dst, dport })),
      ),
    ),
  },
  {
    name: 'rules among those of a list that let packets go on',
    rules: {
      filter: [
        ':sub -',
        ...each((i) => `FORWARD ${wide(i)} ${i % 50 === 0 ? '-j sub' : i % 70 === 0 ? '' : '-j DROP'}`),
        'sub -p tcp -m tcp --sport 1000 -j DROP',
      ],
    },
    packets: [40, 50, 60, 70, 100, 300, 400].flatMap((dport) =>
      [1000, 1001].flatMap((sport) =>
        ['10.0.0.9', '10.0.0.10', '10.0.1.1', '10.9.0.9'].map((dst) => ({ ...WIRE, dst, dport, sport })),
      ),
    ),
  },
  {
    name: 'a list of rules that overlap behind a translation',
    rules: {
      nat: ['PREROUTING -d 192.0.2.1/32 -p tcp -j DNAT --to-destination 10.0.0.9'],
      filter: each((i) => `FORWARD -s 198.51.100.7/32 ${wide(i)} -j DROP`),
    },
    packets: ['192.0.2.1', '10.0.0.9', '10.9.0.9'].flatMap((dst) =>
      ['198.51.100.7', '198.51.100.8'].flatMap((src) =>
        [1, 2, 25, 300, 400, 401].map((dport) => ({ ...WIRE, src, dst, dport })),
      ),
    ),
  },
  {
    name: 'a list of as many ports of both sides as are looked up apart',
    rules: {
      filter: each(
        (i) =>
          `FORWARD -d 10.0.0.0/24 -p tcp -m tcp ${i % 2 === 0 ? '' : `--sport ${i}:900 `}--dport 5:${800 - 2 * i} -j DROP`,
      ),
    },
    packets: [0, 1, 2, 100, 900].flatMap((sport) =>
      [4, 5, 300, 500, 700, 797, 798].map((dport) => ({ ...WIRE, sport, dport })),
    ),
  },
  {
    name: 'members of two sets, of one of which all addresses of a network are',
    sets: [
      'create wide hash:net,port',
      ...each((i) => `add wide 10.0.0.0/24,tcp:${i}`),
      'create narrow hash:ip,port',
      ...each((i) => `add narrow 10.0.0.9,tcp:${i + 150}`),
    ],
    rules: {
      filter: ['FORWARD -m set --match-set wide dst,dst', 'FORWARD -m set --match-set narrow dst,dst -j DROP'],
    },
    packets: [150, 151, 300, 301, 450, 451].flatMap((dport) =>
      ['10.0.0.8', '10.0.0.9'].map((dst) => ({ ...WIRE, dst, dport })),
    ),
  },
];
