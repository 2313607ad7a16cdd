/**
 * Matches that remember packets in tables. Where packets wait for one another, by whole seconds and a quarter, they ask for seconds;
 * elsewhere what they ask of time is so far off that none passes while a scenario runs.
 */
import { OBJECTS } from '../accounting.js';
import { drawnFamily } from './address.js';
import type { Drawer } from './clause.js';
import { lengthOf } from './header.js';

const LISTS = ['DEFAULT', 'ssh', 'seen'];

/** How many others there are hangs on when the kernel looked through its list: none but the packet's own, or more than there are. */
export const connlimit: Drawer = (_d, { r }) => {
  const verb = r.pick(['above 0', 'upto 0', 'above 999', 'upto 999']);
  const side = r.pick(['', ' --connlimit-saddr', ' --connlimit-daddr']);
  const mask = r.chance(0.5) ? ` --connlimit-mask ${r.pick([0, 8, 24, 32])}` : '';
  return { kind: 'connlimit', negated: false, text: `-m connlimit --connlimit-${verb}${mask}${side}` };
};

export const connbytes: Drawer = (d, { r }) => {
  const mode = r.pick(['packets', 'packets', 'bytes', 'avgpkt'] as const);
  const length = lengthOf(d);
  const from = mode === 'packets' ? r.below(4) : mode === 'bytes' ? r.below(4 * length) : length - r.below(9);
  const range = r.chance(0.4) ? `${from}` : `${from}:${from + r.below(mode === 'packets' ? 3 : length)}`;
  const negated = r.chance(0.3);
  const direction = r.pick(['original', 'reply', 'both']);
  const text = `-m connbytes ${negated ? '! ' : ''}--connbytes ${range} --connbytes-mode ${mode} --connbytes-dir ${direction}`;
  return { kind: 'connbytes', negated, text };
};

export const connlabel: Drawer = (_d, { r }) => {
  const negated = r.chance(0.4);
  const text = `-m connlabel ${negated ? '! ' : ''}--label ${r.pick([0, 1, 2, 127])}${r.chance(0.4) ? ' --set' : ''}`;
  return { kind: 'connlabel', negated, text };
};

export const recent: Drawer = (_d, { r, flows }) => {
  const negated = r.chance(0.2);
  const verb = r.pick(['set', 'set', 'rcheck', 'update', 'update', 'remove']);
  const asks = verb === 'rcheck' || verb === 'update';
  const span =
    asks && r.chance(0.5)
      ? ` --seconds ${r.pick(flows ? [1, 2, 3, 300] : [300, 3600])}${r.chance(0.3) ? ' --reap' : ''}`
      : '';
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

const MODES = ['srcip', 'srcport', 'dstip', 'dstport'];

/** A kernel refuses windows in a table that another rule of the name has made without, and the other way round. */
export const hashlimit: Drawer = (_d, { r }) => {
  const window = r.chance(0.25);
  const verb = r.pick(['upto', 'upto', 'above']);
  const negated = r.chance(0.15);
  const modes = MODES.filter(() => r.chance(0.4));
  const bits = drawnFamily() === 6 ? 128 : 32;
  const mask = (side: string) => (r.chance(0.3) ? ` --hashlimit-${side}mask ${r.pick([0, 8, bits - 2, bits])}` : '');
  const room = r.chance(0.15) ? ' --hashlimit-htable-size 1 --hashlimit-htable-max 3' : '';
  return {
    kind: 'hashlimit',
    negated,
    text: [
      `-m hashlimit${negated ? ' !' : ''} --hashlimit-${verb} ${r.between(1, 2)}/hour --hashlimit-burst ${r.between(1, 3)}`,
      ...(modes.length > 0 ? [`--hashlimit-mode ${modes.join()}`] : []),
      `--hashlimit-name ${window ? 'w' : ''}${r.pick(['a', 'b', 'c'])}${room}${mask('src')}${mask('dst')}`,
      ...(window ? ['--hashlimit-rate-match'] : []),
    ].join(' '),
  };
};

export const quota: Drawer = (_d, { r }) => {
  const negated = r.chance(0.3);
  return {
    kind: 'quota',
    negated,
    text: `-m quota ${negated ? '! ' : ''}--quota ${r.pick([0, 60, 200, 1000, 5000])}`,
  };
};

/** What no rate of so few packets comes near, or what holds of an estimator and itself, whenever samples are taken. */
const RATES = [
  ...['lt', 'gt', 'eq'].flatMap((how) => [
    `%--rateest-${how} --rateest-pps 1000000`,
    `%--rateest-${how} --rateest-bps 4000Mbit`,
  ]),
  ...['lt', 'gt', 'eq'].map((how) => `--rateest-delta --rateest-pps1 3000000 %--rateest-${how} --rateest-pps2 1000000`),
];
const SAME_RATES = ['lt', 'gt', 'eq'].map((how) => `%--rateest-${how} --rateest-bps --rateest2 `);

/** A kernel takes it only where the estimators are there already. */
export const rateest: Drawer = (_d, { r, estimators }) => {
  if (estimators.length === 0) return undefined;
  const negated = r.chance(0.4);
  const name = r.pick(estimators);
  const one = r.chance(0.7);
  const rates = one ? r.pick(RATES) : `${r.pick(SAME_RATES)}${name}`;
  const text = `-m rateest --rateest${one ? '' : '1'} ${name} ${rates.replace('%', negated ? '! ' : '')}`;
  return { kind: 'rateest', negated, text };
};

export const nfacct: Drawer = (_d, { r }) => ({
  kind: 'nfacct',
  negated: false,
  text: `-m nfacct --nfacct-name "${r.pick(OBJECTS).name}"`,
});
