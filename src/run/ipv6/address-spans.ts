/**
 * Spans of IPv6 addresses that no decision of routing tells apart, groups among them, for who learns what becomes of packets by
 * their values. Decisions ask whether an address lies in one prefix or another, and prefixes nest: the innermost one says of all others
 * whether it lies in them. Which own address a destination is sent from hangs on more, and is tried.
 */
import { compareWords, prefixMask, rangeOfPrefix, sameWords, type Words } from '../../net/address.js';
import { boundaries, inOrder, startsOf } from './address-types.js';
import { ALL_NODES, ALL_ROUTERS, type RoutingHost6 } from './host.js';
import { routersOf } from './kernel-routes.js';
import { isLinkLocal, isLoopback, isMulticast, isUnspecified, solicitedNode } from './kinds.js';
import { LABELS } from './source-address.js';

export interface AddressSpans6 {
  /** where they begin, in order. */
  readonly starts: readonly Words[];
  /** what each is as a destination, and as a source: those of one number are alike. */
  readonly destinations: readonly number[];
  readonly sources: readonly number[];
  /** the same, where each that the host may give a packet counts by itself. */
  readonly chosen: readonly number[];
}

type Prefix = readonly [address: Words, length: number];

/** What kinds.ts tells addresses apart by. */
export const KINDS: readonly Prefix[] = [
  [[0, 0, 0, 0], 128],
  [[0, 0, 0, 1], 128],
  [[0, 0, 0, 0], 96],
  [[0, 0, 0xffff, 0], 96],
  [[0xfe800000, 0, 0, 0], 10],
  [[0xfec00000, 0, 0, 0], 10],
  [[0xff000000, 0, 0, 0], 8],
];
/** Groups by their flags and their scope, of which some are taken otherwise, or answered: kinds.ts, refusal of route-input.ts. */
const SCOPES: readonly Prefix[] = Array.from({ length: 256 }, (_, bits) => [
  [0xff000000 + bits * 0x10000, 0, 0, 0],
  16,
]);
const ASKED_SCOPES: readonly number[] = [0, 1, 2, 5];
function scopeOf(address: Words): number {
  const scope = isMulticast(address) ? (address[0]! >>> 16) & 15 : -1;
  return ASKED_SCOPES.includes(scope) ? scope : -1;
}

/** More own addresses are not tried for each span and link: each span is of a kind by itself. */
const MOST_TRIED = 1 << 18;

export function spansOf(host: RoutingHost6): AddressSpans6 {
  const { addresses = [], fib } = host;
  const assumed = host.assumed.singles.filter(({ length }) => length === 4);
  const given = [...addresses.map(({ address }) => address), ...assumed];
  const asked: Prefix[] = [
    ...KINDS,
    ...fib.routes.flatMap(({ address, prefix }): Prefix[] => [
      [address, prefix],
      [address, 128],
    ]),
    ...fib.rules.flatMap(({ from, to }) =>
      [from, to].flatMap((one): Prefix[] => (one ? [[one.address, one.prefix]] : [])),
    ),
    ...[...given, ...groupsOf(host)].map((address): Prefix => [address, 128]),
  ];
  // the own address with more bits in common is taken, as far as its prefix goes
  const chosenBy = [
    ...LABELS.map(([address, length]): Prefix => [address, length]),
    ...addresses.flatMap(({ address, prefix }) => Array.from({ length: prefix }, (_, i): Prefix => [address, i + 1])),
  ];
  const starts = inOrder([
    ...boundaries(host),
    ...[...asked, ...SCOPES, ...chosenBy].flatMap(([address, length]) => startsOf(address, length)),
  ]);
  const inner = innermost(asked, starts);
  const links = [...new Set([...addresses.map(({ link }) => link), undefined, ''])];
  const tries = starts.length * links.length * addresses.length <= MOST_TRIED;
  const chosen = (to: Words, span: number) =>
    tries ? links.map((link) => JSON.stringify(host.select(link, to))).join() : String(span);
  return {
    starts,
    destinations: numbered(starts.map((to, span) => `${inner[span]} ${scopeOf(to)} ${chosen(to, span)}`)),
    sources: numbered(starts.map((from) => sourceOf(host, from))),
    chosen: numbered(starts.map((from) => (given.some((one) => sameWords(one, from)) ? `${from}` : ''))),
  };
}

/** That the kernel joins by itself. */
const groupsOf = ({ addresses = [] }: RoutingHost6): Words[] => [
  ...ALL_NODES,
  ...ALL_ROUTERS,
  ...addresses.flatMap((own) =>
    [own.address, routersOf(own) ?? []].filter(({ length }) => length === 4).map(solicitedNode),
  ),
];

function sourceOf({ fib }: RoutingHost6, from: Words): string {
  const kind = isUnspecified(from) ? 0 : isMulticast(from) ? 1 : isLoopback(from) ? 2 : isLinkLocal(from) ? 3 : 4;
  const isIn = ({ address, prefix }: { readonly address: Words; readonly prefix: number }) =>
    prefixMask(prefix, 6).every((mask, i) => ((from[i]! ^ address[i]!) & mask) === 0);
  return [kind, ...fib.rules.map((rule) => (rule.from === undefined ? '' : isIn(rule.from)))].join();
}

/** Of each span the place of the prefix around it in which no other is, by the first address; 0: it lies in none. */
function innermost(prefixes: readonly Prefix[], starts: readonly Words[]): number[] {
  const sorted = prefixes
    .map(([address, length]) => rangeOfPrefix(address, length))
    .sort((a, b) => compareWords(a.min, b.min) || compareWords(b.max, a.max));
  const open: { readonly number: number; readonly max: Words; readonly min: Words }[] = [];
  let next = 0;
  return starts.map((start) => {
    for (; next < sorted.length && compareWords(sorted[next]!.min, start) <= 0; next++) {
      const { min, max } = sorted[next]!;
      while (open.length > 0 && compareWords(open.at(-1)!.max, min) < 0) open.pop();
      const outer = open.at(-1);
      const isSame = outer !== undefined && sameWords(outer.min, min) && sameWords(outer.max, max);
      if (!isSame) open.push({ number: next + 1, min, max });
    }
    while (open.length > 0 && compareWords(open.at(-1)!.max, start) < 0) open.pop();
    return open.at(-1)?.number ?? 0;
  });
}

/** The same number for what is the same. */
function numbered(texts: readonly string[]): number[] {
  const numbers = new Map<string, number>();
  return texts.map((text) => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  });
}
