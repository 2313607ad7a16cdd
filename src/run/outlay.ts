/**
 * What may be spent on what makes many packets fast, in milliseconds. Nobody knows how many packets are to come, nor of how many kinds
 * they are: so whatever is made and learnt in vain may take no more than a part of what packets have walked, or will in the calls that
 * are known to come. What is gained may be spent again. Whatever comes, packets take at most about that part longer than without.
 */

/** Of all walking, what may be lost. */
const SHARE = 1 / 8;
/**
 * It is asked each time that so many packets, and such a part of all that are known of, have come, whether what was made was quicker
 * for them. Where it was not it rests until as many again have come.
 */
const FEW_ASKED = 1 << 16;
const SHARE_ASKED = 1 / 8;

/** Packets of which the time is told at once, and milliseconds: of fewer it says little, and of clocks of pages nothing. */
const LEAST = 1024;
const FINE = 2;
/** As many of them are looked at, the last, once there are some and packets have walked for so many milliseconds: at first all is slow. */
const MOST_SAMPLES = 16;
const FEW_SAMPLES = 4;
const SLOW = 100;

/** How long a packet walks: the quickest of some batches counts, since others had the processor in between. */
export class Pace {
  /** milliseconds for a packet. */
  private readonly samples: number[] = [];
  private packets = 0;
  private milliseconds = 0;
  private all = 0;
  /** how often it was told. */
  told = 0;

  /** So many have walked. */
  walked(packets: number, milliseconds: number): void {
    this.all += milliseconds;
    this.packets += packets;
    this.milliseconds += milliseconds;
    if (this.packets < LEAST || this.milliseconds < FINE) return;
    this.told++;
    this.samples.push(this.milliseconds / this.packets);
    if (this.samples.length > MOST_SAMPLES) this.samples.shift();
    this.packets = this.milliseconds = 0;
  }

  /** In milliseconds; 0: it is not known yet. */
  get each(): number {
    return this.all < SLOW || this.samples.length < FEW_SAMPLES ? 0 : Math.min(...this.samples);
  }
}

/** How packets walk that columns do not take. */
export type Way = 'bytecode' | 'tables';

/** How long packets walk: by the bytecode alone, and through tables that remember. */
export class Paces {
  readonly bytecode = new Pace();
  tables = new Pace();

  /** Of the same host with other rules: what tables remembered is gone. */
  forgetTables(): void {
    this.tables = new Pace();
  }
  walked(way: Way, packets: number, milliseconds: number): void {
    this[way].walked(packets, milliseconds);
  }
  /** A packet, in milliseconds, by the quicker way. */
  get best(): number {
    return this.tables.each || this.bytecode.each;
  }
}

export class Outlay {
  /** packets that have come, and those that are known to come. */
  private packets = 0;
  ahead = 0;
  /** spent, and not gained since: beside what the bytecode takes. */
  private lost = 0;
  /** since it was asked last whether something was gained. */
  private since = { packets: 0, lost: 0 };
  /** until so many packets have come. */
  private restsUntil = 0;
  /** when so many have come some walk all the same, until it is told how long they take. */
  private readonly due = { bytecode: { at: FEW_ASKED, told: 0 }, tables: { at: FEW_ASKED, told: 0 } };

  constructor(private readonly paces: Paces) {}

  /** So much may be spent; it is less than nothing where too much was. */
  get left(): number {
    return SHARE * (this.packets + this.ahead) * this.paces.bytecode.each - this.lost;
  }

  /** Packets have come, and walked. */
  walked(way: Way, packets: number): void {
    this.came(packets, packets * (way === 'tables' ? this.paces.best : this.paces.bytecode.each));
  }
  /** Packets have come, and took so long by what was made. */
  took(packets: number, milliseconds: number): void {
    this.came(packets, milliseconds);
    const { since } = this;
    since.packets += packets;
    since.lost += milliseconds - packets * this.paces.best;
    const isAsked = since.packets >= Math.max(FEW_ASKED, SHARE_ASKED * (this.packets + this.ahead));
    if (this.left < 0 || (isAsked && since.lost > 0)) this.restsUntil = 2 * this.packets;
    if (isAsked || this.rests) this.since = { packets: 0, lost: 0 };
  }
  private came(packets: number, milliseconds: number): void {
    this.packets += packets;
    this.lost = Math.max(0, this.lost + milliseconds - packets * this.paces.bytecode.each);
  }
  spend(milliseconds: number): void {
    this.lost += milliseconds;
  }

  /** Whether it is time to see how long packets walk, as each time that as many again have come: at first all is slow. */
  isDue(way: Way): boolean {
    const due = this.due[way];
    if (this.packets < due.at) {
      due.told = this.paces[way].told;
      return false;
    }
    const isTold = this.paces[way].told > due.told;
    if (isTold) due.at = 2 * this.packets;
    return !isTold;
  }

  /** What was made costs more than it gains, so far. */
  get rests(): boolean {
    return this.packets < this.restsUntil || this.left < 0;
  }
}
