/** A packet on its way through one hook: its bytes, what belongs to it beside them, and what rules do to it. */

export class Packet {
  /** A match could not read the header that it needs: the packet is dropped as soon as the rule is done with. */
  hotDrop = false;

  private constructor(
    public bytes: Uint8Array,
    public mark: number,
    /** names of the devices that rules see at the hook; empty: none. */
    readonly inDevice: string,
    readonly outDevice: string,
  ) {}

  /** undefined: ip_rcv_core (net/ipv4/ip_input.c) drops such bytes before any rule. What follows the packet is cut off. */
  static from(wire: Uint8Array, mark: number, inDevice: string, outDevice: string): Packet | undefined {
    if (wire.length < 20 || wire[0]! >> 4 !== 4) return undefined;
    const head = 4 * (wire[0]! & 15);
    const total = 256 * wire[2]! + wire[3]!;
    if (head < 20 || head > wire.length || total > wire.length || total < head) return undefined;
    if (sum(wire.subarray(0, head)) !== 0xffff) return undefined;
    return new Packet(wire.slice(0, total), mark, inDevice, outDevice);
  }

  byte(at: number): number {
    return this.bytes[at]!;
  }
  half(at: number): number {
    return 256 * this.byte(at) + this.byte(at + 1);
  }
  word(at: number): number {
    return 65536 * this.half(at) + this.half(at + 2);
  }

  get length(): number {
    return this.bytes.length;
  }
  /** bytes of the IP header, behind which the transport header begins. */
  get head(): number {
    return 4 * (this.byte(0) & 15);
  }
  get tos(): number {
    return this.byte(1);
  }
  /** in units of 8 bytes; 0: not a fragment, or the first. */
  get fragmentOffset(): number {
    return this.half(6) & 0x1fff;
  }
  get ttl(): number {
    return this.byte(8);
  }
  get protocol(): number {
    return this.byte(9);
  }
  get source(): number {
    return this.word(12);
  }
  get destination(): number {
    return this.word(16);
  }

  set tos(value: number) {
    this.write(1, value);
  }
  set ttl(value: number) {
    this.write(8, value);
  }

  /** What stands behind the IP header. */
  replaceSegment(segment: readonly number[]): void {
    this.bytes = Uint8Array.from([...this.bytes.subarray(0, this.head), ...segment]);
    if (this.bytes.length === this.half(2)) return;
    this.bytes[2] = this.bytes.length >> 8;
    this.write(3, this.bytes.length & 255);
  }

  private write(at: number, value: number): void {
    this.bytes[at] = value;
    this.bytes.fill(0, 10, 12);
    const check = ~sum(this.bytes.subarray(0, this.head)) & 0xffff;
    this.bytes[10] = check >> 8;
    this.bytes[11] = check & 255;
  }
}

/** The Internet checksum's sum: 0xffff over a header whose checksum is right. */
export function sum(header: Uint8Array): number {
  let total = 0;
  for (let i = 0; i < header.length; i += 2) total += 256 * header[i]! + header[i + 1]!;
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return total;
}
