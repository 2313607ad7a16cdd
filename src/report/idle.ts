/** What is told of a rule whose match holds and of which no effect is seen. */

import { askedByTarget } from '../compile/asking.js';
import { type Compiled, chainOf } from '../compile/compile.js';
import { type Question, question, readQuestion } from '../model/question.js';
import { meaningOf } from '../model/ruleset.js';
import type { Message } from './lang/messages.js';
import { say } from './story.js';

export function idleText(compiled: Compiled, rule: number): Message {
  const asks = targetQuestion(compiled, rule);
  if (asks !== undefined) return say('rule.passes', { question: asks });
  return say(meaningOf(compiled.rules[rule]!.rule).target === undefined ? 'rule.counts' : 'rule.idle', {});
}

/** What a rule's target hangs on: an extension that has no file, a chain that was not given, who listens on a queue. */
export function targetQuestion(compiled: Compiled, id: number): Question | undefined {
  const { table, rule } = compiled.rules[id]!;
  const { target } = meaningOf(rule);
  if (target === undefined || target.kind === 'verdict') return undefined;
  if (target.kind === 'extension') {
    const asked = target.use.known
      ? askedByTarget(compiled, id)
      : (target.use.question ?? question.target(target.use.name));
    return asked === undefined ? undefined : readQuestion(asked);
  }
  const given = chainOf(compiled, table, target.chain);
  return given === undefined ? readQuestion(question.chain(target.chain)) : undefined;
}
