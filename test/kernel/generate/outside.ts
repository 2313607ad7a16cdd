/**
 * Matches that ask what lies outside of packets: of the hosts here none has a bridge, IPsec, a socket but raw ones, or fingerprints
 * (TOLD of test/kernel/walked.ts says so), so that `!` alone holds, and what wants that there is nothing.
 */
import { drawnFamily } from './address.js';
import { type Drawer, type Place, within } from './clause.js';
import { TCP } from './draft.js';

function signed(at: Place, kind: string, options: readonly string[]) {
  const negated = at.r.chance(0.85);
  return { kind, negated, text: `-m ${kind} ${negated ? '! ' : ''}--${at.r.pick(options)}` };
}

export const physdev: Drawer = (_d, at) => {
  const anywhere = ['physdev-is-in', 'physdev-in eth+', 'physdev-in br0', 'physdev-is-bridged'];
  const out = within(at, 'PREROUTING', 'INPUT', 'FORWARD', 'POSTROUTING') ? ['physdev-is-out', 'physdev-out eth0'] : [];
  return signed(at, 'physdev', [...anywhere, ...out]);
};

export const policy: Drawer = (_d, at) => {
  const { r } = at;
  const inward = within(at, 'PREROUTING', 'INPUT', 'FORWARD');
  const outward = within(at, 'FORWARD', 'OUTPUT', 'POSTROUTING');
  const dir = inward && outward ? r.pick(['in', 'out']) : inward ? 'in' : outward ? 'out' : undefined;
  if (dir === undefined) return undefined;
  const pol = r.weighted([
    [8, () => 'none'],
    [1, () => 'ipsec'],
    [1, () => r.pick(['ipsec ! --proto esp', 'ipsec --strict --reqid 1 --next ! --mode tunnel'])],
  ])();
  return { kind: 'policy', negated: false, text: `-m policy --dir ${dir} --pol ${pol}` };
};

export const socket: Drawer = (_d, at) => {
  if (!within(at, 'PREROUTING', 'INPUT')) return undefined;
  return { kind: 'socket', negated: false, text: `-m socket${at.r.pick(['', ' --transparent', ' --nowildcard'])}` };
};

/** The rule asks for TCP. */
export const osf: Drawer = (d, at) => {
  if (drawnFamily() === 6 || d.proto !== TCP || !within(at, 'PREROUTING', 'INPUT', 'FORWARD')) return undefined;
  const { r } = at;
  const negated = r.chance(0.3);
  return {
    kind: 'osf',
    negated,
    text: `-m osf ${negated ? '! ' : ''}--genre Linux${r.pick(['', ' --ttl 2', ' --log 0'])}`,
  };
};
