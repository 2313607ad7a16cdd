/** Matches over what lies outside of a packet: whose socket sends it, and the realm of its route. */

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
