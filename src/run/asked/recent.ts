/** recent_mt of net/netfilter/xt_recent.c: addresses in lists, and when packets had them. */
import { Beside, Field } from '../../abi.js';
import type { RecentEntry, RecentFile } from '../../model/host.js';
import type { RecentTest } from '../../model/host-test.js';
import type { RecentReading } from '../../model/reading.js';
import { formatAddress, type Words } from '../../net/address.js';
import type { State } from '../host-states.js';
import type { TestAnswer } from './answers.js';
import type { Asking } from './asking.js';

/** ip_list_tot, a parameter of the module. */
const MOST_ENTRIES = 100;
/** Times that an entry has room for where no rule counts hits. */
const USUAL_STAMPS = 32;

interface Entry {
  readonly key: string;
  ttl: number;
  /** where the next time goes. */
  index: number;
  /** milliseconds on the packets' clock, a ring; NaN: before the first packet, nobody knows how long. */
  readonly stamps: number[];
}

export class RecentList implements State {
  /** by address; those updated last come last, as in the kernel's list of the least recently used. */
  private readonly entries = new Map<string, Entry>();

  constructor(
    /** of the rule that was loaded first. */
    readonly mask: Words,
    /** times that an entry keeps: a power of two. */
    private readonly room: number,
  ) {}

  /** What /proc/net shows of the list when the first packet comes. */
  learn({ entries }: RecentFile): void {
    const last = ({ times, index }: RecentEntry) => times[index - 1] ?? 0n;
    for (const { address, ttl, index, times } of [...entries].sort((a, b) => (last(a) < last(b) ? -1 : 1))) {
      const key = address.join();
      this.entries.set(key, { key, ttl, index, stamps: times.map(() => Number.NaN) });
    }
  }

  /** Where the entry has another time to live than the one asked for there is none; 0 stands for any. */
  find(key: string, ttl: number): Entry | undefined {
    const entry = this.entries.get(key);
    return entry !== undefined && (ttl === 0 || entry.ttl === 0 || entry.ttl === ttl) ? entry : undefined;
  }

  add(key: string, ttl: number, now: number): void {
    if (this.entries.size >= MOST_ENTRIES) this.remove(this.entries.values().next().value!);
    this.entries.delete(key);
    this.entries.set(key, { key, ttl, index: 1, stamps: [now] });
  }
  update(entry: Entry, ttl: number, now: number): void {
    entry.index &= this.room - 1;
    entry.stamps[entry.index++] = now;
    entry.ttl = ttl;
    this.entries.delete(entry.key);
    this.entries.set(entry.key, entry);
  }
  remove(entry: Entry): void {
    this.entries.delete(entry.key);
  }

  /** Forgets the entry that was updated the longest ago, if that was before `time`; not one that is just to be updated. */
  reap(time: number, kept: Entry | undefined): void {
    const oldest = this.entries.values().next().value;
    if (oldest === undefined || oldest === kept) return;
    if (oldest.stamps[oldest.index - 1]! < time) this.remove(oldest);
  }

  copy(): RecentList {
    const copy = new RecentList(this.mask, this.room);
    for (const [key, entry] of this.entries) copy.entries.set(key, { ...entry, stamps: [...entry.stamps] });
    return copy;
  }
}

/** The times that an entry of a list keeps, by all rules that name it: roundup_pow_of_two of the greatest hit count. */
function roomFor(tests: readonly RecentTest[]): number {
  return Math.max(
    ...tests.map(({ hitcount }) => (hitcount === 0 ? USUAL_STAMPS : 2 ** Math.ceil(Math.log2(hitcount)))),
  );
}

export function recent(test: RecentTest, asking: Asking): TestAnswer {
  const list = asking.state(() => {
    const all = asking.sharing(test);
    const made = new RecentList(all[0]!.mask, roomFor(all));
    const file = asking.host.recents?.find(({ name }) => name === nameOf(test));
    if (file !== undefined) made.learn(file);
    return made;
  });
  const { now } = asking;
  const ttl = timeToLive(asking);
  const whole = asking.addressAt(test.side === 'src' ? Field.Src : Field.Dst);
  const address = whole.map((word, i) => (word & list.mask[i]!) >>> 0);
  const key = address.join();
  const entry = list.find(key, test.ttl ? ttl : 0);
  const from = test.seconds === 0 ? Number.NEGATIVE_INFINITY : now - 1000 * test.seconds;
  const known = entry?.stamps.filter((stamp) => !Number.isNaN(stamp)) ?? [];
  const older = (entry?.stamps.length ?? 0) - known.length;
  const hits = entry && known.filter((stamp) => stamp >= from).length + (test.seconds === 0 ? older : 0);
  // as it stands before anything is done
  const last = Math.max(...known);
  const tell = (done: RecentReading['done'], unknown: number) =>
    asking.tell(() => ({
      what: 'recent',
      list: nameOf(test),
      address: formatAddress(address),
      hits,
      within: test.seconds,
      ago: known.length === 0 ? undefined : now - last,
      older: unknown,
      done,
    }));
  const held = holds(test, hits);
  // some of the times that nobody knows may be within it
  if (!held && hits !== undefined && test.seconds > 0 && holds(test, hits + older)) {
    tell(undefined, older);
    return undefined;
  }
  let done: RecentReading['done'];
  if (entry === undefined) {
    if (test.verb === 'set') {
      list.add(key, ttl, now);
      done = 'added';
    }
  } else if (test.verb === 'remove') {
    list.remove(entry);
    done = 'removed';
  } else {
    // by what the match comes to, its `!` with it
    const updates = test.verb === 'set' || (test.verb === 'update' && held !== test.not);
    if (test.reap) list.reap(from, updates ? entry : undefined);
    if (updates) {
      list.update(entry, ttl, now);
      done = 'updated';
    }
  }
  tell(done, test.seconds === 0 ? 0 : older);
  return held;
}

const nameOf = ({ state }: RecentTest): string => state.slice(state.indexOf(':') + 1);

/** Without `!`. */
function holds({ verb, hitcount }: RecentTest, hits: number | undefined): boolean {
  if (verb === 'set') return true;
  return hits !== undefined && (verb === 'remove' || hits >= Math.max(1, hitcount));
}

/** As it was before this host lowered it, in what leaves but was not made here. */
function timeToLive(asking: Asking): number {
  const ttl = asking.field(Field.Ttl);
  return asking.field(Field.OutIf) !== 0 && asking.field(Beside.Local) === 0 ? (ttl + 1) & 255 : ttl;
}
