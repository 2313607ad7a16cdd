/**
 * Packets that are classified where they are: those alone are placed into the batch that have to walk, with the numbers and times
 * that they have among all.
 */
import { BATCH_SLOTS, Beside, Field } from '../../abi.js';
import type { PacketBatch } from '../../model/batch.js';
import type { Clock } from '../clock.js';
import { grown } from '../first-match/sequences.js';
import type { Stages } from '../stage.js';
import type { Columns } from './columns.js';
import type { Journal } from './follower.js';
import { pick } from './intake.js';
import type { InPlace } from './walks.js';

export interface InPlaceHost {
  readonly stages: Stages;
  readonly clock: Clock;
  /** how many packets a batch holds. */
  readonly most: number;
  /** Places packets from one on into the batch; how many. */
  readonly place: (packets: PacketBatch, from: number) => number;
  /** Walks so many that were placed, and tells of them; how many slots of the batch it took, with those of copies. */
  readonly walk: (count: number, journal: Journal | undefined) => number;
  /** Told how long that took, in milliseconds, of packets of which nothing is learnt. */
  readonly walked: (count: number, milliseconds: number) => void;
}

export class WalksInPlace implements InPlace {
  readonly most: number;
  /** the number of the first, and the times of all, once somebody has asked. */
  serial = 0;
  private times: Uint32Array | undefined;
  /** slots in which others stand since. */
  private taken = 0;
  /** of all packets of a call: the number of the first, their fates, and the places of those that wait. */
  private call: { readonly serial: number; readonly fates: Uint8Array; waiting: number } = {
    serial: 0,
    fates: new Uint8Array(0),
    waiting: 0,
  };
  /** those, as many as wait. */
  private waiting = new Uint32Array(BATCH_SLOTS);

  constructor(private readonly host: InPlaceHost) {
    this.most = host.most;
  }

  /** Begins a call, the first of whose packets has such a number; their fates go to `fates`. */
  begin(serial: number, fates: Uint8Array): void {
    this.call = { serial, fates, waiting: 0 };
  }

  wait(from: number, places: Uint32Array): void {
    const { waiting } = this.call;
    this.call.waiting += places.length;
    this.waiting = grown(this.waiting, this.call.waiting);
    for (let i = 0; i < places.length; i++) this.waiting[waiting + i] = from + places[i]!;
  }

  /** Walks those that wait, before the packet at place `from` of the call. */
  walkWaiting(packets: PacketBatch, from: number): void {
    const { serial, fates } = this.call;
    if (this.call.waiting === 0) return;
    const waiting = this.waiting.subarray(0, this.call.waiting);
    this.call.waiting = 0;
    const now = this.serial;
    this.serial = serial;
    this.times = undefined;
    this.place(pick(packets, 0, waiting), waiting, undefined, () => fates);
    this.serial = now;
    this.host.clock.pass(packets.time, 0, from);
  }

  /** The fates of packets from one on, the first of which has such a number; undefined: they have to be placed into the batch. */
  classify(columns: Columns, packets: PacketBatch, from: number, serial: number): Uint8Array | undefined {
    const count = Math.min(BATCH_SLOTS, packets.count - from);
    this.serial = serial;
    this.times = undefined;
    const fates = columns.walkInPlace(packets, from, count, this);
    if (fates !== undefined && this.times === undefined) this.host.clock.pass(packets.time, from, fates.length);
    return fates;
  }

  latest(packets: PacketBatch, from: number, count: number): number {
    return this.host.clock.latest(packets.time, from, count);
  }

  number(packets: PacketBatch, from: number, count: number): void {
    const { stages, clock } = this.host;
    if (this.times === undefined) {
      const column = stages.columns[Field.Time]!;
      clock.fill(column, packets.time, from, count);
      this.times = column.slice(0, count);
      this.taken = count;
    }
    const { taken } = this;
    stages.core.numberPackets(taken, this.serial);
    stages.columns[Field.Draws]!.fill(0, 0, taken);
    stages.columns[Field.Time]!.set(this.times.subarray(0, taken));
    this.taken = 0;
  }

  some(picked: PacketBatch, places: Uint32Array, fates: number, journal: Journal | undefined): void {
    const { memory } = this.host.stages;
    // the clock has passed the times of all
    const packets = this.times === undefined ? picked : { ...picked, time: undefined };
    this.place(packets, places, journal, () => memory.bytes.subarray(fates));
  }

  /** Walks packets in the batch; `fates` is where theirs go, by place, once they have walked. */
  private place(
    packets: PacketBatch,
    places: Uint32Array,
    journal: Journal | undefined,
    fates: () => Uint8Array,
  ): void {
    const { stages, place, walk, walked } = this.host;
    const began = performance.now();
    for (let done = 0; done < packets.count; ) {
      const count = place(packets, done);
      const [serials, times] = [stages.columns[Field.Serial]!, stages.columns[Field.Time]!];
      for (let slot = 0; slot < count; slot++) serials[slot] = this.serial + places[done + slot]!;
      if (this.times !== undefined)
        for (let slot = 0; slot < count; slot++) times[slot] = this.times[places[done + slot]!]!;
      this.taken = Math.max(this.taken, walk(count, done === 0 ? journal : undefined));
      const ended = stages.columns[Beside.Fate]!;
      const to = fates();
      for (let slot = 0; slot < count; slot++) to[places[done + slot]!] = ended[slot]!;
      done += count;
    }
    if (journal === undefined) walked(packets.count, performance.now() - began);
  }
}
