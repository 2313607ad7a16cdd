/** The nat tables: for which packets they are consulted, and what the translation that they ask for makes of each. */
import {
  Beside,
  BOUND_DST,
  BOUND_SRC,
  Field,
  NAT_MAP_IPS,
  STATE_INVALID,
  STATE_NEW,
  STATE_UNTRACKED,
  TranslateKind,
} from '../abi.js';
import type { Translation } from '../model/action.js';
import type { HookName } from '../model/ruleset.js';
import type { SkipReason } from '../model/trace.js';
import { type AddressRange, type Family, sameWords, type Words } from '../net/address.js';
import type { Batch } from './batch.js';
import { hasTuplePorts } from './connections/tuples.js';
import { isZero } from './ipv4-kinds.js';
import { type NatRange, type NatTuple, type Side, uniqueTuple } from './nat.js';
import { endOf, faultOfGre, follow, forgetRoute, isIcmp } from './nat-follow.js';
import { noteMasquerade, worldOf } from './nat-world.js';
import type { Selection } from './selection.js';
import type { WalkSetup } from './setup.js';
import type { Stages } from './stage.js';
import { walkTable } from './table-step.js';

/** nf_nat_inet_fn of net/netfilter/nf_nat_core.c. */
export function nat(setup: WalkSetup, batch: Batch, selection: Selection, hook: HookName, side: Side): void {
  const { steps, picked } = setup;
  const [first, other] = NAT_TABLES.filter((table) => setup.places[table][hook] !== undefined);
  if (first === undefined) return;
  for (const slot of steps.consult(selection, BOUND[side], picked)) {
    batch.tell(slot, { kind: 'skip', table: first, hook, why: skipped(setup, slot) });
    follow(setup, batch, slot, hook, side);
  }
  walkTable(setup, batch, picked, first, hook);
  // the one that translates first settles it
  const left = other === undefined ? [] : leaveOut(setup, picked);
  settle(setup, batch, hook, side);
  if (other !== undefined) {
    picked.slots = left;
    walkTable(setup, batch, picked, other, hook);
    settle(setup, batch, hook, side);
  }
  steps.sieve('keepWalking', selection);
}

const NAT_TABLES = ['nat', 'nft nat'] as const;

/** Takes those packets out of the selection that no rule asked to translate. */
function leaveOut({ stages }: WalkSetup, picked: Selection): number[] {
  const isAsked = (slot: number) => stages.result(slot).translation >= 0;
  const slots = [...picked.slots];
  picked.slots = slots.filter(isAsked);
  return slots.filter((slot) => !isAsked(slot));
}

/** Binds each packet that the table was consulted for. */
function settle(setup: WalkSetup, batch: Batch, hook: HookName, side: Side): void {
  const { stages, steps, compiled, picked } = setup;
  for (const slot of steps.take('translate', picked, BOUND[side])) {
    const { translation, rule } = stages.result(slot);
    if (translation < 0) bindNull(setup, batch, slot, side, hook);
    else translate(setup, batch, slot, { translation: compiled.translations[translation]!, side, hook, rule });
  }
}

const BOUND = { src: BOUND_SRC, dst: BOUND_DST } as const;

function skipped({ stages, tracking }: WalkSetup, slot: number): SkipReason {
  if (!tracking) return 'tracking-off';
  const state = stages.columns[Field.CtState]![slot]!;
  if ((state & STATE_UNTRACKED) !== 0) return 'untracked';
  if ((state & STATE_INVALID) !== 0) return 'invalid';
  return (state & STATE_NEW) === 0 ? 'not-new' : 'bound';
}

interface Asked {
  readonly translation: Translation;
  readonly side: Side;
  readonly hook: HookName;
  readonly rule: number;
}

function translate(setup: WalkSetup, batch: Batch, slot: number, { translation, side, hook, rule }: Asked): void {
  const { stages } = setup;
  // nf_nat_masquerade_ipv4 leaves what has no source yet alone, and nf_nat_masquerade_ipv6 does not
  const masquerade = translation.kind === TranslateKind.Masquerade;
  if (masquerade && stages.family === 4 && isZero(stages.address(slot, Field.Src)))
    return bindNull(setup, batch, slot, side, hook);
  const range = rangeOf(setup, slot, translation, { hook, side });
  if (typeof range === 'string') {
    const lacks = stages.interfaces.name(
      side === 'src' ? stages.field(slot, Beside.Oif) : stages.field(slot, Field.InIf),
    );
    batch.lose(slot, 'routing', range, range === 'no-address' ? 'dropped' : 'unknown', { lacks });
    return;
  }
  if (masquerade) noteMasquerade(setup, slot);
  setup.early.bindings?.push({ side, translation, range });
  bind(setup, batch, slot, range, { side, hook, rule });
}

/** nf_nat_alloc_null_binding: no rule asks for anything, yet another connection may stand in the way. */
function bindNull(setup: WalkSetup, batch: Batch, slot: number, side: Side, hook: HookName): void {
  const own = tupleOf(setup, slot)[side];
  const range = { flags: NAT_MAP_IPS, addresses: { min: own, max: own }, ports: undefined };
  setup.early.bindings?.push({ side, translation: undefined, range });
  bind(setup, batch, slot, range, { side, hook, rule: undefined });
}

/** nf_nat_setup_info, and nf_nat_packet for the packet at hand. */
function bind(
  setup: WalkSetup,
  batch: Batch,
  slot: number,
  range: NatRange,
  { side, hook, rule }: { readonly side: Side; readonly hook: HookName; readonly rule: number | undefined },
): void {
  const { stages } = setup;
  // not before: a copy of the packet that is dropped here leaves the binding to the packet itself
  stages.setField(slot, Beside.Bound, stages.field(slot, Beside.Bound) | BOUND[side]);
  const before = tupleOf(setup, slot);
  const dst = stages.address(slot, Field.Dst);
  const after = uniqueTuple(before, range, side, worldOf(setup, slot));
  if (batch.events !== undefined) {
    const [from, to] = [endOf(before, side), endOf(after, side)];
    if (rule === undefined && !moves(before, after, side)) batch.tell(slot, { kind: 'identity', side });
    else batch.tell(slot, { kind: 'translated', side, from, to, rule, drawn: after.drawn });
  }
  const fault = moves(before, after, side) ? faultOfGre(stages, slot, side) : undefined;
  write(setup, slot, before, after, side);
  if (fault !== undefined) return batch.lose(slot, 'tracking', fault);
  if (hook === 'PREROUTING' && !sameWords(stages.address(slot, Field.Dst), dst)) forgetRoute(stages, slot);
}

const LOOPBACK: Readonly<Record<Family, Words>> = { 4: [0x7f000001], 6: [0, 0, 0, 1] };

/** What each target makes of its options; a reason where it finds no address. */
function rangeOf(
  setup: WalkSetup,
  slot: number,
  translation: Translation,
  { hook, side }: Pick<Asked, 'hook' | 'side'>,
): NatRange | string {
  const { stages } = setup;
  const { kind, flags, addresses, ports } = translation;
  const dst = stages.address(slot, Field.Dst);
  switch (kind) {
    case TranslateKind.Source:
    case TranslateKind.Destination:
      return translation;
    case TranslateKind.Chosen:
      return setup.chosen.get(slot)!;
    case TranslateKind.Netmap:
      return single(netmapped(stages, slot, addresses!, side), { flags, ports });
    case TranslateKind.Masquerade: {
      const oif = stages.field(slot, Beside.Oif);
      const iface = stages.interfaces.name(oif);
      const way = setup.ways.wayOf(stages.field(slot, Beside.Way));
      const to = way === undefined ? setup.routing.masqueradeAddress(iface, undefined, dst) : way.masquerade;
      const known = setup.addressOf(iface) ?? to;
      return oif === 0 && known === to ? 'host:out' : single(known, { flags, ports });
    }
    case TranslateKind.Redirect: {
      // nf_nat_redirect_ipv4: what this host sends goes to its loopback address
      const iif = stages.interfaces.name(stages.field(slot, Field.InIf));
      const own =
        hook === 'OUTPUT' ? LOOPBACK[stages.family] : (setup.addressOf(iif) ?? setup.routing.firstAddress(iif, dst));
      return single(own, { flags, ports });
    }
  }
}

/** netmap_tg4, netmap_tg6 of net/netfilter/xt_NETMAP.c: the network is the range's, the rest the packet's own. */
function netmapped(stages: Stages, slot: number, { min, max }: AddressRange, side: Side): Words {
  return stages.address(slot, side === 'src' ? Field.Src : Field.Dst).map((own, i) => {
    const host = (min[i]! ^ max[i]!) >>> 0;
    return ((own & host) | (min[i]! & ~host)) >>> 0;
  });
}

function single(
  address: Words | { readonly kind: 'unknown'; readonly fact: string } | undefined,
  { flags, ports }: Pick<NatRange, 'flags' | 'ports'>,
): NatRange | string {
  if (address === undefined) return 'no-address';
  if ('kind' in address) return `host:${address.fact}`;
  return { flags: flags | NAT_MAP_IPS, addresses: { min: address, max: address }, ports };
}

const moves = (before: NatTuple, after: NatTuple, side: Side): boolean =>
  !sameWords(after[side], before[side]) || after.sport !== before.sport || after.dport !== before.dport;

/** What the packet's connection is known by: its answers, turned round. A target may have changed the packet alone. */
function tupleOf({ stages, uses }: WalkSetup, slot: number): NatTuple {
  const protocol = stages.field(slot, Field.Proto);
  const id = isIcmp(protocol, stages.family) ? icmpId(stages, slot) : 0;
  const ports = hasTuplePorts(protocol);
  return {
    protocol,
    src: stages.address(slot, uses.stateless ? Field.CtReplDst : Field.Src),
    dst: stages.address(slot, uses.stateless ? Field.CtReplSrc : Field.Dst),
    sport: ports ? stages.field(slot, Field.Sport) : id,
    dport: ports ? stages.field(slot, Field.Dport) : id,
  };
}

function icmpId(stages: Stages, slot: number): number {
  const bytes = stages.bytesOf(slot);
  const at = stages.field(slot, Field.IpLen) + 4;
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** An address of IPv6, where it stands in the packet and where its connection's columns have it. */
function writeWords(stages: Stages, slot: number, side: Side, address: Words): void {
  const [field, reply] =
    side === 'src' ? ([Field.Src, Field.CtReplDst] as const) : ([Field.Dst, Field.CtReplSrc] as const);
  // what SCTP's checksum was stays where nothing changes
  if (!sameWords(stages.address(slot, field), address)) stages.rewriteAddress(slot, field, address);
  address.forEach((word, i) => {
    stages.setField(slot, reply + i, word);
  });
}

/** The packet and its connection. */
function write({ stages, uses }: WalkSetup, slot: number, before: NatTuple, after: NatTuple, side: Side): void {
  const moved = moves(before, after, side);
  if (uses.stateless && !moved) return;
  const source = side === 'src';
  const [port, own] = source ? [after.sport, before.sport] : [after.dport, before.dport];
  const address = after[side];
  if (stages.family === 6) writeWords(stages, slot, side, address);
  stages.core.move(slot, address[0]!, port, own, Number(source), Number(moved));
  if (!isIcmp(after.protocol, stages.family) || after.sport === before.sport) return;
  stages.rewriteIcmpId(slot, after.sport);
  // icmp_invert_tuple: the answers bear the identifier where they have a source port
  stages.setField(slot, Field.CtReplSport, after.sport);
}
