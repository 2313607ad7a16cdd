/** Connection tracking's part in the walk, for packets whose state follows from their own fields. */
import {
  Beside,
  CT_STATUS_CONFIRMED,
  Field,
  FRAG_PART,
  PACKET_BAD_CHECKSUM,
  PACKET_BAD_HEADER,
  PACKET_FRAGMENT,
  PACKET_MARK_ZONE,
  PACKET_MARK_ZONE_REPLY,
  PACKET_TEMPLATE,
  PROTOCOL_ASKED,
  PROTOCOL_LEAST_SHIFT,
  PROTOCOL_PORTS,
  PROTOCOL_TIMEOUTS,
  Run,
  STATE_INVALID,
  STATE_NEW,
  STATE_UNTRACKED,
} from '../src/abi';
import { ICMP, TCP } from './decode';
import { noPending, pend } from './lists';
import { at, columnAt, ofRun, put } from './packet';

const NO_CONNECTION: u32 = STATE_INVALID | STATE_UNTRACKED;

function isConnection(state: u32): bool {
  return state != 0 && (state & NO_CONNECTION) == 0;
}

/** Whether the protocol's connections, and so their translations, are told apart by ports. */
export function hasTuplePorts(proto: u32): bool {
  return (at(ofRun(Run.Protocols), proto) & PROTOCOL_PORTS) != 0;
}

/** Pending: fragments, and packets of IPv6 that have a fragment header. */
export function findFragments(list: usize, size: u32): void {
  noPending();
  const frags = columnAt(Field.Frag);
  const flags = columnAt(Field.Flags);
  for (let i: u32 = 0; i < size; i++) {
    const slot = at(list, i);
    if ((at(frags, slot) & FRAG_PART) != 0 || (at(flags, slot) & PACKET_FRAGMENT) != 0) pend(slot);
  }
}

/**
 * nf_conntrack_in, of packets whose connection is not known: each its first. Pending: those whose state was given, that
 * something is wrong with, or whose protocol says more; all, where rules read the tuples of their connections.
 */
export function track(list: usize, size: u32): void {
  noPending();
  const told = ofRun(Run.Told) != 0;
  const tuples = ofRun(Run.Tuples) != 0;
  const states = columnAt(Field.CtState);
  const statuses = columnAt(Field.CtStatus);
  const flags = columnAt(Field.Flags);
  for (let i: u32 = 0; i < size; i++) {
    const slot = at(list, i);
    if ((at(flags, slot) & PACKET_TEMPLATE) != 0) takeTemplateOff(slot);
    const state = at(states, slot);
    // a packet that came back by lo has its connection with it
    if (isConnection(state)) continue;
    if ((state & STATE_UNTRACKED) != 0) {
      if (told) pend(slot);
      continue;
    }
    const first = told || tuples ? 0 : firstState(slot);
    if (first == 0) {
      pend(slot);
      continue;
    }
    put(states, slot, first);
    if ((first & NO_CONNECTION) == 0) put(statuses, slot, 0);
  }
}

/** nf_conntrack_in takes the CT target's template off again; its zone stays. */
function takeTemplateOff(slot: u32): void {
  const flags = columnAt(Field.Flags);
  const before = at(flags, slot);
  const zones = before & (PACKET_MARK_ZONE | PACKET_MARK_ZONE_REPLY);
  if (zones != 0) {
    // nf_ct_zone_tmpl: the mark as it is now, which rules behind the one of the template may have changed
    const mark = at(columnAt(Field.Mark), slot) & 0xffff;
    const original = (zones & PACKET_MARK_ZONE) != 0 ? mark : 0;
    const reply = (zones & PACKET_MARK_ZONE_REPLY) != 0 ? mark : 0;
    put(columnAt(Field.CtZone), slot, original | (reply << 16));
  }
  put(flags, slot, before & ~(PACKET_TEMPLATE | PACKET_MARK_ZONE | PACKET_MARK_ZONE_REPLY));
  put(columnAt(Field.CtState), slot, STATE_INVALID);
  put(columnAt(Field.CtStatus), slot, 0);
  put(columnAt(Field.CtMark), slot, 0);
}

/** 0: another one, which has to be asked. */
function firstState(slot: u32): u32 {
  const faults = at(columnAt(Field.Flags), slot) & (PACKET_BAD_HEADER | PACKET_BAD_CHECKSUM);
  if (faults != 0 || at(columnAt(Beside.Given), slot) != 0) return 0;
  const proto = at(columnAt(Field.Proto), slot);
  const kind = at(ofRun(Run.Protocols), proto);
  if ((kind & PROTOCOL_ASKED) != 0) return 0;
  if (at(columnAt(Field.TransportLen), slot) < ((kind >> PROTOCOL_LEAST_SHIFT) & 127)) return STATE_INVALID;
  const table: usize = ofRun(Run.FirstStates);
  if (proto == TCP) return at(table, at(columnAt(Field.TcpFlags), slot));
  return proto == ICMP ? at(table, 256 + at(columnAt(Field.Sport), slot)) : STATE_NEW;
}

/** __nf_conntrack_confirm: from here on the entry stands, with its protocol's first timeout. Pending: all, where somebody is told. */
export function confirm(list: usize, size: u32): void {
  noPending();
  const told = ofRun(Run.Told) != 0;
  const protocols: usize = ofRun(Run.Protocols);
  const states = columnAt(Field.CtState);
  const statuses = columnAt(Field.CtStatus);
  const protos = columnAt(Field.Proto);
  const expires = columnAt(Field.CtExpire);
  for (let i: u32 = 0; i < size; i++) {
    const slot = at(list, i);
    const status = at(statuses, slot);
    if (!isConnection(at(states, slot)) || (status & CT_STATUS_CONFIRMED) != 0) continue;
    if (told) {
      pend(slot);
      continue;
    }
    put(statuses, slot, status | CT_STATUS_CONFIRMED);
    put(expires, slot, at(protocols, PROTOCOL_TIMEOUTS + at(protos, slot)));
  }
}
