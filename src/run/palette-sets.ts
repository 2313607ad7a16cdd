/** Members of sets as synthetic packets are drawn from them: rows of ranges, of a set that is large a part of them. */
import { Dim, type SetSample } from '../input/synthetic/palette.js';
import { IFACE_PHYSDEV, MEMBER_WILDCARD } from '../model/members.js';
import { readsMac, type SetDef } from '../model/set.js';
import { type AddressRange, type Family, rangeOfPrefix } from '../net/address.js';
import type { Range } from './address-codes.js';

/** Members that are taken of a set, spread evenly over it. */
const MOST = 4096;
/** Sets in sets are followed so deep; the kernel refuses them. */
const DEEPEST = 4;

export class SetSamples {
  readonly list: SetSample[] = [];
  readonly #numbers = new Map<string, readonly number[]>();
  readonly #sets: ReadonlyMap<string, SetDef>;

  /** `interfaces`: numbers of those that a pattern takes. */
  constructor(
    sets: readonly SetDef[],
    private readonly interfaces: (pattern: string) => readonly number[],
    private readonly family: Family,
    private readonly range: (addresses: AddressRange) => Range,
  ) {
    this.#sets = new Map(sets.map((set) => [set.name, set]));
  }

  /** The samples of a set's members, or of the sets in it; none where nothing of it is known, or no packet has it. */
  of(name: string, depth = 0): readonly number[] {
    let numbers = this.#numbers.get(name);
    if (numbers === undefined) {
      numbers = this.#make(this.#sets.get(name), depth);
      this.#numbers.set(name, numbers);
    }
    return numbers;
  }

  #make(set: SetDef | undefined, depth: number): readonly number[] {
    if (set === undefined || set.members.count === 0 || readsMac(set.type)) return [];
    if (set.family !== undefined && set.family !== this.family) return [];
    if (set.type === 'list:set') {
      if (depth === DEEPEST) return [];
      const { members } = set;
      const names = Array.from({ length: members.count }, (_, row) => members.names[members.word(row, 0)]!);
      return names.flatMap((name) => this.of(name, depth + 1));
    }
    const rows = this.#rows(set);
    return rows.length === 0 ? [] : [this.list.push({ dims: dimsOf(set), rows: Uint32Array.from(rows) }) - 1];
  }

  #rows(set: SetDef): number[] {
    const { members } = set;
    const count = Math.min(members.count, MOST);
    const out: number[] = [];
    for (let i = 0; i < count; i++) {
      const row = Math.floor((i * members.count) / count);
      if (members.isAlive(row)) this.#row(set, row, out);
    }
    return out;
  }

  #row(set: SetDef, row: number, out: number[]): void {
    const { members } = set;
    const { dimensions, lengthsAt } = members.layout;
    const values: number[] = [];
    let net = 0;
    for (const { kind, at, words } of dimensions) {
      const word = members.word(row, at);
      const prefix = (length: number) => this.range(rangeOfPrefix(members.address(row, at, words), length));
      if (kind === 'net') values.push(...prefix((members.word(row, lengthsAt) >>> (8 * net++)) & 255));
      else if (kind === 'ip') values.push(...prefix(set.options.netmask ?? 32 * words));
      else if (kind !== 'iface') values.push(word, word);
      else {
        const [number] = this.#interfacesOf(set, row, word);
        if (number === undefined) return;
        values.push(number, number);
      }
    }
    out.push(...values);
  }

  #interfacesOf({ members }: SetDef, row: number, word: number): readonly number[] {
    if (word >= IFACE_PHYSDEV) return [];
    const name = members.names[word]!;
    return this.interfaces((members.flags(row) & MEMBER_WILDCARD) === 0 ? name : `${name}+`);
  }
}

const KINDS = { ip: Dim.Address, net: Dim.Address, iface: Dim.Interface, mark: Dim.Mark } as const;
const dimsOf = ({ type, members }: SetDef): Uint8Array =>
  Uint8Array.from(members.layout.dimensions, ({ kind }) =>
    kind === 'port' ? (type === 'bitmap:port' ? Dim.Port : Dim.ProtoPort) : KINDS[kind as keyof typeof KINDS],
  );
