/**
 * Who classifies: this thread, or several at the same time. Batches are handed to them in turn; what they counted is
 * added up, so that it is the same for any number of them.
 */
import { Worker } from 'node:worker_threads';
import { type SyntheticSpec, synthesise } from '../input/synthetic/index.js';
import type { PacketBatch, PacketBytes } from '../model/batch.js';
import type { Summary } from '../model/summary.js';
import { Clock } from '../run/clock.js';
import type { LoadedHost, Position } from '../run/engine.js';
import type { HostProgram } from '../run/host-program.js';
import { mergeSummaries } from '../run/merge.js';

/** Packets that one is given at a time. */
export const PORTION = 1 << 14;

export interface Crew {
  /** Packets that were captured or described, in their order. The batch may be used again once this is done. */
  classify(batch: PacketBytes): Promise<void>;
  /** Some of the synthetic packets, PORTION at most. */
  synthesise(some: Synthetic): Promise<void>;
  summary(): Promise<Summary>;
  end(): Promise<void>;
}

export interface Synthetic extends Required<Position> {
  readonly spec: SyntheticSpec;
  readonly first: number;
  readonly count: number;
}

/** What a worker is told. */
export type Task =
  | { readonly kind: 'batch'; readonly batch: PacketBatch; readonly position: Position }
  | ({ readonly kind: 'synthetic' } & Synthetic)
  | { readonly kind: 'summary' };

/** Does a task; a summary where that was asked for. */
export function work(host: LoadedHost, task: Task): Summary | undefined {
  if (task.kind === 'summary') return host.summary();
  if (task.kind === 'batch') host.classify(task.batch, task.position);
  else host.classify(synthesise(task.spec, task.first, task.count), task);
  return undefined;
}

/** `host` is what `program` became in this thread. */
export function crewOf(program: HostProgram, host: LoadedHost, workers: number): Crew {
  // what rules remember of a packet decides about those behind it: one has to see them all
  return workers > 1 && !host.remembers ? new Workers(program, workers) : new Alone(host);
}

class Alone implements Crew {
  constructor(private readonly host: LoadedHost) {}

  async classify(batch: PacketBytes): Promise<void> {
    this.host.classify(batch);
  }
  async synthesise(some: Synthetic): Promise<void> {
    work(this.host, { kind: 'synthetic', ...some });
    // signals are heard between portions
    await new Promise((resume) => setImmediate(resume));
  }
  async summary(): Promise<Summary> {
    return this.host.summary();
  }
  async end(): Promise<void> {}
}

/** Tasks that wait at a worker while it does another, so that it never waits itself. */
const AHEAD = 2;

class Workers implements Crew {
  private readonly members: Member[];
  private turn = 0;
  private serial = 0;
  /** some packets say no time, and no worker sees those before its own. */
  private readonly clock = new Clock();

  constructor(program: HostProgram, workers: number) {
    this.members = Array.from({ length: workers }, () => new Member(program));
  }

  async classify(batch: PacketBytes): Promise<void> {
    const first = this.serial;
    this.serial = (this.serial + batch.count) >>> 0;
    const time = this.clock.settle(batch.time, 0, batch.count);
    await this.next().give({
      kind: 'batch',
      batch: { ...copyOf(batch), time },
      position: { first, epoch: this.clock.epoch },
    });
  }
  async synthesise(some: Synthetic): Promise<void> {
    await this.next().give({ kind: 'synthetic', ...some });
  }
  async summary(): Promise<Summary> {
    const [first, ...others] = await Promise.all(this.members.map((member) => member.summary()));
    return mergeSummaries([first!, ...others]);
  }
  async end(): Promise<void> {
    await Promise.all(this.members.map((member) => member.end()));
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
  private told: ((summary: Summary) => void) | undefined;

  constructor(program: HostProgram) {
    this.worker = new Worker(new URL('./crew-worker.js', import.meta.url), { workerData: program });
    this.worker.on('message', (summary: Summary | undefined) => {
      this.waiting--;
      if (summary !== undefined) this.told?.(summary);
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

  async summary(): Promise<Summary> {
    let summary: Summary | undefined;
    this.told = (given) => {
      summary = given;
    };
    await this.give({ kind: 'summary' });
    while (summary === undefined && this.fault === undefined) await this.change();
    if (summary === undefined) throw this.fault;
    return summary;
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
    in: cut(batch.in),
    out: cut(batch.out),
    mac: cut(batch.mac),
    pkttype: cut(batch.pkttype),
    mark: cut(batch.mark),
    uid: cut(batch.uid),
    gid: cut(batch.gid),
    path: cut(batch.path),
    state: cut(batch.state),
  };
}
