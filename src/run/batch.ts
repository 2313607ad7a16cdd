/**
 * A batch of packets on their way through the host: what the host says of them beside the core's columns. Copies that the
 * kernel makes of packets stand in slots behind the packets.
 */
import { Beside, End, Field } from '../abi.js';
import { NO_SOCKET } from '../model/batch.js';
import type { Told } from '../model/packet.js';
import type { Fate, PacketOut, WalkEvent } from '../model/trace.js';
import type { Reasons } from './reasons.js';
import type { Stages } from './stage.js';

/** Names of End. */
export const FATES: readonly Fate[] = ['delivered', 'forwarded', 'sent', 'dropped', 'rejected', 'stolen', 'unknown'];
const FATE_NUMBER = Object.fromEntries(FATES.map((fate, number) => [fate, number])) as Record<Fate, End>;

/** Why a way ends before the last hook. Rule and policy are numbers of the compiled program. */
export interface Lost {
  readonly fate: 'dropped' | 'rejected' | 'stolen' | 'unknown';
  readonly by: 'rule' | 'policy' | 'routing' | 'tracking' | 'none';
  readonly why?: string | undefined;
  readonly rule?: number;
  readonly policy?: number;
}

/** What its event says beside. */
export type LostMore = Pick<Extract<WalkEvent, { kind: 'lost' }>, 'answer' | 'guessed' | 'lacks' | 'ways'>;

/** Columns that are 0 of a packet that begins, unless fill.ts says otherwise. */
const CLEARED = [
  Beside.Local,
  Beside.Raw,
  Beside.Bound,
  Beside.Again,
  Beside.Oif,
  Beside.Way,
  Beside.Why,
  Beside.Entry,
  Beside.Masquerade,
] as const;

/** With what stands in columns: the user and the group of the socket that sent it. */
export interface AllTold extends Told {
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

export class Batch {
  /** it was given whom the frames of packets are for. */
  framed = false;
  /** slots in use, and those of them that are packets. */
  size = 0;
  packets = 0;
  /** bytes of packets that came in fragments beyond those of the last of these: they were counted as they came. */
  gathered = 0;
  /** why a packet's fate is unknown. */
  readonly open = new Map<number, string>();
  /** slots of packets that go on with IP options in which something was written, and the place of an address there; 0: none. */
  readonly filled = new Map<number, number>();
  /** slots of ICMPv6 errors whose checksum has been looked at, and what is known of it since: nat-errors.ts. */
  readonly summed = new Map<number, number>();

  /** What happens to each packet, where somebody wants to know; a copy's events stand among its original's. */
  events: WalkEvent[][] | undefined;
  /** what descriptions tell, and which of these is the batch's first. */
  private descriptions: readonly (Told | undefined)[] | undefined;
  private firstDescription = 0;

  /** With events: what ended it, what left, the copies that left. */
  readonly lost: (Lost | undefined)[] = [];
  readonly left: (PacketOut | undefined)[] = [];
  readonly copies: PacketOut[][] = [];

  constructor(
    private readonly stages: Stages,
    private readonly reasons: Reasons,
  ) {}

  /** Makes room for packets that have not begun to walk. */
  begin(packets: number, followed: boolean): void {
    const { columns } = this.stages;
    this.size = packets;
    this.packets = packets;
    for (const column of CLEARED) columns[column]!.fill(0, 0, packets);
    columns[Beside.Fate]!.fill(End.Walking, 0, packets);
    this.gathered = 0;
    this.open.clear();
    this.filled.clear();
    this.summed.clear();
    this.events = followed ? Array.from({ length: packets }, () => []) : undefined;
    this.lost.length = 0;
    this.left.length = 0;
    this.copies.length = 0;
  }

  /** A slot for a copy of a packet, with all that stands of it. */
  copy(slot: number): number {
    const copy = this.size++;
    this.stages.copy(slot, copy);
    this.stages.setField(copy, Beside.Turn, this.packetOf(slot));
    if (this.events !== undefined) this.events[copy] = this.events[slot]!;
    const summed = this.summed.get(slot);
    if (summed !== undefined) this.summed.set(copy, summed);
    return copy;
  }
  isCopy(slot: number): boolean {
    return slot >= this.packets;
  }
  /** What descriptions tell of packets; the batch begins with that of a number. */
  describe(told: readonly (Told | undefined)[] | undefined, first: number): void {
    this.descriptions = told;
    this.firstDescription = first;
  }
  /** What the description of a packet tells, be it in this slot or the original of the one there. */
  toldOf(slot: number): AllTold {
    const numbered = (field: Field): number | undefined => {
      const number = this.stages.field(slot, field);
      return number === NO_SOCKET ? undefined : number;
    };
    const told = this.descriptions?.[this.firstDescription + this.packetOf(slot)];
    return { ...told, uid: numbered(Field.Uid), gid: numbered(Field.Gid) };
  }

  /** The packet that a slot is, or is a copy of. */
  packetOf(slot: number): number {
    return this.stages.field(slot, Beside.Turn);
  }

  tell(slot: number, event: WalkEvent): void {
    this.events?.[slot]?.push(event);
  }

  /** Ends a packet's way. */
  end(slot: number, why: Lost): void {
    this.stages.setField(slot, Beside.Fate, FATE_NUMBER[why.fate]);
    if (why.fate === 'unknown') this.open.set(slot, why.why ?? why.by);
    else this.stages.setField(slot, Beside.Why, this.reasons.number(why.why ?? why.by));
    if (this.events !== undefined) this.lost[slot] = why;
  }

  /** Ends a packet's way between the tables, and says so among the events. */
  lose(slot: number, by: 'routing' | 'tracking', why: string, fate: Lost['fate'] = 'dropped', more?: LostMore): void {
    this.tell(slot, { kind: 'lost', by, why, ...more });
    this.end(slot, { fate, by, why });
  }

  /** undefined: it walks. */
  fateOf(slot: number): Fate | undefined {
    return FATES[this.stages.field(slot, Beside.Fate)];
  }
}
