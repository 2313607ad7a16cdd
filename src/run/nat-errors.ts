/** What a connection's entry makes of ICMP errors about its packets. */
import {
  CT_STATUS_DST_NAT,
  CT_STATUS_DST_NAT_DONE,
  CT_STATUS_SRC_NAT,
  CT_STATUS_SRC_NAT_DONE,
  Field,
  PACKET_BAD_CHECKSUM,
} from '../abi.js';
import type { HookName } from '../model/ruleset.js';
import { sameWords } from '../net/address.js';
import { finishSum, headSum, sumBytes } from '../net/checksum.js';
import { Protocol } from '../net/protocol.js';
import type { Batch } from './batch.js';
import { ICMP_HEADER, moveQuoted } from './connections/quoted.js';
import type { Side } from './nat.js';
import { changes, endAt, forgetRoute, targetOf } from './nat-follow.js';
import type { WalkSetup } from './setup.js';

/** Of ICMP; that of ICMPv6 is about no connection. */
const REDIRECT = 5;
const DONE = CT_STATUS_SRC_NAT_DONE | CT_STATUS_DST_NAT_DONE;

/** nf_nat_icmp_reply_translation, nf_nat_icmpv6_reply_translation of net/netfilter/nf_nat_proto.c: of an ICMP error, and of the packet that it quotes. */
export function followError({ stages }: WalkSetup, batch: Batch, slot: number, hook: HookName, side: Side): void {
  const of = (field: Field) => stages.field(slot, field);
  const packet = stages.bytesOf(slot);
  const message = packet.subarray(of(Field.IpLen));
  if (
    (of(Field.Flags) & PACKET_BAD_CHECKSUM) !== 0 ||
    (stages.family === 6 && !isSummed(batch, slot, hook, packet, message))
  )
    return batch.lose(slot, 'tracking', 'bad-checksum');
  const status = of(Field.CtStatus);
  const translated = (status & (CT_STATUS_SRC_NAT | CT_STATUS_DST_NAT)) !== 0;
  // whoever is told of a better way has to be asked by its own address
  if (stages.family === 4 && of(Field.Sport) === REDIRECT && ((status & DONE) !== DONE || translated))
    return batch.lose(slot, 'tracking', 'icmp-redirect-translated');
  if (!changes(stages, slot, side)) return;
  const before = endAt(stages, slot, side);
  const { address, port } = targetOf(stages, slot, side);
  const quoted = { side: side === 'src' ? 'dst' : 'src', address, port } as const;
  if (!moveQuoted(message.subarray(ICMP_HEADER), quoted)) return batch.lose(slot, 'tracking', 'short-header');
  message.fill(0, 2, 4);
  const sum = finishSum(sumBytes(message, stages.family === 4 ? 0 : sumPseudo(packet, message.length)));
  message.set([sum >>> 8, sum & 0xff], 2);
  stages.writeBytes(slot, of(Field.IpLen), message);
  stages.rewriteAddress(slot, side === 'src' ? Field.Src : Field.Dst, address);
  if (hook === 'PREROUTING' && !sameWords(address, before.address)) forgetRoute(stages, slot);
  if (batch.events !== undefined)
    batch.tell(slot, { kind: 'followed', side, from: before, to: endAt(stages, slot, side), quoted: true });
}

/**
 * nf_ip6_checksum of net/netfilter/utils.c. A checksum that has been found right once is looked at again where a packet comes in,
 * by what was summed then (CHECKSUM_COMPLETE), in which a change of addresses shows in no case: DNPT and SNPT keep a
 * checksum right only of addresses that have their prefix, and change any. Where what stands before the addresses is another by then, all is
 * summed anew. What a capture has cut off cannot be.
 */
function isSummed({ summed }: Batch, slot: number, hook: HookName, packet: Uint8Array, message: Uint8Array): boolean {
  const head = headSum(packet);
  const before = summed.get(slot);
  if (before !== undefined) {
    const comesIn = hook === 'PREROUTING' || hook === 'INPUT';
    if (!comesIn || before === RIGHT) return true;
    if (before === head) {
      summed.set(slot, RIGHT);
      return true;
    }
  }
  const isWhole = packet.length === HEADER + (packet[4]! << 8) + packet[5]!;
  if (isWhole && finishSum(sumBytes(message, sumPseudo(packet, message.length))) !== 0) return false;
  summed.set(slot, head);
  return true;
}
/** It is not looked at again (CHECKSUM_UNNECESSARY). */
const RIGHT = -1;
/** Of IPv6, in bytes. */
const HEADER = 40;

/** The pseudo header of ICMPv6, whose addresses are those that the packet has yet. */
const sumPseudo = (packet: Uint8Array, length: number): number =>
  sumBytes(packet.subarray(8, 40)) + length + Protocol.Icmpv6;
