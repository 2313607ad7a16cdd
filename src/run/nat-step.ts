/** The nat tables: for which packets they are consulted, and what the translation that they ask for makes of each. */
import {
  CT_STATUS_DST_NAT,
  CT_STATUS_SRC_NAT,
  Field,
  NAT_MAP_IPS,
  NAT_NETMAP,
  NAT_PROTO_RANDOM_FULLY,
  NAT_PROTO_SPECIFIED,
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
import { type Batch, BOUND, type Selection } from './batch.js';
import { type NatRange, type NatTuple, portIn, portsOf, uniqueTuple } from './nat.js';
import type { WalkSetup } from './setup.js';
import type { Stages } from './stage.js';
import { walkTable } from './table-step.js';
import { hasTuplePorts } from './track-steps.js';

type Side = 'src' | 'dst';

/** nf_nat_inet_fn of net/netfilter/nf_nat_core.c. */
export function nat(setup: WalkSetup, batch: Batch, selection: Selection, hook: HookName, side: Side): void {
  const { stages, compiled, picked } = setup;
  if (setup.places.nat[hook] === undefined) return;
  picked.size = 0;
  const states = stages.columns[Field.CtState]!;
  const { bound } = batch;
  for (let i = 0; i < selection.size; i++) {
    const slot = selection.list[i]!;
    const consulted = (states[slot]! & NAT_STATES) === STATE_NEW && (bound[slot]! & BOUND[side]) === 0;
    if (consulted && setup.tracking) {
      picked.add(slot);
      continue;
    }
    const why = skipped(setup, slot);
    if (batch.events !== undefined) batch.tell(slot, { kind: 'skip', table: 'nat', hook, why });
    if (why === 'bound') repeat(stages, slot, side);
  }
  const asked = picked.size;
  walkTable(setup, batch, picked, 'nat', hook);
  const [, rules, translations] = stages.results;
  let ended = picked.size < asked;
  for (let i = 0; i < picked.size; i++) {
    const slot = picked.list[i]!;
    const translation = translations![slot]! | 0;
    if (translation >= 0) {
      const asked = compiled.translations[translation]!;
      if (batch.events !== undefined || !moveOne(setup, batch, slot, asked, side))
        translate(setup, batch, slot, { translation: asked, side, hook, rule: rules![slot]! });
      ended ||= !batch.isWalking(slot);
    } else {
      batch.bound[slot]! |= BOUND[side];
      if (batch.events !== undefined) batch.tell(slot, { kind: 'identity', side });
    }
  }
  if (ended) selection.keepWalking(batch);
}

/** nf_nat_packet: what the entry says of this direction is done to each packet, also to one that has been through it. */
function repeat(stages: Stages, slot: number, side: Side): void {
  const of = (field: Field) => stages.field(slot, field);
  const flag = side === 'src' ? CT_STATUS_SRC_NAT : CT_STATUS_DST_NAT;
  if ((of(Field.CtStatus) & flag) === 0) return;
  const ports = hasTuplePorts(of(Field.Proto));
  stages.rewrite(slot, side === 'src' ? Field.Src : Field.Dst, of(side === 'src' ? Field.CtReplDst : Field.CtReplSrc));
  if (ports && side === 'src') stages.rewrite(slot, Field.Sport, of(Field.CtReplDport));
  if (ports && side === 'dst') stages.rewrite(slot, Field.Dport, of(Field.CtReplSport));
}

/** Of these the first packet of a connection is NEW alone. */
const NAT_STATES = STATE_NEW | STATE_INVALID | STATE_UNTRACKED;

function skipped({ stages, tracking }: WalkSetup, slot: number): SkipReason {
  if (!tracking) return 'tracking-off';
  const state = stages.columns[Field.CtState]![slot]!;
  if ((state & STATE_UNTRACKED) !== 0) return 'untracked';
  if ((state & STATE_INVALID) !== 0) return 'invalid';
  return (state & STATE_NEW) === 0 ? 'not-new' : 'bound';
}

/**
 * The usual translation, without an object, in a quarter of the time of `translate`: to one address, which a rule or the way
 * out names, of a packet of TCP or UDP. False: it is another, and nothing was done.
 */
function moveOne(setup: WalkSetup, batch: Batch, slot: number, translation: Translation, side: Side): boolean {
  const { stages } = setup;
  const { columns } = stages;
  const { kind, flags, addresses, ports } = translation;
  const proto = columns[Field.Proto]![slot]!;
  if (proto !== Protocol.Tcp && proto !== Protocol.Udp) return false;
  let address: number;
  if (kind === TranslateKind.Masquerade) {
    const way = batch.ways[slot];
    if (way?.masquerade === undefined || 'kind' in way.masquerade) return false;
    address = way.masquerade[0]!;
  } else if ((kind === TranslateKind.Source || kind === TranslateKind.Destination) && addresses !== undefined) {
    address = addresses.min[0]!;
    if (addresses.max[0] !== address) return false;
  } else return false;
  if ((flags & ~(NAT_MAP_IPS | NAT_PROTO_SPECIFIED | NAT_PROTO_RANDOM_FULLY)) !== 0) return false;
  const own = columns[side === 'src' ? Field.Sport : Field.Dport]![slot]!;
  let port = own;
  if ((flags & NAT_PROTO_RANDOM_FULLY) !== 0) {
    const from = portsOf(own, false, translation, side);
    if (from !== undefined) port = portIn(from, own, translation, side, (below) => stages.draw(slot) % below);
  } else if ((flags & NAT_PROTO_SPECIFIED) !== 0) {
    if (ports === undefined || ports.max !== ports.min) return false;
    port = ports.min;
  }
  batch.bound[slot]! |= BOUND[side];
  writeOne(stages, slot, side, address, port, own);
  return true;
}

/** As `write`, for a protocol with ports. */
function writeOne(stages: Stages, slot: number, side: Side, address: number, port: number, own: number): void {
  const { columns } = stages;
  const source = side === 'src';
  const field = source ? Field.Src : Field.Dst;
  const moved = columns[field]![slot] !== address || port !== own;
  if (columns[field]![slot] !== address) stages.rewrite(slot, field, address);
  if (port !== own) stages.rewrite(slot, source ? Field.Sport : Field.Dport, port);
  columns[source ? Field.CtReplDst : Field.CtReplSrc]![slot] = address;
  columns[source ? Field.CtReplDport : Field.CtReplSport]![slot] = port;
  if (!moved) return;
  columns[Field.CtState]![slot]! |= source ? STATE_SNAT : STATE_DNAT;
  columns[Field.CtStatus]![slot]! |= source ? CT_STATUS_SRC_NAT : CT_STATUS_DST_NAT;
}

interface Asked {
  readonly translation: Translation;
  readonly side: Side;
  readonly hook: HookName;
  readonly rule: number;
}

function translate(setup: WalkSetup, batch: Batch, slot: number, { translation, side, hook, rule }: Asked): void {
  const { stages } = setup;
  const range = rangeOf(setup, batch, slot, translation, hook);
  if (typeof range === 'string') {
    const masquerade = translation.kind === TranslateKind.Masquerade;
    const lacks = stages.interfaces.name(masquerade ? batch.oif[slot]! : stages.field(slot, Field.InIf));
    batch.lose(slot, 'routing', range, range === 'no-address' ? 'dropped' : 'unknown', { lacks });
    return;
  }
  // not before: a copy of the packet that is dropped here leaves the binding to the packet itself
  batch.bound[slot]! |= BOUND[side];
  const before = tupleOf(stages, slot);
  const after = uniqueTuple(before, range, side, (below) => stages.draw(slot) % below);
  if (batch.events !== undefined) {
    const { drawn } = after;
    batch.tell(slot, {
      kind: 'translated',
      side,
      from: endpoint(before, side),
      to: endpoint(after, side),
      rule,
      drawn,
    });
  }
  // gre_manip_pkt of nf_nat_proto.c wants the header it changes nothing in
  const cut = before.protocol === Protocol.Gre && stages.field(slot, Field.TransportLen) < GRE_HEADER;
  if (cut && moves(before, after, side)) batch.lose(slot, 'tracking', 'short-header');
  else write(stages, slot, before, after, side);
}

/** What each target makes of its options; a reason where it finds no address. */
function rangeOf(
  setup: WalkSetup,
  batch: Batch,
  slot: number,
  translation: Translation,
  hook: HookName,
): NatRange | string {
  const { kind, flags, addresses, ports } = translation;
  switch (kind) {
    case TranslateKind.Source:
    case TranslateKind.Destination:
      return translation;
    case TranslateKind.Netmap:
      return { flags: flags | NAT_MAP_IPS | NAT_NETMAP, addresses, ports };
    case TranslateKind.Masquerade: {
      if (batch.oif[slot] === 0) return 'host:out';
      const way = batch.ways[slot];
      const name = setup.stages.interfaces.name(batch.oif[slot]!);
      const to = way === undefined ? setup.routing.masqueradeAddress(name, undefined) : way.masquerade;
      return single(to, { flags, ports });
    }
    case TranslateKind.Redirect: {
      // nf_nat_redirect_ipv4: what this host sends goes to its loopback address
      const iif = setup.stages.interfaces.name(setup.stages.field(slot, Field.InIf));
      return single(hook === 'OUTPUT' ? [0x7f000001] : setup.routing.firstAddress(iif), { flags, ports });
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

function tupleOf(stages: Stages, slot: number): NatTuple {
  const protocol = stages.field(slot, Field.Proto);
  const id = isIcmp(protocol) ? icmpId(stages, slot) : 0;
  const ports = hasTuplePorts(protocol);
  return {
    protocol,
    src: [stages.field(slot, Field.Src)],
    dst: [stages.field(slot, Field.Dst)],
    sport: ports ? stages.field(slot, Field.Sport) : id,
    dport: ports ? stages.field(slot, Field.Dport) : id,
  };
}

function icmpId(stages: Stages, slot: number): number {
  const bytes = stages.bytesOf(slot);
  const at = stages.field(slot, Field.IpLen) + 4;
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function endpoint(tuple: NatTuple, side: Side): Endpoint {
  const port = side === 'src' ? tuple.sport : tuple.dport;
  return { address: tuple[side], port: hasTuplePorts(tuple.protocol) || isIcmp(tuple.protocol) ? port : undefined };
}

/** The packet, and the connection's reply direction, which is the translated packet turned round. */
function write(stages: Stages, slot: number, before: NatTuple, after: NatTuple, side: Side): void {
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
