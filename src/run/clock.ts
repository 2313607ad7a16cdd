import { LIMIT_FULL_MS } from '../abi.js';

/**
 * The core's columns have 32 bits for a time. From this one on, 25 days after the first packet, no member of a set is there
 * any more that had a timeout (IPSET_MAX_TIMEOUT), and only limits want to know how long it has been: columns go round there.
 */
const HALF = 2 ** 31;

/** The packets' clock: milliseconds since the run's first packet. */
export class Clock {
  /** seconds of the packet before, and of the run's first. */
  #now = 0;
  #first: number | undefined;
  /** the last time that was filled in, and what stands for it in columns: milliseconds since the first. */
  #since = 0;
  #column = 0;
  /** what was filled in last, from a place on, and the time before. */
  #filled: { readonly times: Float64Array; readonly from: number; readonly before: number } | undefined;

  /**
   * Moves on to the times of packets, from place `from` on, and gives one for each, in seconds: a packet without one has
   * that of the packet before, the first of all 0.
   */
  settle(times: Float64Array | undefined, from: number, count: number): Float64Array {
    const settled = new Float64Array(count);
    let now = this.#now;
    for (let i = 0; i < count; i++) {
      const time = times === undefined ? Number.NaN : times[from + i]!;
      if (!Number.isNaN(time)) now = time;
      settled[i] = now;
    }
    this.#now = now;
    if (count > 0) this.#first ??= settled[0];
    return settled;
  }

  /** Moves on to the last of the times. */
  pass(times: Float64Array | undefined, from: number, count: number): void {
    this.settle(times, from, Math.min(1, count));
    if (times === undefined) return;
    let last = from + count - 1;
    while (last > from && Number.isNaN(times[last]!)) last--;
    this.settle(times, last, Math.min(1, count));
  }

  /** The latest of the times, in milliseconds since the first; Infinity: columns do not hold it, or there was no first one. */
  latest(times: Float64Array | undefined, from: number, count: number): number {
    if (this.#first === undefined) return Number.POSITIVE_INFINITY;
    let latest = times === undefined || Number.isNaN(times[from]!) ? this.#now : times[from]!;
    if (times !== undefined)
      for (let at = from + 1; at < from + count; at++) if (times[at]! > latest) latest = times[at]!;
    const since = Math.max(0, Math.round((latest - this.#first) * 1000));
    return since < HALF ? since : Number.POSITIVE_INFINITY;
  }

  /** The same, as where the clock stands at each: milliseconds since the first, as far as columns hold them. */
  fill(column: Uint32Array, times: Float64Array | undefined, from: number, count: number): void {
    this.#filled = undefined;
    if (times === undefined) {
      const [now] = this.settle(undefined, 0, Math.min(1, count));
      column.fill(this.#placed(now ?? 0), 0, count);
      return;
    }
    this.#filled = { times, from, before: this.#now };
    this.settle(times, from, Math.min(1, count));
    const first = this.#first ?? 0;
    let now = this.#now;
    let since = this.#since;
    let i = 0;
    // as #placed, for times that columns hold: half of the time
    for (; i < count; i++) {
      const time = times[from + i]!;
      if (!Number.isNaN(time)) now = time;
      const next = Math.max(0, Math.round((now - first) * 1000));
      if (next >= HALF) break;
      column[i] = since = next;
    }
    if (i > 0) this.#since = this.#column = since;
    for (; i < count; i++) {
      const time = times[from + i]!;
      if (!Number.isNaN(time)) now = time;
      column[i] = this.#placed(now);
    }
    this.#now = now;
  }

  /** What stands for a time in columns; longer pauses than limits know are as long as these. */
  #placed(time: number): number {
    const since = Math.max(0, Math.round((time - (this.#first ?? 0)) * 1000));
    const step = Math.max(-LIMIT_FULL_MS, Math.min(since - this.#since, LIMIT_FULL_MS));
    const next = since < HALF ? since : Math.max(HALF, this.#column + step);
    this.#since = since;
    this.#column = next < 2 * HALF ? next : next - HALF;
    return this.#column;
  }

  /** Where it stands, in milliseconds since the run's first packet. */
  get now(): number {
    return this.#sinceFirst(this.#now);
  }
  /** Where it stood at the packet that `fill` filled in such a place. */
  at(place: number): number {
    if (this.#filled === undefined) return this.now;
    const { times, from, before } = this.#filled;
    for (let at = from + place; at >= from; at--) if (!Number.isNaN(times[at]!)) return this.#sinceFirst(times[at]!);
    return this.#sinceFirst(before);
  }
  /** The same of all that it filled in, from the first on. */
  times(to: Float64Array): void {
    if (this.#filled === undefined) return void to.fill(this.now);
    const { times, from, before } = this.#filled;
    let time = before;
    for (let i = 0; i < to.length; i++) {
      if (!Number.isNaN(times[from + i]!)) time = times[from + i]!;
      to[i] = this.#sinceFirst(time);
    }
  }
  /** The time of the last packet, in seconds. */
  get time(): number {
    return this.#now;
  }
  #sinceFirst(time: number): number {
    return Math.max(0, (time - (this.#first ?? time)) * 1000);
  }

  /** The time of the run's first packet, once there was one. */
  get epoch(): number | undefined {
    return this.#first;
  }

  /** The time of the run's first packet, where that was another's. */
  begin(first: number): void {
    this.#first = first;
  }

  reset(): void {
    this.#now = 0;
    this.#since = 0;
    this.#column = 0;
    this.#first = undefined;
  }
}
