/**
 * Targets that change TCP's header. Whatever they do, the sum over the segment and its length stays what it was: a checksum
 * that was right is right behind them, and one that was wrong is as wrong.
 */
import { type Packet, sum } from './packet.js';
import { numberOf, type Options, refuse } from './words.js';

/** False: the packet is dropped. */
export type Change = (packet: Packet) => boolean;

const checked = (segment: readonly number[]): number =>
  sum(Uint8Array.from([...segment, ...(segment.length % 2 ? [0] : [])]));

/** The segment as `change` leaves it, with the checksum that belongs to it. */
function rewrite(packet: Packet, change: (segment: number[]) => void): void {
  const segment = [...packet.bytes.subarray(packet.head)];
  const before = checked(segment) + segment.length;
  change(segment);
  segment.fill(0, 16, 18);
  // of the two zeros of such sums it is this one
  const check = (before + 0xffff * 2 - checked(segment) - segment.length) % 0xffff;
  segment[16] = check >> 8;
  segment[17] = check & 255;
  packet.replaceSegment(segment);
}

/** Where the options that can be told apart begin, and the byte behind each. */
function options(segment: ArrayLike<number>, end: number): (readonly [at: number, end: number])[] {
  const found: (readonly [number, number])[] = [];
  for (let at = 20; at < end; ) {
    const next = at + (segment[at]! < 2 ? 1 : segment[at + 1] || 1);
    found.push([at, next]);
    at = next;
  }
  return found;
}

const headerOf = (packet: Packet): number =>
  packet.length < packet.head + 20 ? 0 : 4 * (packet.byte(packet.head + 12) >> 4);
const isWhole = (packet: Packet): boolean => headerOf(packet) >= 20 && packet.head + headerOf(packet) <= packet.length;

/** ecn_tg of net/ipv4/netfilter/ipt_ECN.c: it takes a later fragment for a header, too. */
export function ecn(from: Options): Change {
  const remove = from.flag('--ecn-tcp-remove') && { value: '0' };
  const ece = from.take('--ecn-tcp-ece') ?? remove;
  const cwr = from.take('--ecn-tcp-cwr') ?? remove;
  const ect = from.take('--ecn-ip-ect');
  if (remove && ect) refuse('--ecn-tcp-remove with --ecn-ip-ect, of which the order counts');
  return (packet) => {
    if (ect) packet.tos = (packet.tos & 0xfc) | numberOf(ect.value, 3);
    if (!ece && !cwr) return true;
    if (packet.length < packet.head + 20) return false;
    const old = packet.byte(packet.head + 13);
    let flags = old;
    if (ece) flags = (flags & 0xbf) | (0x40 * numberOf(ece.value, 1));
    if (cwr) flags = (flags & 0x7f) | (0x80 * numberOf(cwr.value, 1));
    if (flags !== old)
      rewrite(packet, (segment) => {
        segment[13] = flags;
      });
    return true;
  };
}

/** tcpmss_tg4 of net/netfilter/xt_TCPMSS.c. */
export function tcpMss(from: Options): Change {
  const wanted = numberOf(from.take('--set-mss')?.value ?? refuse('TCPMSS by a route'), 65515);
  return (packet) => {
    if (packet.fragmentOffset !== 0) return true;
    if (!isWhole(packet)) return false;
    const { head, bytes } = packet;
    const size = headerOf(packet);
    const held = options(bytes.subarray(head), size).find(
      ([at]) => at + 4 <= size && packet.half(head + at) === 0x0204,
    )?.[0];
    if (held !== undefined) {
      if (packet.half(head + held + 2) > wanted)
        rewrite(packet, (segment) => segment.splice(held + 2, 2, wanted >> 8, wanted & 255));
    } else if (packet.length === head + size && size < 60) {
      const added = Math.min(wanted, 536);
      rewrite(packet, (segment) => {
        segment.splice(20, 0, 2, 4, added >> 8, added & 255);
        segment[12]! += 0x10;
      });
    }
    return true;
  };
}

/** tcpoptstrip_tg4 of net/netfilter/xt_TCPOPTSTRIP.c. */
export function stripOptions(from: Options): Change {
  const names: Readonly<Record<string, number>> = {
    mss: 2,
    wscale: 3,
    'sack-permitted': 4,
    sack: 5,
    timestamp: 8,
    md5: 19,
  };
  const wanted = (from.take('--strip-options')?.value.split(',') ?? []).map(
    (name) => names[name] ?? numberOf(name, 255),
  );
  return (packet) => {
    if (packet.fragmentOffset !== 0) return true;
    if (!isWhole(packet)) return false;
    const size = headerOf(packet);
    const all = options(packet.bytes.subarray(packet.head), size);
    const cut = all.findIndex(([at, end]) => at + 1 >= size || end > size);
    const gone = (cut < 0 ? all : all.slice(0, cut)).filter(([at]) => wanted.includes(packet.byte(packet.head + at)));
    if (gone.length > 0)
      rewrite(packet, (segment) => {
        for (const [at, end] of gone) segment.fill(1, at, end);
      });
    return true;
  };
}
