/** What tables that save time may take of memory: what does not fit is not made, and packets walk instead. */
import type { Memory } from './memory.js';

export const MIB = 2 ** 20;
/** In MiB, where nobody says otherwise. */
export const USUAL_MEMORY = 256;
/** Beside this the core's memory holds rules, members of sets and a batch of packets: WebAssembly has 4 GiB of it. */
export const MOST_MEMORY = 3072;

export class Budget {
  taken = 0;

  /** `bytes`: of all together. */
  constructor(
    readonly bytes: number,
    private readonly memory: Memory,
  ) {}

  get left(): number {
    return this.bytes - this.taken;
  }

  /** What `lay` reserves, `most` bytes; undefined: it is more, and nothing was reserved. */
  spend<Laid>(lay: () => Laid, most = this.left): Laid | undefined {
    const start = this.memory.mark();
    const laid = this.memory.within(most, lay);
    this.taken += this.memory.mark() - start;
    return laid;
  }

  /** Of memory that is not the core's. False: there is not as much left. */
  take(bytes: number): boolean {
    if (bytes > this.left) return false;
    this.taken += bytes;
    return true;
  }
}
