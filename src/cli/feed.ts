/** Where `classify` has its packets from: drawn by a seed, or out of files one after the other. */
import { PacketwalkError } from '../errors.js';
import { type Profile, synthesise } from '../input/synthetic/index.js';
import { sharesOf } from '../input/synthetic/shares.js';
import { syntheticSpec } from '../run/synthetic-spec.js';
import { type Crew, PORTION } from './crew.js';
import { problemText } from './findings.js';
import type { Hosts } from './hosts.js';
import type { Interrupt } from './interrupt.js';
import type { PacketSource } from './packet-source.js';
import { openPackets, type PacketOptions } from './packets.js';
import type { Progress } from './progress.js';

export interface Sources extends PacketOptions {
  readonly packets?: readonly string[];
  readonly synthetic?: number;
  readonly profile: Profile;
  readonly seed?: number | undefined;
}

export interface Feeding {
  readonly hosts: Hosts;
  readonly sources: Sources;
  readonly progress: Progress;
  readonly interrupt: Interrupt;
}

export interface Fed {
  /** all: every packet was come to; some: not those behind a fault; none: there is nothing but faults. */
  readonly read: 'all' | 'some' | 'none';
  /** packets among them that could not be read. */
  readonly unread: number;
  /** those whose way in was taken for granted. */
  readonly placed: number;
}

export const feed = (crew: Crew, feeding: Feeding): Promise<Fed> =>
  feeding.sources.synthetic === undefined ? captured(crew, feeding) : synthetic(crew, feeding);

/** The hosts' packets in turn. */
async function synthetic(crew: Crew, { hosts, sources, progress, interrupt }: Feeding): Promise<Fed> {
  const { synthetic: all = 0, profile, seed = 1, path } = sources;
  const specs = hosts.all.map(({ program }) => syntheticSpec(program, { profile, seed, path }));
  const step = specs.length;
  const epoch = synthesise(specs[0]!, 0, 1).time?.[0] ?? 0;
  for (let done = 0; done < all && !interrupt.stopped; ) {
    const some = Math.min(PORTION * step, all - done);
    const more = Math.floor((all - done - some) / step);
    for (const { host, first, count } of sharesOf(step, done, some))
      await crew.synthesise(host, { spec: specs[host]!, first, count, step, epoch, more });
    done += some;
    progress.at(done, done / all);
  }
  return { read: 'all', unread: 0, placed: 0 };
}

/** What cannot be read is said; what was read before it, and the files behind it, are counted. */
async function captured(crew: Crew, feeding: Feeding): Promise<Fed> {
  const { sources, progress, interrupt } = feeding;
  const files = sources.packets ?? [];
  const read: Reading = { packets: 0, files: 0, of: files.length };
  let faults = 0;
  let unread = 0;
  let placed = 0;
  for (const path of files) {
    if (interrupt.stopped) break;
    let source: PacketSource | undefined;
    try {
      source = await interrupt.before(openPackets(path, sources, interrupt.signal));
      if (source !== undefined) await count(crew, source, feeding, read);
    } catch (error) {
      // what no packet can answer is no fault of this file
      if (!(error instanceof PacketwalkError) || error.code === 'open-questions') throw error;
      progress.end();
      process.stderr.write(`${problemText(error)}\n`);
      faults++;
    }
    // read already, in a batch that waited for more
    for (const batch of source?.rest() ?? []) {
      await crew.classify(batch);
      read.packets += batch.count;
    }
    if (source?.finish() === false) faults++;
    unread += source?.unread ?? 0;
    placed += source?.placed ?? 0;
    if (source?.reason !== undefined) {
      process.stderr.write(`${problemText(source.reason)}\n`);
      faults++;
    }
    read.files++;
  }
  return { read: faults === 0 ? 'all' : read.packets === 0 ? 'none' : 'some', unread, placed };
}

interface Reading {
  packets: number;
  files: number;
  readonly of: number;
}

async function count(
  crew: Crew,
  source: PacketSource,
  { hosts, progress, interrupt }: Feeding,
  read: Reading,
): Promise<void> {
  const batches = source.batches(hosts.origins);
  for (;;) {
    const next = await interrupt.before(batches.next());
    if (next === undefined || next.done) return;
    await crew.classify(next.value);
    read.packets += next.value.count;
    progress.at(read.packets, source.part === undefined ? undefined : (read.files + source.part) / read.of);
  }
}
