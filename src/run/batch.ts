/**
 * A batch of packets on their way through the host: what stands of each beside the core's columns. Entry i of every array
 * belongs to slot i; copies that the kernel makes of a packet stand in slots behind the packets.
 */
import type { Fate, PacketOut, WalkEvent } from '../model/trace.js';
import type { Way } from './route-memo.js';

/** Values of Batch.fate. */
export const FATES: readonly Fate[] = ['delivered', 'forwarded', 'sent', 'dropped', 'rejected', 'stolen', 'unknown'];
export const WALKING = 0xff;
const FATE_NUMBER = Object.fromEntries(FATES.map((fate, number) => [fate, number])) as Record<Fate, number>;

/** Values of Batch.again: how a packet comes in again once it has left. */
export const AGAIN_LO = 1;
export const AGAIN_COPY = 2;

/** Bits of Batch.bound: the translation of source, of destination is settled. */
export const BOUND = { src: 1, dst: 2 } as const;

/** Why a way ends before the last hook. Rule and policy are numbers of the compiled program. */
export interface Lost {
  readonly fate: 'dropped' | 'rejected' | 'stolen' | 'unknown';
  readonly by: 'rule' | 'policy' | 'routing' | 'tracking' | 'none';
  readonly why?: string | undefined;
  readonly rule?: number;
  readonly policy?: number;
}

/** What its event says beside. */
export type LostMore = Pick<Extract<WalkEvent, { kind: 'lost' }>, 'answer' | 'guessed' | 'lacks'>;

export class Batch {
  /** slots in use. */
  size = 0;
  readonly fate: Uint8Array;
  /** sent by this host, and not come back to it. */
  readonly local: Uint8Array;
  /** given by its bytes: what this host sends so goes through a raw socket. */
  readonly raw: Uint8Array;
  /** PATH_NUMBERS and STATE_NUMBERS of model/batch.ts. */
  readonly path: Uint8Array;
  readonly given: Uint8Array;
  readonly bound: Uint8Array;
  readonly again: Uint8Array;
  /** numbers of interfaces: the one that it is said to leave by, if routing does not know; the one that routing chose. 0: nobody knows. */
  readonly out: Uint16Array;
  readonly oif: Uint16Array;
  /** all that is 0 of a packet of which nothing is known. */
  private readonly beside: readonly (Uint8Array | Uint16Array)[];
  /** the slot after which it is its turn: its own, or that of the packet which it is a copy of. */
  readonly turn: Uint32Array;
  /** the route; undefined: not known. */
  readonly ways: (Way | undefined)[];
  /** source, destination, mark and tos as the last look for a route saw them. */
  readonly seen: readonly Uint32Array[];
  /** why a packet's fate is unknown. */
  readonly open = new Map<number, string>();

  /** What happens to each packet, where somebody wants to know; a copy's events stand among its original's. */
  events: WalkEvent[][] | undefined;
  /** With events: what ended it, what left, the copies that left. */
  readonly lost: (Lost | undefined)[] = [];
  readonly left: (PacketOut | undefined)[] = [];
  readonly copies: PacketOut[][] = [];

  constructor(readonly capacity: number) {
    const bytes = () => new Uint8Array(capacity);
    const words = () => new Uint32Array(capacity);
    this.fate = bytes();
    this.local = bytes();
    this.raw = bytes();
    this.path = bytes();
    this.given = bytes();
    this.bound = bytes();
    this.again = bytes();
    this.out = new Uint16Array(capacity);
    this.oif = new Uint16Array(capacity);
    this.turn = words();
    const { local, raw, path, given, bound, again, out, oif } = this;
    this.beside = [local, raw, path, given, bound, again, out, oif];
    this.ways = new Array(capacity).fill(undefined);
    this.seen = [words(), words(), words(), words()];
  }

  /** Makes room for packets that have not begun to walk. */
  begin(packets: number, told: boolean): void {
    this.size = packets;
    for (const column of this.beside) column.fill(0, 0, packets);
    this.fate.fill(WALKING, 0, packets);
    for (let slot = 0; slot < packets; slot++) this.turn[slot] = slot;
    this.ways.fill(undefined, 0, packets);
    this.open.clear();
    this.events = told ? Array.from({ length: packets }, () => []) : undefined;
    this.lost.length = 0;
    this.left.length = 0;
    this.copies.length = 0;
  }

  /** A slot for a copy of a packet, with all that stands here of it. */
  copy(slot: number): number {
    const copy = this.size++;
    for (const column of [this.fate, ...this.beside]) column[copy] = column[slot]!;
    this.turn[copy] = slot;
    this.ways[copy] = this.ways[slot];
    if (this.events !== undefined) this.events[copy] = this.events[slot]!;
    return copy;
  }

  tell(slot: number, event: WalkEvent): void {
    this.events?.[slot]?.push(event);
  }

  /** Ends a packet's way; `lost` is asked only where somebody wants to know. */
  end(slot: number, fate: Lost['fate'], lost: () => Lost): void {
    this.fate[slot] = FATE_NUMBER[fate];
    if (fate !== 'unknown' && this.events === undefined) return;
    const why = lost();
    if (fate === 'unknown') this.open.set(slot, why.why ?? why.by);
    this.lost[slot] = why;
  }

  /** Ends a packet's way between the tables, and says so among the events. */
  lose(slot: number, by: 'routing' | 'tracking', why: string, fate: Lost['fate'] = 'dropped', more?: LostMore): void {
    if (this.events !== undefined) this.tell(slot, { kind: 'lost', by, why, ...more });
    this.end(slot, fate, () => ({ fate, by, why }));
  }

  /** Ends a packet's way of which there is no more to say. */
  leave(slot: number, fate: Fate): void {
    this.fate[slot] = FATE_NUMBER[fate];
  }

  isWalking(slot: number): boolean {
    return this.fate[slot] === WALKING;
  }
}

/** Packets of a batch by their slots, in the order of their turn. */
export class Selection {
  readonly list: Uint32Array;
  size = 0;

  constructor(capacity: number) {
    this.list = new Uint32Array(capacity);
  }

  add(slot: number): void {
    this.list[this.size++] = slot;
  }

  get slots(): Uint32Array {
    return this.list.subarray(0, this.size);
  }

  /** Leaves out those whose way has ended. */
  keepWalking({ fate }: Batch): void {
    const { list } = this;
    let kept = 0;
    for (let i = 0; i < this.size; i++) {
      const slot = list[i]!;
      if (fate[slot] === WALKING) list[kept++] = slot;
    }
    this.size = kept;
  }

  /** All of two others, each of which is in order. */
  merge(a: Selection, b: Selection, { turn }: Batch): void {
    let i = 0;
    let j = 0;
    this.size = 0;
    while (i < a.size || j < b.size) {
      const takesA = j === b.size || (i < a.size && turn[a.list[i]!]! <= turn[b.list[j]!]!);
      this.add(takesA ? a.list[i++]! : b.list[j++]!);
    }
  }

  *[Symbol.iterator](): Generator<number> {
    for (let i = 0; i < this.size; i++) yield this.list[i]!;
  }
}
