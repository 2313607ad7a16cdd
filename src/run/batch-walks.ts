/** Packets are placed into the batch, walk there, together or in turn, and are counted. */
import { BATCH_SLOTS, Beside, Field, Result, TRACE_ALL, TRACE_HITS } from '../abi.js';
import { Pack } from '../input/pack.js';
import type { PacketBatch } from '../model/batch.js';
import type { NumberRange } from '../model/condition.js';
import type { Packet } from '../model/packet.js';
import type { WalkResult } from '../model/trace.js';
import type { Course } from './course.js';
import { fill, giveBytes } from './fill.js';
import { isForOther } from './frames.js';
import type { Laid } from './laid.js';
import { PACKET_ROOM } from './packet-slots.js';
import { CUT, resultOf, undecoded } from './result.js';

/** Packets that are walked together, with room for as many copies: their columns stay in a processor's second cache. */
export const BATCH_PACKETS = BATCH_SLOTS / 2;

export interface WalkOptions {
  /** events for every rule that was looked at, and each condition. */
  readonly everything?: boolean;
  /** the packet's bytes where it leaves. */
  readonly bytes?: boolean;
  /** the port, or identifier, that the kernel drew of a range, where that is known. */
  readonly drawn?: (ports: NumberRange) => number | undefined;
}

/** How packets of a batch are placed into it. */
interface Placing {
  /** somebody wants to know what happens to each. */
  readonly told?: boolean;
  /** they go by columns, and get their bytes when they walk. */
  readonly byColumns?: boolean;
}

export class BatchWalks {
  /** one packet as a batch of its own. */
  private readonly single = new Pack(1, PACKET_ROOM);
  /** a packet has to see what those before it have opened. */
  private readonly inTurn: boolean;

  constructor(
    private readonly laid: Laid,
    private readonly course: Course,
  ) {
    this.inTurn = laid.uses.order || laid.setup.connections !== undefined;
  }

  /** Places packets from one on, as many as there is room for but no more than `most`; how many. */
  place(packets: PacketBatch, from: number, most: number, { told = false, byColumns = false }: Placing = {}): number {
    const { stages, steps, batch, uses, setup } = this.laid;
    const { clock, serial } = this.course;
    const readsBytes = uses.bytes || (setup.connections !== undefined && !byColumns);
    const filling = { stages, steps, batch, clock, readsBytes, readsLink: uses.link, told };
    const count = fill(filling, packets, from, most, serial);
    this.course.serial = (serial + count) >>> 0;
    return count;
  }

  /** Walks a packet by itself, and tells of it. */
  tell(packet: Packet, { everything = false, bytes = false, drawn }: WalkOptions): WalkResult {
    const { from, stages, batch, setup, own, walks, plain } = this.laid;
    // an empty pack has room: nothing comes back before all is in
    this.single.add(packet).next();
    for (const one of this.single.take()) this.place(one, 0, 1, { told: true });
    this.refuse(1);
    const start = everything && batch.fateOf(0) === undefined ? stages.fields(0) : [];
    setup.places = plain;
    setup.level = everything ? TRACE_ALL : TRACE_HITS;
    setup.bytes = bytes;
    setup.now = this.course.clock.now;
    setup.drawn = drawn;
    own.forget();
    // where an answer is taken to all that nobody gave, it is the same for many packets
    if (from.otherwise === undefined) setup.tellLocal = (address, isOwn) => own.tell(address, isOwn);
    try {
      walks.run(setup);
    } finally {
      setup.drawn = undefined;
      setup.tellLocal = undefined;
    }
    return { ...resultOf(from.compiled, batch, 0), start };
  }

  /**
   * Walks packets from one on, as many as a batch holds, and counts them: how many, and when that ended. Their fates go to `fates`,
   * from `from` on. `by` takes them first, if there is any: false: it does not.
   */
  take(packets: PacketBatch, from: number, fates: Uint8Array, byColumns = false, by?: (count: number) => boolean) {
    const { stages } = this.laid;
    const count = this.place(packets, from, Math.min(BATCH_PACKETS, packets.count - from), { byColumns });
    const placed = performance.now();
    this.walkPlaced(count, () => {
      if (by?.(count) === true) return;
      if (this.inTurn) this.walkInTurn(packets, from, count);
      else this.all();
    });
    const ended = performance.now();
    this.course.tally.addTime(ended - placed);
    fates.set(stages.columns[Beside.Fate]!.subarray(0, count), from);
    return { count, ended };
  }

  /** Walks so many packets that were placed into the batch, and adds up what became of them. */
  walkPlaced(count: number, walk: () => void): void {
    const { uses, batch, setup } = this.laid;
    const { clock, tally } = this.course;
    const given = uses.mangles ? this.lengths(count) : 0;
    this.refuse(count);
    setup.now = clock.now;
    walk();
    // what rules made longer counts as it came
    if (uses.mangles) batch.gathered = this.lengths(count) - given;
    tally.add(batch);
  }

  /** Bytes of the first packets together. */
  private lengths(count: number): number {
    return this.laid.stages.columns[Field.Length]!.subarray(0, count).reduce((sum, length) => sum + length, 0);
  }

  /** Walks all of the batch. */
  all(): void {
    this.laid.walks.run(this.laid.setup);
  }

  /** Walks one of the batch by itself, by `walk`; what that adds to the batch is gone behind it. */
  one(slot: number, walk = () => this.laid.walks.runOne(this.laid.setup, slot)): void {
    const { stages, batch } = this.laid;
    const { bytesEnd } = stages;
    const { size } = batch;
    walk();
    batch.size = size;
    stages.giveBack(bytesEnd);
  }

  /** The same of a packet that gets its bytes where it has none. */
  alone(given: PacketBatch, packet: number, slot: number, walk?: () => void): void {
    const { stages, setup } = this.laid;
    const { bytesEnd } = stages;
    if (setup.connections !== undefined) giveBytes(stages, given, packet, slot);
    this.one(slot, walk);
    stages.giveBack(bytesEnd);
  }

  private walkInTurn(given: PacketBatch, from: number, count: number): void {
    for (let slot = 0; slot < count; slot++) {
      this.laid.setup.now = this.course.clock.at(slot);
      this.alone(given, from + slot, slot);
    }
  }

  /** Ends the ways of packets that cannot be walked. */
  private refuse(count: number): void {
    const { from, stages, steps, batch, uses, setup } = this.laid;
    for (const slot of steps.refuse(count, uses.bytes))
      batch.end(slot, undecoded(stages.field(slot, Result.Verdict)) ?? CUT);
    const { ipv6 } = setup;
    if (ipv6 === undefined && !batch.framed) return;
    for (let slot = 0; slot < count; slot++) {
      if (batch.fateOf(slot) !== undefined) continue;
      const why = isForOther(stages, slot) ? 'other-host' : ipv6?.refusedBefore(stages, from.routing, slot);
      if (why !== undefined) batch.lose(slot, 'routing', why);
    }
  }
}
