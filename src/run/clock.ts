/** The packets' clock: milliseconds since the run's first packet. */
export class Clock {
  /** seconds of the packet before, and of the run's first. */
  #now = 0;
  #first: number | undefined;

  /**
   * Moves on to the times of packets, from place `from` on, and writes where the clock stands at each; a packet without
   * one has that of the packet before, the first of all 0.
   */
  fill(column: Uint32Array, times: Float64Array | undefined, from: number, count: number): void {
    let now = this.#now;
    let first = this.#first;
    for (let i = 0; i < count; i++) {
      const time = times === undefined ? Number.NaN : times[from + i]!;
      if (!Number.isNaN(time)) now = time;
      first ??= now;
      column[i] = Math.max(0, Math.round((now - first) * 1000));
    }
    this.#now = now;
    this.#first = first;
  }

  /** The time of the run's first packet, where that was another's. */
  begin(first: number): void {
    this.#first = first;
  }

  reset(): void {
    this.#now = 0;
    this.#first = undefined;
  }
}
