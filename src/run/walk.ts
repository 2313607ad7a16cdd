/** The walk of one packet through a host: the steps of steps.ts in order, each carried out in the file of its kind. */
import { Field, FRAG_OFFSET, PACKET_LOOPED } from '../abi.js';
import type { PacketOut } from '../model/trace.js';
import { formatAddress } from '../net/address.js';
import { hasPorts } from '../net/protocol.js';
import { addressOf, type End, type Journey, type Left, type WalkSetup } from './journey.js';
import { nat } from './nat-step.js';
import { checkOptions, look, reroute, routeInput, routeOutput } from './route-steps.js';
import { PATHS, type Path, type Step } from './steps.js';
import { walkTable } from './table-step.js';
import { confirm, gather, track } from './track-steps.js';

export interface Walked {
  readonly end: End;
  readonly copies: readonly PacketOut[];
}

/** `copySlot`: the batch's place for a copy that the kernel makes of a broadcast or multicast of its own. */
export function walk(setup: WalkSetup, journey: Journey, copySlot: number): Walked {
  journey.events.push({ kind: 'begin', from: journey.local ? 'host' : 'wire', iface: journey.iif });
  if (!journey.local) return { end: follow(setup, journey, 'prerouting', copySlot, []), copies: [] };
  const lost = routeOutput(setup, journey);
  if (lost !== undefined) return { end: lost, copies: [] };
  setOut(setup, journey);
  const copies: PacketOut[] = [];
  return { end: follow(setup, journey, 'output', copySlot, copies), copies };
}

function follow(setup: WalkSetup, journey: Journey, first: Path, copySlot: number, copies: PacketOut[]): End {
  for (let path = first; ; ) {
    let next: Path | undefined;
    for (const step of PATHS[path]) {
      const came = take(setup, journey, step);
      if (typeof came === 'object') return came;
      if (came !== undefined) next = came;
    }
    if (path === 'output' && journey.again === 'copy') copies.push(...walkCopy(setup, journey, copySlot));
    if (path === 'output' || path === 'forward') {
      setOut(setup, journey);
      next = 'postrouting';
    } else if (path === 'postrouting') comeBack(setup, journey, 'loop', 'lo');
    if (next === 'forward') setOut(setup, journey);
    path = next ?? 'prerouting';
  }
}

/** undefined: the next step; a path: that one behind this. */
function take(setup: WalkSetup, journey: Journey, step: Step): End | Path | undefined {
  switch (step.kind) {
    case 'table':
      return walkTable(setup, journey, step.table, step.hook);
    case 'nat':
      return nat(setup, journey, step.hook, step.side);
    case 'defrag':
      return gather(setup, journey, 'tracking');
    case 'reassemble':
      return gather(setup, journey, 'routing');
    case 'track':
      track(setup, journey);
      look(setup, journey);
      return undefined;
    case 'options':
      return checkOptions(setup, journey);
    case 'route':
      return routeInput(setup, journey);
    case 'reroute':
      return reroute(setup, journey, step.after);
    case 'age':
      age(setup, journey);
      return undefined;
    case 'confirm':
      confirm(setup, journey);
      return undefined;
    case 'deliver':
      return leave(setup, journey, 'input', journey.iif, 'delivered');
    case 'leave':
      if (journey.again === 'lo') {
        leave(setup, journey, 'postrouting', 'lo', 'sent');
        return undefined;
      }
      return leave(setup, journey, 'postrouting', journey.oif ?? '', journey.local ? 'sent' : 'forwarded');
  }
}

function age({ stages }: WalkSetup, { slot, events }: Journey): void {
  const before = stages.field(slot, Field.Ttl);
  stages.rewrite(slot, Field.Ttl, before - 1);
  events.push({ kind: 'ttl', before, after: before - 1 });
}

/** The out device that rules see from here on. */
function setOut({ stages }: WalkSetup, { slot, oif }: Journey): void {
  stages.setInterface(slot, 'out', oif);
}

/** A packet that has left comes in again: with its mark, its connection and its route. */
function comeBack({ stages }: WalkSetup, journey: Journey, from: 'loop' | 'copy', iface: string): void {
  journey.iif = iface;
  journey.local = false;
  stages.setInterface(journey.slot, 'in', iface);
  stages.setInterface(journey.slot, 'out', '');
  stages.setField(journey.slot, Field.Flags, stages.field(journey.slot, Field.Flags) | PACKET_LOOPED);
  journey.events.push({ kind: 'begin', from, iface });
}

/** ip_mc_output: the copy goes through POSTROUTING and comes in by the same interface, before the packet itself leaves. */
function walkCopy(setup: WalkSetup, journey: Journey, slot: number): PacketOut[] {
  const { stages } = setup;
  stages.copy(journey.slot, slot);
  // the two share their connection: what one settles is settled for both
  const copy: Journey = { ...journey, slot, again: 'copy' };
  setOut(setup, copy);
  for (const step of PATHS.postrouting) {
    if (step.kind === 'leave') break;
    if (typeof take(setup, copy, step) === 'object') return [];
  }
  const left = leave(setup, copy, 'postrouting', copy.oif ?? '', 'sent').out;
  comeBack(setup, copy, 'copy', copy.oif ?? '');
  const end = follow(setup, copy, 'prerouting', slot, []);
  for (let field: number = Field.CtStatus; field < Field.Time; field++)
    stages.setField(journey.slot, field, stages.field(slot, field));
  return 'out' in end ? [left, end.out] : [left];
}

function leave(setup: WalkSetup, journey: Journey, hook: PacketOut['hook'], iface: string, fate: Left['fate']): Left {
  const out = outOf(setup, journey, hook, iface);
  const bytes = setup.bytes ? { bytes: setup.stages.bytesOf(journey.slot) } : {};
  journey.events.push({ kind: 'leaves', out, ...bytes });
  return { fate, out };
}

function outOf(setup: WalkSetup, journey: Journey, hook: PacketOut['hook'], iface: string): PacketOut {
  const of = (field: Field) => setup.stages.field(journey.slot, field);
  const ports = hasPorts(of(Field.Proto)) && (of(Field.Frag) & FRAG_OFFSET) === 0 && of(Field.TransportLen) >= 4;
  return {
    hook,
    iface,
    src: formatAddress(addressOf(setup, journey, Field.Src)),
    dst: formatAddress(addressOf(setup, journey, Field.Dst)),
    ...(ports ? { sport: of(Field.Sport), dport: of(Field.Dport) } : {}),
    mark: of(Field.Mark),
    tos: of(Field.Tos),
    ttl: of(Field.Ttl),
  };
}
