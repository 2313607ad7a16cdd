/** The worked example of docs/column-program.md is what the program makes of its five rules. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { Field } from '../src/abi.js';
import { synthesise } from '../src/input/synthetic/index.js';
import type { PacketColumns } from '../src/model/batch.js';
import { parseIpv4 } from '../src/net/address.js';
import { renderPlans } from '../src/report/plan.js';
import type { Columns } from '../src/run/columns/columns.js';
import { Group } from '../src/run/columns/groups.js';
import type { Journeys } from '../src/run/columns/journeys.js';
import type { Plan } from '../src/run/columns/plan.js';
import { Sums } from '../src/run/columns/sums.js';
import { CompiledHost } from '../src/run/compiled-host.js';
import { createEngine, type LoadedHost } from '../src/run/engine.js';
import { programOf } from '../src/run/host-program.js';
import { parse } from '../src/run/host-texts.js';
import { planOf } from '../src/run/plan-of.js';
import { syntheticSpec } from '../src/run/synthetic-spec.js';
import { ROOT } from './root.js';

const DOC = readFileSync(join(ROOT, 'docs/column-program.md'), 'utf8');
const [HOST = '', RULES = '', PLAN, KEYS, JOURNEYS] = [...DOC.matchAll(/^```\n(.*?)^```$/gms)].map(
  (match) => match[1]!,
);

const TCP = 6;
const UDP = 17;
const PACKETS: readonly (readonly [src: string, proto: number, dport: number])[] = [
  ['10.2.3.4', TCP, 22],
  ['10.1.0.9', TCP, 22],
  ['198.51.100.7', TCP, 443],
  ['198.51.100.7', UDP, 53],
];
const DST = '192.0.2.1';
const number = (address: string) => parseIpv4(address)![0]!;

/** With the columns that packets that are made up have. */
function batchOf(program: Parameters<typeof syntheticSpec>[0]): PacketColumns {
  const made = synthesise(syntheticSpec(program, { profile: 'near', seed: 1 }), 0, PACKETS.length);
  const eth0 = made.interfaces.indexOf('eth0');
  PACKETS.forEach(([src, proto, dport], i) => {
    const values: Partial<Record<keyof PacketColumns, number>> = {
      ...{ src: number(src), dst: number(DST), proto, sport: 51000, dport },
      ...{ flags: 2, length: 60, ttl: 64, tos: 0, frag: 0, in: eth0 },
    };
    for (const [column, value] of Object.entries(values)) (made[column as 'src'] ?? [])[i] = value;
  });
  return made;
}

interface Found {
  readonly host: LoadedHost;
  readonly groups: readonly Group[];
  readonly plan: Plan;
  readonly journeys: Journeys;
  readonly batch: PacketColumns;
}

async function example(): Promise<Found> {
  const texts = Object.entries({ 'rules.save': RULES, 'host.txt': HOST });
  const program = programOf(parse(texts.map(([name, text]) => ({ name, text }))), { connections: 'off' });
  const host = await (await createEngine()).load(new CompiledHost({ ...program, engine: 'columns' }));
  const batch = batchOf(program);
  const laid = vi.spyOn(Sums.prototype, 'addGroup');
  // keys of the second time are of values that were met
  for (let time = 0; time < 2; time++) host.classify(batch);
  const columns: Columns = host.ready!.columns!;
  const groups = laid.mock.calls.map(([group]) => group);
  laid.mockRestore();
  return { host, batch, groups, plan: Reflect.get(columns, 'plan'), journeys: Reflect.get(columns, 'journeys') };
}

/** The class of a packet's values, by what the plan's own tables were made of. */
function classOf(group: Group, read: (field: Field) => number): number {
  const sum = group.summands.reduce((all, { of, stride }) => {
    if (of instanceof Group) return all + stride * classOf(of, read);
    const at = of.starts.findLastIndex((start) => start <= read(of.field));
    return all + stride * of.numbers[at]!;
  }, 0);
  return group.table[sum]!;
}

const COLUMNS = {
  [Field.Src]: 'src',
  [Field.Dst]: 'dst',
  [Field.Proto]: 'proto',
  [Field.Sport]: 'sport',
  [Field.Dport]: 'dport',
  [Field.TcpFlags]: 'flags',
  [Field.Length]: 'length',
  [Field.Ttl]: 'ttl',
  [Field.Frag]: 'frag',
} as const;
const comma = (value: number) => value.toLocaleString('en-US');
const nameOf = ([src, proto, dport]: (typeof PACKETS)[number]) =>
  `${proto === TCP ? 'tcp' : 'udp'} ${src} to port ${dport}`;

test('classes, sums and the plan', async () => {
  const { host, batch } = await example();
  const text = renderPlans([{ host, plan: planOf(host, batch) }]).replace(/built in [\d.]+ s/, 'built in 0.05 s');
  expect(text.replace(/rules\.save:\d+/, '')).toBe(PLAN?.replace(/rules\.save:\d+/, ''));
});

test('keys', async () => {
  const { plan, groups, batch } = await example();
  const lines = PACKETS.map((packet, i) => {
    const read = (field: Field) => batch[COLUMNS[field as keyof typeof COLUMNS]]?.[i] ?? 0;
    const [addresses = 0, header = 0] = groups.map((group) => classOf(group, read));
    const [own = 0, other = 0] = groups.map((group) => group.classes.count);
    // the interface's place, as it was met
    const place = Math.floor(plan.keyOf(i) / (own * other));
    const key = addresses + own * header + own * other * place;
    expect(plan.keyOf(i)).toBe(key);
    const sum = `${addresses} + ${own} x ${header} + ${comma(own * other)} x ${place} = ${comma(key)}`;
    return `${nameOf(packet).padEnd(31)} addresses ${addresses}, header ${header}, interface ${place}: ${sum}\n`;
  });
  expect(lines.join('')).toBe(KEYS);
});

test('journeys', async () => {
  const { host, plan, journeys } = await example();
  const lines = PACKETS.map((_, i) => {
    const journey = plan.cells.of(plan.keyOf(i));
    const rules = Array.from(journeys.countersOf(journey), (id) => `rule ${host.compiled.rules[id]!.number}`);
    const counted = rules.length > 0 ? `counts at ${rules.join(', ')}` : 'forks at the limit of rule 4';
    return `cell ${comma(plan.keyOf(i)).padStart(5)}: journey ${journey}, which ${counted}\n`;
  });
  expect(lines.join('')).toBe(JOURNEYS);
});
