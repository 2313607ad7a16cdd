/** The packets' clock: milliseconds since the run's first packet. */
export class Clock {
  /** seconds of the packet before, and of the run's first. */
  #now = 0;
  #first: number | undefined;

  /** Moves on to a packet's time; a packet without one has that of the packet before, the first of all 0. */
  at(seconds: number | undefined): number {
    if (seconds !== undefined && !Number.isNaN(seconds)) this.#now = seconds;
    this.#first ??= this.#now;
    return Math.max(0, Math.round((this.#now - this.#first) * 1000));
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
