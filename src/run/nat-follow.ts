/** What a connection's entry makes of packets for which the nat tables are not consulted. */
import { Beside, CT_STATUS_DST_NAT, CT_STATUS_SRC_NAT, Field, STATE_RELATED } from '../abi.js';
import type { HookName } from '../model/ruleset.js';
import type { Endpoint } from '../model/trace.js';
import { type Family, familyOf, sameWords, type Words } from '../net/address.js';
import { icmpProtocol, Protocol } from '../net/protocol.js';
import type { Batch } from './batch.js';
import { hasTuplePorts, REPLY } from './connections/tuples.js';
import type { NatTuple, Side } from './nat.js';
import type { WalkSetup } from './setup.js';
import type { Stages } from './stage.js';

/** struct pptp_gre_header without its two optional words. */
export const GRE_HEADER = 8;
const GRE_VERSION = 7;
export const isIcmp = (protocol: number, family: Family): boolean => protocol === icmpProtocol(family);

/** nf_nat_ipv4_fn, where the connection is known; the packet's way may end here. */
export function follow(setup: WalkSetup, batch: Batch, slot: number, hook: HookName, side: Side): void {
  const { stages } = setup;
  const related = (stages.field(slot, Field.CtState) & STATE_RELATED) !== 0;
  if (related && isIcmp(stages.field(slot, Field.Proto), stages.family)) {
    if (stages.field(slot, Beside.Entry) !== 0) setup.remembering!.followError(setup, batch, slot, hook, side);
    return;
  }
  if (hook === 'POSTROUTING' && hasMoved(setup, slot)) {
    forget(setup, slot);
    return batch.lose(slot, 'tracking', 'masquerade-moved');
  }
  if (!changes(stages, slot, side)) return;
  const before = endAt(stages, slot, side);
  const fault = faultOfGre(stages, slot, side);
  if (fault !== undefined) return batch.lose(slot, 'tracking', fault);
  const { address, port } = targetOf(stages, slot, side);
  const source = side === 'src';
  stages.rewriteAddress(slot, source ? Field.Src : Field.Dst, address);
  if (hook === 'PREROUTING' && !sameWords(address, before.address)) forgetRoute(stages, slot);
  if (hasTuplePorts(stages.field(slot, Field.Proto))) stages.rewrite(slot, source ? Field.Sport : Field.Dport, port);
  else if (isIcmp(stages.field(slot, Field.Proto), stages.family)) stages.rewriteIcmpId(slot, port);
  if (batch.events !== undefined)
    batch.tell(slot, { kind: 'followed', side, from: before, to: endAt(stages, slot, side) });
}

/**
 * gre_manip_pkt of nf_nat_proto.c: why a packet whose address is translated is lost. It wants a header in which it changes
 * nothing, and of a version that it knows where the destination is changed; undefined: it goes on, or is none of GRE.
 */
export function faultOfGre(stages: Stages, slot: number, side: Side): 'short-header' | 'gre-version' | undefined {
  if (stages.field(slot, Field.Proto) !== Protocol.Gre) return undefined;
  if (stages.field(slot, Field.TransportLen) < GRE_HEADER) return 'short-header';
  const version = stages.bytesOf(slot)[stages.field(slot, Field.IpLen) + 1]! & GRE_VERSION;
  return side === 'dst' && version > 1 ? 'gre-version' : undefined;
}

const isReply = (stages: Stages, slot: number): boolean => stages.field(slot, Field.CtDir) === REPLY;

/** Whether the entry says anything of this side; an answer's source is what its packets' destination was. */
export function changes(stages: Stages, slot: number, side: Side): boolean {
  const source = (side === 'src') !== isReply(stages, slot);
  return (stages.field(slot, Field.CtStatus) & (source ? CT_STATUS_SRC_NAT : CT_STATUS_DST_NAT)) !== 0;
}

/** The end that packets of this direction get: the other direction's tuple, turned round. */
export function targetOf(stages: Stages, slot: number, side: Side): { readonly address: Words; readonly port: number } {
  const address = (field: Field) => stages.address(slot, field);
  const of = (field: Field) => stages.field(slot, field);
  const icmp = isIcmp(of(Field.CtProto), stages.family);
  if (isReply(stages, slot))
    return side === 'src'
      ? { address: address(Field.CtOrigDst), port: icmp ? of(Field.CtOrigSport) : of(Field.CtOrigDport) }
      : { address: address(Field.CtOrigSrc), port: of(Field.CtOrigSport) };
  return side === 'src'
    ? { address: address(Field.CtReplDst), port: icmp ? of(Field.CtReplSport) : of(Field.CtReplDport) }
    : { address: address(Field.CtReplSrc), port: of(Field.CtReplSport) };
}

/** nf_nat_ipv4_pre_routing: a packet that has come back by lo needs another route where its destination has changed. */
export function forgetRoute(stages: Stages, slot: number): void {
  stages.setField(slot, Beside.Again, 0);
}

/** nf_nat_oif_changed. */
function hasMoved({ stages }: WalkSetup, slot: number): boolean {
  const iface = stages.field(slot, Beside.Masquerade);
  return iface !== 0 && !isReply(stages, slot) && iface !== stages.field(slot, Beside.Oif);
}

/** Its entry may be gone already, by what it says itself. */
function forget({ stages, connections }: WalkSetup, slot: number): void {
  const entry = stages.field(slot, Beside.Entry) - 1;
  if (entry >= 0) connections!.table.remove(entry);
  stages.setField(slot, Beside.Entry, 0);
}

export function endAt(stages: Stages, slot: number, side: Side): Endpoint {
  const source = side === 'src';
  const ports = hasTuplePorts(stages.field(slot, Field.Proto));
  return {
    address: stages.address(slot, source ? Field.Src : Field.Dst),
    port: ports ? stages.field(slot, source ? Field.Sport : Field.Dport) : undefined,
  };
}

export function endOf(tuple: NatTuple, side: Side): Endpoint {
  const port = side === 'src' ? tuple.sport : tuple.dport;
  const address = tuple[side];
  const ends = hasTuplePorts(tuple.protocol) || isIcmp(tuple.protocol, familyOf(address));
  return { address, port: ends ? port : undefined };
}
