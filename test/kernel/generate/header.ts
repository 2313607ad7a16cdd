/** Matches over the IP header, the packet's bytes and its mark, and those that count packets. */
import { buildPacket } from '../packets.js';
import { drawnFamily, ipText, isSpecial } from './address.js';
import { around, beside, type Drawer, eitherWay, hex, type Place, within } from './clause.js';
import { type Draft, specOf } from './draft.js';

const rangeText = ([min, max]: [number, number]): string => (min === max ? String(min) : `${min}:${max}`);

/** What the rule reads: forwarding has taken one from it before FORWARD. */
function ttlAt(d: Draft, at: Place): number {
  const forwarded = d.in !== null && d.out !== 'lo' && within(at, 'FORWARD', 'POSTROUTING');
  return forwarded ? Math.max(0, d.ttl - 1) : d.ttl;
}

/** The IP total length of the draft. */
export const lengthOf = (d: Draft): number => buildPacket(specOf({ ...d, faults: {} }, 1)).length;

export const ttl: Drawer = (d, at) => {
  const name = drawnFamily() === 6 ? 'hl' : 'ttl';
  const { r } = at;
  const value = ttlAt(d, at);
  const kind = r.pick(['eq', 'eq', 'lt', 'gt'] as const);
  if (kind === 'eq')
    return eitherWay(r, name, value, value === 64 ? 63 : 64, (v, not) => `-m ${name} ${not}--${name}-eq ${v}`);
  const hit = r.chance(0.8);
  // the bound just beside the value, so that its neighbour falls on the other side
  const bound = kind === 'lt' ? value + (hit ? 1 : 0) : value - (hit ? 1 : 0);
  if (bound < 0 || bound > 255) return undefined;
  return { kind: `${name}-${kind}`, negated: false, text: `-m ${name} --${name}-${kind} ${bound}` };
};

export const length: Drawer = (d, at) => {
  const total = lengthOf(d);
  const { r } = at;
  return eitherWay(
    r,
    'length',
    around(r, total, 65535, 40),
    beside(r, total, 65535, 200),
    (v, not) => `-m length ${not}--length ${rangeText(v)}`,
  );
};

export const tos: Drawer = (d, at) => {
  const { r } = at;
  const mask = r.pick([0xff, 0xff, 0x3f, 0xfc, 0x1e, 0x03]);
  const bits = (value: number): string =>
    mask === 0xff && r.chance(0.5) ? hex(value) : `${hex(value & mask)}/${hex(mask)}`;
  const lacks = (d.tos ^ mask) & 0xff;
  return eitherWay(r, 'tos', bits(d.tos), bits(lacks), (v, not) => `-m tos ${not}--tos ${v}`);
};

const CLASSES: Record<number, string> = { 46: 'EF', 10: 'AF11', 0: 'CS0', 8: 'CS1', 48: 'CS6' };

export const dscp: Drawer = (d, at) => {
  const value = d.tos >>> 2;
  const other = at.r.pick([46, 10, 0, 8, 48].filter((v) => v !== value));
  return eitherWay(at.r, 'dscp', value, other, (v, not) => {
    const name = CLASSES[v];
    return `-m dscp ${not}${name !== undefined && at.r.chance(0.4) ? `--dscp-class ${name}` : `--dscp ${hex(v)}`}`;
  });
};

export const ecnIp: Drawer = (d, at) => {
  const value = d.tos & 3;
  return eitherWay(at.r, 'ecn', value, value ^ at.r.between(1, 3), (v, not) => `-m ecn ${not}--ecn-ip-ect ${v}`);
};

export const mark: Drawer = (d, at) => {
  const { r } = at;
  // marks that rules of the scenario set are as good a guess as the one the packet came with
  const value = at.table === 'raw' || r.chance(0.5) ? d.mark : r.pick([d.mark, ...at.pools.marks]);
  const mask = r.pick([0xffffffff, 0xffffffff, 0xff, 0xffff, 1, 0x80000000]);
  const bits = (v: number): string => (mask === 0xffffffff ? hex(v) : `${hex((v & mask) >>> 0)}/${hex(mask)}`);
  return eitherWay(
    r,
    'mark',
    bits(value),
    bits((value ^ (mask & -mask)) >>> 0),
    (v, not) => `-m mark ${not}--mark ${v}`,
  );
};

export const iprange: Drawer = (d, at) => {
  const { r } = at;
  const texts: string[] = [];
  let negated = false;
  // the order of those beside the network is another
  if (isSpecial(d.src) || isSpecial(d.dst)) return undefined;
  for (const [side, value] of r.some(
    [
      ['src', d.src],
      ['dst', d.dst],
    ] as const,
    r.chance(0.25) ? 2 : 1,
  )) {
    const clause = eitherWay(
      r,
      'iprange',
      around(r, value, 0xffffffff, 300),
      beside(r, value, 0xffffffff, 40),
      ([min, max], not) => `${not}--${side}-range ${ipText(min)}-${ipText(max)}`,
    );
    texts.push(clause.text);
    negated ||= clause.negated;
  }
  return { kind: 'iprange', negated, text: `-m iprange ${texts.join(' ')}` };
};

/** Tests on the bytes of the witness, read from the IP header or, by an @, from the transport header on. */
export const u32: Drawer = (d, at) => {
  if (drawnFamily() === 6) return undefined;
  const { r } = at;
  const bytes = buildPacket(specOf(d, 1));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tests: string[] = [];
  const head = 4 * (bytes[0]! & 15);
  const hit = r.chance(0.75);
  for (let n = r.between(1, 2); n > 0; n--) {
    const transport = r.chance(0.4) && bytes.length >= head + 8;
    // 4 to 11 change on the way: identification, ttl, checksum
    const offset = transport ? r.pick([0, 4]) : r.pick([0, 2, 6, 12, 13, 16, 0, bytes.length]);
    const place = (transport ? head : 0) + offset;
    let value = place + 4 <= bytes.length ? view.getUint32(place) : 0;
    let location = transport ? `0>>22&0x3C@${offset}` : String(offset);
    if (r.chance(0.6)) {
      const shift = r.pick([8, 16, 24]);
      location += `>>${shift}`;
      value >>>= shift;
    }
    if (r.chance(0.5)) {
      const mask = r.pick([0xff, 0xffff, 0xf0, 0x1fff]);
      location += `&${hex(mask)}`;
      value = (value & mask) >>> 0;
    }
    if (r.chance(0.1)) {
      location += '<<4';
      value = (value << 4) >>> 0;
    }
    const [min, max] = hit ? around(r, value, 0xffffffff, 50) : beside(r, value, 0xffffffff, 50);
    const range = min === max ? hex(min) : `${hex(min)}:${hex(max)}`;
    tests.push(`${location}=${r.chance(0.2) ? `${hex(r.below(9))},${range}` : range}`);
  }
  const negated = r.chance(0.25);
  return { kind: 'u32', negated, text: `-m u32 ${negated ? '! ' : ''}--u32 "${tests.join('&&')}"` };
};

/** Bytes of the witness, at or beside a place that is asked for. */
export const string: Drawer = (d, at) => {
  const { r } = at;
  const bytes = buildPacket(specOf({ ...d, faults: {} }, 1));
  const head = drawnFamily() === 6 ? 40 : 4 * (bytes[0]! & 15);
  const payload = d.text === '' ? -1 : Buffer.from(bytes).indexOf(d.text.slice(0, d.size), head);
  const start = Math.min(
    r.pick([12, 16, head, head + 2, ...(d.size > 3 && payload > 0 ? Array(8).fill(payload + r.below(3)) : [])]),
    bytes.length - 1,
  );
  const own = Buffer.from(bytes.subarray(start, start + r.between(2, 8)));
  const anyCase = r.chance(0.25);
  const text = own.toString('latin1');
  const has = anyCase && r.chance(0.5) ? (r.chance(0.5) ? text.toLowerCase() : text.toUpperCase()) : text;
  const lacks = `${text.slice(0, -1)}${String.fromCharCode((own.at(-1)! ^ r.pick([0x20, 1, 0x80])) & 255)}`;
  const end = start + own.length;
  const from = r.chance(0.3) ? Math.max(0, start + r.pick([-8, -1, 0, 1])) : undefined;
  const to = r.chance(0.3) ? Math.max(from ?? 0, end + r.pick([-1, 0, 1, 8])) : undefined;
  const places = [from === undefined ? '' : ` --from ${from}`, to === undefined ? '' : ` --to ${to}`];
  const said = (value: string) =>
    /^[\w /:@.]+$/.test(value)
      ? `--string "${value}"`
      : `--hex-string "|${Buffer.from(value, 'latin1').toString('hex')}|"`;
  const clause = eitherWay(r, 'string', has, lacks, (value, not) => `-m string ${not}${said(value)}`);
  const how = `--algo ${r.pick(['bm', 'kmp'])}${anyCase ? ' --icase' : ''}`;
  return { ...clause, text: `${clause.text} ${how}${places.join('')}` };
};

/**
 * At these rates no token comes back while a scenario runs, so that only the burst is ever spent. A day times a burst
 * above 1 does not fit the kernel's counter (xt_limit.c) and is refused.
 */
export const limit: Drawer = (_d, at) => {
  const [rate, burst] = at.r.pick([
    ['1/hour', at.r.between(1, 3)],
    ['2/hour', at.r.between(1, 3)],
    ['1/day', 1],
  ] as const);
  return { kind: 'limit', negated: false, text: `-m limit --limit ${rate} --limit-burst ${burst}` };
};

export const nth: Drawer = (_d, at) => {
  const every = at.r.between(2, 4);
  const negated = at.r.chance(0.3);
  return {
    kind: 'statistic',
    negated,
    text: `-m statistic --mode nth ${negated ? '! ' : ''}--every ${every} --packet ${at.r.below(every)}`,
  };
};
