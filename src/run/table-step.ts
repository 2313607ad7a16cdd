/** One table's chain at one hook: run by the core, its records turned into events, its verdict into an end. */

import { Event, Field, Verdict } from '../abi.js';
import { PacketwalkError } from '../errors.js';
import { LOCAL_DESTINATION, LOCAL_SOURCE, question } from '../model/question.js';
import type { HookName, TableName } from '../model/ruleset.js';
import type { WalkEvent } from '../model/trace.js';
import type { Journey, Lost, WalkSetup } from './journey.js';
import type { TraceRecord } from './stage.js';

/** undefined: the packet goes on. */
export function walkTable(setup: WalkSetup, journey: Journey, table: TableName, hook: HookName): Lost | undefined {
  const { compiled, stages, level } = setup;
  const entry = compiled.entry(table, hook);
  if (entry === undefined) return undefined;
  journey.events.push({ kind: 'enter', table, hook });
  stages.walk(entry, [journey.slot], level, (record) => {
    const event = eventOf(setup, journey, record);
    if (event !== undefined) journey.events.push(event);
  });
  const { verdict, rule, question } = stages.result(journey.slot);
  switch (verdict) {
    case Verdict.Accept:
      return undefined;
    case Verdict.Drop: {
      if (rule >= 0) return { fate: 'dropped', by: 'rule', rule };
      const policy = compiled.policies.findIndex((one) => one.table === table && one.chain === hook);
      return { fate: 'dropped', by: 'policy', policy };
    }
    case Verdict.HotDrop:
      return { fate: 'dropped', by: 'rule', rule, why: 'header-cut' };
    case Verdict.Reject:
      return { fate: 'rejected', by: 'rule', rule };
    case Verdict.Stolen:
      return { fate: 'stolen', by: 'rule', rule };
    case Verdict.Open:
      return { fate: 'unknown', by: 'rule', rule, why: questionOf(setup, journey, question) };
    case Verdict.Continue:
      throw new PacketwalkError('the core gave no verdict', { code: 'core-fault' });
  }
}

/** A question by its name, with the packet's address where it is about that. */
function questionOf({ compiled, stages }: WalkSetup, { slot }: Journey, number: number): string {
  const name = compiled.questions[number]!;
  if (name !== LOCAL_SOURCE && name !== LOCAL_DESTINATION) return name;
  return question.local(stages.field(slot, name === LOCAL_SOURCE ? Field.Src : Field.Dst));
}

function eventOf(setup: WalkSetup, journey: Journey, record: TraceRecord): WalkEvent | undefined {
  const { compiled } = setup;
  const { event, field, address, before, after } = record;
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
      return { kind: 'open', rule: before, question: questionOf(setup, journey, compiled.questionAt(address)) };
    default:
      return event satisfies never;
  }
}
