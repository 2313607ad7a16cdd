/**
 * The sets of a scenario. They fill up while rules are drawn: a rule that asks a set mostly adds the element that its
 * witness has there, or something around it. `ipset restore` refuses an element that is there already, so the
 * book keeps every single one.
 */
import { drawnFamily, ip, ipText, isSpecial, masked, maskOf, netText } from './address.js';
import type { Clause } from './clause.js';
import { type Draft, FOREIGN_ICMP, hasPorts, ICMP, typeOfIcmp } from './draft.js';
import type { Pools } from './draw.js';
import type { Random } from './random.js';

type Dimension = 'ip' | 'net' | 'port' | 'iface';
type Side = 'src' | 'dst';

/** The types that the generator can write. Which of them a kernel has is for the caller to say. */
export const SET_TYPES = [
  'bitmap:ip',
  'bitmap:port',
  'hash:ip',
  'hash:net',
  'hash:ip,port',
  'hash:ip,port,ip',
  'hash:ip,port,net',
  'hash:net,port',
  'hash:net,iface',
  'hash:net,net',
  'hash:net,port,net',
  'list:set',
] as const;
export type SetType = (typeof SET_TYPES)[number];

interface DrawnSet {
  name: string;
  type: SetType;
  dimensions: Dimension[];
  options: string;
  /** the addresses a bitmap can hold; all for the others. */
  span: [number, number];
  netmask: number;
  timeouts: boolean;
  comments: boolean;
  /** of a list:set. */
  members: DrawnSet[];
  lines: string[];
  elements: Set<string>;
}

/** An element of one dimension: its text, and the names of the single elements that it stands for. */
interface Part {
  text: string;
  singles: string[];
}

const PORT_PROTOCOLS: Record<number, string> = { 6: 'tcp', 17: 'udp', 132: 'sctp', 136: 'udplite' };

/** The prefixes that an address range is made of, as the kernel splits it. */
function prefixesOf(min: number, max: number): string[] {
  const out: string[] = [];
  for (let at = min; at <= max; ) {
    let length = 32;
    while (length > 1 && masked(at, length - 1) === at && at + (~maskOf(length - 1) >>> 0) <= max) length--;
    out.push(netText(at, length));
    at += (~maskOf(length) >>> 0) + 1;
  }
  return out;
}

export class SetBook {
  private readonly sets: DrawnSet[] = [];

  constructor(
    private readonly r: Random,
    private readonly pools: Pools,
    private readonly types: readonly SetType[],
    private readonly most: number,
  ) {}

  text(): string {
    const create = ({ name, type, options }: DrawnSet): string => `create ${name} ${type}${options}`;
    return this.sets.map((set) => `${[create(set), ...set.lines].join('\n')}\n`).join('');
  }

  /** A rule's question to a set: `-m set`. */
  clause(d: Draft): Clause | undefined {
    const { r } = this;
    if (this.types.length === 0) return undefined;
    const set =
      this.sets.length < this.most && (this.sets.length < 2 || r.chance(0.4)) ? this.create() : r.pick(this.sets);
    const asked = set.members.length > 0 ? r.pick(set.members) : set;
    const sides = asked.dimensions.map(() => r.pick(['src', 'dst'] as const));
    const there = r.chance(0.6);
    if (there) this.addAround(asked, d, sides);
    else if (r.chance(0.7))
      this.addAround(
        asked,
        {
          ...d,
          src: r.pick(this.pools.host.remotes),
          dport: r.pick(this.pools.ports),
          dst: (d.dst ^ (1 << r.below(9))) >>> 0,
        },
        sides,
      );
    // superfluous directions are ignored, a missing one makes the test fail
    if (r.chance(0.08)) sides.push(r.pick(['src', 'dst']));
    else if (sides.length > 1 && r.chance(0.03)) sides.pop();
    const negated = r.chance(there ? 0.12 : 0.65);
    const nomatch = asked.dimensions.includes('net') && r.chance(0.15) ? ' --return-nomatch' : '';
    return {
      kind: `set ${set.type}`,
      negated,
      text: `-m set ${negated ? '! ' : ''}--match-set ${set.name} ${sides.slice(0, 6).join(',')}${nomatch}`,
    };
  }

  /** What a rule does to sets: the words behind `-j SET`. undefined: there are none. */
  change(mangles: boolean): string | undefined {
    const { r } = this;
    if (this.types.length === 0) return undefined;
    const use = () => {
      const set = this.sets.length === 0 ? this.create() : r.pick(this.sets);
      const { dimensions } = set.members.length > 0 ? r.pick(set.members) : set;
      const sides = dimensions.map(() => r.pick(['src', 'dst'] as const));
      if (r.chance(0.1)) sides.push('src');
      else if (sides.length > 1 && r.chance(0.05)) sides.pop();
      return `${set.name} ${sides.join(',')}`;
    };
    const time = r.pick(['', '', ' --timeout 0', ' --timeout 3600']);
    const add = ` --add-set ${use()}${r.chance(0.5) ? ' --exist' : ''}${time}`;
    const words = r.pick([add, add, ` --del-set ${use()}`, `${add} --del-set ${use()}`]);
    return mangles && r.chance(0.2) ? `${words} --map-set ${use()} --map-mark` : words;
  }

  private create(): DrawnSet {
    const { r } = this;
    const plain = this.sets.filter((set) => set.type !== 'list:set');
    // no bitmap has room for IPv6
    const types = this.types.filter(
      (type) => (type !== 'list:set' || plain.length >= 2) && (type !== 'bitmap:ip' || drawnFamily() === 4),
    );
    const type = r.pick(types);
    const dimensions = type === 'list:set' ? [] : (type.slice(type.indexOf(':') + 1).split(',') as Dimension[]);
    const set: DrawnSet = {
      name: `${type.replace(/\W/g, '_')}-${this.sets.length}`,
      type,
      dimensions,
      options: '',
      span: [0, 0xffffffff],
      netmask: 32,
      timeouts: false,
      comments: false,
      members: [],
      lines: [],
      elements: new Set(),
    };
    if (type === 'bitmap:ip') {
      const base = r.pick(['192.168.1.0', '10.20.0.0', '10.99.0.0']);
      set.netmask = r.chance(0.25) ? 28 : 32;
      set.span = [ip(base), ip(base) + 255];
      set.options = ` range ${base}/24${set.netmask === 32 ? '' : ` netmask ${set.netmask}`}`;
    } else if (type === 'bitmap:port') {
      set.span = r.pick([
        [0, 65535],
        [1, 1024],
      ]);
      set.options = ` range ${set.span[0]}-${set.span[1]}`;
    } else if (type === 'list:set') {
      set.members = r.some(plain, r.between(2, 3));
      set.lines = set.members.map((member) => `add ${set.name} ${member.name}`);
      set.options = ' size 8';
    } else {
      if (type === 'hash:ip' && r.chance(0.25)) set.netmask = r.pick([24, 28, 16]);
      const netmask = drawnFamily() === 4 ? set.netmask : 96 + set.netmask;
      const family = drawnFamily() === 4 ? 'inet' : 'inet6';
      set.options = ` family ${family} hashsize ${r.pick([64, 1024])} maxelem 65536${set.netmask === 32 ? '' : ` netmask ${netmask}`}`;
    }
    if (type !== 'list:set') {
      set.timeouts = r.chance(0.15);
      set.comments = r.chance(0.15);
      if (set.timeouts) set.options += ' timeout 0';
      if (r.chance(0.2)) set.options += ' counters';
      if (set.comments) set.options += ' comment';
    }
    this.sets.push(set);
    return set;
  }

  /** Adds the element that the packet has, or one around it, and at times an exception inside or beside it. */
  private addAround(set: DrawnSet, d: Draft, sides: readonly Side[]): void {
    const { r } = this;
    const parts = set.dimensions.map((_, i) => this.part(set, i, d, sides[i]!, false));
    this.add(set, parts, false);
    if (set.dimensions.includes('net') && r.chance(0.3)) {
      const near = { ...d, src: (d.src ^ (1 << r.below(6))) >>> 0, dst: (d.dst ^ (1 << r.below(6))) >>> 0 };
      const exception = set.dimensions.map((_, i) => this.part(set, i, r.chance(0.3) ? d : near, sides[i]!, true));
      this.add(set, exception, true);
    }
  }

  private add(set: DrawnSet, parts: (Part | undefined)[], nomatch: boolean): void {
    if (parts.length === 0 || parts.includes(undefined)) return;
    const known = parts as Part[];
    const singles = known.reduce<string[]>(
      (all, part) => all.flatMap((a) => part.singles.map((b) => `${a} ${b}`)),
      [''],
    );
    if (singles.some((single) => set.elements.has(single))) return;
    for (const single of singles) set.elements.add(single);
    let line = `add ${set.name} ${known.map((part) => part.text).join(',')}`;
    if (set.timeouts && this.r.chance(0.5)) line += ' timeout 3600';
    if (set.comments && this.r.chance(0.6)) line += ' comment "one of them"';
    set.lines.push(nomatch ? `${line} nomatch` : line);
  }

  private part(set: DrawnSet, index: number, d: Draft, side: Side, narrow: boolean): Part | undefined {
    const { r } = this;
    const dimension = set.dimensions[index];
    const address = side === 'src' ? d.src : d.dst;
    const alone = set.dimensions.length === 1;
    // its neighbours lie in another network
    if (isSpecial(address) && (dimension === 'ip' || dimension === 'net')) return undefined;
    const ranges = drawnFamily() === 4;
    if (dimension === 'ip') {
      if (address < set.span[0] || address > set.span[1] || address === 0) return undefined;
      // a range only in the first dimension: the last of hash:ip,port,ip takes none
      if (set.netmask === 32 && index === 0 && ranges && r.chance(0.2)) {
        const min = Math.max(set.span[0], address - r.below(4));
        const max = Math.min(set.span[1], address + r.below(4), 0xfffffffe);
        return {
          text: `${ipText(min)}-${ipText(max)}`,
          singles: Array.from({ length: max - min + 1 }, (_, i) => ipText(min + i)),
        };
      }
      return { text: ipText(address), singles: [ipText(masked(address, set.netmask))] };
    }
    if (dimension === 'net') {
      if (alone && !narrow && ranges && r.chance(0.2)) {
        const min = Math.max(1, address - r.below(20));
        const max = Math.min(0xfffffffe, address + r.below(20));
        return { text: `${ipText(min)}-${ipText(max)}`, singles: prefixesOf(min, max) };
      }
      const length = narrow ? r.pick([32, 31, 30, 28]) : r.pick([32, 24, 24, 16, 8, r.between(1, 31)]);
      const text = netText(address, length);
      return address === 0 ? undefined : { text, singles: [text] };
    }
    if (dimension === 'iface') {
      const name = side === 'src' ? d.in : d.out;
      return name === null ? undefined : { text: name, singles: [name] };
    }
    return this.port(set, d, side);
  }

  private port(set: DrawnSet, d: Draft, side: Side): Part | undefined {
    const { r } = this;
    const value = side === 'src' ? d.sport : d.dport;
    if (set.type === 'bitmap:port') {
      if (!hasPorts(d.proto) || value < set.span[0] || value > set.span[1]) return undefined;
      const max = r.chance(0.3) ? Math.min(set.span[1], value + r.below(9)) : value;
      return {
        text: max === value ? `${value}` : `${value}-${max}`,
        singles: Array.from({ length: max - value + 1 }, (_, i) => `${value + i}`),
      };
    }
    if (d.proto === ICMP) {
      const said = `${typeOfIcmp(d.type)}/${d.code}`;
      return { text: `${drawnFamily() === 4 ? 'icmp' : 'icmpv6'}:${said}`, singles: [`1:${said}`] };
    }
    const name = PORT_PROTOCOLS[d.proto];
    // a protocol without ports stands with port 0; dccp is refused
    if (name === undefined)
      return d.proto === 33 || d.proto === FOREIGN_ICMP
        ? undefined
        : { text: `${d.proto}:0`, singles: [`${d.proto}:0`] };
    const max = r.chance(0.25) ? Math.min(65535, value + r.below(9)) : value;
    const text = `${name}:${value}${max === value ? '' : `-${max}`}`;
    return { text, singles: Array.from({ length: max - value + 1 }, (_, i) => `${d.proto}:${value + i}`) };
  }
}
