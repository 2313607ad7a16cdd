/**
 * The walk of one packet; where it stops at an open question whose answer changes nothing, the walk past it: a rule whose
 * other conditions fail anyway hangs on no match that is not evaluated.
 */
import type { Compiled } from '../compile/compile.js';
import type { Packet } from '../model/packet.js';
import { isGap, type Question, readQuestion, routingQuestion } from '../model/question.js';
import type { WalkResult } from '../model/trace.js';
import type { LoadedHost } from '../run/engine.js';

/** Questions that are looked past one after the other; each doubles the walks. */
const MOST = 6;

export interface Walked {
  readonly result: WalkResult;
  /** those that changed nothing. */
  readonly past: readonly Question[];
  /** what they were answered with to look past them, by their names. */
  readonly answers: readonly (readonly [question: string, answer: boolean])[];
  /** the question that the walk ends at; undefined: none that can be answered. */
  readonly open: Question | undefined;
}

export function walkPast(host: LoadedHost, packet: Packet, most = MOST): Walked {
  const result = host.walk(packet, { everything: true, bytes: true });
  const question = questionOf(result);
  if (question === undefined || most < 0) return { result, past: [], answers: [], open: undefined };
  const why = result.by.why!;
  const [yes, no] = answersTo(why, host, () => walkPast(host, packet, most - 1));
  const settled = most > 0 && result.by.kind === 'rule' && essence(yes.result) === essence(no.result);
  if (!settled) return { result, past: [], answers: [], open: question };
  // the one that shows which other condition fails
  const answer = !failsAt(why, yes.result, host.compiled);
  const found = answer ? yes : no;
  return { ...found, past: [question, ...found.past], answers: [[why, answer], ...found.answers] };
}

function answersTo<T>(question: string, host: LoadedHost, then: () => T): readonly [yes: T, no: T] {
  return [host.assuming(question, true, then), host.assuming(question, false, then)];
}

/** The question that it hangs on; undefined: none that anybody could answer by itself. */
export function questionOf({ fate, by: { kind, why } }: Pick<WalkResult, 'fate' | 'by'>): Question | undefined {
  if (fate !== 'unknown' || why === undefined) return undefined;
  return kind === 'rule' || isGap(why) ? readQuestion(why) : routingQuestion(why);
}
/** The same by its name alone. */
export const questionNamed = (name: string): Question => routingQuestion(name) ?? readQuestion(name);

/** All that a walk comes to. */
const essence = ({ fate, by, hits, policies, out, copies }: WalkResult): string =>
  JSON.stringify([fate, by, hits, policies, out, copies]);

const failsAt = (question: string, { events }: WalkResult, { conditions }: Compiled): boolean =>
  events.some((event) => {
    const condition = event.kind === 'failed' ? conditions.get(event.address) : undefined;
    return condition !== undefined && 'test' in condition && asks(condition.test, question);
  });

const asks = (test: { readonly kind: string; readonly question?: string }, question: string): boolean =>
  (test.kind === 'ask' || test.kind === 'host') && test.question === question;
