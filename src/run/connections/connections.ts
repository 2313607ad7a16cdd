/**
 * The connections of a host and what they make of each packet: nf_conntrack_in, early_drop and __nf_conntrack_confirm of
 * net/netfilter/nf_conntrack_core.c. Time is milliseconds on the packets' clock.
 */
import {
  CT_STATUS_ASSURED,
  CT_STATUS_CONFIRMED,
  CT_STATUS_FIXED_TIMEOUT,
  CT_STATUS_SEEN_REPLY,
  CT_STATUS_SRC_NAT,
  PACKET_BAD_CHECKSUM,
  TcpByte,
  TcpWord,
} from '../../abi.js';
import type { Connection } from '../../model/connection.js';
import type { InvalidReason } from '../../model/invalid-reason.js';
import type { Family } from '../../net/address.js';
import { icmpProtocol, Protocol } from '../../net/protocol.js';
import type { AddressNumbers } from './address-numbers.js';
import { isIcmp6Error, isIcmpError, isLeftAlone6 } from './beginnings.js';
import { addEntry, describeEntry } from './describe.js';
import { EntryNotes } from './entry-notes.js';
import { track } from './protocols.js';
import type { TrackedPacket } from './question.js';
import { ICMP_HEADER, readQuoted } from './quoted.js';
import type { TrackSettings } from './settings.js';
import { ConnectionTable } from './table.js';
import { closeTcp } from './tcp.js';
import { isAfter } from './tcp-segment.js';
import { TcpState } from './tcp-states.js';
import {
  inverse,
  ORIGINAL,
  pairOf,
  protocolOf,
  REPLY,
  sameTuple,
  type Tuple,
  TupleWord,
  tupleOf,
  writeTuple,
  zoneOf,
} from './tuples.js';

/** A packet that comes to be tracked. */
export interface Arrival extends TrackedPacket {
  readonly src: number;
  readonly dst: number;
  /** Zone of the original direction; in the high half that of the reply. */
  readonly zones: number;
  /** It has no transport header. */
  readonly laterFragment: boolean;
  /** Of the whole packet. */
  readonly bytes: number;
}

/** Which connection a packet is of, and how. */
export type Arrived =
  | { readonly kind: 'drop'; readonly why: 'table-full' }
  | { readonly kind: 'untracked' }
  | {
      readonly kind: 'invalid';
      readonly why: InvalidReason;
      /** the setting without which it would not be, without its `net.netfilter.`. */
      readonly by?: string | undefined;
    }
  | {
      readonly kind: 'known';
      readonly entry: number;
      readonly direction: number;
      /** An ICMP error about it. */
      readonly related: boolean;
      /** The table has it no longer. */
      readonly gone: boolean;
      /** the setting without which it would be INVALID. */
      readonly by?: string | undefined;
    };

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const NOTHING: Arrival = {
  src: 0,
  dst: 0,
  zones: 0,
  laterFragment: false,
  bytes: 0,
  protocol: 0,
  flags: 0,
  transport: new Uint8Array(0),
  length: 0,
};

const BAD_CHECKSUM = { kind: 'invalid', why: 'bad-checksum', by: 'nf_conntrack_checksum' } as const;

const NONE = -1;
/** Buckets that are searched for an entry to give way (NF_CT_EVICTION_RANGE). */
const EVICTION_RANGE = 8;
/** Attempts at the end of a search in which a closing connection may give way (NF_NAT_HARDER_THRESH). */
const LAST_ATTEMPTS = 32;
const SWEEP_INTERVAL = 1000;
const LEAST_SWEPT = 4096;
const MOST_ADDRESSES = 1 << 16;
/** The last type of ICMP that is known. */
const LAST_ICMP_TYPE = 18;

export class Connections {
  table: ConnectionTable;
  /** the entry that a packet has ended last, before another begins. */
  ended = NONE;
  /** when it was swept last, and how many entries there are when it is the next time, be they over or not. */
  private swept = 0;
  private notes = false;
  private sweepAt = LEAST_SWEPT;
  /** how many numbers may stand for addresses before those without an entry are given up. */
  private mostAddresses = MOST_ADDRESSES;
  /** the packet that enters, its tuple, and what is looked for: the same ones each time, since packets come by the million. */
  private readonly entering = { ...NOTHING };
  private readonly own: Tuple = new Uint32Array(TupleWord.Count);
  private readonly probe: Tuple = new Uint32Array(TupleWord.Count);
  private readonly other: Tuple = new Uint32Array(TupleWord.Count);

  constructor(
    readonly settings: TrackSettings,
    private readonly family: Family = 4,
  ) {
    this.table = new ConnectionTable(family);
  }

  /** From here on rules ask for what entries note besides: for good, as the kernel goes on to count. */
  note(): void {
    this.notes = true;
    this.table.notes ??= new Map();
  }

  /** What stands for the addresses of the packet that enters next. */
  addressesForNext(): AddressNumbers {
    if (this.table.addresses.size > this.mostAddresses) {
      this.table.forgetAddresses();
      this.mostAddresses = Math.max(MOST_ADDRESSES, 2 * this.table.addresses.size);
    }
    return this.table.addresses;
  }

  /** Forgets all, and when it looked for what was over: the clock may begin anew. */
  clear(): void {
    this.table = new ConnectionTable(this.family);
    if (this.notes) this.note();
    this.swept = 0;
    this.sweepAt = LEAST_SWEPT;
  }

  /** The packet that enters next, whose values the caller puts there. */
  get arrival(): Writable<Arrival> {
    return this.entering;
  }

  /** nf_conntrack_in. */
  enter(packet: Arrival, now: number): Arrived {
    if (packet.laterFragment) return { kind: 'invalid', why: 'bad-header' };
    const message = packet.protocol === icmpProtocol(this.family) ? this.enterMessage(packet, now) : undefined;
    return message ?? this.resolve(packet, now);
  }

  /**
   * The same of a packet with ports, whose tuple `ConnectionTable.find` has found before; undefined: what was found does not stand
   * any more, and nothing was done with it.
   */
  enterFound(packet: Arrival, found: number, now: number): Arrived | undefined {
    if (packet.laterFragment || packet.zones !== 0 || !this.table.stands(found, packet)) return undefined;
    const entry = found >>> 1;
    if (this.table.end(entry) <= now) return undefined;
    const verdict = this.track(packet, entry, found & 1, now);
    if (verdict.kind !== 'repeat') return verdict;
    this.table.remove(entry);
    return this.enter(packet, now);
  }

  /** nf_conntrack_icmpv4_error, nf_conntrack_icmpv6_error; undefined: the message is no error. */
  private enterMessage(packet: Arrival, now: number): Arrived | undefined {
    const { transport } = packet;
    if (transport.length < ICMP_HEADER) return { kind: 'invalid', why: 'short-header' };
    if ((packet.flags & PACKET_BAD_CHECKSUM) !== 0) return BAD_CHECKSUM;
    const type = transport[0]!;
    if (this.family === 6) {
      if (isLeftAlone6(type)) return { kind: 'untracked' };
      return isIcmp6Error(type) ? this.enterError(packet, now) : undefined;
    }
    if (type > LAST_ICMP_TYPE) return { kind: 'invalid', why: 'icmp-not-a-query' };
    return isIcmpError(type) ? this.enterError(packet, now) : undefined;
  }

  /** nf_conntrack_inet_error. */
  private enterError({ transport, zones, dst }: Arrival, now: number): Arrived {
    const { addresses } = this.table;
    const quoted = readQuoted(transport.subarray(ICMP_HEADER), this.family);
    const tuple =
      quoted === undefined
        ? 'short-header'
        : tupleOf({ ...quoted, src: addresses.numberOf(quoted.src), dst: addresses.numberOf(quoted.dst) });
    const searched = typeof tuple === 'string' ? undefined : inverse(tuple, 0);
    const found = searched === undefined ? NONE : this.find(searched, zones, now);
    if (found === NONE) return { kind: 'invalid', why: 'icmp-error' };
    const entry = found >>> 1;
    const direction = found & 1;
    if (this.table.tuple(entry, direction)[TupleWord.Dst] !== dst) return { kind: 'invalid', why: 'icmp-error-astray' };
    return { kind: 'known', entry, direction, related: true, gone: false };
  }

  /** resolve_normal_ct and nf_conntrack_handle_packet. */
  private resolve(packet: Arrival, now: number): Arrived {
    const { own: tuple } = this;
    const why = writeTuple(tuple, packet);
    if (why !== undefined) return { kind: 'invalid', why };
    for (;;) {
      const found = this.find(tuple, packet.zones, now);
      const entry = found === NONE ? this.begin(tuple, packet.zones, now) : found >>> 1;
      if (typeof entry === 'object') return entry;
      const direction = found === NONE ? ORIGINAL : found & 1;
      const verdict = this.track(packet, entry, direction, now);
      if (verdict.kind === 'known') return verdict;
      if (found === NONE) this.table.abandon(entry);
      if (verdict.kind !== 'repeat') return verdict;
      this.table.remove(entry);
    }
  }

  private track(packet: Arrival, entry: number, direction: number, now: number): Arrived | { readonly kind: 'repeat' } {
    const { table, settings } = this;
    const { kind, seconds, fixed, assured, why, by } = track({ table, entry, direction, packet, now, settings });
    const status = table.status(entry);
    const confirmed = (status & CT_STATUS_CONFIRMED) !== 0;
    // until it is confirmed an entry holds the span
    if (seconds !== undefined) table.setEnd(entry, (confirmed ? now : 0) + 1000 * seconds);
    const more =
      (assured ? CT_STATUS_ASSURED : 0) | (kind === 'invalid' || direction === ORIGINAL ? 0 : CT_STATUS_SEEN_REPLY);
    table.setStatus(entry, status | more);
    // nf_ct_refresh_acct, nf_ct_kill_acct
    if (kind === 'kill' || (kind === 'accept' && (seconds !== undefined || fixed)))
      table.notes?.get(entry)?.count(direction, packet.bytes);
    if (kind === 'repeat') return { kind };
    if (kind === 'invalid') return { kind, why, by };
    const gone = kind === 'kill' && confirmed;
    if (gone) this.end(entry);
    return { kind: 'known', entry, direction, related: false, gone, by };
  }

  /** It goes with its packet, which has it still. */
  private end(entry: number): void {
    this.table.remove(entry);
    this.ended = entry;
  }

  /** init_conntrack. */
  private begin(tuple: Tuple, zones: number, now: number): number | Arrived {
    const reply = inverse(tuple, zones >>> 16);
    if (reply === undefined) return { kind: 'invalid', why: 'icmp-not-a-query' };
    const original = tuple.slice();
    original[TupleWord.Proto]! |= zones << 16;
    const { max } = this.settings;
    if (max !== 0 && this.table.size >= max && !this.makeRoom(original, now))
      return { kind: 'drop', why: 'table-full' };
    if (this.table.size >= this.sweepAt) this.sweep(now);
    const entry = this.table.begin(original, reply);
    this.table.notes?.set(entry, EntryNotes.begun(this.settings.accounts));
    return entry;
  }

  /** Whether before another begins something has to be looked for: room, or what is over. */
  get isFull(): boolean {
    const { max } = this.settings;
    return (max !== 0 && this.table.size >= max) || this.table.size >= this.sweepAt;
  }

  /** early_drop: a connection that is not assured gives way, where one is near. */
  private makeRoom(tuple: Tuple, now: number): boolean {
    const { table, settings } = this;
    // the kernel's gc_worker comes by every now and then
    if (now - this.swept >= SWEEP_INTERVAL) {
      this.sweep(now);
      if (table.size < settings.max) return true;
    }
    for (let behind = 0; behind < EVICTION_RANGE; behind++) {
      const gone = table.bucket(tuple, behind, settings.buckets).filter((entry) => this.givesWay(entry));
      for (const entry of gone) table.remove(entry);
      if (gone.length > 0) return true;
    }
    return false;
  }
  private givesWay(entry: number): boolean {
    return (this.table.status(entry) & CT_STATUS_ASSURED) === 0;
  }

  /** Those that a listing told of, when the clock stood at 0. One that is there already is not taken again. */
  learn(connections: Iterable<Connection>): void {
    const tellsLabels = this.notes && some(connections, ({ labels }) => labels !== undefined);
    for (const connection of connections)
      if (connection.family === this.family) addEntry(this.table, connection, tellsLabels);
  }

  /** An entry as plain data. */
  describe(entry: number, now: number): Connection {
    return describeEntry(this.table, entry, now);
  }

  /** All that have time left. */
  list(now: number): Connection[] {
    this.sweep(now);
    return [...this.table.entries()].map((entry) => this.describe(entry, now));
  }

  /** Forgets those whose time is over. */
  sweep(now: number): void {
    this.swept = now;
    const over = [...this.table.entries()].filter((entry) => this.table.end(entry) <= now);
    for (const entry of over) this.table.remove(entry);
    this.sweepAt = Math.max(LEAST_SWEPT, 2 * this.table.size);
  }

  /**
   * 2 * entry + direction of the packets with such a tuple, whose zone is not looked at: it is another for each direction
   * (resolve_normal_ct). -1: none.
   */
  find(tuple: Tuple, zones: number, now: number): number {
    const found = this.findIn(tuple, zones, ORIGINAL, now);
    return found === NONE && !sameZone(zones) ? this.findIn(tuple, zones, REPLY, now) : found;
  }

  /** In the zone of a direction; where that of the other is another, only packets of this one are found (nf_ct_key_equal). */
  private findIn(tuple: Tuple, zones: number, direction: number, now: number): number {
    const { probe } = this;
    const zone = direction === ORIGINAL ? zones & 0xffff : zones >>> 16;
    probe[TupleWord.Src] = tuple[TupleWord.Src]!;
    probe[TupleWord.Dst] = tuple[TupleWord.Dst]!;
    probe[TupleWord.Ports] = tuple[TupleWord.Ports]!;
    probe[TupleWord.Proto] = (tuple[TupleWord.Proto]! & 0xff) | (zone << 16);
    for (;;) {
      const found = this.table.find(probe, sameZone(zones) ? undefined : direction);
      if (found === NONE || this.table.end(found >>> 1) > now) return found;
      this.table.remove(found >>> 1);
    }
  }

  private zonesOf(entry: number): number {
    return zoneOf(this.table.tuple(entry, ORIGINAL)) | (zoneOf(this.table.tuple(entry, REPLY)) << 16);
  }

  /**
   * nf_conntrack_tuple_taken: 2 * entry + direction of a connection that has such a tuple, which answers to `entry` are to
   * bear, unless it was opened by the same packets. -1: none.
   */
  takenBy(reply: Tuple, entry: number, now: number): number {
    const found = this.findIn(reply, this.zonesOf(entry), REPLY, now);
    const same =
      found !== NONE && sameTuple(this.table.tuple(found >>> 1, ORIGINAL), this.table.tuple(entry, ORIGINAL));
    return same ? NONE : found;
  }

  /** The same of packets with ports in no zone, whose own tuple no other has. */
  usedBy(src: number, dst: number, ports: number, protocol: number, now: number): number {
    return this.findIn(this.sought(src, dst, ports, protocol), 0, REPLY, now);
  }
  private sought(src: number, dst: number, ports: number, protocol: number): Tuple {
    const { other } = this;
    other[TupleWord.Src] = src;
    other[TupleWord.Dst] = dst;
    other[TupleWord.Ports] = ports;
    other[TupleWord.Proto] = protocol;
    return other;
  }

  /**
   * find_appropriate_src: the newest connection of the same source, of a protocol with ports in no zone, whose source has become such
   * an address; -1: none.
   */
  mapped(src: number, sport: number, protocol: number, address: number, now: number): number {
    const { table } = this;
    const source = this.sought(src, 0, pairOf(sport, 0), protocol);
    let entry = table.sources.first(source);
    while (entry !== NONE && (table.end(entry) <= now || table.tupleWord(entry, REPLY, TupleWord.Dst) !== address))
      entry = table.sources.behind(entry, source);
    return entry;
  }

  /**
   * nf_nat_used_tuple_harder: whether what stands in a new TCP connection's way may be forgotten: it is closing, its source
   * was translated, and the new one has sent more.
   */
  private mayGive(found: number, entry: number): boolean {
    const { table } = this;
    const { parts } = table;
    const other = found >>> 1;
    return (
      (found & 1) === REPLY &&
      (table.status(other) & (CT_STATUS_SRC_NAT | CT_STATUS_FIXED_TIMEOUT)) === CT_STATUS_SRC_NAT &&
      parts.byte(entry, TcpByte.State) === TcpState.SynSent &&
      parts.byte(other, TcpByte.State) >= TcpState.TimeWait &&
      isAfter(parts.word(entry, TcpWord.End), parts.word(other, TcpWord.End))
    );
  }

  /**
   * Whether what takenBy has found stands in the way of an entry; at the end of a search for a port, which goes on for so many attempts
   * yet, what may be forgotten is.
   */
  isInTheWay(found: number, entry: number, left = Number.POSITIVE_INFINITY): boolean {
    if (found === NONE) return false;
    const isTcp = protocolOf(this.table.tuple(entry, ORIGINAL)) === Protocol.Tcp;
    if (left > LAST_ATTEMPTS || !isTcp || !this.mayGive(found, entry)) return true;
    this.table.remove(found >>> 1);
    return false;
  }

  /** A TCP connection that this host answers with a reset. */
  close(entry: number, now: number): void {
    const { table, settings } = this;
    const seconds = closeTcp(table.parts, entry, table.status(entry), settings.tcp);
    if (seconds !== undefined) table.setEnd(entry, now + 1000 * seconds);
  }

  /** __nf_conntrack_confirm. False: another has one of its tuples, and the packet is dropped. */
  confirm(entry: number, now: number): boolean {
    const { table } = this;
    const zones = this.zonesOf(entry);
    for (const direction of [ORIGINAL, REPLY])
      if (this.findIn(table.tuple(entry, direction), zones, direction, now) !== NONE) return false;
    table.setEnd(entry, now + table.end(entry));
    table.setStatus(entry, table.status(entry) | CT_STATUS_CONFIRMED);
    table.confirm(entry);
    return true;
  }
}

function some<T>(all: Iterable<T>, holds: (one: T) => boolean): boolean {
  for (const one of all) if (holds(one)) return true;
  return false;
}

const sameZone = (zones: number): boolean => (zones & 0xffff) === zones >>> 16;
