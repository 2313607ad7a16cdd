/**
 * When what makes many packets fast is worth making. Nobody knows how many packets are to come: so it may take no longer than a part
 * of what packets have walked without it, or will in the call at hand; what takes longer is given up, and tried again once twice as
 * much has been walked. What was made, and takes longer than walking, as where most packets are of kinds that nobody met, rests until
 * many times as much has been walked. Whatever comes, packets take at most about twice as long as without, and the more there are the less.
 */

/** Of all walking, what making may take; of what is known to come less, since it is not known what it gains. */
const SHARE = 1 / 2;
const SHARE_AHEAD = 1 / 4;
/** Of all walking, what is lost before it rests, and what of it is left when it is looked at again. */
const MOST_LOST = 1 / 8;
const AGAIN = 1 / 16;

/** Milliseconds of processors as they are, by which a packet costs more: its key is looked up, and what becomes of it is written down. */
const KEY = 0.00003;
const LEARN = 0.005;

/** Packets of which the time is told at once: of fewer it says little. */
const LEAST = 1024;
/** As many of them are looked at, the last, and so many at the least. */
const MOST_SAMPLES = 16;
const FEW_SAMPLES = 4;

/** How long a packet walks: the quickest of some batches counts, since others had the processor in between, and it is slow at first. */
export class Pace {
  /** milliseconds for a packet. */
  private readonly samples: number[] = [];
  private packets = 0;
  private milliseconds = 0;

  /** So many have walked. */
  walked(packets: number, milliseconds: number): void {
    this.packets += packets;
    this.milliseconds += milliseconds;
    if (this.packets < LEAST) return;
    this.samples.push(this.milliseconds / this.packets);
    if (this.samples.length > MOST_SAMPLES) this.samples.shift();
    this.packets = this.milliseconds = 0;
  }

  /** In milliseconds; 0: it is not known yet. */
  get each(): number {
    return this.samples.length < FEW_SAMPLES ? 0 : Math.min(...this.samples);
  }
}

/** What packets came to that what was made has taken. */
export interface Taken {
  readonly packets: number;
  /** of these, those that walked all the same, and those of which was learnt what becomes of their kind. */
  readonly walked: number;
  readonly learnt: number;
}

/** All in milliseconds. */
export class Outlay {
  /** what packets would have walked without it. */
  private walking = 0;
  private spent = 0;
  /** the longest that was given up. */
  private triedFor = 0;
  private made = 0;
  /** by it, beyond what walking would have taken. */
  private lost = 0;
  private resting = false;

  /** Packets have come that walk so long, or would have. */
  came(milliseconds: number): void {
    this.walking += milliseconds;
    if (this.resting && this.lost <= AGAIN * this.walking) this.resting = false;
  }

  /** What making it may take now, where it takes `estimate` at the least; `ahead`: the walking that is known to come. 0: nothing yet. */
  allows(estimate: number, ahead: number): number {
    const most = SHARE * this.walking + SHARE_AHEAD * ahead - this.spent;
    return most >= Math.max(estimate, 2 * this.triedFor) ? most : 0;
  }

  /** It took so long, and was made; or was given up, for which there was so much time. */
  make(milliseconds: number): void {
    this.spent += milliseconds;
    this.made += milliseconds;
  }
  giveUp(milliseconds: number, allowed: number): void {
    this.spent += milliseconds;
    this.triedFor = Math.max(this.triedFor, allowed);
  }

  /** `each`: a packet walks so long. */
  took({ packets, walked, learnt }: Taken, each: number): void {
    this.lost = Math.max(0, this.lost + packets * KEY + learnt * LEARN - (packets - walked) * each);
    if (this.lost > Math.max(this.made, MOST_LOST * this.walking)) this.resting = true;
  }

  /** It takes longer than walking does, so far. */
  get rests(): boolean {
    return this.resting;
  }
}
