/** What targets of other projects write into packets: xt_NAME.c of xtables-addons, ipt_NAME.c of patch-o-matic. */
import { Field, Verdict } from '../../abi.js';
import type { RawnatAct } from '../../model/foreign-test.js';
import type { Words } from '../../net/address.js';
import { finishSum } from '../../net/checksum.js';
import { Protocol } from '../../net/protocol.js';
import type { ActAnswer } from './answers.js';
import type { Asking } from './asking.js';
import { headerOf6 } from './headers6.js';

/** rawsnat_tg4, rawsnat_tg6 and their likes: sums of SCTP and ICMPv6, which cover addresses or all, stay as they were. */
export function rawnat({ side, address, length }: RawnatAct, asking: Asking): ActAnswer {
  const { family, bytes } = asking;
  const field = side === 'src' ? Field.Src : Field.Dst;
  const before = asking.addressAt(field);
  const after = masked(before, address, length);
  if (after.every((word, i) => word === before[i])) {
    asking.tellEdited(field);
    return Verdict.Continue;
  }
  const header = family === 4 ? { proto: bytes[9]!, at: (bytes[0]! & 15) * 4 } : headerOf6(bytes, SUMMED);
  if (header === 'cut') return Verdict.Drop;
  const { proto, at } = header ?? { proto: undefined, at: 0 };
  // of UDP-Lite over IPv4 nothing is asked for
  const least = proto === Protocol.Tcp ? 20 : proto === Protocol.UdpLite && family === 4 ? 0 : 8;
  if (proto !== undefined && SUMMED.includes(proto) ? !asking.ensure(at + least) : !asking.ensure(at))
    return Verdict.Drop;
  const place = family === 4 ? (side === 'src' ? 12 : 16) : side === 'src' ? 8 : 24;
  const changes = after.map((word, i) => [before[i]!, word] as const);
  if (family === 4) correct(bytes, 10, changes);
  // in a later fragment whatever stands there is taken for a sum
  const sum = at + (proto === Protocol.Tcp ? 16 : 6);
  if (proto !== undefined && SUMMED.includes(proto) && sum + 2 <= bytes.length) {
    const isThere = proto === Protocol.Tcp || bytes[sum]! !== 0 || bytes[sum + 1]! !== 0;
    if (isThere) correct(bytes, sum, changes, proto !== Protocol.Tcp);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  after.forEach((word, i) => {
    view.setUint32(place + 4 * i, word);
  });
  asking.write(bytes);
  return Verdict.Continue;
}
/** Protocols whose sums it corrects, in the order in which it looks for them. */
const SUMMED: readonly number[] = [Protocol.Tcp, Protocol.Udp, Protocol.UdpLite];

/** remask, rawnat_ipv6_mask: of IPv6 a length of 65 to 95 is as good as 96. */
function masked(address: Words, by: Words, length: number): number[] {
  const bits = address.length === 4 && length > 64 && length < 96 ? 96 : length;
  return address.map((word, i) => {
    const left = Math.min(Math.max(bits - 32 * i, 0), 32);
    const mask = left === 0 ? 0 : (0xffffffff << (32 - left)) >>> 0;
    return ((word & ~mask) | (by[i]! & mask)) >>> 0;
  });
}

/** A checksum, for words of 32 bits that change (csum_replace4); `never0`: where it comes out as zero it is the other zero. */
function correct(
  bytes: Uint8Array,
  at: number,
  changes: readonly (readonly [from: number, to: number])[],
  never0 = false,
): void {
  const halves = (word: number) => (word >>> 16) + (word & 0xffff);
  let sum = ~((bytes[at]! << 8) | bytes[at + 1]!) & 0xffff;
  for (const [from, to] of changes) sum += halves(~from >>> 0) + halves(to);
  const check = finishSum(sum) || (never0 ? 0xffff : 0);
  bytes.set([check >>> 8, check & 255], at);
}
