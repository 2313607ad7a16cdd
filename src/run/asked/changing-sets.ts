/**
 * Sets that packets change: their members as the packets so far have left them. What a set takes and gives up is that of mtype_add
 * and mtype_del in net/netfilter/ipset/ip_set_hash_gen.h and ip_set_bitmap_gen.h; which element a packet is, and whether a set
 * holds it, is the core's to say (assembly/sets.ts).
 */
import { MEMBER_MAC, MEMBER_WILDCARD, type Members } from '../../model/members.js';
import type { SetDef } from '../../model/set.js';
import type { State } from '../host-states.js';

/** What became of it; 'forced': a full set has taken it in the place of another, and nobody knows which. */
export type Added = 'added' | 'renewed' | 'there' | 'full' | 'forced';

export interface NewMember {
  /** seconds; 0: for ever. */
  readonly timeout: number;
  /** one that is there has its time anew. */
  readonly exist: boolean;
  /** of the packet. */
  readonly bytes: number;
}

/** Where it stands in the core's memory, and follows what is changed. */
export interface Follower {
  put(row: number): void;
  drop(row: number): void;
  renew(row: number): void;
  /** the prefix lengths of each net, descending. */
  lengths(lists: readonly (readonly number[])[]): void;
}

export class ChangedSet {
  /** Once it was full, and took members out of which nobody knows. */
  doubtful = false;
  /** before this no member ends. */
  private earliest = 0;
  /** how many members have each prefix length, net by net. */
  private counts: readonly Uint32Array[] | undefined;

  /** `def`: with members of its own. */
  constructor(readonly def: SetDef) {}

  static of(set: SetDef): ChangedSet {
    return new ChangedSet({ ...set, members: set.members.copy() });
  }
  copy(): ChangedSet {
    const copy = ChangedSet.of(this.def);
    copy.doubtful = this.doubtful;
    copy.earliest = this.earliest;
    return copy;
  }

  /** `key`: as members have theirs. */
  add(key: Uint32Array, { timeout, exist, bytes }: NewMember, now: number, to: Follower, most: number): Added {
    const { def } = this;
    const { members, options } = def;
    this.countLengths();
    let row = rowOf(this.def, key);
    if (row >= 0 && this.isOver(row, now)) {
      this.take(row, to);
      row = -1;
    }
    const isThere = row >= 0;
    if (isThere && !exist) return 'there';
    // the address of a bitmap:ip,mac has another's link-layer address from now on
    const isSame = def.type !== 'bitmap:ip,mac' || members.find(key) === row;
    if (!isThere) {
      if (members.alive >= most) this.sweep(now, to);
      if (members.alive >= most) {
        if (options.forceadd !== true) return 'full';
        this.doubtful = true;
        return 'forced';
      }
      if (members.count > 2 * members.alive + ROOM) members.compact();
      row = members.insert(key);
    } else if (!isSame) {
      this.take(row, to);
      row = members.insert(key);
    }
    members.setExtras(
      row,
      ownFlags(def) | (members.flags(row) & MEMBER_WILDCARD),
      options.timeout === undefined ? 0 : timeout,
      now,
    );
    if (options.counters === true) members.setCounters(row, 1, bytes);
    members.comments.delete(row);
    members.skb.delete(row);
    const end = members.endOf(row);
    if (end !== 0) this.earliest = Math.min(this.earliest, end);
    if (isThere && isSame) to.renew(row);
    else {
      to.put(row);
      if (this.count(row, 1)) to.lengths(this.lengths(now, to));
    }
    return isThere ? 'renewed' : 'added';
  }

  /** Whether there was such a member. */
  delete(key: Uint32Array, now: number, to: Follower): boolean {
    const row = rowOf(this.def, key);
    if (row < 0) return false;
    const isOver = this.isOver(row, now);
    this.take(row, to);
    return !isOver;
  }

  /** The prefix lengths that members have, of each net, the longest first. */
  lengths(now: number, to: Follower): number[][] {
    if (this.def.options.timeout !== undefined) this.sweep(now, to);
    return this.countLengths().map((counts) => [...counts.keys()].filter((length) => counts[length] !== 0).reverse());
  }
  private countLengths(): readonly Uint32Array[] {
    if (this.counts !== undefined) return this.counts;
    const { members } = this.def;
    this.counts = Array.from({ length: members.layout.nets }, () => new Uint32Array(MOST_LENGTHS));
    for (const row of members.liveRows()) this.count(row, 1);
    return this.counts;
  }
  private count(row: number, by: 1 | -1): boolean {
    const { members } = this.def;
    const word = members.layout.nets > 0 ? members.word(row, members.layout.lengthsAt) : 0;
    let isFirst = false;
    for (const [net, counts] of this.countLengths().entries()) {
      counts[(word >>> (8 * net)) & 255]! += by;
      isFirst ||= by === 1 && counts[(word >>> (8 * net)) & 255] === 1;
    }
    return isFirst;
  }

  private isOver(row: number, now: number): boolean {
    const end = this.def.members.endOf(row);
    return end !== 0 && now > end;
  }

  private take(row: number, from: Follower): void {
    from.drop(row);
    this.count(row, -1);
    this.def.members.remove(row);
  }

  /** Those are gone whose time is over: mtype_gc. */
  private sweep(now: number, from: Follower): void {
    if (now <= this.earliest) return;
    const { members } = this.def;
    this.earliest = Number.POSITIVE_INFINITY;
    for (const row of members.liveRows()) {
      if (this.isOver(row, now)) this.take(row, from);
      else if (members.endOf(row) !== 0) this.earliest = Math.min(this.earliest, members.endOf(row));
    }
  }
}

/** Of a member that a packet is. */
export const ownFlags = ({ type }: SetDef): number => (type === 'bitmap:ip,mac' ? MEMBER_MAC : 0);
/** From /0 to /128. */
const MOST_LENGTHS = 129;
/** Rows of members that were removed, before they are given up. */
const ROOM = 64;

/** The row that the kernel takes for the key's: a wildcard is the same as any name that it stands for; -1: none. */
export function rowOf({ members, type }: SetDef, key: Uint32Array): number {
  const row = members.find(key);
  if (row >= 0) return row;
  // an address has one link-layer address
  if (type === 'bitmap:ip,mac') return members.liveRows().find((one) => members.word(one, 0) === key[0]) ?? -1;
  return type === 'hash:net,iface' ? wildcardOf(members, key) : -1;
}

function wildcardOf(members: Members, key: Uint32Array): number {
  const { at } = members.layout.dimensions[1]!;
  const name = members.names[key[at]! & 0x7fffffff]!;
  const beginning = key.slice();
  for (const [number, prefix] of members.names.entries()) {
    if (!name.startsWith(prefix)) continue;
    beginning[at] = number;
    const row = members.find(beginning);
    if (row >= 0 && (members.flags(row) & MEMBER_WILDCARD) !== 0) return row;
  }
  return -1;
}

export class ChangingSets implements State {
  constructor(
    /** as the host was given them. */
    private readonly given: ReadonlyMap<string, SetDef>,
    private readonly changed = new Map<string, ChangedSet>(),
  ) {}

  /** One that was changed; undefined: it is as it was given. */
  changedOf(name: string): ChangedSet | undefined {
    return this.changed.get(name);
  }
  /** As it stands now; undefined: nobody gave it. */
  of(name: string): SetDef | undefined {
    const set = this.changed.get(name)?.def ?? this.given.get(name);
    return set?.known === true ? set : undefined;
  }
  /** To be changed. */
  own(name: string): ChangedSet {
    let own = this.changed.get(name);
    if (own === undefined) {
      own = ChangedSet.of(this.given.get(name)!);
      this.changed.set(name, own);
    }
    return own;
  }

  /** One that was given, as it stands now, for those who go on with it. */
  now(set: SetDef): SetDef {
    const changed = this.changed.get(set.name);
    changed?.def.members.compact();
    return changed?.def ?? set;
  }

  copy(): ChangingSets {
    return new ChangingSets(this.given, new Map([...this.changed].map(([name, set]) => [name, set.copy()])));
  }
}
