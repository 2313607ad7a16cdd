/** The steps between hooks at which the packets' routes are looked up, and what the answers make of their ways. */
import { Field } from '../abi.js';
import { NO_SOCKET, PATH_NUMBERS } from '../model/batch.js';
import { question } from '../model/question.js';
import { AGAIN_COPY, AGAIN_LO, type Batch, type LostMore, type Selection } from './batch.js';
import type { Drop, InputDecision, OutputDecision, Send } from './decision.js';
import type { Unknown } from './fib.js';
import { faultOfOptions, remainderOf, roomInRoute } from './ip-options.js';
import type { Way } from './route-memo.js';
import type { WalkSetup } from './setup.js';
import type { Stages } from './stage.js';

/** Options of the IP header, which no rule before this has looked at. */
export function checkOptions({ stages }: WalkSetup, batch: Batch, selection: Selection): void {
  const lengths = stages.columns[Field.IpLen]!;
  let ended = false;
  for (let i = 0; i < selection.size; i++) {
    const slot = selection.list[i]!;
    if (lengths[slot]! <= 20) continue;
    const fault = faultOfOptions(stages.bytesOf(slot).subarray(20, lengths[slot]), false);
    if (fault === undefined) continue;
    batch.lose(slot, 'routing', fault, 'dropped', fault === 'bad-options' ? { answer: 'icmp 12/0' } : undefined);
    ended = true;
  }
  if (ended) selection.keepWalking(batch);
}

/** After PREROUTING: each is delivered here, forwarded, or lost. The selection is left as it is. */
export function routeInput(
  setup: WalkSetup,
  batch: Batch,
  selection: Selection,
  input: Selection,
  forward: Selection,
): void {
  input.size = 0;
  forward.size = 0;
  for (let i = 0; i < selection.size; i++) {
    const slot = selection.list[i]!;
    // a packet that has left by lo brings its route with it
    const way = batch.again[slot] === 0 ? decideInput(setup, batch, slot) : 'input';
    if (way === undefined) continue;
    settleOptions(setup, batch, slot, way);
    (way === 'input' ? input : forward).add(slot);
  }
}

/** ip_options_compile clears what stands behind the last option; a changed header that goes on is summed anew. */
function settleOptions(setup: WalkSetup, batch: Batch, slot: number, way: 'input' | 'forward'): void {
  const { stages } = setup;
  const length = stages.columns[Field.IpLen]![slot]!;
  if (length <= 20) return;
  const options = stages.bytesOf(slot).slice(20, length);
  const remainder = remainderOf(options);
  const cleared = options.subarray(remainder).some((byte) => byte !== 0);
  if (cleared) stages.writeHeader(slot, 20 + remainder, new Array(options.length - remainder).fill(0));
  const recorded = record(setup, batch, slot, way, options);
  // what is delivered keeps its checksum as it was
  if (way === 'forward' && (cleared || recorded)) stages.sumHeader(slot);
}

/** ip_options_compile fills a recorded route in before delivery, ip_forward_options before the packet leaves. */
function record(
  { stages }: WalkSetup,
  batch: Batch,
  slot: number,
  way: 'input' | 'forward',
  options: Uint8Array,
): boolean {
  const room = roomInRoute(options);
  if (room === undefined) return false;
  const own = way === 'input' ? [stages.field(slot, Field.Dst)] : batch.ways[slot]?.masquerade;
  if (!own || 'kind' in own) return false;
  const bytes = [24, 16, 8, 0].map((shift) => (own[0]! >>> shift) & 255);
  stages.writeHeader(slot, 20 + room.address, bytes);
  stages.writeHeader(slot, 20 + room.pointer, [options[room.pointer]! + 4]);
  return true;
}

/** undefined: the packet's way has ended. */
function decideInput(setup: WalkSetup, batch: Batch, slot: number): 'input' | 'forward' | undefined {
  const { stages } = setup;
  const way = setup.ways.input(stages.columns, slot);
  const { decision } = way;
  switch (decision.kind) {
    case 'local':
      if (batch.events !== undefined) tellDelivery(stages, batch, slot, decision);
      return 'input';
    case 'forward': {
      batch.oif[slot] = way.oif;
      batch.ways[slot] = way;
      if (batch.events !== undefined) {
        const { oif: iface, gateway, by } = decision;
        batch.tell(slot, { kind: 'routed', to: 'forward', iface, gateway, again: false, by });
      }
      return 'forward';
    }
    case 'drop': {
      batch.lose(slot, 'routing', decision.reason, 'dropped', batch.events && moreOf(decision));
      return undefined;
    }
    case 'multipath':
      batch.lose(slot, 'routing', 'multipath', 'unknown');
      return undefined;
    case 'unknown':
      return takeGiven(setup, batch, slot, decision);
  }
}

function moreOf({ icmp, guessed }: Drop): LostMore {
  return icmp === undefined ? { guessed } : { answer: `icmp ${icmp.type}/${icmp.code}`, guessed };
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
  const own = setup.isLocal(stages.field(slot, Field.Dst));
  const given = batch.path[slot]!;
  const assumed = own === undefined ? 0 : own ? PATH_NUMBERS.input : PATH_NUMBERS.forward;
  const path = given === 0 ? assumed : given;
  if (path !== PATH_NUMBERS.input && path !== PATH_NUMBERS.forward) {
    open(setup, batch, slot, decision);
    return undefined;
  }
  const way = path === PATH_NUMBERS.input ? 'input' : 'forward';
  if (way === 'forward') batch.oif[slot] = outGiven(setup, batch, slot);
  batch.tell(slot, { kind: 'taken', way, iface: nameOrNone(stages, batch.oif[slot]!) });
  return way;
}

function outGiven(setup: WalkSetup, batch: Batch, slot: number): number {
  const assumed = setup.outAssumed();
  return batch.out[slot]! || (assumed === undefined ? 0 : setup.stages.interfaces.number(assumed));
}

const nameOrNone = (stages: Stages, number: number): string | undefined =>
  number === 0 ? undefined : stages.interfaces.name(number);

/** What is not known of the host stands in the way. */
function open({ stages }: WalkSetup, batch: Batch, slot: number, { fact }: Unknown): void {
  const group = stages.field(slot, Field.Dst);
  batch.lose(slot, 'routing', fact === 'groups' ? question.joined(group) : `host:${fact}`, 'unknown');
}

/** Before OUTPUT: a packet that has no route is never sent, and meets no hook. */
export function routeOutput(setup: WalkSetup, batch: Batch, selection: Selection): void {
  for (let i = 0; i < selection.size; i++) routeSent(setup, batch, selection.list[i]!);
  selection.keepWalking(batch);
}

function routeSent(setup: WalkSetup, batch: Batch, slot: number): void {
  const { stages } = setup;
  const { columns } = stages;
  const uid = columns[Field.Uid]![slot]!;
  // raw_sendmsg of net/ipv4/raw.c looks for the route without the source that the packet's own header names
  const chooses = batch.raw[slot] === 1;
  const way = setup.ways.output(columns, slot, { uid: uid === NO_SOCKET ? 0 : uid, chooses });
  const { decision } = way;
  if (decision.kind !== 'unknown') {
    const sent = takeRoute(batch, slot, way, false, columns[Field.Length]![slot]!);
    if (sent !== undefined && columns[Field.Src]![slot] === 0) stages.rewrite(slot, Field.Src, sent.source[0]!);
    return;
  }
  const oif = outGiven(setup, batch, slot);
  if (batch.path[slot] !== PATH_NUMBERS.output && oif === 0) {
    open(setup, batch, slot, decision);
    return;
  }
  batch.oif[slot] = oif;
  if (oif !== 0) {
    const again = setup.routing.comesBack(stages.interfaces.name(oif), [columns[Field.Dst]![slot]!]);
    batch.again[slot] = again === undefined ? 0 : again === 'lo' ? AGAIN_LO : AGAIN_COPY;
  }
  batch.tell(slot, { kind: 'taken', way: 'output', iface: nameOrNone(stages, oif) });
}

/** `length`: of a packet that may be too long for its route. undefined: the packet's way has ended. */
function takeRoute(
  batch: Batch,
  slot: number,
  way: Way<OutputDecision>,
  again: boolean,
  length: number,
): Send | undefined {
  const { decision } = way;
  switch (decision.kind) {
    case 'send': {
      if (decision.mtu !== undefined && length > decision.mtu) {
        batch.lose(slot, 'routing', 'message-too-long');
        return undefined;
      }
      batch.oif[slot] = way.oif;
      batch.ways[slot] = way;
      batch.again[slot] = decision.loops ? AGAIN_LO : decision.copy ? AGAIN_COPY : 0;
      if (batch.events !== undefined) {
        const { oif: iface, gateway, by, guessed } = decision;
        batch.tell(slot, { kind: 'routed', to: 'send', iface, gateway, again, by, guessed });
      }
      return decision;
    }
    case 'error':
      batch.lose(slot, 'routing', decision.reason);
      return undefined;
    case 'multipath':
      batch.lose(slot, 'routing', 'multipath', 'unknown');
      return undefined;
    default:
      return undefined;
  }
}

const DECIDES = [Field.Src, Field.Dst, Field.Mark, Field.Tos] as const;

/** Remembers the fields that decide the route, before a table that may change them. */
export function look({ stages }: WalkSetup, batch: Batch, { list, size }: Selection): void {
  for (let place = 0; place < DECIDES.length; place++) {
    const seen = batch.seen[place]!;
    const column = stages.columns[DECIDES[place]!]!;
    for (let i = 0; i < size; i++) seen[list[i]!] = column[list[i]!]!;
  }
}

/**
 * In OUTPUT, behind mangle where it changed mark, tos or an address (ipt_mangle_out of iptable_mangle.c), and behind
 * nat where it changed the destination (nf_nat_ipv4_local_fn of nf_nat_proto.c).
 */
export function reroute(setup: WalkSetup, batch: Batch, selection: Selection, after: 'mangle' | 'nat'): void {
  const { columns } = setup.stages;
  const [sources, destinations, marks, services] = DECIDES.map((field) => columns[field]!);
  const [source, destination, mark, service] = batch.seen;
  const any = after === 'mangle';
  for (let i = 0; i < selection.size; i++) {
    const slot = selection.list[i]!;
    const changed =
      destinations![slot] !== destination![slot] ||
      (any && (sources![slot] !== source![slot] || marks![slot] !== mark![slot] || services![slot] !== service![slot]));
    if (!changed || batch.ways[slot] === undefined) continue;
    const way = setup.ways.reroute(columns, slot);
    if (way.decision.kind === 'unknown') open(setup, batch, slot, way.decision);
    else takeRoute(batch, slot, way, true, 0);
  }
  look(setup, batch, selection);
  selection.keepWalking(batch);
}
