/**
 * What the rules of a table ask of packets at a hook, field by field: where the values begin and end that a condition
 * tells from others. Packets that no condition tells apart fare alike.
 */
import { type AddrType, Field, FRAG_PART, Section } from '../../abi.js';
import type { Compiled, Entry } from '../../compile/compile.js';
import { opInfo, opWords } from '../../compile/opinfo.js';
import { type ChainUses, chainsFrom } from '../../compile/uses.js';
import type { Condition, NumberRange, Test } from '../../model/condition.js';
import type { SetDef } from '../../model/set.js';
import { type AddressRange, type Family, type Masked, rangeOfPrefix, type Words, wideOf } from '../../net/address.js';
import { Protocol } from '../../net/protocol.js';
import type { AddressTypeInterval } from '../address-types.js';
import type { Effort } from '../first-match/effort.js';
import type { AddressTypeInterval6 } from '../ipv6/address-types.js';
import type { RangeOf } from '../ranges.js';
import { addressOfWord, rangeOfWord } from '../whole-address.js';
import { ADDRESSES, Cuts, valuesOf } from './cuts.js';

export class Asked {
  /** by field, where conditions begin and cease to hold. */
  readonly ranges = new Map<Field, Cuts<number>>();
  /** the same of addresses of IPv6, as numbers of 128 bits, by their first field. */
  readonly addresses = new Map<Field, Cuts<bigint>>();
  /** fields of which each value counts. */
  readonly exact = new Set<Field>();
  /** the patterns that are held against an interface, by the field of its number. */
  readonly patterns = new Map<Field, Set<string>>();
  /** addresses of conditions whose answer is not told by values: what depends on order, chance, bytes. */
  readonly unanswered = new Set<number>();
  /** sets by name and directions, whether values answer them: what the next rule asks of one is the same. */
  readonly sets = new Map<string, boolean>();

  constructor(private readonly patience: Effort) {}

  add(field: Field, ranges: readonly NumberRange[]): void {
    const cuts = this.ranges.get(field) ?? new Cuts(valuesOf(bitsOfField(field)!), this.patience);
    this.ranges.set(field, cuts);
    cuts.add(ranges);
  }
  addAddresses(field: Field, ranges: readonly RangeOf<bigint>[]): void {
    const cuts = this.addresses.get(field) ?? new Cuts(ADDRESSES, this.patience);
    this.addresses.set(field, cuts);
    cuts.add(ranges);
  }
}

const wideRange = ({ min, max }: AddressRange): RangeOf<bigint> => ({ min: wideOf(min), max: wideOf(max) });

export interface AskedHost {
  readonly family: Family;
  /** fragments are put together before any table but raw: none comes to the others. Of IPv6 some are left as they are. */
  readonly gathers: boolean;
  readonly sets: ReadonlyMap<string, SetDef>;
  readonly addressTypes: readonly AddressTypeInterval[];
  /** of IPv6; undefined: the host is asked. */
  readonly addressTypes6: readonly AddressTypeInterval6[] | undefined;
}

/** `uses`: chainUses of the program. undefined: what the rules do is not told by a packet's values. */
export function askedOf(
  compiled: Compiled,
  uses: ReadonlyMap<number, ChainUses>,
  entry: Entry,
  host: AskedHost,
  patience: Effort,
): Asked | undefined {
  const chains = chainsFrom(uses, entry.start);
  if (chains.some(({ connection, mangles }) => connection || mangles)) return undefined;
  const asked = new Asked(patience);
  const code = compiled.program.section(Section.Code);
  for (const { start, end, edits } of chains) {
    for (const field of edits) asked.exact.add(field);
    for (let at = start; at < end; at += opWords(code[at]! & 255)) {
      if (opInfo(code[at]! & 255)!.kind !== 'condition') continue;
      const condition: Condition | undefined = compiled.conditions.get(at);
      if (condition !== undefined && 'test' in condition && !ask(asked, condition.test, host)) asked.unanswered.add(at);
    }
  }
  return asked;
}

/** Of each field how many bits it has; those that are not here have small numbers of values, or are told one by one. */
const BITS: Partial<Record<Field, number>> = {
  [Field.Src]: 32,
  [Field.Dst]: 32,
  [Field.CtOrigSrc]: 32,
  [Field.CtOrigDst]: 32,
  [Field.CtReplSrc]: 32,
  [Field.CtReplDst]: 32,
  [Field.MacLow]: 32,
  [Field.Uid]: 32,
  [Field.Gid]: 32,
  // but for NO_PROTOCOL: such a packet is of no kind
  [Field.Proto]: 8,
  [Field.TcpFlags]: 8,
  [Field.Ttl]: 8,
  [Field.Tos]: 8,
  [Field.Sport]: 16,
  [Field.Dport]: 16,
  [Field.Length]: 16,
  [Field.Frag]: 15,
  [Field.TransportLen]: 16,
  [Field.Flags]: 16,
  [Field.CtOrigSport]: 16,
  [Field.CtOrigDport]: 16,
  [Field.CtReplSport]: 16,
  [Field.CtReplDport]: 16,
};
export const bitsOfField = (field: Field): number | undefined => BITS[field];

/** False: no values answer it. */
function ask(asked: Asked, test: Test, host: AskedHost): boolean {
  switch (test.kind) {
    case 'always':
    case 'ask':
      return true;
    case 'masked':
      if (test.whole !== undefined) return askWord(asked, test.field, test.whole);
      return askMasked(asked, test.field, test.mask, test.value, host);
    case 'range':
      return askRanges(asked, test.field, [test.range]);
    case 'bitmap':
      return askRanges(asked, test.field, test.ranges);
    case 'intervals':
      if (host.family === 6) {
        asked.addAddresses(test.field, test.ranges.map(wideRange));
        return true;
      }
      return askRanges(
        asked,
        test.field,
        test.ranges.map(({ min, max }) => ({ min: min[0]!, max: max[0]! })),
      );
    case 'iface': {
      const patterns = asked.patterns.get(test.field) ?? new Set();
      asked.patterns.set(test.field, patterns.add(test.pattern));
      return true;
    }
    case 'header':
      askHeader(asked, test.bytes, host);
      return true;
    case 'headers':
      asked.add(Field.Proto, []);
      return true;
    case 'addrtype':
      if (host.family === 6) return test.limit === undefined && askTypes(asked, test.field, test.types, host);
      for (const [i, { first }] of host.addressTypes.entries())
        asked.add(test.field, [{ min: first, max: (host.addressTypes[i + 1]?.first ?? 2 ** 32) - 1 }]);
      if (test.limit !== undefined) asked.exact.add(test.limit === 'in' ? Field.InIf : Field.OutIf);
      return true;
    case 'set': {
      const set = host.sets.get(test.name);
      return set === undefined || askSet(asked, set, test.directions, host);
    }
    default:
      return false;
  }
}

function askRanges(asked: Asked, field: Field, ranges: readonly NumberRange[]): boolean {
  if (bitsOfField(field) === undefined) asked.exact.add(field);
  else asked.add(field, ranges);
  return true;
}

function askMasked(asked: Asked, field: Field, mask: number, value: number, { gathers }: AskedHost): boolean {
  // more fragments, and where this one lies: no packet here is one
  if (gathers && field === Field.Frag && (mask & ~FRAG_PART) === 0) return true;
  const bits = bitsOfField(field);
  if (bits === undefined) {
    asked.exact.add(field);
    return true;
  }
  const all = 2 ** bits - 1;
  const free = ~mask & all;
  // a prefix leaves the low bits free
  if ((free & (free + 1)) === 0) {
    const min = (value & mask & all) >>> 0;
    if ((value & ~mask) >>> 0 === 0 && value <= all) asked.add(field, [{ min, max: min + (free >>> 0) }]);
    return true;
  }
  if (bits > 16) return false;
  const held: NumberRange[] = [];
  for (let one = 0; one <= all; one++) if ((one & mask) === value) held.push({ min: one, max: one });
  asked.add(field, held);
  return true;
}

/** With the words before it, which are the same where it is looked at, it is a prefix. */
function askWord(asked: Asked, word: Field, whole: Masked): boolean {
  const range = rangeOfWord(word, whole);
  if (range === undefined) return false;
  if (range !== 'none') asked.addAddresses(addressOfWord(word), [wideRange(range)]);
  return true;
}

function askTypes(asked: Asked, field: Field, types: readonly AddrType[], { addressTypes6: all }: AskedHost): boolean {
  if (all === undefined) return false;
  const bits = types.reduce((sum, type) => sum | (1 << type), 0);
  const starts = [...all.map(({ first }) => wideOf(first)), 1n << 128n];
  const held = all.flatMap(({ types: own }, i) =>
    (own & bits) === 0 ? [] : [{ min: starts[i]!, max: starts[i + 1]! - 1n }],
  );
  asked.addAddresses(field, held);
  return true;
}

/** The guards before a header is read: whether it is a later fragment, the second of which tcp drops, and is long enough. */
function askHeader(asked: Asked, bytes: number, { gathers }: AskedHost): void {
  asked.add(Field.TransportLen, [{ min: 0, max: bytes - 1 }]);
  if (gathers) return;
  const flags = [0, 0x2000, 0x4000, 0x6000];
  for (const offset of [0, 1])
    asked.add(
      Field.Frag,
      flags.map((bits) => ({ min: bits + offset, max: bits + offset })),
    );
}

/** Sets with more members are looked up, each time. */
const MOST_MEMBERS = 1 << 16;
/** Headers from which ports are read, and protocols by which it is told how (readPort of assembly/sets.ts). */
const PORT_HEADERS = [8, 12, 20];
const PORT_PROTOCOLS = [0, 1, 6, 17, 58, 132, 136];

function askSet(asked: Asked, set: SetDef, directions: readonly ('src' | 'dst')[], host: AskedHost): boolean {
  const name = `${set.name} ${directions}`;
  const told = asked.sets.get(name) ?? askMembers(asked, set, directions, host);
  asked.sets.set(name, told);
  return told;
}

function askMembers(asked: Asked, set: SetDef, directions: readonly ('src' | 'dst')[], host: AskedHost): boolean {
  const { members, options, type } = set;
  if (type === 'list:set')
    return members.names.every((name) => {
      const held = host.sets.get(name);
      return held === undefined || askSet(asked, held, directions, host);
    });
  // sets of one family hold none of the other
  if (set.family !== undefined && set.family !== host.family) return true;
  const { timeout, netmask, bitmask, markmask } = options;
  if ([timeout, netmask, bitmask, markmask].some((one) => one !== undefined)) return false;
  if (members.count > MOST_MEMBERS) return false;
  const { dimensions, lengthsAt } = members.layout;
  let net = 0;
  for (const [i, { kind, at, words }] of dimensions.entries()) {
    const source = directions[i] === 'src';
    if (kind === 'ip' || kind === 'net') {
      const field = source ? Field.Src : Field.Dst;
      const shift = kind === 'net' ? 8 * net++ : -1;
      for (let row = 0; row < members.count; row++) {
        const length = shift < 0 ? undefined : (members.word(row, lengthsAt) >>> shift) & 255;
        askMember(asked, field, members.address(row, at, words), length);
      }
      if (kind === 'ip') askMember(asked, field, new Array<number>(words).fill(0));
    } else if (kind === 'port') askPorts(asked, set, at, source ? Field.Sport : Field.Dport, host);
    else if (kind === 'iface') asked.exact.add(source ? Field.InIf : Field.OutIf);
    else if (kind === 'mark') asked.exact.add(Field.Mark);
    else return false;
  }
  return true;
}

/** `length`: of a prefix; undefined: the address alone. */
function askMember(asked: Asked, field: Field, address: Words, length = 32 * address.length): void {
  const range = rangeOfPrefix(address, length);
  if (address.length > 1) asked.addAddresses(field, [wideRange(range)]);
  else asked.add(field, [{ min: range.min[0]!, max: range.max[0]! }]);
}

function askPorts(asked: Asked, { members }: SetDef, at: number, field: Field, host: AskedHost): void {
  const protocols = new Set(PORT_PROTOCOLS);
  for (let row = 0; row < members.count; row++) protocols.add(members.word(row, at) >>> 16);
  for (const one of protocols) asked.add(Field.Proto, [{ min: one, max: one }]);
  for (const bytes of PORT_HEADERS) askHeader(asked, bytes, host);
  for (let row = 0; row < members.count; row++) {
    const port = members.word(row, at) & 0xffff;
    asked.add(field, [{ min: port, max: port }]);
    const protocol = members.word(row, at) >>> 16;
    if (protocol !== Protocol.Icmp && protocol !== Protocol.Icmpv6) continue;
    asked.add(Field.Sport, [{ min: port >>> 8, max: port >>> 8 }]);
    asked.add(Field.Dport, [{ min: port & 255, max: port & 255 }]);
  }
}
