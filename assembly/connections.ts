/**
 * Connections that are many, in a memory of their own: the table of src/run/connections/table.ts lies there, and what is plain of its
 * packets is tracked here, one behind the other. Whatever is not comes back to the host, in its turn, with nothing done to it.
 */
import {
  COLUMN_BYTES,
  ConnWord,
  CT_STATUS_ASSURED,
  CT_STATUS_DST_NAT,
  CT_STATUS_FIXED_TIMEOUT,
  CT_STATUS_NAT_CLASH,
  CT_STATUS_SEEN_REPLY,
  CT_STATUS_SRC_NAT,
  HOST_BASE,
  JOURNEY_TRACKED,
  KEY_UNMET,
  KIND_BEFORE,
  KIND_DIRECTION_SHIFT,
  KIND_SLOTS,
  KIND_WAYS,
  KindWord,
  SEEN_LOCAL,
  SEEN_SHIFT,
  Seen,
  SeenWord,
  STATE_KNOWN,
  TCP_ESTABLISHED,
  TRACK_COLUMNS,
  TRACK_KINDS,
  TRACK_SEEN,
  TRACK_TIMES,
  TrackColumn,
  TrackWord,
  UdpWord,
} from '../src/abi';
import { at, put, word } from './packet';
import { settleAck, stateAfter, takesAck, timeOfAck } from './tcp-window';

const NONE: u32 = 0xffffffff;
const TRACKED: u32 = JOURNEY_TRACKED;
const MOVED: u32 = 0x10000;
const UNMET: u32 = KEY_UNMET;
const WAYS: u32 = KIND_WAYS;

function columnOf(column: i32): usize {
  return TRACK_COLUMNS + column * COLUMN_BYTES;
}
function ofTrack(index: i32): u32 {
  return word(HOST_BASE, index);
}
function seenAt(slot: u32): usize {
  return TRACK_SEEN + slot * (SeenWord.Size << 2);
}
function entryAt(entries: usize, found: u32): usize {
  return entries + <usize>(found >> 1) * (ConnWord.Count << 2);
}

/** As hash of src/run/connections/table.ts. */
function hashOf(tuple: usize): u32 {
  let mixed: u32 = 0x9e3779b9;
  for (let at: usize = 0; at < 16; at += 4) {
    mixed = (mixed ^ load<u32>(tuple + at)) * 0x85ebca6b;
    mixed ^= mixed >> 15;
  }
  mixed *= 0xc2b2ae35;
  return mixed ^ (mixed >> 16);
}

/**
 * Looks up the connections of so many packets, and what their destinations become by them; whether any do. The memory of all is
 * fetched together: of some hundred at once none waits for the other.
 */
export function lookUpAll(count: u32): u32 {
  const slots: usize = ofTrack(TrackWord.Slots);
  const shift = ofTrack(TrackWord.Shift);
  const entries: usize = ofTrack(TrackWord.Entries);
  const hashes = columnOf(TrackColumn.Hashes);
  const founds = columnOf(TrackColumn.Found);
  for (let slot: u32 = 0; slot < count; slot++) {
    const hashed = hashOf(seenAt(slot));
    put(hashes, slot, hashed);
    put(founds, slot, at(slots, hashed >> shift));
  }
  let sum: u32 = 0;
  for (let slot: u32 = 0; slot < count; slot++) {
    const found = candidate(slots, at(hashes, slot), at(founds, slot));
    put(founds, slot, found);
    if (found == NONE) continue;
    const entry = entryAt(entries, found);
    sum ^= load<u32>(entry) ^ load<u32>(entry, 64);
  }
  // what it gives means nothing, but has to be asked for
  put(columnOf(TrackColumn.Numbers), 0, sum);
  let moves: u32 = 0;
  for (let slot: u32 = 0; slot < count; slot++) moves |= u32(lookUp(slots, entries, slot));
  return moves;
}

/** The first that a slot leads to which may have such a hash. */
function candidate(slots: usize, hashed: u32, slot: u32): u32 {
  const bits = ofTrack(TrackWord.Bits);
  const mask = <u32>-1 >> ofTrack(TrackWord.Shift);
  let place = hashed >> ofTrack(TrackWord.Shift);
  while (slot != 0 && slot >> bits != (hashed << bits) >> bits) {
    place = (place + 1) & mask;
    slot = at(slots, place);
  }
  // as nothing stands in an empty one, this is NONE
  return (slot & ((1 << bits) - 1)) - 1;
}

/** Whether its destination moves. */
function lookUp(slots: usize, entries: usize, slot: u32): bool {
  const seen = seenAt(slot);
  const founds = columnOf(TrackColumn.Found);
  const ports = columnOf(TrackColumn.Ports);
  put(ports, slot, 0);
  let found = at(founds, slot);
  if (found == NONE) return false;
  if (!hasTuple(entries, found, seen)) found = find(slots, entries, seen, at(columnOf(TrackColumn.Hashes), slot));
  else if (answersItself(entryAt(entries, found))) found |= 1;
  put(founds, slot, found);
  if (found == NONE || !isMoved(entryAt(entries, found), found & 1)) return false;
  const other = tupleAt(entryAt(entries, found), 1 - (found & 1));
  put(columnOf(TrackColumn.Dsts), slot, load<u32>(other));
  put(ports, slot, (load<u32>(other, 8) >> 16) | MOVED);
  return true;
}

function tupleAt(entry: usize, direction: u32): usize {
  return entry + ((<usize>direction) << 4);
}
function hasTuple(entries: usize, found: u32, tuple: usize): bool {
  const own = tupleAt(entryAt(entries, found), found & 1);
  return load<u64>(own) == load<u64>(tuple) && load<u64>(own, 8) == load<u64>(tuple, 8);
}
/** Both directions are one: packets are found to be answers. */
function answersItself(entry: usize): bool {
  return load<u64>(entry) == load<u64>(entry, 16) && load<u64>(entry, 8) == load<u64>(entry, 24);
}
function isMoved(entry: usize, direction: u32): bool {
  return (word(entry, ConnWord.Status) & (direction == 0 ? CT_STATUS_DST_NAT : CT_STATUS_SRC_NAT)) != 0;
}

/** As ConnectionTable.find, where zones do not differ. */
function find(slots: usize, entries: usize, tuple: usize, hashed: u32): u32 {
  const bits = ofTrack(TrackWord.Bits);
  const mask = <u32>-1 >> ofTrack(TrackWord.Shift);
  let place = hashed >> ofTrack(TrackWord.Shift);
  for (let slot = at(slots, place); slot != 0; slot = at(slots, place)) {
    place = (place + 1) & mask;
    if (slot >> bits != (hashed << bits) >> bits) continue;
    const found = (slot & ((1 << bits) - 1)) - 1;
    if (hasTuple(entries, found, tuple)) return answersItself(entryAt(entries, found)) ? found | 1 : found;
  }
  return NONE;
}

/**
 * Tracks the packets from `first` to before `count` that are plain, in their order, and says of each which journey it goes; the first
 * that is not comes back, or `count`.
 */
export function followPlain(first: u32, count: u32): u32 {
  const raw = ofTrack(TrackWord.Raw) != 0;
  const zones = ofTrack(TrackWord.Zones) != 0;
  const numbers = columnOf(TrackColumn.Numbers);
  for (let slot = first; slot < count; slot++) {
    const payload = word(seenAt(slot), SeenWord.Payload);
    const kind = (payload >> SEEN_SHIFT) & 255;
    if (kind == Seen.Ended) {
      put(numbers, slot, 0);
      continue;
    }
    if (kind == Seen.Other || zones || isUnmet(slot)) return slot;
    let number: u32 = TRACKED;
    if (raw || (payload & SEEN_LOCAL) != 0) number = journeyOf(slot, false, KIND_BEFORE, 0);
    if (number == TRACKED) number = follow(slot, kind);
    if (number == 0) return slot;
    put(numbers, slot, number);
  }
  return count;
}

function isUnmet(slot: u32): bool {
  return at(columnOf(TrackColumn.Lows), slot) >= UNMET || at(columnOf(TrackColumn.Highs), slot) >= UNMET;
}

/** The number of its journey; 0: it is not plain, and nothing was done. */
function follow(slot: u32, kind: u32): u32 {
  const entries: usize = ofTrack(TrackWord.Entries);
  let found = at(columnOf(TrackColumn.Found), slot);
  if (found == NONE) {
    // others of its batch may have opened it since
    found = find(ofTrack(TrackWord.Slots), entries, seenAt(slot), at(columnOf(TrackColumn.Hashes), slot));
    if (found == NONE) return begin(slot, kind);
  }
  if (kind == Seen.Begins || !hasTuple(entries, found, seenAt(slot))) return 0;
  const entry = entryAt(entries, found);
  const direction = found & 1;
  const now = load<f64>(<usize>TRACK_TIMES + ((<usize>slot) << 3));
  const status = word(entry, ConnWord.Status);
  if (word(entry, ConnWord.Serial) == 0 || (status & CT_STATUS_FIXED_TIMEOUT) != 0) return 0;
  if (load<f64>(entry, ConnWord.End << 2) <= now) return 0;
  const moved = isMoved(entry, direction);
  if (moved && !movesAs(slot, tupleAt(entry, 1 - direction))) return 0;
  const answers: u32 = direction == 0 ? 0 : CT_STATUS_SEEN_REPLY;
  let assured: u32 = 0;
  let seconds = ofTrack(TrackWord.Udp);
  if (kind == Seen.Acks) {
    if ((status & CT_STATUS_SEEN_REPLY) == 0 || !takesAck(entry, direction, seenAt(slot))) return 0;
    if (stateAfter(entry, direction) == TCP_ESTABLISHED) assured = CT_STATUS_ASSURED;
  } else if ((status & CT_STATUS_SEEN_REPLY) != 0) {
    // nf_conntrack_udp_packet: what is assured was a stream already
    if ((status & CT_STATUS_ASSURED) != 0 || isStream(entry, now)) {
      seconds = ofTrack(TrackWord.UdpStream);
      if ((status & CT_STATUS_NAT_CLASH) == 0) assured = CT_STATUS_ASSURED;
    }
  }
  const after = status | answers | assured;
  const state = after | (direction << KIND_DIRECTION_SHIFT) | STATE_KNOWN;
  const number = journeyOf(slot, moved, state, word(entry, ConnWord.Mark));
  if (number == 0) return 0;
  if (kind == Seen.Acks) {
    settleAck(entry, direction, seenAt(slot));
    seconds = timeOfAck(entry);
  }
  put(entry, ConnWord.Status, after);
  store<f64>(entry, now + 1000 * <f64>seconds, ConnWord.End << 2);
  return number;
}

/** Whether packets in both directions are a stream by now. */
function isStream(entry: usize, now: f64): bool {
  const since = <f64>word(entry, ConnWord.Parts + UdpWord.Stream) - now;
  return <i32>(<i64>since) < 0;
}

/** One that would open a connection, and goes no further than to where it is dropped, before its entry is confirmed. */
function begin(slot: u32, kind: u32): u32 {
  if (kind == Seen.Acks || ofTrack(TrackWord.Full) != 0) return 0;
  return journeyOf(slot, false, STATE_KNOWN, 0);
}

/** Whether its destination was looked up as the entry has it. */
function movesAs(slot: u32, other: usize): bool {
  const port = at(columnOf(TrackColumn.Ports), slot);
  return port == ((load<u32>(other, 8) >> 16) | MOVED) && at(columnOf(TrackColumn.Dsts), slot) == load<u32>(other);
}

/** Of a kind that the host has put here; 0: it is none. */
function journeyOf(slot: u32, moved: bool, state: u32, mark: u32): u32 {
  const low = at(columnOf(TrackColumn.Lows), slot);
  const high = at(columnOf(TrackColumn.Highs), slot);
  const lowBehind = moved ? at(columnOf(TrackColumn.LowsBehind), slot) : 0;
  const highBehind = moved ? at(columnOf(TrackColumn.HighsBehind), slot) : 0;
  const home = kindHash(low, high, lowBehind, highBehind, state, mark);
  for (let way: u32 = 0; way < WAYS; way++) {
    const kind: usize = TRACK_KINDS + ((home + way) & (KIND_SLOTS - 1)) * (KindWord.Size << 2);
    if (
      word(kind, KindWord.Low) == low &&
      word(kind, KindWord.High) == high &&
      word(kind, KindWord.LowBehind) == lowBehind &&
      word(kind, KindWord.HighBehind) == highBehind &&
      word(kind, KindWord.State) == state &&
      word(kind, KindWord.Mark) == mark
    )
      return word(kind, KindWord.Journey);
  }
  return 0;
}

/** As hashOf of src/run/columns/connection-kinds.ts. */
function kindHash(low: u32, high: u32, lowBehind: u32, highBehind: u32, state: u32, mark: u32): u32 {
  let mixed: u32 = (low * 0x9e3779b1) ^ (high * 0x85ebca6b);
  mixed = ((mixed ^ (mixed >> 15) ^ lowBehind) * 0xc2b2ae35) ^ (highBehind * 0x27d4eb2f);
  mixed = ((mixed ^ (mixed >> 13) ^ state) * 0x165667b1) ^ (mark * 0x9e3779b1);
  return mixed ^ (mixed >> 15);
}
