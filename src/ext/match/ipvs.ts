import type { IpvsTest } from '../../model/outside-test.js';
import { question } from '../../model/question.js';
import { match, type ValueKind } from '../define.js';
import { addressPiece, flagPiece, listed, piece } from '../listed.js';
import { flag, hostMasked, oneOf, onePort } from '../values.js';
import { protocol } from './conntrack-values.js';

/** They ask for a packet of a connection of IPVS, negated or not. */
const ITS = ['vproto', 'vaddr', 'vport', 'vdir', 'vmethod', 'vportctl'] as const;

const OPTIONS = {
  ipvs: { value: flag, invert: true },
  vproto: { value: protocol, invert: true },
  vaddr: { value: hostMasked, invert: true },
  vport: { value: onePort, invert: true },
  vdir: { value: oneOf({ ORIGINAL: [], REPLY: [] }, 'ORIGINAL|REPLY') },
  vmethod: { value: oneOf({ GATE: [], IPIP: [], MASQ: [] }, 'GATE|IPIP|MASQ'), invert: true },
  vportctl: { value: onePort, invert: true },
};
const KEYS = ['ipvs', ...ITS] as const;

/** ipvs_mt in net/netfilter/xt_ipvs.c. */
export const ipvs = match({
  name: 'ipvs',
  about: 'the virtual service of IPVS that the packet belongs to',
  options: OPTIONS,
  /** The others imply --ipvs. */
  canonical(given) {
    if (!given.ipvs || given.ipvs.not || ITS.every((key) => !given[key])) return given;
    const { ipvs: _implied, ...rest } = given;
    return rest;
  },
  check(given, rule) {
    const its = ITS.some((key) => given[key]);
    if (given.ipvs && its) rule.refuse('! cannot stand before it beside other options', 'ipvs');
    if (!given.ipvs && !its) rule.refuse(`needs one of ${KEYS.map((key) => `--${key}`).join(', ')}`);
  },
  lower: (given, build, context) =>
    KEYS.map((key) => {
      const one = given[key];
      const { value: kind } = OPTIONS[key] as { readonly value: ValueKind<unknown> };
      return build.when<unknown>(one, (value) => {
        const words = [`--${key}`, ...kind.print(value, context)].join(' ');
        const own = value === true ? undefined : (value as IpvsTest['value']);
        return build.host({ what: 'ipvs', of: key, not: one!.not, value: own }, question.match('ipvs', words));
      });
    }),
});

export const ipvsListed = listed(
  undefined,
  flagPiece('ipvs'),
  ...ITS.map((key) => (key === 'vaddr' ? addressPiece(key) : piece(key))),
);
