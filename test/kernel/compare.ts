/** What both say of packets that the kernel has seen, packet by packet. Plain data in and out: it may be done elsewhere. */
import { Pack } from '../../src/input/pack.js';
import type { PacketBytes } from '../../src/model/batch.js';
import type { Packet } from '../../src/model/packet.js';
import type { LoadedHost } from '../../src/run/engine.js';
import { useOf } from '../../src/run/plan-of.js';
import { countersOf } from '../counters.js';
import { connectionDifferences } from './connections.js';
import type { Exchanged } from './exchange.js';
import { differences, ofKernel } from './observed.js';
import { groupsOf } from './repeat.js';
import type { CapturedHost, Scenario } from './scenario.js';
import { connectionsOf, loadCaptured, observe, packetOf } from './walked.js';

/** What the kernel said, of a host of these rules. */
export interface Asked {
  /** as they were loaded: the kernel's own save loses what it cannot say, such as the sense of `! -o +`. */
  readonly rules: string;
  readonly captured: CapturedHost;
  readonly family: Scenario['family'];
  readonly exchanged: readonly Exchanged[];
  /** milliseconds since 1970 when the clock began by which packets were sent. */
  readonly epoch: number;
}

export interface Compared {
  /** packets that end at an open question here, or leave by a drawn port: neither agreement nor difference. */
  readonly open: readonly { readonly packet: number; readonly why: string }[];
  readonly differing: readonly { readonly packet: number; readonly lines: readonly string[] }[];
  /** packets for which the kernel drew a port that packetwalk then took. */
  readonly drawn: number;
  /** tables of connections that were compared. */
  readonly tables: number;
  /** packets that were classified together as well, and those of them that went by columns. */
  readonly together: number;
  readonly byColumns: number;
}

/** Packets as they were sent, with what is known of each beside it. */
const packetsOf = ({ exchanged, epoch }: Asked): Packet[] =>
  exchanged.map(({ line, result: { cpu, time } }, n) => packetOf({ ...line, cpu }, n + 1, epoch + time));

export type Compare = (asked: Asked) => Promise<Compared>;

export const compare: Compare = async (asked) => {
  const { rules, captured, family, exchanged, epoch } = asked;
  const host = await loadCaptured({ ...withFragmentTime(captured), 'rules.save': rules }, { family });
  const heard = exchanged.map(({ result }) => ({
    time: epoch + result.time,
    left: result.out.map(({ hex }) => hex),
  }));
  const open: { packet: number; why: string }[] = [];
  const differing: { packet: number; lines: string[] }[] = [];
  let drawn = 0;
  let tables = 0;
  const sent = exchanged.map(({ line, result: { cpu } }) => ({ ...line, cpu }));
  observe(host, sent, heard).forEach((seen, packet) => {
    const { result, connections } = exchanged[packet]!;
    const lines = differences(ofKernel(result), seen.observed);
    if (seen.told) drawn++;
    if (connections !== undefined) tables++;
    if (connections !== undefined && seen.connections !== undefined)
      lines.push(...connectionDifferences(connections, seen.connections));
    if (seen.open !== undefined) open.push({ packet, why: seen.open });
    else if (seen.drawn && !seen.told && lines.length > 0 && lines.every((line) => line.startsWith('leaves, ')))
      open.push({ packet, why: 'a drawn port' });
    else if (lines.length > 0) differing.push({ packet, lines });
  });
  const alone = sent.every(({ keep }) => !keep);
  const agree = open.length + differing.length + drawn === 0;
  if (!agree || (!alone && family === 6)) return { open, differing, drawn, tables, together: 0, byColumns: 0 };
  const texts = { ...withFragmentTime(captured), 'rules.save': rules };
  const { lines, byColumns } = alone
    ? await classifyTogether({ ...captured, 'rules.save': rules }, asked)
    : await classifyFlows(texts, asked);
  if (lines.length > 0) differing.push({ packet: sent.length - 1, lines });
  return { open, differing, drawn, tables, together: sent.length, byColumns };
};

/** So often, until most columns of which each value counts have room for all of them. */
const TURNS = 12;

/**
 * Packets that meet the host as if none had been, classified as one batch: counters have to be the sums of the kernel's. Then one
 * by one, so that each goes by what was learnt of it and of others, whatever walks beside it.
 */
async function classifyTogether(texts: CapturedHost & { 'rules.save': string }, asked: Asked) {
  const { family, exchanged } = asked;
  const counters = sumOf(exchanged.map(({ result }) => ofKernel(result).counters));
  const packets = packetsOf(asked);
  const [together, alone] = [packets.length, 1].map((rows) => batchesOf(packets, rows)) as [
    PacketBytes[],
    PacketBytes[],
  ];
  const load = (engine: 'columns' | 'bytecode') => loadCaptured(texts, { engine, connections: false, family });
  const [columns, bytecode] = await Promise.all([load('columns'), load('bytecode')]);
  const wrong = (host: LoadedHost, batches: readonly PacketBytes[]): string[] => {
    host.reset();
    for (const batch of batches) host.classify(batch);
    return differences({ counters, out: [] }, { counters: countersOf(host.summary()), out: [] });
  };
  const lines = [
    ...wrong(bytecode, together).map((line) => `together, bytecode: ${line}`),
    ...wrong(columns, together).map((line) => `together, columns: ${line}`),
  ];
  for (let turn = 1; turn <= TURNS && lines.length === 0; turn++)
    lines.push(...wrong(columns, alone).map((line) => `one by one, columns, turn ${turn}: ${line}`));
  const { used, walked = 0 } = useOf(columns);
  return { lines, byColumns: used === 'columns' ? packets.length - walked : 0 };
}

/** So often flows come again, so that most of their packets go by what was learnt. */
const FLOW_TURNS = 3;

/** The same of packets that meet what those before them have left: each group by itself, as one batch. */
async function classifyFlows(texts: CapturedHost & { 'rules.save': string }, asked: Asked) {
  const { exchanged } = asked;
  const all = packetsOf(asked);
  const counters = sumOf(exchanged.map(({ result }) => ofKernel(result).counters));
  const groups = new Map<number, number[]>();
  groupsOf(exchanged.map(({ line }) => line)).forEach(([first], n) => {
    groups.set(first, [...(groups.get(first) ?? []), n]);
  });
  const batches = [...groups.values()].map((places) => ({
    last: exchanged[places.at(-1)!]!,
    packets: batchesOf(
      places.map((n) => all[n]!),
      places.length,
    ),
  }));
  const wrong = (host: LoadedHost): string[] => {
    host.reset();
    const lines = batches.flatMap(({ last, packets }) => {
      for (const batch of packets) host.classify(batch);
      const found = last.connections && connectionDifferences(last.connections, connectionsOf(host));
      host.forgetConnections();
      return found ?? [];
    });
    return [...lines, ...differences({ counters, out: [] }, { counters: countersOf(host.summary()), out: [] })];
  };
  const [columns, bytecode] = await Promise.all([
    loadCaptured(texts, { engine: 'columns' }),
    loadCaptured(texts, { engine: 'bytecode' }),
  ]);
  const lines = wrong(bytecode).map((line) => `flows, bytecode: ${line}`);
  for (let turn = 1; turn <= FLOW_TURNS && lines.length === 0; turn++)
    lines.push(...wrong(columns).map((line) => `flows, columns, turn ${turn}: ${line}`));
  const { used, walked = 0 } = useOf(columns);
  return { lines, byColumns: used === 'columns' ? exchanged.length - walked : 0 };
}

function batchesOf(packets: readonly Packet[], rows: number): PacketBytes[] {
  const pack = new Pack(rows);
  const batches: PacketBytes[] = [];
  // its arrays are filled anew for each
  for (const packet of packets) for (const batch of pack.add(packet)) batches.push(structuredClone(batch));
  for (const batch of pack.take()) batches.push(structuredClone(batch));
  return batches;
}

/** Of counters as `packets/bytes`. */
function sumOf(all: readonly ReadonlyMap<string, string>[]): Map<string, string> {
  const sums = new Map<string, readonly [packets: number, bytes: number]>();
  for (const [name, text] of all.flatMap((one) => [...one])) {
    const [packets, bytes] = text.split('/').map(Number) as [number, number];
    const [before, length] = sums.get(name) ?? [0, 0];
    sums.set(name, [before + packets, length + bytes]);
  }
  return new Map([...sums].map(([name, sum]) => [name, sum.join('/')]));
}

/** Fragments of kept packets wait for a second; the file says 0, which is for those of others. */
export const withFragmentTime = (captured: CapturedHost): CapturedHost => ({
  ...captured,
  'sysctl.txt': captured['sysctl.txt'].replace(
    /^(net\.ipv4\.ipfrag_time|net\.ipv6\.ip6frag_time|net\.netfilter\.nf_conntrack_frag6_timeout) = .*$/gm,
    '$1 = 1',
  ),
});
