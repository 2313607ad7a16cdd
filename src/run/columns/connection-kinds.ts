/**
 * What becomes of packets of known connections, by their kinds: the key of a packet's own values, that of the values it has
 * behind its translation, and what rules may ask of its connection. For each the number of a journey.
 */
import { JOURNEY_NEW } from '../../abi.js';
import type { Budget } from '../budget.js';
import type { Opening } from './openings.js';

/** Words of a slot: the kind, the journey, JOURNEY_NEW: it is free, and the number of what opens a connection; 0: nothing does. */
const JOURNEY = 6;
const OPENING = 7;
const WORDS = 8;
const FIRST_SLOTS = 1 << 10;

export type Kind = [low: number, high: number, lowBehind: number, highBehind: number, state: number, mark: number];

/** Open addressing, never more than half full. */
export class ConnectionKinds {
  private slots = new Uint32Array(WORDS * FIRST_SLOTS);
  private mask = FIRST_SLOTS - 1;
  private used = 0;
  private readonly openings: (Opening | undefined)[] = [undefined];
  /** There is no memory for more: packets of kinds that are not met yet walk. */
  isFull = false;

  constructor(private readonly budget: Budget) {}

  /** The place of a kind: of the two sums of both keys, the connection's state and its mark. It stands until the next `settle`. */
  placeOf(low: number, high: number, lowBehind: number, highBehind: number, state: number, mark: number): number {
    const { slots, mask } = this;
    for (let place = hashOf(low, high, lowBehind, highBehind, state, mark); ; place++) {
      const slot = WORDS * (place & mask);
      if (slots[slot + JOURNEY] === JOURNEY_NEW) {
        // for whoever settles it
        slots[slot] = low;
        slots[slot + 1] = high;
        slots[slot + 2] = lowBehind;
        slots[slot + 3] = highBehind;
        slots[slot + 4] = state;
        slots[slot + 5] = mark;
        return slot;
      }
      if (
        slots[slot] === low &&
        slots[slot + 1] === high &&
        slots[slot + 2] === lowBehind &&
        slots[slot + 3] === highBehind &&
        slots[slot + 4] === state &&
        slots[slot + 5] === mark
      )
        return slot;
    }
  }

  journeyAt(place: number): number {
    return this.slots[place + JOURNEY]!;
  }

  /** How packets of the kind settle the connection that they open; undefined: it is gone with them. */
  openingAt(place: number): Opening | undefined {
    return this.openings[this.slots[place + OPENING]!];
  }

  /** What becomes of packets of the kind that was looked for last. */
  settle(place: number, journey: number, opening?: Opening): void {
    const isNew = this.slots[place + JOURNEY] === JOURNEY_NEW;
    if (isNew && (this.isFull || journey === JOURNEY_NEW)) return;
    this.slots[place + JOURNEY] = journey;
    this.slots[place + OPENING] = opening === undefined ? 0 : this.openings.push(opening) - 1;
    if (isNew && 2 * ++this.used > this.mask) this.grow();
  }

  private grow(): void {
    const { slots: old } = this;
    this.isFull = !this.budget.take(old.byteLength);
    if (this.isFull) return;
    this.slots = new Uint32Array(2 * old.length);
    this.mask = 2 * this.mask + 1;
    for (let slot = 0; slot < old.length; slot += WORDS) {
      if (old[slot + JOURNEY] === JOURNEY_NEW) continue;
      const [low, high, lowBehind, highBehind, state, mark] = old.subarray(slot) as unknown as Kind;
      const place = this.placeOf(low, high, lowBehind, highBehind, state, mark);
      this.slots.set(old.subarray(slot + JOURNEY, slot + WORDS), place + JOURNEY);
    }
  }
}

export function hashOf(
  low: number,
  high: number,
  lowBehind: number,
  highBehind: number,
  state: number,
  mark: number,
): number {
  let mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ lowBehind, 0xc2b2ae35) ^ Math.imul(highBehind, 0x27d4eb2f);
  mixed = Math.imul(mixed ^ (mixed >>> 13) ^ state, 0x165667b1) ^ Math.imul(mark, 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
