/**
 * What tables that save time may take of memory, the core's and JavaScript's: what does not fit is not made, and packets walk instead.
 * What JavaScript holds is not measured, but told by who makes it: about as much as Node's objects take, without what it holds no more
 * and has not swept up yet.
 */
import type { Memory } from './memory.js';

export const MIB = 2 ** 20;
/** In MiB, where nobody says otherwise. */
export const USUAL_MEMORY = 256;
/** Beside this the core's memory holds rules, members of sets and a batch of packets: WebAssembly has 4 GiB of it. */
export const MOST_MEMORY = 3072;

export class Budget {
  taken = 0;
  /** by JavaScript, for what is being made. */
  private held = 0;

  /** `bytes`: of all together. */
  constructor(
    readonly bytes: number,
    private readonly memory: Memory,
  ) {}

  get left(): number {
    return this.bytes - this.taken - this.held;
  }

  /** What `lay` reserves, `most` bytes; undefined: it is more, and nothing was reserved. */
  spend<Laid>(lay: () => Laid, most = this.left): Laid | undefined {
    const start = this.memory.mark();
    const laid = this.memory.within(Math.min(most, this.left), lay);
    this.taken += this.memory.mark() - start;
    return laid;
  }

  /** JavaScript holds so many bytes more for what is being made, or fewer; throws where they are more than is left. */
  hold(bytes: number): void {
    this.held += bytes;
    if (bytes > 0 && this.left < 0) throw new OverBudget();
  }
  /** What `make` makes; what was held for it is given back then. undefined: it is more than there is, and nothing of it stays reserved. */
  within<Made>(make: () => Made): Made | undefined {
    const { held, taken, memory } = this;
    const start = memory.mark();
    try {
      return make();
    } catch (fault) {
      memory.release(start);
      this.taken = taken;
      if (!(fault instanceof OverBudget)) throw fault;
      return undefined;
    } finally {
      this.held = held;
    }
  }
  /** The same, but that what was held for it stays taken. */
  keeping<Made>(make: () => Made | undefined): Made | undefined {
    return this.within(() => {
      const { held } = this;
      const made = make();
      if (made !== undefined) this.taken += this.held - held;
      this.held = held;
      return made;
    });
  }

  /** Of memory that is not the core's. False: there is not as much left. */
  take(bytes: number): boolean {
    if (bytes > this.left) return false;
    this.taken += bytes;
    return true;
  }
}

/** More is held than there may be. */
export class OverBudget extends Error {}
