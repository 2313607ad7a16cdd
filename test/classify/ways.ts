/** The same packets counted in each way that there is, and how two counts differ. */
import { jsonLine } from '../../src/input/columns-text.js';
import { lengthOf } from '../../src/input/encode-columns.js';
import { readJsonPacket } from '../../src/input/json.js';
import type { PacketBatch, PacketColumns } from '../../src/model/batch.js';
import type { Packet } from '../../src/model/packet.js';
import type { Summary } from '../../src/model/summary.js';
import type { Fate } from '../../src/model/trace.js';
import type { EngineName } from '../../src/run/classifying.js';
import { CompiledHost, type LoadOptions } from '../../src/run/compiled-host.js';
import { createEngine, type LoadedHost } from '../../src/run/engine.js';
import { countersOf } from '../counters.js';

/** Values of what LoadedHost.classify gives, in their order. */
export const FATES: readonly Fate[] = ['delivered', 'forwarded', 'sent', 'dropped', 'rejected', 'stolen', 'unknown'];

export interface Counted {
  readonly summary: Omit<Summary, 'seconds'>;
  /** of each packet. */
  readonly fates: readonly Fate[];
}

/** A host with its rules in an engine of either kind. `auto` remembers from the first packet on, as `columns` does. */
export async function load(options: LoadOptions, kind: EngineName): Promise<LoadedHost> {
  const engine = kind === 'auto' ? 'columns' : kind;
  return (await createEngine()).load(new CompiledHost({ ...options, engine }));
}

/** Packets in batches, as if none had been before. */
export function inBatches(host: LoadedHost, batches: readonly PacketBatch[]): Counted {
  host.reset();
  const fates = batches.flatMap((batch) => Array.from(host.classify(batch), (fate) => FATES[fate]!));
  return { summary: host.summary(), fates };
}

/** Cuts columns into batches of so many packets, in turn. */
export function pieces(columns: PacketColumns, sizes: readonly number[]): PacketColumns[] {
  const batches: PacketColumns[] = [];
  for (let from = 0, turn = 0; from < columns.count; turn++) {
    const count = Math.min(sizes[turn % sizes.length]!, columns.count - from);
    const cut = Object.entries(columns).map(([name, value]) => {
      const each = columns.family === 6 && (name === 'src' || name === 'dst') ? 4 : 1;
      return [
        name,
        ArrayBuffer.isView(value) ? (value as Uint32Array).slice(each * from, each * (from + count)) : value,
      ];
    });
    batches.push({ ...Object.fromEntries(cut), count } as PacketColumns);
    from += count;
  }
  return batches;
}

/** The packets as they are described. */
export const described = (columns: PacketColumns): Packet[] =>
  Array.from(
    { length: columns.count },
    (_, i) => readJsonPacket({ number: i + 1, text: jsonLine(columns, i), cut: false }).packet,
  );

const GONE_ON: readonly Fate[] = ['delivered', 'forwarded', 'sent'];

/**
 * One by one, as `trace` does; `lengths` are those of the packets. What each says of itself is added up here: only the
 * bytes of rules and policies are read from the host.
 */
export function oneByOne(host: LoadedHost, packets: readonly Packet[], lengths: readonly number[]): Counted {
  host.reset();
  const { rules, policies } = host.compiled;
  const count = { fates: {} as Record<string, number>, why: {} as Record<string, Record<string, number>> };
  const more = (counts: Record<string, number>, name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  const hits = new Array<number>(rules.length).fill(0);
  const ends = new Array<number>(policies.length).fill(0);
  const fates = packets.map((packet) => {
    const result = host.walk(packet);
    for (const rule of result.hits) hits[rule]!++;
    for (const policy of result.policies) ends[policy]!++;
    more(count.fates, result.fate);
    if (!GONE_ON.includes(result.fate)) {
      const { why = result.by.kind } = result.by;
      count.why[result.fate] ??= {};
      more(count.why[result.fate]!, why.replace(/^(local|joined):.*/, '$1'));
    }
    return result.fate;
  });
  const bytes = (id: number) => Number(host.counter(id).bytes);
  return {
    summary: {
      packets: packets.length,
      bytes: lengths.reduce((sum, length) => sum + length, 0),
      ...count,
      rules: rules.map(({ table, chain, number }, id) => ({
        table,
        chain,
        rule: number,
        packets: hits[id]!,
        bytes: bytes(id),
      })),
      policies: policies.map((policy, id) => ({ ...policy, packets: ends[id]!, bytes: bytes(rules.length + id) })),
    },
    fates,
  };
}

export const lengthsOf = (columns: PacketColumns): number[] =>
  Array.from({ length: columns.count }, (_, i) => lengthOf(columns, i));

/** Lines that say where two counts differ, each as `what: one, other`; `line` describes a packet. */
export function differing(one: Counted, other: Counted, line: (packet: number) => string): string[] {
  const first = one.fates.findIndex((fate, i) => fate !== other.fates[i]);
  const [a, b] = [one, other].map(namesOf) as [Map<string, unknown>, Map<string, unknown>];
  const names = [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name));
  return [
    ...names.map((name) => `${name}: ${a.get(name) ?? 0}, ${b.get(name) ?? 0}`),
    ...(first < 0 ? [] : [`packet ${first} ${line(first)}: ${one.fates[first]}, ${other.fates[first]}`]),
  ];
}

function namesOf({ summary }: Counted): Map<string, unknown> {
  const { packets, bytes, fates, why } = summary;
  return new Map<string, unknown>([
    ['packets', packets],
    ['bytes', bytes],
    ...Object.entries(fates),
    ...Object.entries(why).flatMap(([fate, whys]) =>
      Object.entries(whys).map(([name, count]): [string, unknown] => [`${fate} ${name}`, count]),
    ),
    ...countersOf(summary),
  ]);
}
