/**
 * The builder that extensions lower their options through: it can make conditions and actions and nothing else.
 * Negation is pushed down to single tests, so that no extension has to think of De Morgan.
 */
import { type AddrType, type ChunkMatch, type ConnMarkOp, type Emit, type Fact, Field, Mangle } from '../abi.js';
import type { AddressRange, Masked } from '../net/address.js';
import type { Action, HashMark, PrefixChange, Translation } from './action.js';
import type {
  Condition,
  Counting,
  Direction,
  NumberRange,
  Origin,
  ReadWord,
  Test,
  Wanted,
  WantedChunk,
} from './condition.js';
import type { HostAct, HostTest } from './host-test.js';
import type { Given, Negatable } from './ruleset.js';

const leaf = (test: Test): Condition => ({ test, not: false });

/**
 * The same condition, standing for that option. Written out: copies by `...` of half a million conditions took three times
 * as long, and lay in memory until the next full collection.
 */
export function withOrigin(condition: Condition, origin: Origin): Condition {
  if ('test' in condition) return { test: condition.test, not: condition.not, origin };
  return 'all' in condition ? { all: condition.all, origin } : { any: condition.any, origin };
}

const u32 = (value: number): number => value >>> 0;

export const build = {
  always: leaf({ kind: 'always' }),
  never: { test: { kind: 'always' }, not: true } as Condition,
  /** The condition of an option that may be absent, turned round where it was negated; absent: always. */
  when<V>(given: Given<V> | undefined, make: (value: V) => Condition): Condition {
    if (given === undefined) return build.always;
    return build.from(given, make(given.value));
  },
  /** Says which option a condition stands for, and negates it as the option was. */
  from(given: Negatable<unknown> & { readonly key: string }, condition: Condition): Condition {
    const turned = given.not ? build.not(condition) : condition;
    return withOrigin(turned, { use: 0, option: given.key });
  },
  not(condition: Condition): Condition {
    const turned = negated(condition);
    return condition.origin === undefined ? turned : withOrigin(turned, condition.origin);
  },
  /** `not` where the flag says so. */
  turned: (not: boolean, condition: Condition): Condition => (not ? build.not(condition) : condition),
  all: (...of: Condition[]): Condition => ({ all: of }),
  any: (...of: Condition[]): Condition => ({ any: of }),

  masked: (field: Field, mask: number, value: number) =>
    leaf({ kind: 'masked', field, mask: u32(mask), value: u32(value) }),
  equal: (field: Field, value: number) => build.masked(field, 0xffffffff, value),
  /** An address under a mask, word by word, the first of them first. */
  address(field: Field, whole: Masked): Condition {
    const { address, mask } = whole;
    const isOpen = (i: number) => mask[i] === 0 && address[i] === 0;
    if (address.length === 1) return isOpen(0) ? build.always : build.masked(field, mask[0]!, address[0]!);
    const all = address.flatMap((word, i) =>
      isOpen(i) ? [] : leaf({ kind: 'masked', field: field + i, mask: mask[i]!, value: word, whole }),
    );
    return all.length === 1 ? all[0]! : all.length === 0 ? build.always : { all };
  },
  /** Where the least is the greater, no number lies in the range. */
  range: (field: Field, range: NumberRange) =>
    range.min > range.max ? build.never : leaf({ kind: 'range', field, range }),
  bitmap: (field: Field, ranges: readonly NumberRange[]) => leaf({ kind: 'bitmap', field, ranges }),
  intervals: (field: Field, ranges: readonly AddressRange[]) => leaf({ kind: 'intervals', field, ranges }),
  iface: (direction: 'in' | 'out', pattern: string) =>
    leaf({ kind: 'iface', field: direction === 'in' ? Field.InIf : Field.OutIf, pattern }),
  /** The first `bytes` of the transport header are wanted; see Test's `header`. */
  headers: leaf({ kind: 'headers' }),
  header: (bytes: number, dropOffsetOne = false) => leaf({ kind: 'header', bytes, dropOffsetOne }),
  set: (name: string, directions: readonly Direction[], flags = 0, counting?: Counting) =>
    leaf({ kind: 'set', name, directions, flags, counting }),
  addrtype: (field: Field, types: readonly AddrType[], limit?: 'in' | 'out') =>
    leaf({ kind: 'addrtype', field, types, limit }),
  fact: (fact: Fact, flags: number) => leaf({ kind: 'fact', fact, flags }),
  u32: (program: readonly number[], what?: ReadWord) => leaf({ kind: 'u32', program, ...(what && { what }) }),
  bpf: (program: readonly number[]) => leaf({ kind: 'bpf', program }),
  share: (field: Field, seed: number, shares: number, mask: number) =>
    leaf({ kind: 'share', field, seed, shares, mask }),
  header6: (record: readonly number[], what?: ReadWord) => leaf({ kind: 'header6', record, ...(what && { what }) }),
  tcpOption: (option: number) => leaf({ kind: 'tcp-option', option }),
  tcpMss: (range: NumberRange) => leaf({ kind: 'tcp-mss', range }),
  sctpChunks: (how: ChunkMatch, chunks: readonly WantedChunk[]) => leaf({ kind: 'sctp-chunks', how, chunks }),
  dccpOption: (option: number) => leaf({ kind: 'dccp-option', option }),
  eui64: leaf({ kind: 'eui64' }),
  find: (wanted: Wanted, record: readonly number[]) => leaf({ kind: 'find', wanted, record }),
  limit: (cost: number, cap: number) => leaf({ kind: 'limit', cost, cap }),
  nth: (every: number, packet: number) => leaf({ kind: 'nth', every, packet }),
  random: (threshold: number) => leaf({ kind: 'random', threshold }),
  host: (test: HostTest, question: string) => leaf({ kind: 'host', test, question }),
  ask: (question: string) => leaf({ kind: 'ask', question }),
};

export const act = {
  accept: { kind: 'verdict', verdict: 'accept' } as Action,
  drop: { kind: 'verdict', verdict: 'drop' } as Action,
  stolen: { kind: 'verdict', verdict: 'stolen' } as Action,
  return: { kind: 'return' } as Action,
  jump: (chain: string): Action => ({ kind: 'jump', chain }),
  goto: (chain: string): Action => ({ kind: 'goto', chain }),
  edit: (field: Field, and: number, xor: number): Action => ({ kind: 'edit', field, and: u32(and), xor: u32(xor) }),
  ttl: (add: number): Action => ({ kind: 'ttl', add }),
  tcpFlags: (and: number, xor: number): Action => ({ kind: 'mangle', what: Mangle.TcpFlags, record: [and & 255, xor] }),
  tcpMss: (mss: number): Action => ({ kind: 'mangle', what: Mangle.TcpMss, record: [mss] }),
  stripTcpOptions(options: readonly number[]): Action {
    const record = new Array<number>(8).fill(0);
    for (const option of options) record[option >>> 5] = u32(record[option >>> 5]! | (1 << (option & 31)));
    return { kind: 'mangle', what: Mangle.TcpOptions, record };
  },
  prefix: (side: 'src' | 'dst', { bits, prefix, adjustment, from }: PrefixChange): Action => ({
    kind: 'mangle',
    what: side === 'src' ? Mangle.SourcePrefix : Mangle.DestinationPrefix,
    record: [bits, prefix[0]!, prefix[1]!, adjustment, from.bits, from.address[0]!, from.address[1]!],
  }),
  hashMark: (how: HashMark): Action => ({ kind: 'hash-mark', how }),
  translate: (translation: Translation): Action => ({ kind: 'translate', translation }),
  connmark: (op: ConnMarkOp, ctMask: number, nfMask: number, shift = 0): Action => ({
    kind: 'connmark',
    op,
    ctMask: u32(ctMask),
    nfMask: u32(nfMask),
    shift,
  }),
  notrack: { kind: 'notrack' } as Action,
  connection: (zone: number | 'mark' = 0, serves: 'both' | 'original' | 'reply' = 'both'): Action => ({
    kind: 'connection',
    zone,
    serves,
  }),
  emit: (emit: Emit): Action => ({ kind: 'emit', emit }),
  reject: (answer: string): Action => ({ kind: 'reject', answer }),
  host: (asked: HostAct, question: string): Action => ({ kind: 'host', act: asked, question }),
  /** Yes: the packet is taken, or what else is said. */
  ask: (question: string, verdict: 'accept' | 'stolen' = 'stolen'): Action => ({ kind: 'ask', question, verdict }),
};

function negated(condition: Condition): Condition {
  if ('test' in condition) return { test: condition.test, not: !condition.not };
  return 'all' in condition ? { any: condition.all.map(build.not) } : { all: condition.any.map(build.not) };
}

export type Build = typeof build;
export type Act = typeof act;
