/** Packets by the million: what they come to, and which fare otherwise by other rules. */
import { FATES, type LoadedHost, type PacketBatch, type PacketBytes, Placing, readCapture } from '../../index.js';
import { jsonLine } from '../../input/columns-text.js';
import type { PacketColumns } from '../../model/batch.js';
import { ruleText } from '../../report/chains.js';
import { leftOpen } from '../../report/left-open.js';
import { placeOf } from '../../run/parting.js';
import { type Counting, countBatches } from '../counting.js';
import { madeUp, type Synthetic } from '../synthetic.js';
import {
  type Compared,
  type Counted,
  MOST_EXAMPLES,
  MOST_TOP,
  MOST_UNMET,
  type RuleCount,
  type Streamed,
} from './messages.js';
import type { Side } from './side.js';

type Watch = Omit<Counting, 'progress'> & { readonly progress: (packets: number, part: number) => void };
type Packets = Synthetic | { readonly capture: Streamed; readonly name: string; readonly size: number };

export async function count(side: Side, packets: Packets, assume: readonly string[], watch: Watch): Promise<Counted> {
  const isMade = 'count' in packets;
  const hosts = await side.hostsForMany({ assume, connections: isMade ? 'off' : 'on' });
  if (isMade) {
    const [batches, of] = await madeUp(hosts, packets);
    const progress = (so: number) => watch.progress(so, so / of);
    const all = await countBatches(hosts, batches, { ...watch, progress });
    return countedOf(hosts, all < of);
  }
  const meter = { read: 0 };
  const progress = (so: number) => watch.progress(so, meter.read / packets.size);
  await countBatches(hosts, captured(hosts, packets.capture, packets.name, meter), { ...watch, progress });
  return countedOf(hosts, watch.isCancelled());
}

async function* captured(
  hosts: readonly [LoadedHost, ...LoadedHost[]],
  capture: Streamed,
  name: string,
  meter: { read: number },
): AsyncGenerator<PacketBytes> {
  const placing = new Placing(hosts[0], {});
  for await (const one of readCapture(chunksOf(capture, meter), name)) {
    const { packets } = placing.place(one);
    if (packets.count > 0) yield packets;
  }
}

async function* chunksOf(capture: Streamed, meter: { read: number }): AsyncGenerator<Uint8Array> {
  const reader = capture.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) return;
    meter.read += value.length;
    yield value;
  }
}

function countedOf(hosts: readonly LoadedHost[], partial: boolean): Counted {
  const summaries = hosts.map((host) => host.summary());
  const fates: Partial<Record<(typeof FATES)[number], number>> = {};
  for (const summary of summaries)
    for (const fate of FATES) {
      const packets = (fates[fate] ?? 0) + (summary.fates[fate] ?? 0);
      if (packets > 0) fates[fate] = packets;
    }
  const rules = hosts.flatMap(({ compiled, from }, i) =>
    compiled.rules.map((info, number) => ({
      info,
      family: from.family,
      packets: summaries[i]!.rules[number]!.packets,
    })),
  );
  const byFile = new Map<string, typeof rules>();
  for (const one of rules) {
    const { file } = one.info.rule;
    const all = byFile.get(file);
    if (all === undefined) byFile.set(file, [one]);
    else all.push(one);
  }
  const met = rules.filter(({ packets }) => packets > 0);
  const countOf = ({ info: { table, chain, number, rule }, family, packets }: (typeof rules)[number]): RuleCount => ({
    rule: { number, ...ruleText(rule, family), file: rule.file, line: rule.line },
    table,
    chain,
    packets,
  });
  return {
    packets: sum(summaries.map(({ packets }) => packets)),
    bytes: sum(summaries.map(({ bytes }) => bytes)),
    seconds: sum(summaries.map(({ seconds }) => seconds)),
    fates,
    lines: [...byFile].map(([file, all]) => ({
      file,
      lines: Uint32Array.from(all, ({ info }) => info.rule.line),
      packets: Float64Array.from(all, ({ packets }) => packets),
    })),
    rules: rules.length,
    never: rules.length - met.length,
    top: met
      .sort((a, b) => b.packets - a.packets)
      .slice(0, MOST_TOP)
      .map(countOf),
    unmet: rules
      .filter(({ packets }) => packets === 0)
      .slice(0, MOST_UNMET)
      .map(countOf),
    open: [...new Set(hosts.flatMap(leftOpen))],
    partial,
  };
}

/** Half of the packets are made up near what the first rules test, half near what the second do. */
export async function compare(
  sides: Readonly<Record<'first' | 'second', Side>>,
  packets: Synthetic,
  assume: readonly string[],
  watch: Watch,
): Promise<Compared> {
  const first = await sides.first.hostsForMany({ assume, connections: 'off' });
  const second = await sides.second.hostsForMany({ assume, connections: 'off' });
  const half = Math.ceil(packets.count / 2);
  const finder = new Finder();
  let all = 0;
  let said = Date.now();
  for (const hosts of [first, second]) {
    const [batches] = await madeUp(hosts, { ...packets, count: half });
    for (const batch of batches) {
      finder.take(batch as PacketColumns, fatesOf(first, batch), fatesOf(second, batch));
      all += batch.count;
      if (Date.now() - said >= watch.period) {
        watch.progress(all, all / (2 * half));
        said = Date.now();
      }
      await watch.pause();
      if (watch.isCancelled()) return { ...finder.found(all), partial: true };
    }
  }
  return { ...finder.found(all), partial: false };
}

/** By packet a number of FATES; the array is used again by the host's next batch. */
const fatesOf = (hosts: readonly [LoadedHost, ...LoadedHost[]], batch: PacketBatch): Uint8Array =>
  hosts[placeOf(hosts, (batch as PacketColumns).family ?? 4)]!.classify(batch);

class Finder {
  readonly #kinds = new Map<string, Compared['kinds'][number] & { packets: number; lines: string[] }>();

  take(batch: PacketColumns, first: Uint8Array, second: Uint8Array): void {
    for (let i = 0; i < batch.count; i++) {
      if (first[i] === second[i]) continue;
      const key = `${first[i]} ${second[i]}`;
      let kind = this.#kinds.get(key);
      if (kind === undefined) {
        kind = { first: FATES[first[i]!]!, second: FATES[second[i]!]!, packets: 0, lines: [] };
        this.#kinds.set(key, kind);
      }
      kind.packets++;
      if (kind.lines.length < MOST_EXAMPLES) kind.lines.push(jsonLine(batch, i));
    }
  }

  found(packets: number): Omit<Compared, 'partial'> {
    const kinds = [...this.#kinds.values()].sort((a, b) => b.packets - a.packets);
    return {
      packets,
      differ: sum(kinds.map((kind) => kind.packets)),
      kinds: kinds.map(({ first, second, packets: all }) => ({ first, second, packets: all })),
      examples: kinds.flatMap(({ first, second, lines }) =>
        lines.map((line) => ({ packet: JSON.parse(line), first, second })),
      ),
    };
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
