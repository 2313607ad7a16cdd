/** One table's chain at one hook: run by the core, its records turned into events, its verdicts into ends. */

import { Beside, Event, Field, Op, PACKET_BAD_CHECKSUM, Section, Verdict } from '../abi.js';
import type { Entry } from '../compile/compile.js';
import { isGap, LOCAL_DESTINATION, LOCAL_SOURCE, question } from '../model/question.js';
import type { HookName, TableName } from '../model/ruleset.js';
import type { WalkEvent } from '../model/trace.js';
import { Protocol } from '../net/protocol.js';
import { RST } from '../net/tcp-flags.js';
import type { Batch, Lost } from './batch.js';
import type { Connections } from './connections/connections.js';
import type { Selection } from './selection.js';
import type { WalkSetup } from './setup.js';
import type { TraceRecord } from './trace-records.js';

/** Those that the table does not let pass are left out of the selection. */
export function walkTable(
  setup: WalkSetup,
  batch: Batch,
  selection: Selection,
  table: TableName,
  hook: HookName,
): void {
  const { places, stages, steps } = setup;
  const place = places[table][hook];
  if (place === undefined || selection.size === 0) return;
  if (batch.events !== undefined) tellTable(setup, batch, selection, place.entry, { table, hook });
  else if (setup.journal !== undefined) stages.follow(place.entry, selection, setup.journal);
  else if (place.outcomes !== undefined) place.outcomes.walk(selection);
  else stages.walk(place.entry, selection.slots);
  for (const slot of steps.sieve('settle', selection)) {
    batch.end(slot, endOf(setup, batch, slot, table, hook));
    if (setup.connections !== undefined) closeReset(setup, setup.connections, slot);
  }
}

/** nf_send_reset: REJECT's own reset ends the connection that it answers. */
function closeReset(setup: WalkSetup, connections: Connections, slot: number): void {
  const { compiled, stages, now } = setup;
  const { verdict, question } = stages.result(slot);
  if (verdict !== Verdict.Reject || compiled.answers[question] !== TCP_RESET) return;
  const of = (field: Field) => stages.field(slot, field);
  const answered = (of(Field.TcpFlags) & RST) === 0 && (of(Field.Flags) & PACKET_BAD_CHECKSUM) === 0;
  const entry = stages.field(slot, Beside.Entry) - 1;
  if (answered && entry >= 0 && of(Field.Proto) === Protocol.Tcp && reaches(setup, slot)) connections.close(entry, now);
}

/** Whether an answer has a way back. */
function reaches({ stages, routing, ways }: WalkSetup, slot: number): boolean {
  const of = (field: Field) => stages.field(slot, field);
  const decision = ways.wayOf(stages.field(slot, Beside.Way))?.decision;
  const kind = decision?.kind === 'local' ? decision.how : decision?.kind === 'send' ? decision.to : 'unicast';
  if (kind === 'broadcast' || kind === 'multicast') return false;
  const [src, dst] = [stages.address(slot, Field.Dst), stages.address(slot, Field.Src)];
  const [sport, dport] = [of(Field.Dport), of(Field.Sport)];
  const way = routing.reroute({ src, dst, mark: 0, tos: 0, proto: of(Field.Proto), sport, dport });
  return way.kind !== 'error';
}
const TCP_RESET = 'tcp-reset';

function endOf(setup: WalkSetup, batch: Batch, slot: number, table: TableName, hook: HookName): Lost {
  const { verdict, rule, question } = setup.stages.result(slot);
  const fate = batch.fateOf(slot) as Lost['fate'];
  // REJECT has its answer in the same place
  const asked = question >= 0 && (verdict === Verdict.Open || verdict === Verdict.Stolen);
  const why = asked ? questionOf(setup, slot, question) : '';
  if (isGap(why)) return { fate, by: 'none', why };
  if (verdict === Verdict.Open) return { fate, by: 'rule', rule, why };
  if (verdict === Verdict.HotDrop) return { fate, by: 'rule', rule, why: 'header-cut' };
  if (rule >= 0) return { fate, by: 'rule', rule };
  const policy = setup.compiled.policies.findIndex((one) => one.table === table && one.chain === hook);
  return { fate, by: 'policy', policy };
}

/** A question by its name, with the packet's address where it is about that. */
function questionOf({ compiled, stages }: WalkSetup, slot: number, number: number): string {
  const name = compiled.questions[number]!;
  if (name !== LOCAL_SOURCE && name !== LOCAL_DESTINATION) return name;
  return question.local(stages.address(slot, name === LOCAL_SOURCE ? Field.Src : Field.Dst));
}

/** What the instruction at an address asks of rules that are missing there; undefined: it asks something else. */
function gapAt({ compiled }: WalkSetup, address: number): string | undefined {
  const isAsked = (compiled.program.section(Section.Code)[address]! & 255) === Op.AskTake;
  const name = isAsked ? compiled.questions[compiled.questionAt(address)]! : '';
  return isGap(name) ? name : undefined;
}

function tellTable(
  setup: WalkSetup,
  batch: Batch,
  selection: Selection,
  entry: Entry,
  at: { readonly table: TableName; readonly hook: HookName },
): void {
  for (const slot of selection.slots) batch.tell(slot, { kind: 'enter', ...at });
  setup.stages.walk(entry, selection.slots, setup.level, (record) => {
    const event = eventOf(setup, record);
    if (event !== undefined) batch.tell(record.packet, event);
  });
}

function eventOf(setup: WalkSetup, record: TraceRecord): WalkEvent | undefined {
  const { compiled } = setup;
  const { event, field, packet, address, before, after } = record;
  switch (event) {
    case Event.Rule:
      // where rules are missing, that is asked in the name of the nearest one
      return compiled.rules[before]!.address === address ? { kind: 'rule', rule: before } : undefined;
    case Event.Held:
    case Event.Failed:
      return {
        kind: event === Event.Held ? 'held' : 'failed',
        address,
        field,
        value: before,
        ...(after === 1 ? { read: true } : {}),
      };
    case Event.Hit:
      return { kind: 'hit', rule: before };
    case Event.Policy:
      return { kind: 'policy', policy: before - compiled.program.rules, verdict: after };
    case Event.Jump:
    case Event.Goto:
      return {
        kind: event === Event.Jump ? 'jump' : 'goto',
        chain: compiled.chains.findIndex((c) => c.address === before),
      };
    case Event.Return:
      return { kind: 'return' };
    case Event.Edited:
      return { kind: 'edited', field, before, after };
    case Event.Mangled:
      return { kind: 'mangled', what: field, before, after };
    case Event.ConnMarked:
      return { kind: 'connmark', before, after };
    case Event.NotTracked:
      return { kind: 'notrack' };
    case Event.Emitted:
      return { kind: 'emitted', rule: before, to: field };
    case Event.Verdict: {
      const question = gapAt(setup, address);
      if (question !== undefined) return after === Verdict.Stolen ? { kind: 'gap', question, open: false } : undefined;
      return before === 0xffffffff ? undefined : { kind: 'verdict', rule: before, verdict: after };
    }
    case Event.HotDrop:
      return { kind: 'hot-drop', rule: before, address };
    case Event.Unanswered:
    case Event.Forked:
      return undefined;
    case Event.Open: {
      const gap = gapAt(setup, address);
      if (gap !== undefined) return { kind: 'gap', question: gap, open: true };
      return { kind: 'open', rule: before, question: questionOf(setup, packet, compiled.questionAt(address)) };
    }
    default:
      return event satisfies never;
  }
}
