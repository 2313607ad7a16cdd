/** The ways of packets by the kinds of their addresses, once the host has found them, and what follows for each packet. */
import {
  Beside,
  End,
  FIRSTS_SHIFT,
  Field,
  FRAG_DONT,
  GOES_IN,
  GOES_ON,
  LINK_TYPE_MASK,
  LINK_TYPE_SHIFT,
  LinkType,
  PACKET_GATHERED,
  ROUTE_INTERFACES,
  RouteLook,
  RoutesWord,
  Run,
  WayKind,
  WayWord,
} from '../src/abi';
import { noPending, pend } from './lists';
import { at, columnAt, ofRun, put, word } from './packet';

const IP_HEADER: u32 = 20;

/**
 * Writes the number of its way to Beside.Way of each packet. Pending: those whose way is not known, with the address
 * where its number belongs, 0 where it stands for no other packet.
 */
export function findWays(list: usize, size: u32, look: i32): void {
  noPending();
  const routes: usize = ofRun(Run.Routes);
  const ways = columnAt(Beside.Way);
  for (let i: u32 = 0; i < size; i++) {
    const slot = at(list, i);
    // a packet that has left by lo brings its way with it
    if (look == RouteLook.Input && at(columnAt(Beside.Again), slot) != 0) continue;
    const place = routes == 0 ? <usize>0 : placeOf(routes, slot, look);
    const number: u32 = place == 0 ? 0 : load<u16>(place);
    put(ways, slot, number == 0 ? <u32>place : number);
    if (number == 0) pend(slot);
  }
}

/** Where the number of a packet's way belongs; 0: nowhere. */
function placeOf(routes: usize, slot: u32, look: i32): usize {
  const source = at(columnAt(Field.Src), slot);
  const chooses = look == RouteLook.Output ? at(columnAt(Beside.Raw), slot) : 0;
  // the source that is chosen may be the destination itself, which stands for no other
  if (look == RouteLook.Output && source == 0) return 0;
  const src = at(word(routes, RoutesWord.Sources), intervalOf(routes, chooses == 1 ? 0 : source));
  const dst = at(word(routes, RoutesWord.Destinations), intervalOf(routes, at(columnAt(Field.Dst), slot)));
  const addresses = src * word(routes, RoutesWord.Kinds) + dst;
  const pairs = word(routes, RoutesWord.Pairs);
  const table: usize = word(routes, RoutesWord.Tables + look);
  if (look != RouteLook.Input) return table + ((chooses * pairs + addresses) << 1);
  const iif = at(columnAt(Field.InIf), slot);
  if (iif >= <u32>ROUTE_INTERFACES) return 0;
  // what seldom differs comes first, so that the places of most packets lie close together
  const expires = u32(at(columnAt(Field.Ttl), slot) <= 1);
  const fits = fitsOf(routes, slot);
  const rest = (expires * (word(routes, RoutesWord.MtuCount) + 1) + fits) * ROUTE_INTERFACES + iif;
  return table + ((rest * pairs + addresses) << 1);
}

function intervalOf(routes: usize, address: u32): u32 {
  const starts: usize = word(routes, RoutesWord.Starts);
  const first: usize = word(routes, RoutesWord.Firsts) + ((address >> FIRSTS_SHIFT) << 2);
  let low = load<u32>(first);
  let high = load<u32>(first, 4) + 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at(starts, middle) > address) high = middle;
    else low = middle;
  }
  return low;
}

/** How many of the lengths that links and routes take are less than the packet's own, where it may not be cut. */
function fitsOf(routes: usize, slot: u32): u32 {
  if ((at(columnAt(Field.Frag), slot) & FRAG_DONT) == 0) return 0;
  const mtus: usize = word(routes, RoutesWord.Mtus);
  const count = word(routes, RoutesWord.MtuCount);
  let length = at(columnAt(Field.Length), slot);
  // ip_exceeds_mtu, ip6_pkt_too_big: what came in fragments goes on in fragments
  if ((at(columnAt(Field.Flags), slot) & PACKET_GATHERED) != 0)
    length = min(length, at(columnAt(Beside.Largest), slot));
  let fits: u32 = 0;
  while (fits < count && length > at(mtus, fits)) fits++;
  return fits;
}

/** Pending: those with options in their IP header. */
export function findOptions(list: usize, size: u32): void {
  noPending();
  const lengths = columnAt(Field.IpLen);
  for (let i: u32 = 0; i < size; i++) if (at(lengths, at(list, i)) > IP_HEADER) pend(at(list, i));
}

/** The record of a packet's way; 0: it has none. */
export function wayOf(slot: u32): usize {
  const number = at(columnAt(Beside.Way), slot);
  if (number == 0 || number >= ofRun(Run.WayCount)) return 0;
  return ofRun(Run.Ways) + number * (WayWord.Size << 2);
}

/**
 * Behind PREROUTING: writes to Beside.Goes where each goes, or to Beside.Fate that its way ends. Pending: those of whose
 * way more is to be said, or that have IP options.
 */
export function takeInput(list: usize, size: u32): void {
  noPending();
  const told = ofRun(Run.Told) != 0;
  const goes = columnAt(Beside.Goes);
  const lengths = columnAt(Field.IpLen);
  for (let i: u32 = 0; i < size; i++) {
    const slot = at(list, i);
    const way = wayOf(slot);
    const kind: u32 = way == 0 ? WayKind.Ask : word(way, WayWord.Kind);
    if (at(columnAt(Beside.Again), slot) != 0 && at(lengths, slot) == IP_HEADER) put(goes, slot, GOES_IN);
    else if (told || kind == WayKind.Ask || at(lengths, slot) != IP_HEADER) pend(slot);
    else if (kind == WayKind.Deliver) put(goes, slot, GOES_IN);
    else if (kind == WayKind.Forward && isForMany(slot)) pend(slot);
    else if (kind == WayKind.Forward) {
      put(columnAt(Beside.Oif), slot, word(way, WayWord.Oif));
      put(goes, slot, GOES_ON);
    } else drop(slot, way);
  }
}

/** Its frame is for more than one host. */
function isForMany(slot: u32): bool {
  return (at(columnAt(Field.Link), slot) & LINK_TYPE_MASK) >> LINK_TYPE_SHIFT > <u32>LinkType.Unicast;
}

function drop(slot: u32, way: usize): void {
  put(columnAt(Beside.Fate), slot, End.Dropped);
  put(columnAt(Beside.Why), slot, word(way, WayWord.Why));
}

/** Of packets of this host. Pending: those of whose way more is to be said, that are too long for it, or have no source. */
export function takeOutput(list: usize, size: u32): void {
  noPending();
  const told = ofRun(Run.Told) != 0;
  for (let i: u32 = 0; i < size; i++) {
    const slot = at(list, i);
    const way = wayOf(slot);
    const kind: u32 = way == 0 ? WayKind.Ask : word(way, WayWord.Kind);
    if (told || kind == WayKind.Ask || at(columnAt(Field.Src), slot) == 0) pend(slot);
    else if (kind == WayKind.Drop) drop(slot, way);
    else if (word(way, WayWord.Mtu) != 0 && at(columnAt(Field.Length), slot) > word(way, WayWord.Mtu)) pend(slot);
    else {
      put(columnAt(Beside.Oif), slot, word(way, WayWord.Oif));
      put(columnAt(Beside.Again), slot, word(way, WayWord.Again));
    }
  }
}

/** Remembers the fields that decide the route, before a table that may change them. */
export function note(list: usize, size: u32): void {
  remember(list, size, Field.Src, Beside.SeenSrc);
  remember(list, size, Field.Dst, Beside.SeenDst);
  remember(list, size, Field.Mark, Beside.SeenMark);
  remember(list, size, Field.Tos, Beside.SeenTos);
  if (ofRun(Run.Family) != 6) return;
  remember(list, size, Field.Ttl, Beside.SeenHops);
  for (let i = 0; i < 3; i++) {
    remember(list, size, Field.Src + 1 + i, Beside.SeenMore + i);
    remember(list, size, Field.Dst + 1 + i, Beside.SeenMore + 3 + i);
  }
}

function remember(list: usize, size: u32, field: i32, seen: i32): void {
  const from = columnAt(field);
  const to = columnAt(seen);
  for (let i: u32 = 0; i < size; i++) put(to, at(list, i), at(from, at(list, i)));
}

/** Pending: those that have a way, and whose destination has changed since, or where any counts another of what was noted: iptable_mangle.c, of IPv6 ip6table_mangle.c. */
export function findChanged(list: usize, size: u32, any: bool): void {
  noPending();
  for (let i: u32 = 0; i < size; i++) {
    const slot = at(list, i);
    if (at(columnAt(Beside.Way), slot) == 0) continue;
    let changed = addressDiffers(slot, Field.Dst, Beside.SeenDst, Beside.SeenMore + 3);
    if (any)
      changed =
        changed ||
        addressDiffers(slot, Field.Src, Beside.SeenSrc, Beside.SeenMore) ||
        differs(slot, Field.Mark, Beside.SeenMark) ||
        differs(slot, Field.Tos, Beside.SeenTos) ||
        (ofRun(Run.Family) == 6 && differs(slot, Field.Ttl, Beside.SeenHops));
    if (changed) pend(slot);
  }
}

function addressDiffers(slot: u32, field: i32, seen: i32, more: i32): bool {
  if (differs(slot, field, seen)) return true;
  if (ofRun(Run.Family) != 6) return false;
  for (let i = 0; i < 3; i++) if (differs(slot, field + 1 + i, more + i)) return true;
  return false;
}

function differs(slot: u32, field: i32, seen: i32): bool {
  return at(columnAt(field), slot) != at(columnAt(seen), slot);
}
