/** Matches that remember packets in tables: what they ask of time is so far off that none passes while a scenario runs. */
import type { Drawer } from './clause.js';

const LISTS = ['DEFAULT', 'ssh', 'seen'];

export const recent: Drawer = (_d, { r }) => {
  const negated = r.chance(0.2);
  const verb = r.pick(['set', 'set', 'rcheck', 'update', 'update', 'remove']);
  const asks = verb === 'rcheck' || verb === 'update';
  const span = asks && r.chance(0.5) ? ` --seconds ${r.pick([300, 3600])}${r.chance(0.3) ? ' --reap' : ''}` : '';
  const hits = asks && r.chance(0.6) ? ` --hitcount ${r.between(1, 4)}` : '';
  const ttl = asks && r.chance(0.2) ? ' --rttl' : '';
  const side = r.chance(0.3) ? ' --rdest' : '';
  const name = r.chance(0.7) ? ` --name ${r.pick(LISTS)}` : '';
  return {
    kind: 'recent',
    negated,
    text: `-m recent ${negated ? '! ' : ''}--${verb}${span}${hits}${ttl}${name}${side}`,
  };
};
