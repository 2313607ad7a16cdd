/** What targets of other projects write into packets: xt_NAME.c of xtables-addons, ipt_NAME.c of patch-o-matic. */
import { Beside, Field, Verdict } from '../../abi.js';
import type { ProtoAct, RawnatAct, XorAct } from '../../model/foreign-test.js';
import type { Words } from '../../net/address.js';
import { finishSum } from '../../net/checksum.js';
import { Protocol } from '../../net/protocol.js';
import type { ActAnswer } from './answers.js';
import type { Asking } from './asking.js';
import { AUTHENTICATION, FRAGMENT, headerOf6, isExtension6, lengthOf6 } from './headers6.js';

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

/** csum_replace2: as one's complement has it, which zero comes out included. */
export function correctHalf(bytes: Uint8Array, at: number, from: number, to: number): void {
  const add = (a: number, b: number) => ((a + b) & 0xffff) + ((a + b) >> 16);
  const check = ~add(add(~halfAt(bytes, at) & 0xffff, ~from & 0xffff), to) & 0xffff;
  bytes.set([check >>> 8, check & 255], at);
}
export const halfAt = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;

export function tellWritten(
  asking: Asking,
  part: 'client' | 'options' | 'payload',
  before: Uint8Array,
  after: Uint8Array,
): void {
  asking.tell(() => ({ what: 'written', part, bytes: before.filter((byte, i) => byte !== after[i]).length }));
}

/** char key[30], which ends with a zero. */
const KEY_BYTES = 29;
/** ipt_xor_target: sums stay as they were, and it goes on to the end of a block, be that behind the payload. */
export function xor({ key, block }: XorAct, asking: Asking): ActAnswer {
  const { bytes } = asking;
  const before = bytes.slice();
  const [start, size] = payloadOf(bytes, asking.field(Field.IpLen), asking.field(Field.Length));
  const codes = [...key].map((character) => character.charCodeAt(0)).slice(0, KEY_BYTES);
  const each = block + 1;
  const end = Math.min(start + Math.ceil(size / each) * each, bytes.length);
  for (let at = start; at < end; at++) bytes[at]! ^= codes[Math.floor((at - start) / each) % codes.length]!;
  asking.write(bytes);
  tellWritten(asking, 'payload', before, bytes);
  return Verdict.Continue;
}

/** As its header says, which in a later fragment is whatever stands there; one that is cut says nothing. */
function payloadOf(bytes: Uint8Array, head: number, length: number): [start: number, size: number] {
  const isTcp = bytes[9] === Protocol.Tcp;
  if (head + (isTcp ? 13 : 6) > bytes.length) return [head, 0];
  const header = isTcp ? (bytes[head + 12]! >> 4) * 4 : 8;
  return [head + header, Math.max((isTcp ? length - head : halfAt(bytes, head + 4)) - header, 0)];
}

const NOP = 1;
/**
 * ipt_IPV4OPTSSTRIP.c: as many bytes as the kernel has read of options, which it does behind PREROUTING, and of what a program writes
 * with its header (IP_HDRINCL) never. The checksum stays as it was.
 */
export function stripOptions(_: object, asking: Asking): ActAnswer {
  const isRaw = asking.field(Beside.Local) !== 0 && asking.field(Beside.Raw) !== 0;
  const { bytes } = asking;
  const before = bytes.slice();
  bytes.fill(NOP, 20, asking.hook === 'PREROUTING' || isRaw ? 20 : asking.field(Field.IpLen));
  asking.write(bytes);
  tellWritten(asking, 'options', before, bytes);
  return Verdict.Continue;
}

/** proto_tg, proto_tg6. Rules of nat go by what its connection is of: what they make of such a packet is asked. */
export function proto(act: ProtoAct, asking: Asking): ActAnswer {
  const { bytes, family } = asking;
  asking.ensure(asking.field(Field.Length));
  const at = family === 4 ? 9 : nextHeaderAt(bytes, act);
  if (at === 'cut') return Verdict.Drop;
  if (at === undefined || bytes[at] === act.number) {
    asking.tellEdited(Field.Proto);
    return Verdict.Continue;
  }
  if (isTranslated(asking) && asking.answer !== false) return asking.answer ? Verdict.Stolen : Verdict.Open;
  if (family === 4) correctHalf(bytes, 10, bytes[at]!, act.number);
  bytes[at] = act.number;
  asking.write(bytes);
  return Verdict.Continue;
}

function isTranslated({ setup }: Asking): boolean {
  const { tracking, places } = setup;
  return tracking && [places.nat, places['nft nat']].some((hooks) => Object.keys(hooks).length > 0);
}

/** Where its number stands; undefined: in a later fragment it stands in none. */
function nextHeaderAt(
  bytes: Uint8Array,
  { stopAtFragment, stopAtAuthentication }: ProtoAct,
): number | 'cut' | undefined {
  for (let [place, at] = [6, 40]; ; ) {
    const next = bytes[place]!;
    if (!isExtension6(next)) return place;
    if (at + (next === FRAGMENT && !stopAtFragment ? 4 : 2) > bytes.length) return 'cut';
    if ((next === FRAGMENT && stopAtFragment) || (next === AUTHENTICATION && stopAtAuthentication)) return place;
    if (next === FRAGMENT && halfAt(bytes, at + 2) >= 8) {
      const isLast = !isExtension6(bytes[at]!) || (bytes[at] === AUTHENTICATION && stopAtAuthentication);
      return isLast ? at : undefined;
    }
    [place, at] = [at, at + lengthOf6(next, bytes, at)];
  }
}

/** ipt_route_target, ip6t_route_target: the hop is counted where the kernel has not yet done so, and what has none left is dropped. */
export function routeHop(_: object, asking: Asking): ActAnswer {
  if (asking.hook !== 'PREROUTING' && asking.hook !== 'INPUT') return Verdict.Continue;
  const before = asking.field(Field.Ttl);
  if (before <= 1) return Verdict.Drop;
  asking.setup.stages.rewrite(asking.slot, Field.Ttl, before - 1);
  asking.tellEdited(Field.Ttl, before);
  return Verdict.Continue;
}
