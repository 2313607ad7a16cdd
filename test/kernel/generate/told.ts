/**
 * Matches over what lies outside of a packet: whose socket sends it, the realm of its route, the processor that works on it, and
 * when. What holds of the last two is not drawn: whoever sends the packet sees it.
 */

import { drawnFamily } from './address.js';
import { type Clause, type Drawer, eitherWay, within } from './clause.js';
import { ownerOf } from './draft.js';

const OTHERS = [0, 1, 33, 999, 1001, 65534];

export const owner: Drawer = (d, at) => {
  if (!within(at, 'OUTPUT', 'POSTROUTING')) return undefined;
  const { r } = at;
  // what passes by has no socket, and fits what is turned round
  const has = d.in === null ? ownerOf(d) : { uid: 70_000, gid: 70_000 };
  const range = (id: number): string =>
    r.chance(0.7) ? String(id) : `${Math.max(0, id - r.below(3))}-${id + r.below(500)}`;
  const ids = (name: 'uid' | 'gid'): Clause =>
    eitherWay(r, 'owner', range(has[name]), range(r.pick(OTHERS)), (value, not) => `${not}--${name}-owner ${value}`);
  const parts = r.pick([
    () => [ids('uid')],
    () => [ids('gid')],
    () => [ids('uid'), ids('gid')],
    () => [{ ...ids('gid'), text: `--gid-owner ${r.pick(['7001', '7000-8000', '7003'])} --suppl-groups` }],
    () => [eitherWay(r, 'owner', '', '', (_, not) => `${not}--socket-exists`)],
  ])();
  return {
    kind: 'owner',
    negated: parts.some(({ negated }) => negated),
    text: `-m owner ${parts.map(({ text }) => text).join(' ')}`,
  };
};

export const cgroup: Drawer = (_d, at) => {
  if (!within(at, 'OUTPUT', 'POSTROUTING')) return undefined;
  const { r } = at;
  const negated = r.chance(0.4);
  return {
    kind: 'cgroup',
    negated,
    text: `-m cgroup ${negated ? '! ' : ''}${r.pick(['--cgroup 0', '--cgroup 1', '--path "/"'])}`,
  };
};

/** Those of host.ts, and none. */
export const realm: Drawer = (_d, at) => {
  if (drawnFamily() === 6 || !within(at, 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING')) return undefined;
  const { r } = at;
  const negated = r.chance(0.4);
  const value = r.pick(['0', '5', '0x30005', '0x50000', '0/0xffff', '0/0xffff0000', '0xc0000/0xffff0000', '5/0xff']);
  return { kind: 'realm', negated, text: `-m realm ${negated ? '! ' : ''}--realm ${value}` };
};

export const cpu: Drawer = (_d, { r }) => {
  const negated = r.chance(0.4);
  return { kind: 'cpu', negated, text: `-m cpu ${negated ? '! ' : ''}--cpu ${r.pick([0, 0, 1, 1, 2, 255])}` };
};

const WEEK = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONTH = Array.from({ length: 31 }, (_, day) => day + 1);

/** To the second, so that hardly ever one turns while packets are on their way. */
export const time: Drawer = (_d, { r }) => {
  const two = (value: number): string => String(value).padStart(2, '0');
  const hour = (): string => [r.below(24), r.below(60), r.below(60)].map(two).join(':');
  const date = (): string => `${r.between(2018, 2034)}-${two(r.between(1, 12))}-${two(r.between(1, 28))}T${hour()}`;
  const not = (): string => (r.chance(0.3) ? '! ' : '');
  const hours = (): string => {
    const [start, stop] = [hour(), hour()];
    return `--timestart ${start} --timestop ${stop}${start > stop && r.chance(0.5) ? ' --contiguous' : ''}`;
  };
  const dates = (): string => {
    const [from, to] = [date(), date()].sort();
    return r.pick([`--datestart ${from}`, `--datestop ${to}`, `--datestart ${from} --datestop ${to}`]);
  };
  const weekdays = (): string => `${not()}--weekdays ${r.some(WEEK, 4).join()}`;
  const monthdays = (): string => `${not()}--monthdays ${r.some(MONTH, 16).join()}`;
  const parts = r.pick([
    ...[[hours], [hours], [dates], [weekdays], [monthdays]],
    ...[
      [hours, dates],
      [hours, weekdays],
      [hours, monthdays],
      [weekdays, monthdays],
    ],
  ]);
  // the zone of the kernel is a matter of hours
  const zone = parts.length === 1 && parts[0] === dates && r.chance(0.3) ? ' --kerneltz' : '';
  return { kind: 'time', negated: false, text: `-m time ${parts.map((part) => part()).join(' ')}${zone}` };
};
