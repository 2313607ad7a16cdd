/**
 * policy_mt of net/netfilter/xt_policy.c: the transformations that IPsec has undone of what came in, or will make of what goes out.
 * As fixed in 2026 (before, --strict with several elements read beside them where --dir is in).
 */
import type { PolicyElement, PolicyTest } from '../../model/outside-test.js';
import type { Json } from '../../model/packet.js';
import { parseAddress, type Words } from '../../net/address.js';
import { protocolNumber } from '../../net/protocol.js';
import type { TestAnswer } from './answers.js';
import type { Asking } from './asking.js';
import { statesToBe } from './xfrm-policies.js';

type Answer = boolean | undefined;
/** A state of xfrm, as `ip xfrm state` calls its parts. */
type State = { readonly [name: string]: Json };

export function policy(test: PolicyTest, asking: Asking): TestAnswer {
  const { told, host } = asking;
  const states =
    statesOf(told.policy, test.dir) ?? (test.dir === 'in' ? whereNone(host.xfrm?.states) : statesToBe(asking));
  if (states === undefined) return undefined;
  asking.tell(() => ({ what: 'policy', dir: test.dir, states: states.map(textOf) }));
  if (states.length === 0) return test.none;
  if (test.none) return false;
  const { elements } = test;
  if (!test.strict) return some(states.map((state) => matches(state, elements[0]!)));
  if (states.length !== elements.length) return false;
  // what came last off is asked for first, and what is put on first
  const asked = test.dir === 'in' ? [...states].reverse() : states;
  return every(asked.map((state, i) => matches(state, elements[i]!)));
}

/** In the order in which they are undone or made; undefined: nobody said. */
function statesOf(told: Json | undefined, dir: 'in' | 'out'): readonly State[] | undefined {
  const own = isState(told) ? told[dir] : told;
  if (own === 'none') return [];
  return Array.isArray(own) && own.every(isState) ? own : undefined;
}
/** Without a state nothing can have been undone. */
const whereNone = (states: number | undefined): readonly State[] | undefined => (states === 0 ? [] : undefined);
const isState = (value: Json | undefined): value is State =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const some = (all: readonly Answer[]): Answer => all.includes(true) || (all.includes(undefined) ? undefined : false);
const every = (all: readonly Answer[]): Answer => !all.includes(false) && (all.includes(undefined) ? undefined : true);

/** match_xfrm_state. */
function matches(state: State, element: PolicyElement): Answer {
  const { src, dst, proto, mode, spi, reqid } = element;
  return every([
    is(src, addressOf(state.src), isUnder),
    is(dst, addressOf(state.dst), isUnder),
    is(proto, protocolOf(state.proto)),
    is(mode, typeof state.mode === 'string' ? state.mode : undefined),
    // iptables hands over the number as it lies in its own memory, the kernel's is as it lies in packets
    is(spi, numberOf(state.spi), (wanted, has) => wanted === swapped(has)),
    is(reqid, numberOf(state.reqid)),
  ]);
}

function is<W, H>(
  wanted: { readonly not: boolean; readonly value: W } | undefined,
  has: H | undefined,
  same: (wanted: W, has: H) => boolean = (one, other) => (one as unknown) === other,
): Answer {
  if (wanted === undefined) return true;
  return has === undefined ? undefined : same(wanted.value, has) !== wanted.not;
}

/** Of another family than the rule's as many words count as its addresses have. */
const isUnder = ({ address, mask }: { readonly address: Words; readonly mask: Words }, has: Words): boolean =>
  address.every((word, i) => ((word ^ (has[i] ?? 0)) & mask[i]!) === 0);
const swapped = (word: number): number =>
  ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;

const addressOf = (value: Json | undefined): Words | undefined =>
  typeof value === 'string' ? parseAddress(value) : undefined;
function numberOf(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' && /^(0x[\da-f]+|\d+)$/i.test(value) ? Number(value) : value;
  return typeof number === 'number' ? number : undefined;
}
/** `ip xfrm` calls IPComp comp. */
const protocolOf = (value: Json | undefined): number | undefined =>
  typeof value === 'string' && value !== 'comp'
    ? (protocolNumber(value) ?? numberOf(value))
    : numberOf(value === 'comp' ? 108 : value);

const textOf = (state: State): string =>
  ['proto', 'mode', 'spi', 'reqid', 'src', 'dst']
    .flatMap((key) => (key in state ? `${key} ${state[key]}` : []))
    .join(' ');
