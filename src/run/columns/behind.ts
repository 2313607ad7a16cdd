/**
 * Keys of packets as they are behind the translation of their destination, by which rules and routes see them from then on. What
 * becomes of their source nobody asks.
 */
import { BATCH_SLOTS, Beside, CT_STATUS_DST_NAT, CT_STATUS_SRC_NAT, End, Field } from '../../abi.js';
import type { Connections } from '../connections/connections.js';
import { hash } from '../connections/table.js';
import { hasTuplePorts, highOf, ORIGINAL, pairOf, type Tuple, TupleWord } from '../connections/tuples.js';
import type { Stages } from '../stage.js';
import type { Plan } from './plan.js';

const NONE = -1;
export const HAS_PORTS = Uint8Array.from({ length: 256 }, (_, proto) => Number(hasTuplePorts(proto)));

export class Behind {
  /** The key of the packet that was asked for last. */
  low = 0;
  high = 0;
  /** of each packet with ports: what ConnectionTable.find has found; -1: nothing. */
  readonly found = new Int32Array(BATCH_SLOTS);
  /** where it is translated: 1, the destination, and the key with it. */
  private readonly moved = new Uint8Array(BATCH_SLOTS);
  private readonly addresses = new Uint32Array(BATCH_SLOTS);
  private readonly ports = new Uint16Array(BATCH_SLOTS);
  private readonly lows = new Uint32Array(BATCH_SLOTS);
  private readonly highs = new Uint32Array(BATCH_SLOTS);
  private readonly hashes = new Uint32Array(BATCH_SLOTS);
  private readonly tuple = new Uint32Array(TupleWord.Count);

  constructor(
    private readonly stages: Stages,
    private readonly connections: Connections,
  ) {}

  /**
   * Of the first packets of the batch, as far as their connections are known now; the keys of the packets themselves have to be
   * found behind it. All connections are looked up at once here, so that the memory of many is fetched together.
   */
  findKeys(plan: Plan, count: number): void {
    const { stages, found, moved, addresses, ports, lows, highs, hashes, tuple } = this;
    const { table } = this.connections;
    const { columns, core } = stages;
    const fates = columns[Beside.Fate]!;
    const protos = columns[Field.Proto]!;
    const src = columns[Field.Src]!;
    const dst = columns[Field.Dst]!;
    const sport = columns[Field.Sport]!;
    const dport = columns[Field.Dport]!;
    const tupleOf = (slot: number): Tuple => {
      tuple[TupleWord.Src] = src[slot]!;
      tuple[TupleWord.Dst] = dst[slot]!;
      tuple[TupleWord.Ports] = pairOf(sport[slot]!, dport[slot]!);
      tuple[TupleWord.Proto] = protos[slot]!;
      return tuple;
    };
    for (let slot = 0; slot < count; slot++) hashes[slot] = hash(tupleOf(slot), 0);
    table.fetch(hashes, count, found);
    let any = false;
    for (let slot = 0; slot < count; slot++) {
      const walks = fates[slot] === End.Walking && HAS_PORTS[protos[slot]!] === 1;
      const one = walks ? table.find(tupleOf(slot), undefined, hashes[slot]!) : NONE;
      found[slot] = one;
      moved[slot] = Number(one !== NONE && this.isMoved(one >>> 1, one & 1));
      any ||= moved[slot] === 1;
    }
    if (!any) return;
    const given = { dst: dst.slice(0, count), dport: dport.slice(0, count) };
    for (let slot = 0; slot < count; slot++) {
      if (moved[slot] === 0) continue;
      this.move(slot, found[slot]! >>> 1, found[slot]! & 1);
      addresses[slot] = dst[slot]!;
      ports[slot] = dport[slot]!;
    }
    core.findKeys(plan.at, 0, count);
    const [low, high] = plan.sumColumns;
    lows.set(low!.subarray(0, count));
    highs.set(high!.subarray(0, count));
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
    if (this.moved[slot] === 1 && this.addresses[slot] === dst[slot] && this.ports[slot] === dport[slot]) {
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
