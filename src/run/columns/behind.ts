/**
 * Keys of packets as they are behind the translation of their destination, by which rules and routes see them from then on. What
 * becomes of their source nobody asks.
 */
import { BATCH_SLOTS, CT_STATUS_DST_NAT, CT_STATUS_SRC_NAT, Field, TrackColumn } from '../../abi.js';
import type { Connections } from '../connections/connections.js';
import { hasTuplePorts, highOf, ORIGINAL, TupleWord } from '../connections/tuples.js';
import type { Stages } from '../stage.js';
import type { Plan } from './plan.js';
import type { Tracker } from './tracker.js';

export const HAS_PORTS = Uint8Array.from({ length: 256 }, (_, proto) => Number(hasTuplePorts(proto)));
/** Above the bits of a port: it is another's. */
const MOVED = 1 << 16;

export class Behind {
  /** The key of the packet that was asked for last. */
  low = 0;
  high = 0;
  /** what destinations are by now, and the keys with them: of those that the tracker has found to move. */
  private readonly addresses = new Uint32Array(BATCH_SLOTS);
  private readonly ports = new Uint32Array(BATCH_SLOTS);
  private readonly lows = new Uint32Array(BATCH_SLOTS);
  private readonly highs = new Uint32Array(BATCH_SLOTS);

  constructor(
    private readonly stages: Stages,
    private readonly connections: Connections,
    private readonly tracker: Tracker,
  ) {}

  /**
   * Of the first packets of the batch, whose connections were looked up; the keys of the packets themselves have to be found behind it.
   */
  findKeys(plan: Plan, count: number): void {
    const { stages, tracker, addresses, ports, lows, highs } = this;
    const { columns, core } = stages;
    const dst = columns[Field.Dst]!;
    const dport = columns[Field.Dport]!;
    ports.set(tracker.column(TrackColumn.Ports).subarray(0, count));
    addresses.set(tracker.column(TrackColumn.Dsts).subarray(0, count));
    const given = { dst: dst.slice(0, count), dport: dport.slice(0, count) };
    for (let slot = 0; slot < count; slot++) {
      if (ports[slot]! < MOVED) continue;
      dst[slot] = addresses[slot]!;
      dport[slot] = ports[slot]! - MOVED;
    }
    core.findKeys(plan.at, 0, count);
    const [low, high] = plan.sumColumns;
    lows.set(low!.subarray(0, count));
    highs.set(high!.subarray(0, count));
    tracker.column(TrackColumn.LowsBehind).set(lows.subarray(0, count));
    tracker.column(TrackColumn.HighsBehind).set(highs.subarray(0, count));
    dst.set(given.dst);
    dport.set(given.dport);
  }

  /** Finds the key of a packet of a direction of a connection; false: its destination stays. */
  seek(plan: Plan, slot: number, entry: number, direction: number): boolean {
    if (!this.isMoved(entry, direction)) return false;
    const { stages } = this;
    const { columns, core } = stages;
    const dst = columns[Field.Dst]!;
    const dport = columns[Field.Dport]!;
    const [address, port] = [dst[slot]!, dport[slot]!];
    this.move(slot, entry, direction);
    if (this.addresses[slot] === dst[slot] && this.ports[slot] === dport[slot]! + MOVED) {
      this.low = this.lows[slot]!;
      this.high = this.highs[slot]!;
    } else {
      const [lows, highs] = plan.sumColumns;
      const [low, high] = [lows![slot]!, highs![slot]!];
      core.findKeys(plan.at, slot, 1);
      this.low = lows![slot]!;
      this.high = highs![slot]!;
      lows![slot] = low;
      highs![slot] = high;
    }
    dst[slot] = address;
    dport[slot] = port;
    return true;
  }

  private isMoved(entry: number, direction: number): boolean {
    const status = this.connections.table.status(entry);
    return (status & (direction === ORIGINAL ? CT_STATUS_DST_NAT : CT_STATUS_SRC_NAT)) !== 0;
  }

  /** What its packets' destination becomes is the source of those of the other direction. */
  private move(slot: number, entry: number, direction: number): void {
    const { columns } = this.stages;
    const { table } = this.connections;
    columns[Field.Dst]![slot] = table.tupleWord(entry, 1 - direction, TupleWord.Src);
    if (HAS_PORTS[columns[Field.Proto]![slot]!] === 1)
      columns[Field.Dport]![slot] = highOf(table.tupleWord(entry, 1 - direction, TupleWord.Ports));
  }
}
