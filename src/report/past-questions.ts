/**
 * The walk of one packet; where it stops at an open question whose answer changes nothing, the walk past it: a rule whose
 * other conditions fail anyway hangs on no match that is not evaluated.
 */
import type { Compiled } from '../compile/compile.js';
import type { Packet } from '../model/packet.js';
import { type Question, readQuestion } from '../model/question.js';
import type { WalkResult } from '../model/trace.js';
import type { LoadedHost } from '../run/engine.js';

/** Questions that are looked past one after the other; each doubles the walks. */
const MOST = 6;

export interface Walked {
  readonly result: WalkResult;
  /** those that changed nothing. */
  readonly past: readonly Question[];
}

export function walkPast(host: LoadedHost, packet: Packet, most = MOST): Walked {
  const result = host.walk(packet, { everything: true });
  const { by, fate } = result;
  if (fate !== 'unknown' || by.kind !== 'rule' || by.why === undefined || most === 0) return { result, past: [] };
  const { why } = by;
  const answered = (answer: boolean) => host.assuming(why, answer, () => walkPast(host, packet, most - 1));
  const yes = answered(true);
  const no = answered(false);
  if (essence(yes.result) !== essence(no.result)) return { result, past: [] };
  // the one that shows which other condition fails
  const { result: found, past } = failsAt(why, yes.result, host.compiled) ? no : yes;
  return { result: found, past: [readQuestion(why), ...past] };
}

/** All that a walk comes to. */
const essence = ({ fate, by, hits, policies, out, copies }: WalkResult): string =>
  JSON.stringify([fate, by, hits, policies, out, copies]);

const failsAt = (question: string, { events }: WalkResult, { conditions }: Compiled): boolean =>
  events.some((event) => {
    const condition = event.kind === 'failed' ? conditions.get(event.address) : undefined;
    return condition !== undefined && 'test' in condition && asks(condition.test, question);
  });

const asks = (test: { readonly kind: string; readonly question?: string }, question: string): boolean =>
  test.kind === 'ask' && test.question === question;
