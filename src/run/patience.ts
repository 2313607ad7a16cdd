/** How long what is made may take, in steps: it is given up where it takes more, by a throw. What takes long says so. */
import { Effort } from './first-match/effort.js';

/** A step is 5 to 15 nanoseconds. */
const STEPS_A_MILLISECOND = 80_000;
/** After so many steps the clock is looked at. */
const STEPS_A_LOOK = 4_000_000;
/** Whoever waits is told each time that so long has gone by, in milliseconds. */
const LONG = 10_000;

/** Told that something is being made since so many seconds. */
export type Telling = (seconds: number) => void;

/** Throws where it is spent, as far as `within`. */
export class Patience extends Effort {
  private used = 0;
  private readonly began = performance.now();
  private looked = 0;
  private told = 0;

  /** `milliseconds`: about so long. */
  constructor(
    milliseconds = Number.POSITIVE_INFINITY,
    private readonly tell?: Telling,
  ) {
    super(STEPS_A_MILLISECOND * milliseconds);
  }

  override spend(steps: number): void {
    this.used += steps;
    super.spend(steps);
    if (this.isSpent) throw new OutOfPatience();
    if (this.used - this.looked > STEPS_A_LOOK) this.look();
  }

  private look(): void {
    this.looked = this.used;
    const times = Math.floor((performance.now() - this.began) / LONG);
    if (times > this.told) this.tell?.((LONG * times) / 1000);
    this.told = times;
  }

  /** About so long it took so far. */
  get milliseconds(): number {
    return this.used / STEPS_A_MILLISECOND;
  }

  /** What `make` comes to; undefined: it takes too long. */
  within<Made>(make: () => Made): Made | undefined {
    try {
      return make();
    } catch (fault) {
      if (!(fault instanceof OutOfPatience)) throw fault;
      return undefined;
    }
  }
}

class OutOfPatience extends Error {}
