/**
 * How long what is made may take, and how much memory: it is given up where it takes more, by a throw. What takes long says so.
 */
import type { Budget } from './budget.js';
import { Effort } from './first-match/effort.js';

/** After so many steps, of 5 to 15 nanoseconds each, the clock is looked at. */
const STEPS_A_LOOK = 400_000;
/** Whoever waits is told each time that so long has gone by, in milliseconds. */
const LONG = 10_000;

/** Told that something is being made since so many seconds. */
export type Telling = (seconds: number) => void;

/** Throws where it is spent, as far as `within`. */
export class Patience extends Effort {
  private unseen = 0;
  private readonly began = performance.now();
  private told = 0;

  /** `most`: so many milliseconds. */
  constructor(
    private readonly most = Number.POSITIVE_INFINITY,
    private readonly tell?: Telling,
    /** what it holds is held of this. */
    private readonly budget?: Budget,
  ) {
    super(Number.POSITIVE_INFINITY);
  }

  override spend(steps: number): void {
    this.unseen += steps;
    if (this.unseen > STEPS_A_LOOK) this.look();
  }

  override hold(bytes: number): void {
    super.hold(bytes);
    this.budget?.hold(bytes);
  }

  private look(): void {
    this.unseen = 0;
    const { milliseconds } = this;
    const times = Math.floor(milliseconds / LONG);
    if (times > this.told) this.tell?.((LONG * times) / 1000);
    this.told = times;
    if (milliseconds > this.most) throw new OutOfPatience();
  }

  /** So long it took so far. */
  get milliseconds(): number {
    return performance.now() - this.began;
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
