/** Matches over the IP header, the packet's bytes, its mark and the host, and those that count packets. */
import { bpf } from './bpf.js';
import type { Test } from './core.js';
import { GROUPS, reversePath, typeOf } from './host.js';
import { string } from './string.js';
import { u32 } from './u32.js';
import { addressOf, maskedOf, numberOf, type Options, rangeOf, refuse } from './words.js';

/** Reads the options of a match; the test that comes of it holds, or does not, for each packet that reaches it. */
export type Reader = (options: Options) => Test;

const ttl: Reader = (options) => {
  const equal = options.take('--ttl-eq', '--ttl');
  const less = options.take('--ttl-lt');
  const greater = options.take('--ttl-gt');
  const [one, more] = [equal, less, greater].filter((option) => option !== undefined);
  if (one === undefined || more !== undefined || less?.not || greater?.not) return refuse('such a ttl');
  const bound = numberOf(one.value, 255);
  if (less) return (packet) => packet.ttl < bound;
  if (greater) return (packet) => packet.ttl > bound;
  return (packet) => (packet.ttl === bound) !== one.not;
};

const length: Reader = (options) => {
  const { value, not } = options.take('--length') ?? refuse('length without --length');
  const [min, max] = rangeOf(value, 65535);
  return (packet) => (packet.length >= min && packet.length <= max) !== not;
};

const tos: Reader = (options) => {
  const { value: text, not } = options.take('--tos') ?? refuse('tos without --tos');
  const { value, mask } = tosOf(text);
  return (packet) => ((packet.tos & mask) === value) !== not;
};

const TOS_NAMES = ['normal-service', 'minimize-cost', 'maximize-reliability', 'maximize-throughput', 'minimize-delay'];
const TOS_VALUES = [0x00, 0x02, 0x04, 0x08, 0x10];

/** A name leaves the two upper bits aside. */
export function tosOf(text: string): { value: number; mask: number } {
  const named = TOS_NAMES.indexOf(text.toLowerCase());
  return named < 0 ? maskedOf(text, 255) : { value: TOS_VALUES[named]!, mask: 0x3f };
}

const dscp: Reader = (options) => {
  const number = options.take('--dscp');
  const name = options.take('--dscp-class');
  const one = number ?? name ?? refuse('dscp without a value');
  const value = number === undefined ? dscpClass(one.value) : numberOf(one.value, 63);
  return (packet) => (packet.tos >> 2 === value) !== one.not;
};

/** CSn is n in the three upper bits; AFxy is x there and y in the next two; EF is 46. */
export function dscpClass(text: string): number {
  const [, cs, af, drop] = /^(?:CS([0-7])|AF([1-4])([1-3])|EF|BE)$/i.exec(text) ?? refuse(`the class ${text}`);
  if (cs !== undefined) return 8 * Number(cs);
  if (af !== undefined) return 8 * Number(af) + 2 * Number(drop);
  return text.toUpperCase() === 'EF' ? 46 : 0;
}

const mark: Reader = (options) => {
  const { value: text, not } = options.take('--mark') ?? refuse('mark without --mark');
  const { value, mask } = maskedOf(text);
  return (packet) => ((packet.mark & mask) >>> 0 === value) !== not;
};

const iprange: Reader = (options) => {
  const sides = [options.take('--src-range'), options.take('--dst-range')];
  const ranges = sides.map((side) => {
    const [from = '', to = from] = side?.value.split('-') ?? ['0.0.0.0', '255.255.255.255'];
    return { min: addressOf(from), max: addressOf(to), not: side?.not ?? false };
  });
  return (packet) =>
    [packet.source, packet.destination].every((address, i) => {
      const { min, max, not } = ranges[i]!;
      return (address >= min && address <= max) !== not;
    });
};

const comment: Reader = (options) => {
  options.ignore();
  return () => true;
};

const devgroup: Reader = (options) => {
  const source = options.take('--src-group');
  const destination = options.take('--dst-group');
  const holds = (option: typeof source, group: number): boolean => {
    if (option === undefined) return true;
    const { value, mask } = maskedOf(option.value);
    return (((group ^ value) & mask) === 0) !== option.not;
  };
  // what cannot be read is refused when the rule is, not when it is asked
  holds(source, 0);
  holds(destination, 0);
  return ({ inDevice, outDevice }) =>
    holds(source, GROUPS[inDevice] ?? 0) && holds(destination, GROUPS[outDevice] ?? 0);
};

/** addrtype_mt_v1 of net/netfilter/xt_addrtype.c: a limit asks what the address is as that device sees it. */
const addrtype: Reader = (options) => {
  const sides = [options.take('--src-type'), options.take('--dst-type')];
  const wanted = sides.map((side) => side?.value.split(','));
  const known = /^(UNSPEC|UNICAST|LOCAL|BROADCAST|ANYCAST|MULTICAST|BLACKHOLE|UNREACHABLE|PROHIBIT|THROW)$/;
  for (const type of wanted.flat()) if (type !== undefined && !known.test(type)) refuse(`the type ${type}`);
  const limitIn = options.flag('--limit-iface-in') !== undefined;
  const limitOut = options.flag('--limit-iface-out') !== undefined;
  return ({ source, destination, inDevice, outDevice }) =>
    [source, destination].every((address, i) => {
      const list = wanted[i];
      if (list === undefined) return true;
      const found = typeOf(address);
      const seenFrom = limitIn ? inDevice : limitOut ? outDevice : '';
      const elsewhere = seenFrom !== '' && found.device !== undefined && found.device !== seenFrom;
      return list.includes(elsewhere ? 'UNICAST' : found.type) !== sides[i]!.not;
    });
};

const rpfilter: Reader = (options) => {
  const flag = (name: string): boolean => {
    const found = options.flag(name);
    return found?.not ? refuse(`! ${name}`) : found !== undefined;
  };
  const flags = { loose: flag('--loose'), validMark: flag('--validmark'), acceptLocal: flag('--accept-local') };
  const invert = flag('--invert');
  return ({ source }) => reversePath(source, flags) !== invert;
};

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400 };

/**
 * No time passes here, so that only the burst is ever spent. Where the time for a token is not of whole seconds, or
 * that for all of them is more than a day, xt_limit.c rounds or wraps, which is left to the kernel to say.
 */
const limit: Reader = (options) => {
  const rate = options.take('--limit');
  if (rate?.not) refuse('! --limit');
  const [, times, unit] = /^(\d+)\/([smhd])[a-z]*$/.exec(rate?.value ?? '3/hour') ?? refuse(`the rate ${rate?.value}`);
  let tokens = numberOf(options.take('--limit-burst')?.value ?? '5');
  const seconds = SECONDS[unit!]! / Number(times);
  if (!Number.isInteger(seconds) || seconds * tokens > SECONDS.d!) refuse(`the rate ${rate?.value}`);
  return () => {
    if (tokens === 0) return false;
    tokens--;
    return true;
  };
};

/** statistic_mt of net/netfilter/xt_statistic.c: packet number `--packet` holds, and each `--every`th after it. */
const statistic: Reader = (options) => {
  if (options.take('--mode')?.value !== 'nth') refuse('a draw');
  const every = options.take('--every') ?? refuse('statistic without --every');
  const first = numberOf(options.take('--packet')?.value ?? '0');
  const period = numberOf(every.value);
  let seen = 0;
  return () => (seen++ % period === first) !== every.not;
};

export const HEADER_MATCHES: Readonly<Record<string, Reader>> = {
  ttl,
  length,
  tos,
  dscp,
  mark,
  iprange,
  u32,
  bpf,
  string,
  comment,
  devgroup,
  addrtype,
  rpfilter,
  limit,
  statistic,
};
