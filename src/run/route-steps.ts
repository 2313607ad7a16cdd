/** The steps between hooks at which a packet's route is looked up, and what the answer makes of its way. */
import { Field } from '../abi.js';
import { question } from '../model/question.js';
import type { Send } from './decision.js';
import type { Unknown } from './fib.js';
import { faultOfOptions, remainderOf, roomInRoute } from './ip-options.js';
import { addressOf, flowOf, type Journey, type Lost, lose, type WalkSetup } from './journey.js';

const DONT_FRAGMENT = 0x4000;

/** Options of the IP header, which no rule before this has looked at. */
export function checkOptions({ stages }: WalkSetup, journey: Journey): Lost | undefined {
  const length = stages.field(journey.slot, Field.IpLen);
  if (length <= 20) return undefined;
  const fault = faultOfOptions(stages.bytesOf(journey.slot).subarray(20, length), false);
  if (fault === undefined) return undefined;
  return lose(journey, 'routing', fault, 'dropped', fault === 'bad-options' ? { answer: 'icmp 12/0' } : {});
}

/** After PREROUTING: delivered here, forwarded, or lost. */
export function routeInput(setup: WalkSetup, journey: Journey): Lost | 'input' | 'forward' {
  // a packet that has left by lo brings its route with it
  if (journey.again !== undefined) {
    settleOptions(setup, journey, 'input');
    return 'input';
  }
  const way = decideInput(setup, journey);
  if (way === 'input' || way === 'forward') settleOptions(setup, journey, way);
  return way;
}

/** ip_options_compile clears what stands behind the last option; a changed header that goes on is summed anew. */
function settleOptions(setup: WalkSetup, journey: Journey, way: 'input' | 'forward'): void {
  const { stages } = setup;
  const length = stages.field(journey.slot, Field.IpLen);
  if (length <= 20) return;
  const options = stages.bytesOf(journey.slot).slice(20, length);
  const remainder = remainderOf(options);
  const cleared = options.subarray(remainder).some((byte) => byte !== 0);
  if (cleared) stages.writeHeader(journey.slot, 20 + remainder, new Array(options.length - remainder).fill(0));
  const recorded = record(setup, journey, way, options);
  // what is delivered keeps its checksum as it was
  if (way === 'forward' && (cleared || recorded)) stages.sumHeader(journey.slot);
}

/** ip_options_compile fills a recorded route in before delivery, ip_forward_options before the packet leaves. */
function record(setup: WalkSetup, journey: Journey, way: 'input' | 'forward', options: Uint8Array): boolean {
  const { stages, routing } = setup;
  const room = roomInRoute(options);
  if (room === undefined) return false;
  const dst = addressOf(setup, journey, Field.Dst);
  const own =
    way === 'input' ? dst : journey.oif && journey.nextHop && routing.masqueradeAddress(journey.oif, journey.nextHop);
  if (!own || 'kind' in own) return false;
  const bytes = [24, 16, 8, 0].map((shift) => (own[0]! >>> shift) & 255);
  stages.writeHeader(journey.slot, 20 + room.address, bytes);
  stages.writeHeader(journey.slot, 20 + room.pointer, [options[room.pointer]! + 4]);
  return true;
}

function decideInput(setup: WalkSetup, journey: Journey): Lost | 'input' | 'forward' {
  const of = (field: Field) => setup.stages.field(journey.slot, field);
  const decision = setup.routing.input({
    ...flowOf(setup, journey),
    iif: journey.iif,
    ttl: of(Field.Ttl),
    length: of(Field.Length),
    df: (of(Field.Frag) & DONT_FRAGMENT) !== 0,
  });
  switch (decision.kind) {
    case 'local':
      journey.events.push({
        kind: 'routed',
        to: 'local',
        iface: journey.iif,
        gateway: undefined,
        again: false,
        by: decision.by,
        how: decision.how,
      });
      return 'input';
    case 'forward': {
      const { oif, gateway, by } = decision;
      journey.oif = oif;
      journey.nextHop = gateway ?? addressOf(setup, journey, Field.Dst);
      journey.events.push({ kind: 'routed', to: 'forward', iface: oif, gateway, again: false, by });
      return 'forward';
    }
    case 'drop': {
      const { icmp, reason, guessed } = decision;
      return lose(journey, 'routing', reason, 'dropped', {
        ...(icmp && { answer: `icmp ${icmp.type}/${icmp.code}` }),
        guessed,
      });
    }
    case 'multipath':
      return lose(journey, 'routing', 'multipath', 'unknown');
    case 'unknown': {
      const assumed = setup.isLocal(of(Field.Dst));
      const way = journey.path ?? (assumed === undefined ? undefined : assumed ? 'input' : 'forward');
      if (way !== 'input' && way !== 'forward') return open(setup, journey, decision);
      if (way === 'forward') journey.oif = journey.out ?? setup.outAssumed();
      journey.events.push({ kind: 'taken', way, iface: journey.oif });
      return way;
    }
  }
}

/** What is not known of the host stands in the way. */
function open(setup: WalkSetup, journey: Journey, { fact }: Unknown): Lost {
  const group = setup.stages.field(journey.slot, Field.Dst);
  return lose(journey, 'routing', fact === 'groups' ? question.joined(group) : `host:${fact}`, 'unknown');
}

/** Before OUTPUT: a packet that has no route is never sent, and meets no hook. */
export function routeOutput(setup: WalkSetup, journey: Journey): Lost | undefined {
  const flow = flowOf(setup, journey);
  // raw_sendmsg of net/ipv4/raw.c looks for the route without the source that the packet's own header names
  const src = journey.raw ? undefined : flow.src;
  const decision = setup.routing.output({ ...flow, src, uid: journey.uid, anySource: true });
  switch (decision.kind) {
    case 'send':
      if (decision.mtu !== undefined && setup.stages.field(journey.slot, Field.Length) > decision.mtu)
        return lose(journey, 'routing', 'message-too-long');
      take(setup, journey, decision, false);
      if (flow.src[0] === 0) setup.stages.rewrite(journey.slot, Field.Src, decision.source[0]!);
      return undefined;
    case 'error':
      return lose(journey, 'routing', decision.reason);
    case 'multipath':
      return lose(journey, 'routing', 'multipath', 'unknown');
    case 'unknown':
      journey.oif = journey.out ?? setup.outAssumed();
      if (journey.path !== 'output' && journey.oif === undefined) return open(setup, journey, decision);
      if (journey.oif !== undefined) journey.again = setup.routing.comesBack(journey.oif, flow.dst);
      journey.events.push({ kind: 'taken', way: 'output', iface: journey.oif });
      return undefined;
  }
}

function take(setup: WalkSetup, journey: Journey, decision: Send, again: boolean): void {
  journey.oif = decision.oif;
  journey.nextHop = decision.gateway ?? addressOf(setup, journey, Field.Dst);
  journey.again = decision.loops ? 'lo' : decision.copy ? 'copy' : undefined;
  const { oif: iface, gateway, by, guessed } = decision;
  journey.events.push({ kind: 'routed', to: 'send', iface, gateway, again, by, guessed });
}

const DECIDES = [Field.Src, Field.Dst, Field.Mark, Field.Tos] as const;
const DST = 1;

/** Remembers the fields that decide the route, before a table that may change them. */
export function look(setup: WalkSetup, journey: Journey): void {
  journey.seen = DECIDES.map((field) => setup.stages.field(journey.slot, field));
}

/**
 * In OUTPUT, behind mangle where it changed mark, tos or an address (ipt_mangle_out of iptable_mangle.c), and behind
 * nat where it changed the destination (nf_nat_ipv4_local_fn of nf_nat_proto.c).
 */
export function reroute(setup: WalkSetup, journey: Journey, after: 'mangle' | 'nat'): Lost | undefined {
  const before = journey.seen;
  look(setup, journey);
  const changed = (i: number) => journey.seen[i] !== before[i];
  if (!(after === 'nat' ? changed(DST) : DECIDES.some((_, i) => changed(i)))) return undefined;
  if (journey.nextHop === undefined) return undefined;
  const decision = setup.routing.reroute(flowOf(setup, journey));
  switch (decision.kind) {
    case 'send':
      take(setup, journey, decision, true);
      return undefined;
    case 'error':
      return lose(journey, 'routing', decision.reason);
    case 'multipath':
      return lose(journey, 'routing', 'multipath', 'unknown');
    case 'unknown':
      return open(setup, journey, decision);
  }
}
