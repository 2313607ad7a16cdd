/**
 * Who classifies: this thread, or several at the same time. Batches are handed to them in turn; what they counted is
 * added up, so that it is the same for any number of them. The rules of each family count by themselves.
 */
import { Worker } from 'node:worker_threads';
import { type SyntheticSpec, synthesise } from '../input/synthetic/index.js';
import type { PacketBatch, PacketBytes } from '../model/batch.js';
import type { EngineUse } from '../model/plan.js';
import { ruleWith, type Table } from '../model/ruleset.js';
import type { Summary } from '../model/summary.js';
import type { HostProgram } from '../run/host-program.js';
import type { LoadedHost, Position } from '../run/loaded-host.js';
import { mergeSummaries, mergeUses } from '../run/merge.js';
import { Parting } from '../run/parting.js';
import { useOf } from '../run/plan-of.js';
import type { Hosted, Hosts } from './hosts.js';

/** Packets that one is given at a time. */
export const PORTION = 1 << 14;

/** Some of the packets of a spec, PORTION at most: the `step` of synthesise is from one to the next. */
export interface Synthetic {
  readonly spec: SyntheticSpec;
  readonly first: number;
  readonly count: number;
  readonly step: number;
  readonly epoch: number;
  /** packets that the host has behind these. */
  readonly more: number;
}

export interface Counted {
  /** by the rules of each family, in the order of the hosts. */
  readonly summaries: readonly Summary[];
  /** what took its packets, of each family in the same order; undefined: there were none. */
  readonly uses: readonly (EngineUse | undefined)[];
  /** of classification alone: of the thread that took longest. */
  readonly seconds: number;
}

/** What a worker is told: `host` is the place of the rules among those that it has. */
export type Task = { readonly host: number } & (
  | { readonly kind: 'batch'; readonly batch: PacketBatch; readonly position: Position }
  | ({ readonly kind: 'synthetic' } & Synthetic)
  | { readonly kind: 'summary' }
);

/** What a worker tells of its packets. */
export interface Told {
  readonly summary: Summary;
  readonly use: EngineUse | undefined;
}

function tellOf(host: LoadedHost): Told {
  const summary = host.summary();
  return { summary, use: summary.packets === 0 ? undefined : useOf(host) };
}

/** Does a task; what was asked for comes back. */
export function work(host: LoadedHost, task: Task): Told | undefined {
  if (task.kind === 'summary') return tellOf(host);
  if (task.kind === 'batch') host.classify(task.batch, task.position);
  else {
    const { spec, first, count, step, epoch, more } = task;
    host.classify(synthesise(spec, first, count, step), { first: Math.floor(first / step), epoch, more });
  }
  return undefined;
}

export class Crew {
  private readonly members: readonly Member[];
  private readonly lanes: readonly Lane[];
  private readonly parting: Parting;
  /** the hosts that packets have come to. */
  private readonly met = new Set<number>();

  /** `meet` hears of each host before its first packets, and may refuse them by throwing. */
  constructor(
    hosts: Hosts,
    workers: number,
    private readonly meet: (place: number) => void,
  ) {
    this.parting = new Parting((family) => hosts.placeOf(family));
    // what rules remember of a packet decides about those behind it: one has to see them all
    const isShared = ({ host }: Hosted) => workers > 1 && !host.remembers;
    const shared = hosts.all.filter(isShared);
    // where nothing is remembered nothing is known before, and a listing that is read as it is asked for goes to no thread
    const programs = shared.map(({ program }) => ({
      ...program,
      tables: program.tables.map(plain),
      connections: false as const,
    }));
    this.members = shared.length === 0 ? [] : Array.from({ length: workers }, () => new Member(programs));
    this.lanes = hosts.all.map((one) =>
      isShared(one) ? new Shared(this.members, shared.indexOf(one)) : new Alone(one.host),
    );
  }

  /** Packets that were captured or described, in their order. The batch may be used again once this is done. */
  async classify(batch: PacketBytes): Promise<void> {
    for (const { place, batch: share, epoch } of this.parting.part(batch)) {
      this.open(place);
      await this.lanes[place]!.classify(share, epoch);
    }
  }

  /** Synthetic packets, for the host at a place. */
  async synthesise(host: number, some: Synthetic): Promise<void> {
    this.open(host);
    await this.lanes[host]!.synthesise(some);
  }

  private open(place: number): void {
    if (this.met.has(place)) return;
    this.met.add(place);
    this.meet(place);
  }

  async count(): Promise<Counted> {
    const all: ReadonlyMap<number, Told>[] = [];
    // one after the other: a member tells of one at a time
    for (const lane of this.lanes) all.push(await lane.told());
    const threads = Array.from({ length: this.members.length + 1 }, (_, thread) =>
      all.reduce((sum, lane) => sum + (lane.get(thread)?.summary.seconds ?? 0), 0),
    );
    const summaries = all.map((lane) => {
      const [first, ...others] = [...lane.values()].map(({ summary }) => summary);
      return mergeSummaries([first!, ...others]);
    });
    const uses = all.map((lane) => mergeUses([...lane.values()].map(({ use }) => use)));
    return { summaries, uses, seconds: Math.max(...threads) };
  }

  async end(): Promise<void> {
    await Promise.all(this.members.map((member) => member.end()));
  }
}

/** Rules that read what they say when they are asked go to no thread. */
const plain = (table: Table): Table => ({
  ...table,
  chains: new Map(
    [...table.chains].map(([name, chain]) => [
      name,
      { ...chain, rules: chain.rules.map((rule) => ruleWith(rule, {})) },
    ]),
  ),
});

/** The way of the packets of one host. */
interface Lane {
  classify(batch: PacketBytes, epoch: number | undefined): Promise<void>;
  synthesise(some: Synthetic): Promise<void>;
  /** by thread; 0 is this one. */
  told(): Promise<ReadonlyMap<number, Told>>;
}

class Alone implements Lane {
  constructor(private readonly host: LoadedHost) {}

  async classify(batch: PacketBytes, epoch: number | undefined): Promise<void> {
    this.host.classify(batch, { epoch });
  }
  async synthesise(some: Synthetic): Promise<void> {
    work(this.host, { kind: 'synthetic', host: 0, ...some });
    // signals are heard between portions
    await new Promise((resume) => setImmediate(resume));
  }
  async told(): Promise<ReadonlyMap<number, Told>> {
    return new Map([[0, tellOf(this.host)]]);
  }
}

/** Tasks that wait at a worker while it does another, so that it never waits itself. */
const AHEAD = 2;

class Shared implements Lane {
  private turn = 0;
  private serial = 0;

  constructor(
    private readonly members: readonly Member[],
    private readonly host: number,
  ) {}

  async classify(batch: PacketBytes, epoch: number | undefined): Promise<void> {
    const first = this.serial;
    this.serial = (this.serial + batch.count) >>> 0;
    await this.next().give({ kind: 'batch', host: this.host, batch: copyOf(batch), position: { first, epoch } });
  }
  async synthesise(some: Synthetic): Promise<void> {
    const more = some.more / this.members.length;
    await this.next().give({ kind: 'synthetic', host: this.host, ...some, more });
  }
  async told(): Promise<ReadonlyMap<number, Told>> {
    const all = await Promise.all(this.members.map((member) => member.told(this.host)));
    return new Map(all.map((told, i) => [i + 1, told]));
  }

  private next(): Member {
    return this.members[this.turn++ % this.members.length]!;
  }
}

/** A worker thread. A fault of its own is thrown at the next call. */
class Member {
  private readonly worker: Worker;
  private waiting = 0;
  private fault: unknown;
  private wake: (() => void) | undefined;
  private hear: ((told: Told) => void) | undefined;

  constructor(programs: readonly HostProgram[]) {
    this.worker = new Worker(new URL('./crew-worker.js', import.meta.url), { workerData: programs });
    this.worker.on('message', (told: Told | undefined) => {
      this.waiting--;
      if (told !== undefined) this.hear?.(told);
      this.wake?.();
    });
    this.worker.on('error', (fault) => {
      this.fault = fault;
      this.wake?.();
    });
  }

  /** Hands a task over, once not too many wait. */
  async give(task: Task): Promise<void> {
    while (this.waiting > AHEAD && this.fault === undefined) await this.change();
    if (this.fault !== undefined) throw this.fault;
    this.waiting++;
    this.worker.postMessage(task);
  }

  async told(host: number): Promise<Told> {
    let told: Told | undefined;
    this.hear = (given) => {
      told = given;
    };
    await this.give({ kind: 'summary', host });
    while (told === undefined && this.fault === undefined) await this.change();
    if (told === undefined) throw this.fault;
    return told;
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private change(): Promise<void> {
    return new Promise((resume) => {
      this.wake = resume;
    });
  }
}

/** Only what belongs to its packets: the arrays of a reader are larger, and filled anew for the next batch. */
function copyOf(batch: PacketBytes): PacketBytes {
  const { count, at, size } = batch;
  let start = at[0] ?? 0;
  let end = start;
  for (let i = 0; i < count; i++) {
    start = Math.min(start, at[i]!);
    end = Math.max(end, at[i]! + size[i]!);
  }
  const cut = <C extends { slice(from: number, to: number): C }>(column: C | undefined) => column?.slice(0, count);
  return {
    ...batch,
    bytes: batch.bytes.slice(start, end),
    at: at.slice(0, count).map((place) => place - start),
    size: size.slice(0, count),
    wire: cut(batch.wire),
    time: cut(batch.time),
    in: cut(batch.in),
    out: cut(batch.out),
    mac: cut(batch.mac),
    pkttype: cut(batch.pkttype),
    mark: cut(batch.mark),
    uid: cut(batch.uid),
    gid: cut(batch.gid),
    path: cut(batch.path),
    state: cut(batch.state),
    told: cut(batch.told),
  };
}
