/** The nat tables' part in the walk: for which packets they are consulted, and the usual translations. */
import {
  Beside,
  BOUND_SRC,
  CT_STATUS_DST_NAT,
  CT_STATUS_SRC_NAT,
  Field,
  NAT_MAP_IPS,
  NAT_PROTO_RANDOM_FULLY,
  NAT_PROTO_SPECIFIED,
  PORTS_LOW_END,
  PORTS_ROOT,
  PORTS_ROOT_END,
  Result,
  Run,
  STATE_DNAT,
  STATE_INVALID,
  STATE_NEW,
  STATE_SNAT,
  STATE_UNTRACKED,
  TranslateKind,
  TranslationWord,
  WayWord,
} from '../src/abi';
import { GRE, TCP, UDP } from './decode';
import { draw } from './draw';
import { noPending, pend } from './lists';
import { at, columnAt, ofRun, put, word } from './packet';
import { rewrite } from './rewrite';
import { wayOf } from './routes';
import { hasTuplePorts } from './track';

const NOBODY: u32 = 0xffffffff;
/** Of these the first packet of a connection is NEW alone. */
const NAT_STATES: u32 = STATE_NEW | STATE_INVALID | STATE_UNTRACKED;
const ONE_ADDRESS: u32 = NAT_MAP_IPS | NAT_PROTO_SPECIFIED | NAT_PROTO_RANDOM_FULLY;

/**
 * nf_nat_inet_fn of net/netfilter/nf_nat_core.c: lists those for which nat is consulted, and says how many they are; what
 * the entry says of others is done to them. Pending, where somebody is told: those others, to whom nothing was done.
 */
export function consult(list: usize, size: u32, side: u32, to: usize): u32 {
  noPending();
  const told = ofRun(Run.Told) != 0;
  const tracking = ofRun(Run.Tracking) != 0;
  const states = columnAt(Field.CtState);
  const bound = columnAt(Beside.Bound);
  let count: u32 = 0;
  for (let i: u32 = 0; i < size; i++) {
    const slot = at(list, i);
    const first = tracking && (at(states, slot) & NAT_STATES) == STATE_NEW;
    if (first && (at(bound, slot) & side) == 0) {
      put(to, count++, slot);
      continue;
    }
    // addresses of IPv6 are the host's to write
    if (told || (first && ofRun(Run.Family) == 6)) pend(slot);
    else if (first) repeat(slot, side == BOUND_SRC);
  }
  return count;
}

/** nf_nat_packet: what the entry says of this direction is done to each packet, also to one that has been through it. */
function repeat(slot: u32, source: bool): void {
  const flag = source ? CT_STATUS_SRC_NAT : CT_STATUS_DST_NAT;
  if ((at(columnAt(Field.CtStatus), slot) & flag) == 0) return;
  const ports = hasTuplePorts(at(columnAt(Field.Proto), slot));
  const address = at(columnAt(source ? Field.CtReplDst : Field.CtReplSrc), slot);
  rewrite(slot, source ? Field.Src : Field.Dst, address);
  if (!ports) return;
  const port = at(columnAt(source ? Field.CtReplDport : Field.CtReplSport), slot);
  rewrite(slot, source ? Field.Sport : Field.Dport, port);
}

/** Does what the rules asked for. Pending: those of another translation, and all where somebody is told. */
export function translate(list: usize, size: u32, side: u32): void {
  noPending();
  const told = ofRun(Run.Told) != 0;
  const asked: usize = columnAt(Result.Translation);
  const bound = columnAt(Beside.Bound);
  for (let i: u32 = 0; i < size; i++) {
    const slot = at(list, i);
    const number = at(asked, slot);
    const own = !told && ofRun(Run.Family) == 4;
    const done = number == NOBODY || (own && moveOne(slot, number, side == BOUND_SRC));
    if (done) put(bound, slot, at(bound, slot) | side);
    if (told || !done) pend(slot);
  }
}

/**
 * The usual translation: to one address, which a rule or the way out names, and of TCP and UDP to one port or a drawn
 * one. False: it is another, and nothing was done.
 */
function moveOne(slot: u32, number: u32, source: bool): bool {
  const record: usize = ofRun(Run.Translations) + number * (TranslationWord.Size << 2);
  const flags = word(record, TranslationWord.Flags);
  const proto = at(columnAt(Field.Proto), slot);
  // where gre_manip_pkt finds no header, the packet is lost
  if ((flags & ~ONE_ADDRESS) != 0 || proto == GRE) return false;
  if ((flags & (NAT_PROTO_SPECIFIED | NAT_PROTO_RANDOM_FULLY)) != 0 && proto != TCP && proto != UDP) return false;
  let address = word(record, TranslationWord.MinAddress);
  const kind = word(record, TranslationWord.Kind);
  if (kind == TranslateKind.Masquerade) {
    const way = wayOf(slot);
    if (way == 0 || word(way, WayWord.Masquerades) == 0) return false;
    address = word(way, WayWord.Masquerade);
  } else if (kind == TranslateKind.Source || kind == TranslateKind.Destination) {
    if ((flags & NAT_MAP_IPS) == 0 || word(record, TranslationWord.MaxAddress) != address) return false;
  } else return false;
  const ports = columnAt(source ? Field.Sport : Field.Dport);
  const own = hasTuplePorts(proto) ? at(ports, slot) : 0;
  const port = portOf(slot, record, own, source);
  if (port == NOBODY) return false;
  const moved = port != own || at(columnAt(source ? Field.Src : Field.Dst), slot) != address;
  move(slot, address, port, own, source, moved);
  return true;
}

/** NOBODY: the rule leaves a choice of ports that is not by chance. */
function portOf(slot: u32, record: usize, own: u32, source: bool): u32 {
  const flags = word(record, TranslationWord.Flags);
  const specified = (flags & NAT_PROTO_SPECIFIED) != 0;
  let min = word(record, TranslationWord.MinPort);
  let max = word(record, TranslationWord.MaxPort);
  if ((flags & NAT_PROTO_RANDOM_FULLY) == 0) {
    if (!specified) return own;
    return min == max ? min : NOBODY;
  }
  if (!specified) {
    // a destination's port changes only where a rule says to what
    if (!source) return own;
    // nf_nat_l4proto_unique_tuple: a port of the same class
    const low = own < <u32>PORTS_LOW_END;
    const root = own < <u32>PORTS_ROOT_END;
    min = low ? 1 : root ? PORTS_ROOT : PORTS_ROOT_END;
    max = low ? PORTS_LOW_END - 1 : root ? PORTS_ROOT_END - 1 : 0xffff;
  }
  return max > min ? min + (draw(slot) % (max - min + 1)) : min;
}

/**
 * The packet, and the connection's reply direction, which is the translated packet turned round. `own` is the port that it
 * has, or what stands in its place (the identifier of ICMP), which the caller writes.
 */
export function move(slot: u32, address: u32, port: u32, own: u32, source: bool, moved: bool): void {
  const field = source ? Field.Src : Field.Dst;
  if (at(columnAt(field), slot) != address) rewrite(slot, field, address);
  if (port != own) rewrite(slot, source ? Field.Sport : Field.Dport, port);
  put(columnAt(source ? Field.CtReplDst : Field.CtReplSrc), slot, address);
  if (hasTuplePorts(at(columnAt(Field.Proto), slot)))
    put(columnAt(source ? Field.CtReplDport : Field.CtReplSport), slot, port);
  // IPS_*_NAT stand only where something has changed
  if (!moved) return;
  const states = columnAt(Field.CtState);
  const statuses = columnAt(Field.CtStatus);
  put(states, slot, at(states, slot) | (source ? STATE_SNAT : STATE_DNAT));
  put(statuses, slot, at(statuses, slot) | (source ? CT_STATUS_SRC_NAT : CT_STATUS_DST_NAT));
}
