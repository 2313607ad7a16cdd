/**
 * A ruleset as somebody has it, read by its words alone: what each rule asks of a packet, and what a packet must be to
 * come to it. Words that say nothing here are left to chance; whether they are right is for others to say.
 */

import { protocolNumber, tcpFlags } from '../packets/words.js';
import { clamp, drawnFamily, type Family } from './address.js';
import type { Table } from './clause.js';
import { type Draft, draftedType, hasPorts, ICMP, protocolOf, TCP, UDP } from './draft.js';
import { drawAt, type Hook, type Pools } from './draw.js';
import { deviceTo, ownAddresses } from './host.js';
import { addressBetween, addressIn, netOf } from './nets.js';
import type { Random } from './random.js';

/** An option with the words behind it. */
export interface Wish {
  option: string;
  not: boolean;
  values: string[];
}

export interface GivenRule {
  table: Table;
  chain: string;
  wishes: Wish[];
}

const WORD = /"((?:\\.|[^"\\])*)"|'([^']*)'|(\S+)/g;

export function readRules(text: string): GivenRule[] {
  const rules: GivenRule[] = [];
  let table: Table = 'filter';
  for (const line of text.split(/\r?\n/)) {
    const opened = /^\*(\w+)/.exec(line);
    if (opened) table = opened[1] as Table;
    const words = Array.from(line.matchAll(WORD), (m) => m[1] ?? m[2] ?? m[3]!);
    if (words[0]?.startsWith('[')) words.shift();
    if (/^-[AI]$/.test(words[0] ?? '') && words[1] !== undefined)
      rules.push({ table, chain: words[1], wishes: wishesOf(words.slice(2)) });
  }
  return rules;
}

function wishesOf(words: readonly string[]): Wish[] {
  const wishes: Wish[] = [];
  let not = false;
  for (const word of words) {
    // `! -s 10.0.0.0/8`, and `-s ! 10.0.0.0/8` as it was written before
    if (word === '!') not = true;
    else if (/^--?[a-z]/i.test(word)) {
      wishes.push({ option: word, not, values: [] });
      not = false;
    } else {
      const wish = wishes.at(-1);
      wish?.values.push(word);
      if (not && wish) wish.not = true;
      not = false;
    }
  }
  return wishes;
}

export const valuesOf = (rules: readonly GivenRule[], options: RegExp): string[] =>
  rules.flatMap(({ wishes }) => wishes.flatMap(({ option, values }) => (options.test(option) ? values : [])));

/** The rules that a packet passes from a built-in chain to this one, and the hook it begins at. */
function pathTo(r: Random, rules: readonly GivenRule[], rule: GivenRule): { hook: Hook; wishes: Wish[] } | undefined {
  let wishes = rule.wishes;
  let { chain } = rule;
  for (let depth = 0; depth < 20; depth++) {
    if (/^(PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)$/.test(chain)) return { hook: chain as Hook, wishes };
    const to = chain;
    const calls = ({ option, values }: Wish): boolean => /^(-j|-g|--jump|--goto)$/.test(option) && values[0] === to;
    const callers = rules.filter((one) => one.table === rule.table && one.wishes.some(calls));
    if (callers.length === 0) return undefined;
    const caller = r.pick(callers);
    // what the rule itself asks comes last: it shall hold where the two have not both their way
    wishes = [...caller.wishes, ...wishes];
    chain = caller.chain;
  }
  return undefined;
}

/** A packet that mostly comes to the rule and meets it; undefined: no packet comes there. */
export function drawWitness(
  r: Random,
  pools: Pools,
  rules: readonly GivenRule[],
  rule: GivenRule,
  members: ReadonlyMap<string, readonly string[]>,
): Draft | undefined {
  const path = pathTo(r, rules, rule);
  if (path === undefined) return undefined;
  const d = drawAt(r, pools, path.hook);
  for (const wish of path.wishes) if (!wish.not || r.chance(0.3)) grant(r, pools, d, wish, members);
  d.out = deviceTo(pools.host, d.dst);
  return d;
}

/** One of `22,80,1000:2000`; the ends of a range more often than what is between. */
function oneOf(r: Random, list: string, max: number): number | undefined {
  const item = r.pick(list.split(','));
  const [, low, to, high] = /^(0x[\da-f]+|\d*)([:-]?)(\d*)$/i.exec(item) ?? [];
  if (low === undefined || item === '') return undefined;
  const from = Number(low || 0);
  if (to === '') return from;
  return r.pick([from, Number(high || max), r.between(from, Math.max(from, Number(high || max)))]);
}

const masked = (r: Random, text: string): number => {
  const [value, mask] = text.split('/').map(Number) as [number, number?];
  return ((value || 0) | (mask === undefined ? 0 : r.word() & ~mask)) >>> 0;
};

const ICMP_TYPES: Record<Family, Readonly<Record<string, number>>> = {
  4: {
    'echo-request': 8,
    'echo-reply': 0,
    'destination-unreachable': 3,
    'time-exceeded': 11,
    'parameter-problem': 12,
    'source-quench': 4,
    redirect: 5,
  },
  6: {
    'destination-unreachable': 1,
    'packet-too-big': 2,
    'time-exceeded': 3,
    'parameter-problem': 4,
    'echo-request': 128,
    'echo-reply': 129,
    'router-solicitation': 133,
    'router-advertisement': 134,
    'neighbour-solicitation': 135,
    'neighbour-advertisement': 136,
    redirect: 137,
  },
};

/** Makes the packet what one option asks for. */
function grant(
  r: Random,
  pools: Pools,
  d: Draft,
  { option, values: [value = '', second = ''] }: Wish,
  members: ReadonlyMap<string, readonly string[]>,
): void {
  const set = <K extends keyof Draft>(field: K, to: Draft[K] | undefined): void => {
    if (to !== undefined) d[field] = to;
  };
  const net = (field: 'src' | 'dst'): void => {
    const item = netOf(r, r.pick(value.split(',')));
    if (item !== undefined) d[field] = addressIn(r, item);
  };
  const link = (wanted: string): string | undefined => {
    const fits = (name: string): boolean =>
      name === wanted || (wanted.endsWith('+') && name.startsWith(wanted.slice(0, -1)));
    return pools.host.interfaces.find(({ name, up }) => up && fits(name))?.name;
  };
  const port = (field: 'sport' | 'dport'): void => {
    set(field, oneOf(r, value, 65535));
    if (!hasPorts(d.proto)) d.proto = r.pick([TCP, UDP]);
  };
  switch (option) {
    case '-s':
    case '--source':
    case '--src':
      return net('src');
    case '-d':
    case '--destination':
    case '--dst':
      return net('dst');
    case '-i':
    case '--in-interface':
      if (d.in !== null) set('in', link(value));
      return;
    case '-o':
    case '--out-interface': {
      const to = pools.host.interfaces.find(({ name }) => name === link(value));
      if (to !== undefined) d.dst = r.pick(to === pools.host.interfaces[0] ? pools.host.remotes : to.neighbours);
      return;
    }
    case '-p':
    case '--protocol':
    case '--proto':
      try {
        if (value !== 'all') d.proto = protocolOf(protocolNumber(value));
      } catch {
        // a name that only the host's own list has
      }
      return;
    case '--sport':
    case '--source-port':
    case '--sports':
    case '--source-ports':
      return port('sport');
    case '--dport':
    case '--destination-port':
    case '--dports':
    case '--destination-ports':
      return port('dport');
    case '--ports':
      return port(r.pick(['sport', 'dport']));
    case drawnFamily() === 6 ? '--icmpv6-type' : '--icmp-type': {
      d.proto = ICMP;
      const [type, code] = value.split('/');
      const number = ICMP_TYPES[drawnFamily()][type!.replace('neighbor', 'neighbour')] ?? Number(type);
      if (number >= 0 && number < 256) d.type = draftedType(number);
      if (code !== undefined) d.code = Number(code) || 0;
      return;
    }
    case '--syn':
      d.flags = 2;
      return;
    case '--tcp-flags':
      if (/^(ALL|NONE|[A-Z,]+)$/.test(second)) d.flags = second === 'ALL' ? 0x3f : tcpFlags(second);
      return;
    case '--state':
    case '--ctstate':
      if (value.includes('NEW')) d.flags = 2;
      else if (value.includes('INVALID')) d.flags = r.pick([0x12, 0x11, 0, 0x29]);
      return;
    case '--mark':
      if (d.in === null) d.mark = masked(r, value);
      return;
    case '--length':
      // the end of a range is at times more than any link takes
      set(
        'size',
        clamp((oneOf(r, value, 1500) ?? 40) - (drawnFamily() === 6 ? 40 : 20) - (d.proto === TCP ? 20 : 8), 1600),
      );
      return;
    case '--ttl':
    case '--ttl-eq':
    case '--ttl-lt':
    case '--ttl-gt':
    case '--hl':
    case '--hl-eq':
    case '--hl-lt':
    case '--hl-gt':
      set('ttl', oneOf(r, value, 255));
      return;
    case '--rt-type':
      d.ext = [{ type: 43, body: `${(Number(value) & 255).toString(16).padStart(2, '0')}0000000000` }];
      return;
    case '--mss':
      set('mss', oneOf(r, value, 65535));
      return;
    case '--tos':
      d.tos = masked(r, value) & 255;
      return;
    case '--dscp':
      d.tos = (Number(value) || 0) << 2;
      return;
    case '--src-range':
    case '--dst-range': {
      const [low, high = low] = value.split('-').map((text) => netOf(r, text)?.address);
      if (low !== undefined) d[option === '--src-range' ? 'src' : 'dst'] = addressBetween(r, low, high!);
      return;
    }
    case '--src-type':
    case '--dst-type': {
      const own = value.includes('LOCAL') ? ownAddresses(pools.host) : pools.host.odd;
      d[option === '--src-type' ? 'src' : 'dst'] = r.pick(own);
      return;
    }
    case '--match-set':
    case '--set': {
      const member = members.get(value);
      if (member !== undefined && member.length > 0) beMember(r, d, r.pick(member).split(','), second.split(','));
    }
  }
}

/** `10.0.0.0/8,tcp:80` under `src,dst`. */
function beMember(r: Random, d: Draft, parts: readonly string[], sides: readonly string[]): void {
  for (const [i, part] of parts.entries()) {
    const side = sides[i] === 'dst' ? 'dst' : 'src';
    const net = netOf(r, part.split('-')[0]!);
    const [, proto, port] = /^(?:([a-z]+):)?(\d+)/.exec(part) ?? [];
    if (net !== undefined) d[side] = addressIn(r, net);
    else if (port !== undefined) {
      d.proto = proto === 'udp' ? UDP : TCP;
      d[side === 'src' ? 'sport' : 'dport'] = Number(port);
    }
  }
}
