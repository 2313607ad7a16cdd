/** Transport headers of packets in columns, as far as tracking reads them: what columns do not say of one is 0. */
import { Field } from '../abi.js';
import { WINDOW } from '../input/resolve.js';
import { Protocol } from '../net/protocol.js';
import { isIcmpError } from './connections/beginnings.js';
import { hasTuplePorts } from './connections/tuples.js';
import type { Columns } from './run-block.js';

const BYTES = 20;

export class ColumnHeader {
  private readonly tcp = new Uint8Array(BYTES);
  private readonly zeros = new Uint8Array(BYTES);
  private readonly short = new Uint8Array(8);

  constructor() {
    this.tcp[12] = 5 << 4;
    this.tcp[14] = WINDOW >>> 8;
    this.tcp[15] = WINDOW & 255;
  }

  /** It stands until the next one; undefined: its bytes tell more (an ICMP error is about another packet). */
  of(columns: Columns, slot: number): Uint8Array | undefined {
    const proto = columns[Field.Proto]![slot]!;
    const [first, second] = [columns[Field.Sport]![slot]!, columns[Field.Dport]![slot]!];
    const length = columns[Field.TransportLen]![slot]!;
    if (proto === Protocol.Icmp) {
      if (isIcmpError(first)) return undefined;
      this.short[0] = first;
      this.short[1] = second;
      this.short.fill(0, 2);
      return this.short;
    }
    if (proto === Protocol.Tcp) this.tcp[13] = columns[Field.TcpFlags]![slot]!;
    else if (!hasTuplePorts(proto)) return length < BYTES ? this.zeros.subarray(0, length) : this.zeros;
    const header = proto === Protocol.Tcp ? this.tcp : this.short;
    header[0] = first >>> 8;
    header[1] = first & 255;
    header[2] = second >>> 8;
    header[3] = second & 255;
    return header;
  }
}
