/** One table's chain at one hook: run by the core, its records turned into events, its verdicts into ends. */

import { Event, Field, Verdict } from '../abi.js';
import type { Entry } from '../compile/compile.js';
import { LOCAL_DESTINATION, LOCAL_SOURCE, question } from '../model/question.js';
import type { HookName, TableName } from '../model/ruleset.js';
import type { WalkEvent } from '../model/trace.js';
import type { Batch, Lost, Selection } from './batch.js';
import type { WalkSetup } from './setup.js';
import type { TraceRecord } from './stage.js';

/** Those that the table does not let pass are left out of the selection. */
export function walkTable(
  setup: WalkSetup,
  batch: Batch,
  selection: Selection,
  table: TableName,
  hook: HookName,
): void {
  const { places, stages } = setup;
  const place = places[table][hook];
  if (place === undefined || selection.size === 0) return;
  if (batch.events !== undefined) tellTable(setup, batch, selection, place.entry, { table, hook });
  else if (place.outcomes !== undefined) place.outcomes.walk(selection);
  else stages.walk(place.entry, selection.slots);
  const verdicts = stages.results[0]!;
  let ended = false;
  for (let i = 0; i < selection.size; i++) {
    const slot = selection.list[i]!;
    if (verdicts[slot] === Verdict.Accept) continue;
    const fate = FATE_OF[verdicts[slot]!]!;
    if (batch.events === undefined && fate !== 'unknown') batch.leave(slot, fate);
    else batch.end(slot, fate, () => endOf(setup, slot, table, hook));
    ended = true;
  }
  if (ended) selection.keepWalking(batch);
}

/** By verdict; the core gives no other but Accept. */
const FATE_OF: Readonly<Record<number, Lost['fate']>> = {
  [Verdict.Drop]: 'dropped',
  [Verdict.HotDrop]: 'dropped',
  [Verdict.Reject]: 'rejected',
  [Verdict.Stolen]: 'stolen',
  [Verdict.Open]: 'unknown',
};

function endOf(setup: WalkSetup, slot: number, table: TableName, hook: HookName): Lost {
  const { verdict, rule, question } = setup.stages.result(slot);
  const fate = FATE_OF[verdict]!;
  if (verdict === Verdict.Open) return { fate, by: 'rule', rule, why: questionOf(setup, slot, question) };
  if (verdict === Verdict.HotDrop) return { fate, by: 'rule', rule, why: 'header-cut' };
  if (rule >= 0) return { fate, by: 'rule', rule };
  const policy = setup.compiled.policies.findIndex((one) => one.table === table && one.chain === hook);
  return { fate, by: 'policy', policy };
}

/** A question by its name, with the packet's address where it is about that. */
function questionOf({ compiled, stages }: WalkSetup, slot: number, number: number): string {
  const name = compiled.questions[number]!;
  if (name !== LOCAL_SOURCE && name !== LOCAL_DESTINATION) return name;
  return question.local(stages.field(slot, name === LOCAL_SOURCE ? Field.Src : Field.Dst));
}

function tellTable(
  setup: WalkSetup,
  batch: Batch,
  selection: Selection,
  entry: Entry,
  at: { readonly table: TableName; readonly hook: HookName },
): void {
  for (const slot of selection) batch.tell(slot, { kind: 'enter', ...at });
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
      return { kind: 'rule', rule: before };
    case Event.Held:
    case Event.Failed:
      return { kind: event === Event.Held ? 'held' : 'failed', address, field, value: before };
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
    case Event.ConnMarked:
      return { kind: 'connmark', before, after };
    case Event.NotTracked:
      return { kind: 'notrack' };
    case Event.Emitted:
      return { kind: 'emitted', rule: before };
    case Event.Verdict:
      return before === 0xffffffff ? undefined : { kind: 'verdict', rule: before, verdict: after };
    case Event.HotDrop:
      return { kind: 'hot-drop', rule: before, address };
    case Event.Open:
      return { kind: 'open', rule: before, question: questionOf(setup, packet, compiled.questionAt(address)) };
    default:
      return event satisfies never;
  }
}
