/** hashlimit_mt_common of net/netfilter/xt_hashlimit.c: what each address, port or pair of them may have, in tables that rules share. */
import { Field } from '../../abi.js';
import { givenEntries, type HashlimitEntry } from '../../model/host.js';
import type { LimitReading, WindowReading } from '../../model/limit-reading.js';
import type { HashlimitTest } from '../../model/limit-test.js';
import type { State } from '../host-states.js';
import type { TestAnswer } from './answers.js';
import type { Asking } from './asking.js';
import { type HashKey, hashKey, keyText, keyWords } from './hash-key.js';

/**
 * Credits for each millisecond, of packets and of bytes: CREDITS_PER_JIFFY and CREDITS_PER_JIFFY_BYTES, times HZ, are the same
 * for HZ 250 and 1000.
 */
const PACKETS_PER_MS = 1n << 37n;
const BYTES_PER_MS = 1n << 22n;
/** What bytes may have of a second. */
const BYTES_FULL = 1000n * BYTES_PER_MS;
/** XT_HASHLIMIT_BYTE_SHIFT. */
const CHUNK_SHIFT = 4;
/** htable_create: of a host with more than a gigabyte, where no size is given. */
const USUAL_SIZE = 8192;

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);

/** struct dsthash_ent. */
interface Entry {
  expires: number;
  /** when it was looked at last; of a window when it began. */
  prev: number;
  credit: bigint;
  /** the most that it may have; of bytes how often they may be filled up yet. */
  cap: bigint;
  readonly cost: bigint;
  /** what came in the window, and whether more than may came in the one before. */
  came: number;
  over: boolean;
}

export class HashTable implements State {
  private readonly entries = new Map<string, Entry>();
  /** when entries were looked through last. */
  private swept = 0;

  /** `of`: the rule that was loaded first, which says for all how the table is. */
  constructor(readonly of: HashlimitTest) {}

  /** The entry, made or brought up to now; undefined: there is no room for another. */
  at(key: string, now: number): Entry | undefined {
    this.sweep(now);
    let entry = this.entries.get(key);
    if (entry !== undefined) this.recalc(entry, now);
    else {
      if (this.entries.size >= this.room) return undefined;
      entry = { expires: 0, prev: now, came: 0, over: false, ...fullOf(this.of.pace) };
      this.entries.set(key, entry);
    }
    entry.expires = now + this.of.expire;
    return entry;
  }

  /**
   * htable_gc looks for entries without time left each gcinterval: here from the first packet on, since nobody knows when rules
   * were loaded.
   */
  private sweep(now: number): void {
    const last = now - (now % this.of.gc);
    if (last <= this.swept) return;
    this.swept = last;
    for (const [key, { expires }] of this.entries) if (last >= expires) this.entries.delete(key);
  }

  /** As /proc showed the entry when the first packet came. */
  learn({ left, credit, cap, cost, ...key }: HashlimitEntry): void {
    const window = this.of.pace.of === 'window';
    const entry = window
      ? { credit: 0n, cap: 0n, cost: 0n, came: Number(cap), over: BigInt(credit) >> 32n !== 0n }
      : { credit: BigInt(credit), cap: BigInt(cap), cost: BigInt(cost), came: 0, over: false };
    this.entries.set(keyText(key), { expires: 1000 * left, prev: 0, ...entry });
  }

  private get room(): number {
    const { max } = this.of;
    const size = this.of.size || USUAL_SIZE;
    return max === 0 ? 8 * size : Math.max(max, size);
  }

  /** rateinfo_recalc. */
  private recalc(entry: Entry, now: number): void {
    const { pace } = this.of;
    const passed = now - entry.prev;
    if (passed <= 0) return;
    if (pace.of === 'window') {
      const window = pace.interval * 1000;
      if (passed < window) return;
      entry.over = entry.came * window > passed * pace.rate;
      entry.came = 0;
    } else {
      const [gain, most] = pace.of === 'bytes' ? [BYTES_PER_MS, BYTES_FULL] : [PACKETS_PER_MS, entry.cap];
      const credit = u64(entry.credit + gain * BigInt(passed));
      entry.credit = credit > most ? most : credit;
    }
    entry.prev = now;
  }

  copy(): HashTable {
    const copy = new HashTable(this.of);
    copy.swept = this.swept;
    for (const [key, entry] of this.entries) copy.entries.set(key, { ...entry });
    return copy;
  }
}

/** rateinfo_init. */
function fullOf(pace: HashlimitTest['pace']): Pick<Entry, 'credit' | 'cap' | 'cost'> {
  if (pace.of === 'window') return { credit: 0n, cap: 0n, cost: 0n };
  const cost = BigInt(pace.cost);
  if (pace.of === 'bytes') return { credit: BYTES_FULL, cap: BigInt(pace.refills), cost };
  return { credit: BigInt(pace.cap), cap: BigInt(pace.cap), cost };
}

/** hashlimit_byte_cost: where there is too little, all is filled up as often as the burst has it. */
function costOfBytes(entry: Entry, length: number): bigint {
  const cost = BigInt((length >>> CHUNK_SHIFT) + 1) * entry.cost;
  const asked = cost > BYTES_FULL ? BYTES_FULL : cost;
  if (entry.credit < asked && entry.cap > 0n) {
    entry.cap--;
    entry.credit = BYTES_FULL;
  }
  return asked;
}

/** Whether the packet is within the limit: --hashlimit-above wants the opposite. */
export function hashlimit(test: HashlimitTest, asking: Asking): TestAnswer {
  const table = asking.state(() => tableOf(test, asking));
  const { pace } = test;
  const ofTable = table.of.pace;
  // older kernels take both for one table, and nonsense comes of it; newer ones refuse the second rule
  if ((pace.of === 'window') !== (ofTable.of === 'window')) return undefined;
  const key = hashKey(table.of, asking);
  const entry = key && table.at(keyText(key), asking.now);
  if (entry === undefined) return 'hot-drop';
  const length = asking.field(Field.Length);
  let within: boolean;
  if (pace.of === 'window' && ofTable.of === 'window') {
    entry.came += pace.bytes ? length : 1;
    within = !entry.over && entry.came <= ofTable.most;
  } else {
    const cost = pace.of === 'bytes' ? costOfBytes(entry, length) : entry.cost;
    within = entry.credit >= cost;
    if (within) entry.credit -= cost;
  }
  asking.tell(() => readingOf(table.of, entry, key!));
  return within;
}

/** A table begins with what a text says that it has. */
function tableOf(test: HashlimitTest, asking: Asking): HashTable {
  const table = new HashTable(asking.sharing(test)[0]!);
  for (const entry of givenEntries(asking.host, asking.family, test) ?? []) table.learn(entry);
  return table;
}

function readingOf(of: HashlimitTest, entry: Entry, key: HashKey): LimitReading | WindowReading {
  const { name, pace, rate } = of;
  const where = { table: name, key: keyWords(of, key) };
  if (pace.of === 'window') {
    const { most, interval: seconds, bytes } = pace;
    return { what: 'window', ...where, came: entry.came, most, seconds, bytes, over: entry.over };
  }
  const { credit, cap, cost } = entry;
  // chunks of 16 bytes
  const left = pace.of === 'bytes' ? ((credit + cap * BYTES_FULL) / cost) * 16n : credit / cost;
  return { what: 'limit', ...where, rate, left: Number(left) };
}
