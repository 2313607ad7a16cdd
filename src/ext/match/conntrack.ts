import { Field } from '../../abi.js';
import type { Condition } from '../../model/condition.js';
import type { Given } from '../../model/ruleset.js';
import { maskedBy } from '../../net/address.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { addressPiece, listedOf, piece } from '../listed.js';
import { hostMasked, unorderedPorts } from '../values.js';
import { hasConnection, protocol, seconds, stateIs, states, statuses, statusIs } from './conntrack-values.js';

const direction: ValueKind<'ORIGINAL' | 'REPLY'> = {
  words: 1,
  shape: 'ORIGINAL|REPLY',
  parse([word]) {
    const upper = word!.toUpperCase();
    if (upper !== 'ORIGINAL' && upper !== 'REPLY') throw new ValueError(`"${word}" is neither ORIGINAL nor REPLY`);
    return upper;
  },
  print: (value) => [value],
};

const ADDRESSES = {
  ctorigsrc: Field.CtOrigSrc,
  ctorigdst: Field.CtOrigDst,
  ctreplsrc: Field.CtReplSrc,
  ctrepldst: Field.CtReplDst,
} as const;
const PORTS = {
  ctorigsrcport: Field.CtOrigSport,
  ctorigdstport: Field.CtOrigDport,
  ctreplsrcport: Field.CtReplSport,
  ctrepldstport: Field.CtReplDport,
} as const;
const keysOf = <K extends string>(table: Readonly<Record<K, unknown>>) => Object.keys(table) as K[];

const address = { value: hostMasked, invert: true } as const;
const port = { value: unorderedPorts, invert: true } as const;

/**
 * conntrack_mt in net/netfilter/xt_conntrack.c. A packet without a connection (INVALID, UNTRACKED) is judged by
 * --ctstate alone, whatever else stands beside it; without --ctstate the match does not hold, negated or not.
 */
export const conntrack = match({
  name: 'conntrack',
  about: "the packet's connection: its state, tuples, status, direction and time left",
  tracking: true,
  options: {
    ctstate: { value: states, invert: true },
    ctproto: { value: protocol, invert: true },
    ctorigsrc: address,
    ctorigdst: address,
    ctreplsrc: address,
    ctrepldst: address,
    ctorigsrcport: port,
    ctorigdstport: port,
    ctreplsrcport: port,
    ctrepldstport: port,
    ctstatus: { value: statuses, invert: true },
    ctexpire: { value: seconds, invert: true },
    ctdir: { value: direction },
  },
  check(given, rule) {
    if (Object.values(given).every((option) => option === undefined)) rule.refuse('needs at least one option');
  },
  lower(given, build) {
    const tracked = hasConnection(build);
    /** What an option asks of the connection, forgiven where --ctstate has accepted a packet that has none. */
    const of = <V>(option: Given<V> | undefined, make: (value: V) => Condition): Condition[] => {
      if (option === undefined) return [];
      const asked = build.turned(option.not, make(option.value));
      const plain = { ...option, not: false };
      return [build.from(plain, given.ctstate ? build.any(build.not(tracked), asked) : asked)];
    };
    return [
      given.ctstate ? build.when(given.ctstate, (wanted) => stateIs(build, wanted)) : tracked,
      ...of(given.ctdir, (way) => build.equal(Field.CtDir, way === 'REPLY' ? 1 : 0)),
      ...keysOf(ADDRESSES).flatMap((key) =>
        of(given[key], ({ address, mask }) =>
          build.address(ADDRESSES[key], { address: maskedBy(address, mask), mask }),
        ),
      ),
      ...of(given.ctproto, (number) => build.equal(Field.CtProto, number)),
      ...keysOf(PORTS).flatMap((key) => of(given[key], (range) => build.range(PORTS[key], range))),
      ...of(given.ctstatus, (wanted) => statusIs(build, wanted)),
      ...of(given.ctexpire, (range) => build.range(Field.CtExpire, range)),
    ];
  },
});

export const conntrackListed = listedOf(undefined, () =>
  Object.keys(conntrack.options).map((key) => (/^ct(orig|repl)(src|dst)$/.test(key) ? addressPiece(key) : piece(key))),
);
