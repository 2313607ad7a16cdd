/** The options of a rule itself: -s -d -i -o -p -f. */
import { drawnFamily, ipText, masked, maskedText, maskOf, netText } from './address.js';
import { type Clause, type Drawer, eitherWay, type Place, within } from './clause.js';
import { type Draft, protocolOf } from './draft.js';
import type { Hook } from './draw.js';
import { ownAddresses } from './host.js';

const MASKS = [0xff00ff00, 0xffff00ff, 0x000000ff, 0xfffffffe, 0x00ffffff, 0xff000000].map((mask) => mask >>> 0);

function addressText(value: number, at: Place): string {
  const { r } = at;
  if (r.chance(0.12)) {
    const mask = r.pick(MASKS);
    return maskedText(value, mask);
  }
  const length = r.weighted([
    [40, 32],
    [25, 24],
    [8, 16],
    [6, 8],
    [20, r.between(1, 31)],
  ] as const);
  return length === 32 ? ipText(value) : netText(value, length);
}

function otherAddress(value: number, at: Place): number {
  const { r, pools } = at;
  const near = (value ^ (1 << r.below(4))) >>> 0;
  return r.pick(
    [near, ...r.some(pools.host.remotes, 2), ...r.some(ownAddresses(pools.host), 1)].filter((a) => a !== value),
  );
}

/** An address or prefix around the one the witness has, and one without it. */
function addressClause(kind: '-s' | '-d', value: number, at: Place): Clause {
  const { r } = at;
  let lacks = ipText(otherAddress(value, at));
  if (r.chance(0.4)) {
    const length = r.between(4, 30);
    lacks = netText((value ^ ~maskOf(length - 1) ^ ~maskOf(length)) >>> 0, length);
  }
  return eitherWay(r, kind, addressText(value, at), lacks, (text, not) => `${not}${kind} ${text}`);
}

const wildcards = (name: string): string[] => [name, name, name, `${name.slice(0, -1)}+`, `${name}+`, 'e+', '+'];

/** The device that the witness has at the hook; empty where the hook has none. */
function device(d: Draft, hook: Hook, side: 'in' | 'out'): string {
  if (side === 'in') return hook === 'OUTPUT' || d.in === null ? '' : d.in;
  return hook === 'PREROUTING' || hook === 'INPUT' ? '' : d.out;
}

function deviceClause(side: 'in' | 'out'): Drawer {
  const kind = side === 'in' ? '-i' : '-o';
  return (d, at) => {
    const without: Hook[] = side === 'in' ? ['OUTPUT', 'POSTROUTING'] : ['PREROUTING', 'INPUT'];
    if (at.builtin && at.hooks.some((hook) => without.includes(hook))) return undefined;
    const has = device(d, at.r.pick(at.hooks), side);
    const others = ['eth0', 'eth1', 'eth2', 'eth1+', 'lo', 'wlan0', 'et'].filter((name) => name !== has);
    return eitherWay(
      at.r,
      kind,
      at.r.pick(has === '' ? ['+'] : wildcards(has)),
      at.r.pick(others),
      (name, not) => `${not}${kind} ${name}`,
    );
  };
}

const NAMES: Record<number, string> = {
  1: 'icmp',
  4: 'ipencap',
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  58: 'ipv6-icmp',
  89: 'ospf',
  108: 'ipcomp',
  132: 'sctp',
  135: 'mobility-header',
  136: 'udplite',
};

/** As a rule names it; the drafts' ICMP is that of the family. */
export const protocolText = (proto: number): string => NAMES[protocolOf(proto)] ?? String(protocolOf(proto));
const numberText = (proto: number): string => String(protocolOf(proto));

export const source: Drawer = (d, at) => addressClause('-s', d.src, at);
export const destination: Drawer = (d, at) => addressClause('-d', d.dst, at);
export const input = deviceClause('in');
export const output = deviceClause('out');

/** The protocol alone: no match that needs it follows. */
export const protocol: Drawer = (d, at) => {
  const name = (proto: number): string => (at.r.chance(0.7) ? protocolText(proto) : numberText(proto));
  const other = at.r.pick([1, 6, 17, 132, 255].filter((proto) => proto !== d.proto));
  return eitherWay(at.r, '-p', d.proto, other, (proto, not) => `${not}-p ${name(proto)}`);
};

export const fragmented: Drawer = (d, at) => {
  // ip6tables has no such option
  if (drawnFamily() === 6) return undefined;
  const negated = at.r.chance(0.1) ? d.frag > 0 : d.frag === 0;
  return { kind: '-f', negated, text: negated ? '! -f' : '-f' };
};

export const comment: Drawer = (_d, at) => ({
  kind: 'comment',
  negated: false,
  text: `-m comment --comment ${at.r.pick(['plain', '"two words"', '"with \\"quotes\\" and \'these\'"', '"-j DROP"', '"# no comment"'])}`,
});

export const deviceGroup: Drawer = (d, at) => {
  const { r } = at;
  const sides: ('in' | 'out')[] = [];
  if (within(at, 'PREROUTING', 'INPUT', 'FORWARD')) sides.push('in');
  if (within(at, 'FORWARD', 'OUTPUT', 'POSTROUTING')) sides.push('out');
  if (sides.length === 0) return undefined;
  const side = r.pick(sides);
  const name = side === 'in' ? d.in : d.out;
  const group = at.pools.host.interfaces.find((i) => i.name === name)?.group ?? 0;
  const mask = r.pick([0xff, 0xf, 0x100, 1]);
  const text = (value: number): string =>
    r.chance(0.4) ? `${`0x${(masked(value, 32) & mask).toString(16)}`}/0x${mask.toString(16)}` : String(value);
  return eitherWay(
    r,
    'devgroup',
    text(group),
    text(r.pick([0, 5, 0x105, 7].filter((g) => g !== group))),
    (value, not) => `-m devgroup ${not}--${side === 'in' ? 'src' : 'dst'}-group ${value}`,
  );
};
