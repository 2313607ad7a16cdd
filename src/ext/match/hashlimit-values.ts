/** Rates and bursts of hashlimit: what iptables makes of them for the kernel, and prints of that (libxt_hashlimit.c). */
import type { HashPace, RateWords } from '../../model/limit-test.js';
import { ValueError, type ValueKind } from '../define.js';
import { readInteger } from '../values.js';
import { RATE_UNITS } from './rate-units.js';

/** XT_HASHLIMIT_SCALE_v2: a rate of packets is held as millionths of a second from packet to packet. */
const SCALE = 1_000_000;

const U32_MAX = 0xffffffff;
/** XT_HASHLIMIT_BYTE_SHIFT: bytes are counted in chunks of 16. */
const CHUNK = 16;
const MAGNITUDES = [
  ['m', 1024 * 1024],
  ['k', 1024],
] as const;
const factorOf = (letter: string | undefined): number => MAGNITUDES.find(([one]) => one === letter)?.[1] ?? 1;

/** `avg` of hashlimit_cfg3: the time from packet to packet, or what a chunk costs of what there is in a second. */
export interface Rate {
  readonly bytes: boolean;
  readonly avg: number;
  /** seconds of the unit. */
  readonly unit: number;
}

/** 32 bits of the number of chunks are looked at. */
const bytesToCost = (bytes: number): number => Math.floor(U32_MAX / ((Math.floor(bytes / CHUNK) % 2 ** 32) + 1));
export const costToBytes = (cost: number): number => (Math.floor(U32_MAX / cost) - 1) * CHUNK;

/** Numbers as atoll reads them, whatever stands behind; a unit may be cut anywhere. */
export const rate: ValueKind<Rate> = {
  words: 1,
  shape: 'NUMBER[/second|/minute|/hour|/day|b/s|kb/s|mb/s]',
  parse([word]) {
    const text = word!;
    const number = Number(/^\s*\+?(\d+)/.exec(text)?.[1] ?? 0);
    const slash = text.indexOf('/');
    const before = text.indexOf('b/s') - 1;
    if (before >= 0 && number > 0) {
      const bytes = number * factorOf(text[before]);
      if (bytes >= 2 ** 64) throw new ValueError(`"${text}" is a rate too high`);
      return { bytes: true, avg: bytesToCost(bytes), unit: 1 };
    }
    const name = slash < 0 ? 'second' : text.slice(slash + 1).toLowerCase();
    const unit = name === '' ? undefined : RATE_UNITS.find(([, long]) => long.startsWith(name))?.[2];
    if (number === 0 || unit === undefined)
      throw new ValueError(`"${text}" is not a rate: a number above 0, and a unit behind it`);
    const avg = Math.floor((SCALE * unit) / number);
    if (avg === 0) throw new ValueError(`"${text}" is a rate too high`);
    return { bytes: false, avg, unit };
  },
  print: ({ bytes, avg }) => [bytes ? printBytes(avg) : printPackets(avg)],
};

/** In the largest unit in which little is lost, as print_rate finds it. */
function unitOf(period: number) {
  const next = RATE_UNITS.findIndex(([, , seconds], i) => {
    const unit = SCALE * seconds;
    return i > 0 && (period > unit || Math.floor(unit / period) < unit % period);
  });
  return RATE_UNITS.at(next < 0 ? -1 : next - 1)!;
}
function printPackets(period: number): string {
  const [name, , seconds] = unitOf(period);
  return `${Math.floor((SCALE * seconds) / period)}/${name}`;
}
/** In units that lose nothing; what they are held against has 32 bits. */
function printBytes(cost: number): string {
  const bytes = costToBytes(cost);
  const found = MAGNITUDES.find(([, unit]) => bytes >= unit && bytesToCost(cutTo(bytes % 2 ** 32, unit)) === cost);
  return found === undefined ? `${bytes}b/s` : `${Math.floor(bytes / found[1])}${found[0]}b/s`;
}
const cutTo = (value: number, unit: number): number => value - (value % unit);

/** A burst as it is written: of packets, or of bytes. */
export interface Burst {
  readonly value: number;
  /** no letter stood behind it. */
  readonly bare: boolean;
}
/** XT_HASHLIMIT_BURST and XT_HASHLIMIT_BURST_MAX. */
const USUAL_BURST = 5;
const BURST_MAX = 1_000_000;
const tooMuch = (value: string | number) => `value ${value} is not in 1..${BURST_MAX}`;

/** A number as strtoul reads it, and k or m; any other letter means nothing. */
export const burst: ValueKind<Burst> = {
  words: 1,
  shape: 'NUMBER[k|m][b]',
  parse([word]) {
    const [, digits = '', letter] = /^(\s*\+?(?:0x[\da-f]+|\d+))(.?)/is.exec(word!) ?? [];
    const number = readInteger(digits);
    if (number === undefined) throw new ValueError(`"${word}" is not a burst: a number, and b, kb or mb behind it`);
    const value = number * factorOf(letter);
    const bare = letter === '';
    if (number === 0 || (bare && value > BURST_MAX) || value >= 2 ** 64) throw new ValueError(tooMuch(word!));
    return { value, bare };
  },
  print: ({ value, bare }) => [bare ? String(value) : `${value}b`],
};

/** XT_HASHLIMIT_BYTE_EXPIRE and XT_HASHLIMIT_BYTE_EXPIRE_BURST: seconds. */
const BYTES_LAST = 15;
const BYTES_LAST_BURST = 60;

/** What the kernel is given of a rate and its burst. */
export interface Pace {
  readonly bytes: boolean;
  readonly avg: number;
  /** packets, or how often the bytes of a second may be filled up at once. */
  readonly burst: number;
  /** how many milliseconds an entry lasts where nothing is said. */
  readonly lasts: number;
  /** seconds of a window; 0: the match limits a rate, and does not only look at it. */
  readonly interval: number;
}

/** hashlimit_mt_check of iptables; the reason where it refuses, or dies of it. */
export function paceOf(
  { bytes, avg, unit }: Rate,
  given: Burst | undefined,
  rateMatch: boolean,
  interval: number | undefined,
): Pace | string {
  const window = rateMatch ? (interval ?? unit) : 0;
  if (!bytes) {
    const most = given?.value ?? USUAL_BURST;
    if (most > BURST_MAX) return tooMuch(most);
    return { bytes, avg: rateMatch ? Math.floor(avg / unit) : avg, burst: most, lasts: unit * 1000, interval: window };
  }
  const least = costToBytes(avg);
  if (given !== undefined && least === 0) return 'a rate below 16 bytes a second goes with no burst';
  if (given !== undefined && given.value < least) return `a burst is of ${least} bytes at least`;
  // 32 bits of the burst are divided, and all of it is looked at for what is left over
  const filled = given ? Math.floor((given.value % 2 ** 32) / least) + (given.value % least === 0 ? 0 : 1) : 0;
  return { bytes, avg, burst: filled, lasts: (given ? BYTES_LAST_BURST : BYTES_LAST) * 1000, interval: window };
}

const U64 = (value: bigint): bigint => BigInt.asUintN(64, value);
/** user2credits: CREDITS_PER_JIFFY is 2^37 at HZ 1000, 2^39 at HZ 250, and is first divided by the scale. */
const CREDITS = (1000n << 37n) / BigInt(SCALE);
/** What a packet costs and the most that an entry may have, of packets; 64 bits that run over. */
export const creditsOf = ({ avg, burst: most }: Pace): { cost: bigint; cap: bigint } => ({
  cost: U64(BigInt(avg) * CREDITS),
  cap: U64(BigInt(avg) * BigInt(most) * CREDITS),
});
/** user2credits_byte: what a chunk costs, of 2^22 for each millisecond. */
export const chunkCost = ({ avg }: Pace): number => Math.floor((avg * 1000 * 2 ** 22) / 2 ** 32);

/** rateinfo_init of the kernel: what an entry of such a pace has. */
export function hashPace(pace: Pace): HashPace {
  const { bytes, avg, burst: most, interval } = pace;
  if (interval > 0) {
    const rateOf = bytes ? costToBytes(avg) : Math.floor(SCALE / avg);
    const room = bytes ? Math.max(1, most) * rateOf : most + rateOf;
    return { of: 'window', bytes, rate: rateOf, most: room, interval };
  }
  if (bytes) return { of: 'bytes', cost: chunkCost(pace), refills: most };
  const { cost, cap } = creditsOf(pace);
  return { of: 'packets', cost: String(cost), cap: String(cap) };
}

export function rateWords({ bytes, avg, interval }: Pace): RateWords {
  if (bytes) return { number: costToBytes(avg), seconds: 1, bytes };
  const seconds = interval > 0 ? 1 : unitOf(avg)[2];
  return { number: Math.floor((SCALE * seconds) / avg), seconds, bytes };
}

/** hashlimit_mt_check_common of the kernel. */
export function isCounted(pace: Pace): boolean {
  if (pace.interval > 0) return pace.avg > 0;
  if (pace.bytes) return chunkCost(pace) > 0;
  const { cost, cap } = creditsOf(pace);
  return cap >= cost;
}

/** The words of rate and burst, and how long entries last that need no word of it. */
export function printPace({ bytes, avg, burst: most }: Pace): { rate: string; burst?: string; lasts: number } {
  if (!bytes) return { rate: printPackets(avg), burst: String(most), lasts: unitOf(avg)[2] * 1000 };
  if (most === 0) return { rate: printBytes(avg), lasts: BYTES_LAST * 1000 };
  const whole = costToBytes(avg) * most;
  const [letter, unit] = MAGNITUDES.find(([, one]) => whole >= one) ?? ['', 1];
  return { rate: printBytes(avg), burst: `${Math.floor(whole / unit)}${letter}b`, lasts: BYTES_LAST_BURST * 1000 };
}

/**
 * A listing shows a rate that is looked at by windows as that of a whole window: the save's words of it, and how many
 * milliseconds entries last where the listing says nothing of it.
 */
export function windowRate(text: string, interval: number): { rate: string; lasts: number } {
  const { avg } = rate.parse([text], { family: 4 });
  return { rate: printPackets(Math.max(1, Math.floor(avg / interval))), lasts: unitOf(avg)[2] * 1000 };
}
