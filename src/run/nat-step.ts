/** The nat tables: whether they are consulted, and what the translation that they ask for makes of the packet. */
import {
  CT_STATUS_DST_NAT,
  CT_STATUS_SRC_NAT,
  Field,
  NAT_MAP_IPS,
  NAT_NETMAP,
  STATE_DNAT,
  STATE_INVALID,
  STATE_NEW,
  STATE_SNAT,
  STATE_UNTRACKED,
  TranslateKind,
} from '../abi.js';
import type { Translation } from '../model/action.js';
import type { HookName } from '../model/ruleset.js';
import type { Endpoint, SkipReason } from '../model/trace.js';
import type { Words } from '../net/address.js';
import { Protocol } from '../net/protocol.js';
import { addressOf, type Journey, type Lost, lose, type WalkSetup } from './journey.js';
import { type NatRange, type NatTuple, uniqueTuple } from './nat.js';
import { walkTable } from './table-step.js';
import { hasTuplePorts } from './track-steps.js';

type Side = 'src' | 'dst';

/** nf_nat_inet_fn of net/netfilter/nf_nat_core.c. */
export function nat(setup: WalkSetup, journey: Journey, hook: HookName, side: Side): Lost | undefined {
  const { stages, compiled } = setup;
  if (compiled.entry('nat', hook) === undefined) return undefined;
  const why = skipped(setup, journey, side);
  if (why !== undefined) {
    journey.events.push({ kind: 'skip', table: 'nat', hook, why });
    if (why === 'bound') repeat(setup, journey, side);
    return undefined;
  }
  const lost = walkTable(setup, journey, 'nat', hook);
  if (lost !== undefined) return lost;
  const { translation, rule } = stages.result(journey.slot);
  if (translation >= 0) return translate(setup, journey, compiled.translations[translation]!, side, hook, rule);
  journey.bound[side] = true;
  journey.events.push({ kind: 'identity', side });
  return undefined;
}

/** nf_nat_packet: what the entry says of this direction is done to each packet, also to one that has been through it. */
function repeat({ stages }: WalkSetup, { slot }: Journey, side: Side): void {
  const of = (field: Field) => stages.field(slot, field);
  const flag = side === 'src' ? CT_STATUS_SRC_NAT : CT_STATUS_DST_NAT;
  if ((of(Field.CtStatus) & flag) === 0) return;
  const ports = hasTuplePorts(of(Field.Proto));
  stages.rewrite(slot, side === 'src' ? Field.Src : Field.Dst, of(side === 'src' ? Field.CtReplDst : Field.CtReplSrc));
  if (ports && side === 'src') stages.rewrite(slot, Field.Sport, of(Field.CtReplDport));
  if (ports && side === 'dst') stages.rewrite(slot, Field.Dport, of(Field.CtReplSport));
}

function skipped({ stages, tracking }: WalkSetup, journey: Journey, side: Side): SkipReason | undefined {
  const state = stages.field(journey.slot, Field.CtState);
  if (!tracking) return 'tracking-off';
  if ((state & STATE_UNTRACKED) !== 0) return 'untracked';
  if ((state & STATE_INVALID) !== 0) return 'invalid';
  if ((state & STATE_NEW) === 0) return 'not-new';
  return journey.bound[side] ? 'bound' : undefined;
}

function translate(
  setup: WalkSetup,
  journey: Journey,
  translation: Translation,
  side: Side,
  hook: HookName,
  rule: number,
): Lost | undefined {
  const range = rangeOf(setup, journey, translation, hook);
  if (typeof range === 'string') {
    const lacks = translation.kind === TranslateKind.Masquerade ? (journey.oif ?? '') : journey.iif;
    return lose(journey, 'routing', range, range === 'no-address' ? 'dropped' : 'unknown', { lacks });
  }
  // not before: a copy of the packet that is dropped here leaves the binding to the packet itself
  journey.bound[side] = true;
  const before = tupleOf(setup, journey);
  const after = uniqueTuple(before, range, side, setup.draw);
  const { drawn } = after;
  journey.events.push({
    kind: 'translated',
    side,
    from: endpoint(before, side),
    to: endpoint(after, side),
    rule,
    drawn,
  });
  // gre_manip_pkt of nf_nat_proto.c wants the header it changes nothing in
  const cut = before.protocol === Protocol.Gre && setup.stages.field(journey.slot, Field.TransportLen) < GRE_HEADER;
  if (cut && moves(before, after, side)) return lose(journey, 'tracking', 'short-header');
  write(setup, journey, before, after, side);
  return undefined;
}

/** What each target makes of its options; a reason where it finds no address. */
function rangeOf(setup: WalkSetup, journey: Journey, translation: Translation, hook: HookName): NatRange | string {
  const { kind, flags, addresses, ports } = translation;
  const base = translation.base;
  switch (kind) {
    case TranslateKind.Source:
    case TranslateKind.Destination:
      return { flags, addresses, ports, base };
    case TranslateKind.Netmap:
      return { flags: flags | NAT_MAP_IPS | NAT_NETMAP, addresses, ports };
    case TranslateKind.Masquerade: {
      if (journey.oif === undefined) return 'host:out';
      return single(setup.routing.masqueradeAddress(journey.oif, journey.nextHop), { flags, ports });
    }
    case TranslateKind.Redirect: {
      // nf_nat_redirect_ipv4: what this host sends goes to its loopback address
      const to = hook === 'OUTPUT' ? [0x7f000001] : setup.routing.firstAddress(journey.iif);
      return single(to, { flags, ports });
    }
  }
}

function single(
  address: Words | { readonly kind: 'unknown'; readonly fact: string } | undefined,
  { flags, ports }: Pick<NatRange, 'flags' | 'ports'>,
): NatRange | string {
  if (address === undefined) return 'no-address';
  if ('kind' in address) return `host:${address.fact}`;
  return { flags: flags | NAT_MAP_IPS, addresses: { min: address, max: address }, ports };
}

/** struct pptp_gre_header without its two optional words. */
const GRE_HEADER = 8;
const moves = (before: NatTuple, after: NatTuple, side: Side): boolean =>
  after[side][0] !== before[side][0] || after.sport !== before.sport || after.dport !== before.dport;

const isIcmp = (protocol: number): boolean => protocol === Protocol.Icmp;

function tupleOf(setup: WalkSetup, journey: Journey): NatTuple {
  const { stages } = setup;
  const protocol = stages.field(journey.slot, Field.Proto);
  const id = isIcmp(protocol) ? icmpId(setup, journey) : 0;
  const ports = hasTuplePorts(protocol);
  return {
    protocol,
    src: addressOf(setup, journey, Field.Src),
    dst: addressOf(setup, journey, Field.Dst),
    sport: ports ? stages.field(journey.slot, Field.Sport) : id,
    dport: ports ? stages.field(journey.slot, Field.Dport) : id,
  };
}

function icmpId({ stages }: WalkSetup, { slot }: Journey): number {
  const bytes = stages.bytesOf(slot);
  const at = stages.field(slot, Field.IpLen) + 4;
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function endpoint(tuple: NatTuple, side: Side): Endpoint {
  const port = side === 'src' ? tuple.sport : tuple.dport;
  return { address: tuple[side], port: hasTuplePorts(tuple.protocol) || isIcmp(tuple.protocol) ? port : undefined };
}

/** The packet, and the connection's reply direction, which is the translated packet turned round. */
function write({ stages }: WalkSetup, { slot }: Journey, before: NatTuple, after: NatTuple, side: Side): void {
  const put = (field: Field, value: number) => stages.setField(slot, field, value);
  const set = (field: Field, bits: number) => put(field, stages.field(slot, field) | bits);
  const moved = moves(before, after, side);
  if (side === 'src') {
    stages.rewrite(slot, Field.Src, after.src[0]!);
    if (hasTuplePorts(after.protocol)) stages.rewrite(slot, Field.Sport, after.sport);
    put(Field.CtReplDst, after.src[0]!);
    put(Field.CtReplDport, hasTuplePorts(after.protocol) ? after.sport : 0);
  } else {
    stages.rewrite(slot, Field.Dst, after.dst[0]!);
    if (hasTuplePorts(after.protocol)) stages.rewrite(slot, Field.Dport, after.dport);
    put(Field.CtReplSrc, after.dst[0]!);
    put(Field.CtReplSport, hasTuplePorts(after.protocol) ? after.dport : 0);
  }
  if (isIcmp(after.protocol) && after.sport !== before.sport) stages.rewriteIcmpId(slot, after.sport);
  // IPS_*_NAT stand only where something has changed
  if (!moved) return;
  set(Field.CtState, side === 'src' ? STATE_SNAT : STATE_DNAT);
  set(Field.CtStatus, side === 'src' ? CT_STATUS_SRC_NAT : CT_STATUS_DST_NAT);
}
