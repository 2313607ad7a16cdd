/** Extension headers of IPv6: what packets have of them, and matches that ask for them: ah, dst, frag, hbh, ipv6header, mh, rt, srh. */
import { drawnFamily, ipText, netText } from './address.js';
import { around, beside, type Clause, type Drawer, eitherWay, type Place } from './clause.js';
import { type Draft, MOBILITY } from './draft.js';
import type { Random } from './random.js';

/** A header as packets.ts makes it: what stands behind the byte of its length, padded to eight. */
export interface ExtHeader {
  readonly type: number;
  readonly body: string;
}

const HOP = 0;
const ROUTING = 43;
const AUTH = 51;
const OPTIONS = 60;

/** Options as type and length: padding, the router alert, one that is skipped and one of another length. */
const DST_OPTIONS = ['010400000000', '3e0400000000', '0c02aabb0100', '3e02aabb0c00'];
const HOP_OPTIONS = ['010400000000', '050200000100'];
const addressHex = (value: number): string => `20010db80000000000000000${(value >>> 0).toString(16).padStart(8, '0')}`;

/** Mostly none. A routing header has no segment left, so that its packet goes on. */
export function drawHeaders(r: Random, addresses: readonly number[]): ExtHeader[] {
  if (drawnFamily() === 4 || r.chance(0.75)) return [];
  const some = (share: number, draw: () => ExtHeader): ExtHeader[] => (r.chance(share) ? [draw()] : []);
  const address = (): string => addressHex(r.pick(addresses));
  return [
    ...some(0.3, () => ({ type: HOP, body: r.pick(HOP_OPTIONS) })),
    ...some(0.5, () => ({ type: OPTIONS, body: r.pick(DST_OPTIONS) })),
    ...some(0.3, () =>
      r.chance(0.5)
        ? { type: ROUTING, body: `0000${r.pick(['00000000', '00000001'])}${address()}` }
        : // of segments: the last entry, flags, a tag
          { type: ROUTING, body: `0400${r.pick(['00', '01'])}00${r.pick(['0000', '0007'])}${address()}${address()}` },
    ),
    ...some(0.2, () => ({
      type: AUTH,
      body: `${r.pick(['0000', '0001'])}0000010${r.below(10)}00000001${'00'.repeat(12)}`,
    })),
  ];
}

const findHeader = (d: Draft, type: number): ExtHeader | undefined => d.ext.find((header) => header.type === type);
/** Bytes of a header: body, type and length, in steps of eight. */
const lengthOf = ({ body }: ExtHeader): number => 8 * Math.ceil((2 + body.length / 2) / 8);

const word = ({ body }: ExtHeader, at: number, bytes: number): number =>
  Number.parseInt(body.slice(2 * at, 2 * (at + bytes)), 16);

function options(name: 'dst' | 'hbh', type: number): Drawer {
  return (d, at) => {
    if (drawnFamily() === 4) return undefined;
    const { r } = at;
    const header = findHeader(d, type) ?? { type, body: '010400000000' };
    const parts: Clause[] = [];
    if (r.chance(0.5)) parts.push(numbered(at, name, `${name}-len`, lengthOf(header), 64));
    if (r.chance(0.6)) {
      const [kind, length] = [word(header, 0, 1), word(header, 1, 1)];
      const own = r.pick([`${kind}`, `${kind}:${length}`]);
      const text = r.chance(0.7) ? own : r.pick([`${kind}:${length + 1}`, `${kind + 1}`, `${own},1`]);
      parts.push({ kind: name, negated: false, text: `--${name}-opts ${text}` });
    }
    return together(name, parts);
  };
}
export const dst = options('dst', OPTIONS);
export const hbh = options('hbh', HOP);

const numbered = (at: Place, kind: string, option: string, has: number, spread: number): Clause =>
  eitherWay(at.r, kind, has, has + 1 + at.r.below(spread), (value, not) => `${not}--${option} ${value}`);

const ranged = (at: Place, kind: string, option: string, has: number, most: number): Clause =>
  eitherWay(
    at.r,
    kind,
    around(at.r, has, most, 20),
    beside(at.r, has, most, 20),
    ([min, max], not) => `${not}--${option} ${min === max ? min : `${min}:${max}`}`,
  );

const together = (kind: string, parts: readonly Clause[]): Clause => ({
  kind,
  negated: parts.some((part) => part.negated),
  text: [`-m ${kind}`, ...parts.map((part) => part.text)].join(' '),
});

/** What tells fragments from those of others is a packet's own number. */
export const frag: Drawer = (d, at) => {
  if (drawnFamily() === 4) return undefined;
  const { r } = at;
  const parts: Clause[] = [];
  const flag = (option: string): void => {
    parts.push({ kind: 'frag', negated: false, text: `--${option}` });
  };
  if (r.chance(0.3)) parts.push(ranged(at, 'frag', 'fragid', r.between(100, 160), 0xffffffff));
  if (r.chance(0.1)) flag('fragres');
  const [first, more] = [(d.frag === 0) === r.chance(0.8), d.mf === r.chance(0.8)];
  if (r.chance(0.3)) flag(first ? 'fragfirst' : 'fragmore');
  if (parts.length === 0 && r.chance(0.4)) flag(more ? 'fragmore' : 'fraglast');
  return together('frag', parts);
};

const NAMES: Readonly<Record<number, string>> = {
  [HOP]: 'hop',
  [OPTIONS]: 'dst',
  [ROUTING]: 'route',
  [AUTH]: 'auth',
  50: 'esp',
};

export const ipv6header: Drawer = (d, at) => {
  if (drawnFamily() === 4) return undefined;
  const { r } = at;
  const known = d.ext.map(({ type }) => NAMES[type]!);
  if (d.frag > 0 || d.mf) known.push('frag');
  known.push(d.proto === 50 ? 'esp' : 'prot');
  const others = ['hop', 'dst', 'route', 'frag', 'auth', 'esp', 'none', 'prot'].filter((name) => !known.includes(name));
  const soft = r.chance(0.4);
  const has = soft ? r.some(known, r.between(1, known.length)) : known;
  const lacks = [...has, r.pick(others)];
  return eitherWay(r, 'ipv6header', has, lacks, (names, not) =>
    [`-m ipv6header ${not}--header ${names.join(',')}`, ...(soft ? ['--soft'] : [])].join(' '),
  );
};

export const rt: Drawer = (d, at) => {
  if (drawnFamily() === 4) return undefined;
  const { r } = at;
  const header = findHeader(d, ROUTING) ?? { type: ROUTING, body: `000000000000${addressHex(d.dst)}` };
  const type = word(header, 0, 1);
  const parts: Clause[] = [];
  const zero = type === 0 && r.chance(0.4);
  if (zero) parts.push({ kind: 'rt', negated: false, text: '--rt-type 0' });
  else if (r.chance(0.5)) parts.push(numbered(at, 'rt', 'rt-type', type, 3));
  if (r.chance(0.4)) parts.push(ranged(at, 'rt', 'rt-segsleft', word(header, 1, 1), 255));
  if (r.chance(0.4)) parts.push(numbered(at, 'rt', 'rt-len', lengthOf(header), 20));
  if (zero && r.chance(0.5)) parts.push({ kind: 'rt', negated: false, text: '--rt-0-res' });
  if (zero && r.chance(0.5)) {
    const one = Number.parseInt(header.body.slice(36, 44), 16);
    const list = r
      .pick([[one], [one, d.dst], [d.src]])
      .map(ipText)
      .join(',');
    const strict = r.chance(0.5) ? '' : ' --rt-0-not-strict';
    parts.push({ kind: 'rt', negated: false, text: `--rt-0-addrs ${list}${strict}` });
  }
  return together('rt', parts);
};

export const srh: Drawer = (d, at) => {
  if (drawnFamily() === 4) return undefined;
  const { r } = at;
  const header = d.ext.find(({ type, body }) => type === ROUTING && body.startsWith('04'));
  const body = header?.body ?? `0400010000070000${addressHex(d.dst)}`;
  const value = (first: number, bytes: number): number =>
    Number.parseInt(body.slice(2 * first, 2 * (first + bytes)), 16);
  const compared = (name: string, has: number, most: number): Clause => {
    const how = r.pick(['eq', 'gt', 'lt'] as const);
    const [holds, fails] = how === 'eq' ? [has, has + 1] : how === 'gt' ? [has - 1, has] : [has + 1, has];
    const bounded = (one: number): number => Math.min(most, Math.max(0, one));
    return eitherWay(r, 'srh', bounded(holds), bounded(fails), (one, not) => `${not}--srh-${name}-${how} ${one}`);
  };
  const sid = (name: string, address: number): Clause =>
    eitherWay(
      r,
      'srh',
      address,
      address ^ 0x100,
      (one, not) => `${not}--srh-${name} ${netText(one, r.pick([24, 32]))}`,
    );
  const last = Number.parseInt(body.slice(-8), 16);
  const parts = r
    .some<() => Clause>(
      [
        () => compared('hdr-len', Math.ceil((2 + body.length / 2) / 8) - 1, 255),
        () => compared('segs-left', value(1, 1), 255),
        () => compared('last-entry', value(2, 1), 255),
        () => numbered(at, 'srh', 'srh-tag', value(4, 2), 9),
        () => numbered(at, 'srh', 'srh-next-hdr', d.proto, 3),
        () => sid('psid', last),
        () => sid('nsid', last),
        () => sid('lsid', last),
      ],
      r.between(0, 3),
    )
    .map((draw) => draw());
  return together('srh', parts);
};

/** Of a header beside others, whatever the rule's protocol. */
export const ah6: Drawer = (d, at) => {
  if (drawnFamily() === 4) return undefined;
  const { r } = at;
  const header = findHeader(d, AUTH) ?? { type: AUTH, body: `000000000105${'00'.repeat(16)}` };
  const parts: Clause[] = [];
  if (r.chance(0.5)) parts.push(ranged(at, 'ah', 'ahspi', word(header, 2, 4), 0xffffffff));
  if (r.chance(0.4)) parts.push(numbered(at, 'ah', 'ahlen', lengthOf(header), 8));
  if (r.chance(0.3)) parts.push({ kind: 'ah', negated: false, text: '--ahres' });
  return together('ah', parts);
};

/** Behind the rule's `-p`. */
export function mobility(d: Draft, at: Place): Clause[] {
  if (drawnFamily() === 4 || d.proto !== MOBILITY) return [];
  return [{ ...ranged(at, 'mh', 'mh-type', d.type, 255) }].map((part) => ({ ...part, text: `-m mh ${part.text}` }));
}

/** Nothing here has frames. */
export const eui64: Drawer = (_d, at) => {
  if (drawnFamily() === 4 || !at.hooks.every((hook) => ['PREROUTING', 'INPUT', 'FORWARD'].includes(hook)))
    return undefined;
  return { kind: 'eui64', negated: false, text: '-m eui64' };
};
