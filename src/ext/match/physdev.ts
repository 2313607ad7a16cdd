import type { PhysdevTest } from '../../model/outside-test.js';
import { question } from '../../model/question.js';
import type { HookName } from '../../model/ruleset.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { flagPiece, listed, piece } from '../listed.js';
import { bareText, flag } from '../values.js';

const NEEDED = ['physdev-in', 'physdev-out', 'physdev-is-in', 'physdev-is-out', 'physdev-is-bridged'] as const;
const OTHERS: readonly HookName[] = ['PREROUTING', 'INPUT', 'FORWARD', 'POSTROUTING'];
const ALL: readonly HookName[] = [...OTHERS, 'OUTPUT'];

const name = bareText(15, 'INTERFACE');
const port: ValueKind<string> = {
  ...name,
  parse([word], context) {
    if (word!.length > 15 || word === '') throw new ValueError('is not 1 to 15 characters, as names of interfaces are');
    return name.parse([word!], context);
  },
};

/** physdev_mt in net/netfilter/xt_physdev.c. */
export const physdev = match({
  name: 'physdev',
  about: 'the ports of a bridge that the packet came in and goes out by',
  /** physdev_mt_check: what leaves by is not known where the host's own packets begin, but for bridged ones, of which none is its own. */
  hooks(given) {
    const bridged = given['physdev-is-bridged'];
    return (given['physdev-out'] || given['physdev-is-out']) && (!bridged || bridged.not) ? OTHERS : ALL;
  },
  options: {
    'physdev-is-in': { value: flag, invert: true },
    'physdev-in': { value: port, invert: true },
    'physdev-is-out': { value: flag, invert: true },
    'physdev-out': { value: port, invert: true },
    'physdev-is-bridged': { value: flag, invert: true },
  },
  check(given, rule) {
    if (!NEEDED.some((key) => given[key])) rule.refuse(`needs one of ${NEEDED.map((key) => `--${key}`).join(', ')}`);
  },
  lower: (given, build) =>
    NEEDED.map((key) => {
      const { not = false, value } = given[key] ?? {};
      const port = typeof value === 'string' ? value : '';
      const of = key.slice('physdev-'.length) as PhysdevTest['of'];
      const words = `--${key}${port === '' ? '' : ` ${port}`}`;
      return build.when<unknown>(given[key], () =>
        build.host({ what: 'physdev', of, not, port }, question.match('physdev', words)),
      );
    }),
});

const as = (key: string) => `--${key}`;
export const physdevListed = listed(
  'PHYSDEV match',
  ...NEEDED.map((key) => (key.includes('-is-') ? flagPiece(key, as(key)) : piece(key, as(key)))),
);
