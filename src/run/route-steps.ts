/** The steps between hooks at which the packets' routes are looked up, and what the answers make of their ways. */
import { AGAIN_COPY, AGAIN_LO, Beside, Field, GOES_IN, GOES_ON, RouteLook } from '../abi.js';
import { PacketwalkError } from '../errors.js';
import { PATH_NUMBERS } from '../model/batch.js';
import { question } from '../model/question.js';
import type { Words } from '../net/address.js';
import type { Batch, LostMore } from './batch.js';
import type { Drop, InputDecision, Send } from './decision.js';
import type { Unknown } from './fib.js';
import { isForMany } from './frames.js';
import { isZero } from './ipv4-kinds.js';
import { settleOptions } from './options-step.js';
import type { Selection } from './selection.js';
import type { WalkSetup } from './setup.js';
import type { Stages } from './stage.js';

/** After PREROUTING: each is delivered here, forwarded, or lost; the selection is left empty. */
export function routeInput(
  setup: WalkSetup,
  batch: Batch,
  selection: Selection,
  input: Selection,
  forward: Selection,
): void {
  const { stages, steps, ways } = setup;
  ways.find(selection, RouteLook.Input);
  for (const slot of steps.take('takeInput', selection)) {
    // a packet that has left by lo brings its route with it
    const way = stages.field(slot, Beside.Again) === 0 ? decideInput(setup, batch, slot) : 'input';
    if (way === undefined) continue;
    settleOptions(setup, batch, slot, way);
    stages.setField(slot, Beside.Goes, way === 'input' ? GOES_IN : GOES_ON);
  }
  steps.sieve('keepWalking', selection);
  steps.divide(selection, Beside.Goes, GOES_IN, input);
  steps.divide(selection, Beside.Goes, GOES_ON, forward);
}

/** undefined: the packet's way has ended. */
function decideInput(setup: WalkSetup, batch: Batch, slot: number, hop?: string): 'input' | 'forward' | undefined {
  const { stages } = setup;
  const { decision, oif } = setup.ways.wayOf(stages.field(slot, Beside.Way))!;
  switch (decision.kind) {
    case 'local':
      if (batch.events !== undefined) tellDelivery(stages, batch, slot, decision);
      return 'input';
    case 'forward': {
      stages.setField(slot, Beside.Oif, oif);
      if (batch.events !== undefined) {
        const { oif: iface, gateway, by } = decision;
        batch.tell(slot, { kind: 'routed', to: 'forward', iface, gateway, again: false, by, hop });
      }
      if (isForMany(stages, slot)) {
        batch.lose(slot, 'routing', 'frame-to-many');
        return undefined;
      }
      return 'forward';
    }
    case 'drop': {
      batch.lose(slot, 'routing', decision.reason, 'dropped', batch.events && moreOf(decision, setup));
      return undefined;
    }
    case 'multipath':
      return takeHop(setup, batch, slot, (hop) => decideInput(setup, batch, slot, hop));
    case 'unknown':
      return takeGiven(setup, batch, slot, decision);
    default:
      throw new PacketwalkError(`${decision.kind} is no way in`, { code: 'core-fault' });
  }
}

function moreOf({ icmp, guessed }: Drop, { stages }: WalkSetup): LostMore {
  const name = stages.family === 6 ? 'ipv6-icmp' : 'icmp';
  return icmp === undefined ? { guessed } : { answer: `${name} ${icmp.type}/${icmp.code}`, guessed };
}

function tellDelivery(
  stages: Stages,
  batch: Batch,
  slot: number,
  { by, how }: Extract<InputDecision, { kind: 'local' }>,
) {
  const iface = stages.interfaces.name(stages.field(slot, Field.InIf));
  batch.tell(slot, { kind: 'routed', to: 'local', iface, gateway: undefined, again: false, by, how });
}

/** The way that was given, or that follows from what was assumed, where routing does not know. */
function takeGiven(setup: WalkSetup, batch: Batch, slot: number, decision: Unknown): 'input' | 'forward' | undefined {
  const { stages } = setup;
  const destination = stages.address(slot, Field.Dst);
  const own = setup.isLocal(destination);
  const given = stages.field(slot, Beside.Path);
  const assumed = own === undefined ? 0 : own ? PATH_NUMBERS.input : PATH_NUMBERS.forward;
  const path = given === 0 ? assumed : given;
  if (path !== PATH_NUMBERS.input && path !== PATH_NUMBERS.forward) {
    open(setup, batch, slot, decision);
    return undefined;
  }
  const way = path === PATH_NUMBERS.input ? 'input' : 'forward';
  if (way === 'forward' && !setup.routing.forwards(stages.interfaces.name(stages.field(slot, Field.InIf)))) {
    batch.lose(slot, 'routing', 'forwarding-off');
    return undefined;
  }
  const oif = way === 'forward' ? outGiven(setup, slot) : 0;
  stages.setField(slot, Beside.Way, 0);
  stages.setField(slot, Beside.Oif, oif);
  if (own === undefined && decision.fact === 'addresses') setup.tellLocal?.(destination, way === 'input');
  batch.tell(slot, { kind: 'taken', way, iface: nameOrNone(stages, oif) });
  return way;
}

function outGiven(setup: WalkSetup, slot: number): number {
  const assumed = setup.outAssumed();
  return setup.stages.field(slot, Beside.Out) || (assumed === undefined ? 0 : setup.stages.interfaces.number(assumed));
}

const nameOrNone = (stages: Stages, number: number): string | undefined =>
  number === 0 ? undefined : stages.interfaces.name(number);

/**
 * Of several hops the packet takes the one that it is said to leave by, or that was assumed; undefined: more than one is
 * left, and whether it takes the first of these is an open question.
 */
function takeHop<T>(setup: WalkSetup, batch: Batch, slot: number, then: (hop: string) => T): T | undefined {
  const { stages, ways } = setup;
  const all = ways.wayOf(stages.field(slot, Beside.Way))!.among!;
  const out = outGiven(setup, slot);
  const given = all.filter(({ oif }) => oif === out);
  const named = given.length > 0 ? given : all;
  const left = named.filter(({ name }) => setup.takes(name) !== false);
  const one = named.find(({ name }) => setup.takes(name)) ?? (left.length > 1 ? undefined : (left[0] ?? named.at(-1)!));
  if (one === undefined) {
    batch.lose(slot, 'routing', question.way(left[0]!.name), 'unknown', { ways: left.map(({ name }) => name) });
    return undefined;
  }
  stages.setField(slot, Beside.Way, one.way);
  return then(one.name);
}

/** What is not known of the host stands in the way. */
function open({ stages }: WalkSetup, batch: Batch, slot: number, { fact }: Unknown): void {
  const asked = fact === 'groups' ? question.joined(stages.address(slot, Field.Dst)) : undefined;
  batch.lose(slot, 'routing', asked ?? `host:${fact}`, 'unknown');
}

/** Before OUTPUT: a packet that has no route is never sent, and meets no hook. */
export function routeOutput(setup: WalkSetup, batch: Batch, selection: Selection): void {
  const { steps, ways } = setup;
  ways.find(selection, RouteLook.Output);
  for (const slot of steps.take('takeOutput', selection)) routeSent(setup, batch, slot);
  steps.sieve('keepWalking', selection);
}

function routeSent(setup: WalkSetup, batch: Batch, slot: number): void {
  const { stages } = setup;
  const way = setup.ways.wayOf(stages.field(slot, Beside.Way))!;
  if (way.decision.kind !== 'unknown') {
    const sent = takeRoute(setup, batch, slot, false);
    if (sent !== undefined && isZero(stages.address(slot, Field.Src))) chooseSource(stages, slot, sent.source);
    return;
  }
  const oif = outGiven(setup, slot);
  if (stages.field(slot, Beside.Path) !== PATH_NUMBERS.output && oif === 0) {
    open(setup, batch, slot, way.decision);
    return;
  }
  stages.setField(slot, Beside.Way, 0);
  stages.setField(slot, Beside.Oif, oif);
  if (oif !== 0) {
    const again = setup.routing.comesBack(stages.interfaces.name(oif), stages.address(slot, Field.Dst));
    stages.setField(slot, Beside.Again, again === undefined ? 0 : again === 'lo' ? AGAIN_LO : AGAIN_COPY);
  }
  batch.tell(slot, { kind: 'taken', way: 'output', iface: nameOrNone(stages, oif) });
}

/** raw_send_hdrinc writes it into the IP header, and knows of no sum that covers it; rawv6_send_hdrinc does not. */
function chooseSource(stages: Stages, slot: number, address: Words): void {
  if (stages.field(slot, Beside.Raw) === 0) return stages.rewriteAddress(slot, Field.Src, address);
  if (stages.family === 6) return;
  const source = address[0]!;
  stages.setField(slot, Field.Src, source);
  stages.writeBytes(slot, 12, [source >>> 24, (source >>> 16) & 255, (source >>> 8) & 255, source & 255]);
  stages.sumHeader(slot);
}

/** undefined: the packet's way has ended. A packet that is looked at once more is no longer measured. */
function takeRoute(setup: WalkSetup, batch: Batch, slot: number, again: boolean, hop?: string): Send | undefined {
  const { stages, ways } = setup;
  const { decision, oif } = ways.wayOf(stages.field(slot, Beside.Way))!;
  switch (decision.kind) {
    case 'send': {
      if (!again && decision.mtu !== undefined && stages.field(slot, Field.Length) > decision.mtu) {
        batch.lose(slot, 'routing', 'message-too-long');
        return undefined;
      }
      stages.setField(slot, Beside.Oif, oif);
      stages.setField(slot, Beside.Again, decision.loops ? AGAIN_LO : decision.copy ? AGAIN_COPY : 0);
      if (batch.events !== undefined) {
        const { oif: iface, gateway, by, guessed } = decision;
        batch.tell(slot, { kind: 'routed', to: 'send', iface, gateway, again, by, guessed, hop });
      }
      return decision;
    }
    case 'error':
      batch.lose(slot, 'routing', decision.reason);
      return undefined;
    case 'multipath':
      return takeHop(setup, batch, slot, (hop) => takeRoute(setup, batch, slot, again, hop));
    default:
      return undefined;
  }
}

/** Remembers the fields that decide the route, before a table that may change them. */
export function note({ steps }: WalkSetup, selection: Selection): void {
  steps.take('note', selection);
}

/**
 * In OUTPUT, behind mangle where it changed mark, tos or an address (ipt_mangle_out of iptable_mangle.c), and behind
 * nat where it changed the destination (nf_nat_ipv4_local_fn of nf_nat_proto.c).
 */
export function reroute(
  setup: WalkSetup,
  batch: Batch,
  selection: Selection,
  after: 'mangle' | 'nft mangle' | 'nat',
): void {
  const { stages, steps, ways, picked } = setup;
  if (after === 'nft mangle' && setup.places[after].OUTPUT === undefined) return;
  const changed = steps.take('findChanged', selection, Number(after !== 'nat'));
  if (changed.length === 0) return;
  picked.slots = changed;
  ways.find(picked, RouteLook.Reroute);
  steps.take('note', picked);
  for (const slot of changed) {
    const way = ways.wayOf(stages.field(slot, Beside.Way))!;
    if (way.decision.kind === 'unknown') open(setup, batch, slot, way.decision);
    else takeRoute(setup, batch, slot, true);
  }
  steps.sieve('keepWalking', selection);
}

/** ip6_pkt_discard_out of net/ipv6/route.c: what a packet of this host takes for its route refuses it behind OUTPUT. */
export function discard(setup: WalkSetup, batch: Batch, selection: Selection): void {
  const { stages, routing, steps, ways } = setup;
  if (routing.discards !== true) return;
  for (const slot of selection.slots) {
    const decision = ways.wayOf(stages.field(slot, Beside.Way))?.decision;
    if (decision?.kind === 'send' && decision.refused) batch.lose(slot, 'routing', 'no-route');
  }
  steps.sieve('keepWalking', selection);
}
