/** Where what is remembered of kinds of packets ends: tables that are full, conditions that values do not answer. */
import { expect, test } from 'vitest';
import { jsonLine } from '../src/input/columns-text.js';
import { PATH_NUMBERS, type PacketColumns } from '../src/model/batch.js';
import { createEngine } from '../src/run/engine.js';
import { programOf } from '../src/run/host-program.js';
import { parse } from '../src/run/host-texts.js';
import { differing, inBatches, load, pieces } from './classify/ways.js';

const table = (name: string, ...lines: string[]): string => [`*${name}`, ...lines, 'COMMIT', ''].join('\n');
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Chains of which each jumps to the next twice: a rule at their end is passed 2^depth times. */
const doubling = (depth: number): string =>
  table(
    'filter',
    ':INPUT DROP [0:0]',
    ...numbers(depth + 1).map((i) => `:c${i} - [0:0]`),
    '-A INPUT -j c0',
    ...numbers(depth).flatMap((i) => [`-A c${i} -j c${i + 1}`, `-A c${i} -j c${i + 1}`]),
    `-A c${depth} -p udp`,
  );

/** Chains of which each jumps to the next, to a limit at their end, and counts behind the jump. */
const nested = (depth: number): string =>
  table(
    'filter',
    ':INPUT DROP [0:0]',
    ...numbers(depth).map((i) => `:c${i} - [0:0]`),
    '-A INPUT -p udp --dport 0 -j c0',
    '-A INPUT',
    '-A INPUT -p udp --dport 1 -j c0',
    '-A INPUT -j ACCEPT',
    ...numbers(depth - 1).flatMap((i) => [`-A c${i} -j c${i + 1}`, `-A c${i} -p udp --sport 0:${i}`]),
    `-A c${depth - 1} -m limit --limit 10/sec --limit-burst 2 -j RETURN`,
    `-A c${depth - 1} -m limit --limit 1/sec -j RETURN`,
    `-A c${depth - 1} -p udp --sport 3:5`,
  );

interface Edge {
  readonly name: string;
  readonly rules: string;
  readonly packets: number;
  /** of a packet: values of the columns. */
  readonly values?: (i: number) => { sport?: number; dport?: number; mark?: number; in?: number };
}

const EDGES: readonly Edge[] = [
  {
    name: 'more outcomes than are remembered',
    rules: table(
      'filter',
      ':INPUT DROP [0:0]',
      ...numbers(3000).map((port) => `-A INPUT -p udp --dport ${port} -j ACCEPT`),
    ),
    packets: 3100,
  },
  {
    name: 'outcomes of so many rules that there is no room for all',
    rules: table(
      'filter',
      ':INPUT DROP [0:0]',
      ...numbers(1000).map(() => '-A INPUT -p udp'),
      ...numbers(90).map((port) => `-A INPUT -p udp --dport ${port}`),
    ),
    packets: 100,
  },
  { name: 'a rule that is passed often', rules: doubling(12), packets: 4 },
  { name: 'a rule that is passed more often than is remembered', rules: doubling(16), packets: 4 },
  {
    name: 'a limit in a chain of chains',
    rules: nested(40),
    packets: 300,
    values: (i) => ({ sport: i % 7, dport: i % 3 }),
  },
  {
    name: 'fields that are changed twice, before a limit and behind it',
    rules:
      table(
        'mangle',
        ':PREROUTING ACCEPT [0:0]',
        '-A PREROUTING -j MARK --set-mark 1',
        '-A PREROUTING -j MARK --set-xmark 6/0',
        '-A PREROUTING -p udp --dport 1:5 -j TOS --set-tos 0x10',
        '-A PREROUTING -p udp --dport 4:9 -j TOS --set-tos 0x08',
        '-A PREROUTING -m limit --limit 10/sec --limit-burst 3 -j MARK --set-xmark 2/0',
        '-A PREROUTING -m mark --mark 5 -j MARK --set-xmark 8/0',
      ) +
      table(
        'filter',
        ':INPUT DROP [0:0]',
        ...[1, 5, 7, 13].map((mark) => `-A INPUT -m mark --mark ${mark}`),
        '-A INPUT -m tos --tos 0x10',
        '-A INPUT -m tos --tos 0x08',
        '-A INPUT -m mark --mark 15 -j ACCEPT',
      ),
    packets: 200,
    values: (i) => ({ dport: i % 11 }),
  },
  {
    name: 'more marks than are told apart',
    rules:
      table('mangle', ':PREROUTING ACCEPT [0:0]', '-A PREROUTING -p udp --dport 3 -j MARK --set-xmark 0x40/0') +
      table(
        'filter',
        ':INPUT DROP [0:0]',
        ...[0x41, 0x47, 7, 30, 31].map((mark) => `-A INPUT -m mark --mark ${mark} -j ACCEPT`),
      ),
    packets: 600,
    values: (i) => ({ mark: i % 37, dport: i % 5 }),
  },
  {
    name: 'more interfaces than are told apart',
    rules: table(
      'filter',
      ':INPUT DROP [0:0]',
      '-A INPUT -i eth1+',
      ...numbers(30).map((i) => `-A INPUT -i eth${i} -p udp --dport ${i}`),
      '-A INPUT -i eth599 -j ACCEPT',
    ),
    packets: 3000,
    values: (i) => ({ in: i % 600, dport: i % 31 }),
  },
];

const INTERFACES = numbers(600).map((i) => `eth${i}`);

function columnsOf({ packets, values = (i) => ({ dport: i }) }: Edge): PacketColumns {
  const of = (column: 'sport' | 'dport' | 'mark' | 'in') => (_: unknown, i: number) => values(i)[column] ?? 0;
  const length = { length: packets };
  return {
    kind: 'columns',
    count: packets,
    interfaces: INTERFACES,
    in: Uint16Array.from(length, of('in')),
    path: new Uint8Array(packets).fill(PATH_NUMBERS.input),
    src: new Uint32Array(packets).fill(0xc6336401),
    dst: new Uint32Array(packets).fill(0xc0000201),
    proto: new Uint8Array(packets).fill(17),
    sport: Uint16Array.from(length, of('sport')),
    dport: Uint16Array.from(length, of('dport')),
    mark: Uint32Array.from(length, of('mark')),
    time: Float64Array.from(length, (_, i) => i / 50),
  };
}

test.each(EDGES)('$name', async (edge) => {
  const program = programOf(parse([{ name: 'rules', text: edge.rules }]), { lenient: true, connections: 'off' });
  const [auto, bytecode] = await Promise.all([load(program, 'auto'), load(program, 'bytecode')]);
  const columns = columnsOf(edge);
  // each packet comes again, when its kind is known
  const once = pieces(columns, [1000]);
  const all = [...once, ...once];
  const line = (packet: number) => jsonLine(columns, packet % edge.packets);
  expect(differing(inBatches(bytecode, all), inBatches(auto, all), line)).toEqual([]);
});

test('the first packets walk, and come to what all others come to', async () => {
  const edge = EDGES.find(({ name }) => name.startsWith('fields that are changed twice'))!;
  const program = programOf(parse([{ name: 'rules', text: edge.rules }]), { lenient: true, connections: 'off' });
  const [auto, bytecode] = [await (await createEngine()).load(program), await load(program, 'bytecode')];
  const each = pieces(columnsOf(edge), [1]);
  auto.classify(each[0]!);
  expect(Reflect.get(Reflect.get(auto, 'many'), 'asked')).toBeUndefined();
  expect(differing(inBatches(bytecode, each), inBatches(auto, each), () => '')).toEqual([]);
  expect(Reflect.get(Reflect.get(auto, 'many'), 'asked')).toBeDefined();
});
