/** Packets of a batch in the core's memory: what stands of each in columns, and its bytes. */
import { type Beside, Field, type Result, Run } from '../abi.js';
import { PacketwalkError } from '../errors.js';
import type { Family, Words } from '../net/address.js';
import { finishSum, sumBytes } from '../net/checksum.js';
import type { Interfaces } from './interfaces.js';
import { type Columns, RunBlock } from './run-block.js';
import type { Core } from './wasm.js';

/** bytes of the longest IP packet of either family, in whole words. */
export const PACKET_ROOM = 65600;

/** The address that begins at a column. */
export const addressOf = (columns: Columns, slot: number, field: Field, family: Family): Words =>
  family === 4 ? [columns[field]![slot]!] : [0, 1, 2, 3].map((word) => columns[field + word]![slot]!);

export interface Slots {
  readonly family: Family;
  /** bytes of packets that a batch can hold. */
  readonly byteArea: number;
  /** targets may add so many bytes to a packet: room that is left behind each. */
  readonly growth: number;
  readonly interfaces: Interfaces;
}

export class PacketSlots extends RunBlock {
  readonly family: Family;
  readonly byteArea: number;
  readonly growth: number;
  readonly interfaces: Interfaces;
  private bytesUsed = 0;

  constructor(core: Core, { family, byteArea, growth, interfaces }: Slots) {
    super(core);
    this.family = family;
    this.byteArea = byteArea;
    this.growth = growth;
    this.interfaces = interfaces;
    this.set(Run.Family, family);
    this.set(Run.Ifaces, interfaces.at);
    this.set(Run.IfaceGroups, interfaces.groups);
    this.set(Run.IfaceWords, interfaces.words);
    this.set(Run.Bytes, core.memory.reserve(byteArea + growth + 8, true));
  }

  field(packet: number, field: Field | Beside | Result): number {
    return this.columns[field]![packet]!;
  }
  /** An address of a packet, whose first word is `field`: one word of IPv4, four of IPv6. */
  address(packet: number, field: Field): Words {
    return addressOf(this.columns, packet, field, this.family);
  }
  /** Writes one, in the packet's bytes too. */
  rewriteAddress(packet: number, field: Field.Src | Field.Dst, address: Words): void {
    address.forEach((word, i) => {
      this.rewrite(packet, field + i, word);
    });
  }
  /** All fields of a packet. */
  fields(packet: number): number[] {
    return Array.from({ length: Field.Count }, (_, field) => this.field(packet, field));
  }
  setField(packet: number, field: Field | Beside, value: number): void {
    this.columns[field]![packet] = value;
  }

  /** Puts a packet's bytes into the byte area at `offset` and decodes them into its columns; a Decoded. */
  decode(packet: number, bytes: Uint8Array, offset = packet * PACKET_ROOM): number {
    const at = this.get(Run.Bytes) + offset;
    this.core.memory.bytes.set(bytes, at);
    return this.core.decode(packet, at, bytes.length, bytes.length, 1);
  }

  /** Puts other bytes in a packet's place; `length`: how many it has, of which a capture may lack some. False: no room. */
  replace(packet: number, bytes: Uint8Array, length: number): boolean {
    const place = this.place(bytes);
    if (place === undefined) return false;
    this.core.decode(packet, this.get(Run.Bytes) + place, bytes.length, length, 1);
    return true;
  }

  /**
   * Decodes the first `count` packets: Field.Bytes, Field.BytesLen and, in Field.Length, the bytes that each had on the wire
   * say where it is. A Decoded for each stands in Result.Verdict.
   */
  decodeBatch(count: number): void {
    this.core.decodeBatch(count, 1);
  }

  /** All columns of a packet, its bytes too, for another. */
  copy(from: number, to: number): void {
    const bytes = this.bytesOf(from);
    for (const column of this.columns) column[to] = column[from]!;
    const place = this.place(bytes);
    if (place === undefined)
      throw new PacketwalkError('there is no room for the copy of a packet', { code: 'core-fault' });
    this.setField(to, Field.Bytes, place);
  }

  /** The packet's bytes behind its IP header. */
  transportOf(slot: number): Uint8Array {
    const first = this.get(Run.Bytes) + this.field(slot, Field.Bytes);
    const length = this.field(slot, Field.BytesLen);
    return this.core.memory.bytes.subarray(first + Math.min(this.field(slot, Field.IpLen), length), first + length);
  }

  /** How far the byte area is in use; what was put there since can be given back. */
  get bytesEnd(): number {
    return this.bytesUsed;
  }
  giveBack(bytesEnd: number): void {
    this.bytesUsed = bytesEnd;
  }

  /** Forgets the bytes of all packets. */
  clearBytes(): void {
    this.bytesUsed = 0;
  }
  /** Puts bytes behind those that are there and says where in the byte area they begin; undefined: there is no room. */
  place(bytes: Uint8Array): number | undefined {
    const at = this.bytesUsed;
    if (at + bytes.length > this.byteArea) return undefined;
    this.core.memory.bytes.set(bytes, this.get(Run.Bytes) + at);
    this.bytesUsed = (at + bytes.length + this.growth + 3) & ~3;
    return at;
  }

  /** Bytes of a packet, its checksums left as they are. */
  writeBytes(packet: number, offset: number, bytes: ArrayLike<number>): void {
    const start = this.get(Run.Bytes) + this.field(packet, Field.Bytes);
    this.core.memory.bytes.set(bytes, start + offset);
  }

  /** Computes the checksum of the IP header anew; `length`: its bytes. */
  sumHeader(packet: number, length = this.field(packet, Field.IpLen)): void {
    this.writeBytes(packet, 10, [0, 0]);
    const sum = finishSum(sumBytes(this.bytesOf(packet).subarray(0, length)));
    this.writeBytes(packet, 10, [sum >>> 8, sum & 255]);
  }

  /** The identifier of an ICMP query, in its bytes and its checksum. */
  rewriteIcmpId(packet: number, id: number): void {
    this.core.writeIcmpId(packet, id);
  }

  /** The packet's bytes as they are now. */
  bytesOf(packet: number): Uint8Array {
    const start = this.get(Run.Bytes) + this.field(packet, Field.Bytes);
    return this.core.memory.bytes.slice(start, start + this.field(packet, Field.BytesLen));
  }

  /** One of them. */
  byteAt(packet: number, at: number): number {
    return this.core.memory.bytes[this.get(Run.Bytes) + this.field(packet, Field.Bytes) + at]!;
  }

  /** Writes a field, in the packet's bytes too where it stands there. */
  rewrite(packet: number, field: Field, value: number): void {
    this.core.rewrite(packet, field, value);
  }

  /** The device that rules see, by its number, and its group; 0: none, UNKNOWN_INTERFACE: nobody knows which. */
  setInterface(packet: number, side: 'in' | 'out', number: number): void {
    const { columns, interfaces } = this;
    columns[side === 'in' ? Field.InIf : Field.OutIf]![packet] = number;
    columns[side === 'in' ? Field.InGroup : Field.OutGroup]![packet] = interfaces.group(number);
  }
}
