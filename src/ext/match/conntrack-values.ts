/** Values of the conntrack and state matches, and what they ask of a packet's connection. */
import {
  CT_STATUS_ASSURED,
  CT_STATUS_CONFIRMED,
  CT_STATUS_DST_NAT,
  CT_STATUS_EXPECTED,
  CT_STATUS_SEEN_REPLY,
  CT_STATUS_SRC_NAT,
  Field,
  STATE_ESTABLISHED,
  STATE_INVALID,
  STATE_NEW,
  STATE_RELATED,
  STATE_UNTRACKED,
} from '../../abi.js';
import type { Build } from '../../model/build.js';
import type { Condition } from '../../model/condition.js';
import { protocolNumber } from '../../net/protocol.js';
import { ValueError, type ValueKind } from '../define.js';
import { beginnings, integerOf, readInteger, unorderedRange } from '../values.js';

/** ctstate_mask bits of xt_conntrack.h, and those of a connection's status, by the names that rules give them. */
export const STATES = {
  INVALID: STATE_INVALID,
  NEW: STATE_NEW,
  RELATED: STATE_RELATED,
  ESTABLISHED: STATE_ESTABLISHED,
  UNTRACKED: STATE_UNTRACKED,
} as const;
export type PlainState = keyof typeof STATES;
const NATS = { SNAT: CT_STATUS_SRC_NAT, DNAT: CT_STATUS_DST_NAT } as const;
export type State = PlainState | keyof typeof NATS;

const PLAIN = Object.keys(STATES) as PlainState[];
export const plainStates = beginnings(PLAIN, 'STATE[,…]');
export const states = beginnings<State>([...PLAIN, 'SNAT', 'DNAT'], 'STATE[,…]');

export const STATUSES = {
  EXPECTED: CT_STATUS_EXPECTED,
  SEEN_REPLY: CT_STATUS_SEEN_REPLY,
  ASSURED: CT_STATUS_ASSURED,
  CONFIRMED: CT_STATUS_CONFIRMED,
} as const;
export type Status = 'NONE' | keyof typeof STATUSES;
const STATUS_NAMES: readonly Status[] = ['NONE', 'EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED'];
const named = beginnings(STATUS_NAMES, 'STATUS[,…]');
/** NONE stands for no bit, and is printed where it stands alone. */
export const statuses: ValueKind<readonly Status[]> = {
  ...named,
  parse(words, context) {
    const all = named.parse(words, context);
    const bits = all.filter((status) => status !== 'NONE');
    return bits.length === 0 ? ['NONE'] : bits;
  },
};

/** A protocol's number or name. Printed as a number. */
export const protocol: ValueKind<number> = {
  words: 1,
  shape: 'PROTOCOL',
  parse([word]) {
    const lower = word!.toLowerCase();
    const number = lower === 'all' ? 0 : (readInteger(lower) ?? protocolNumber(lower));
    if (number === undefined || number > 255)
      throw new ValueError(`"${word}" is no protocol's name or number in 0..255`);
    return number;
  },
  print: (value) => [String(value)],
};

export const seconds = unorderedRange(0xffffffff, 'SECONDS', (word) => integerOf(word, 0xffffffff));

const anyBit = (build: Build, field: Field, mask: number) => build.not(build.masked(field, mask, 0));

export const hasConnection = (build: Build) => build.masked(Field.CtState, STATE_INVALID | STATE_UNTRACKED, 0);

/** One of the states; SNAT and DNAT are read from the connection's status, and so need a connection. */
export function stateIs(build: Build, wanted: readonly State[]): Condition {
  let bits = 0;
  let nat = 0;
  for (const state of wanted) {
    if (state === 'SNAT' || state === 'DNAT') nat |= NATS[state];
    else bits |= STATES[state];
  }
  const plain = anyBit(build, Field.CtState, bits);
  return nat === 0 ? plain : build.any(plain, build.all(hasConnection(build), anyBit(build, Field.CtStatus, nat)));
}

/** NONE alone asks for one of no bits, and never holds. */
export const statusIs = (build: Build, wanted: readonly Status[]): Condition =>
  anyBit(
    build,
    Field.CtStatus,
    wanted.reduce((bits, status) => bits | (status === 'NONE' ? 0 : STATUSES[status]), 0),
  );
