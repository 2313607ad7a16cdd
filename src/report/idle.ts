/** What is told of a rule whose match holds and of which no effect is seen. */

import { askedByTarget } from '../compile/asking.js';
import { type Compiled, chainOf } from '../compile/compile.js';
import { foreignName } from '../ext/third-party/names.js';
import type { ForeignName } from '../ext/third-party/words.js';
import { type Question, question, readQuestion } from '../model/question.js';
import { type ExtensionUse, meaningOf } from '../model/ruleset.js';
import type { Message } from './lang/messages.js';
import { say } from './story.js';

/** `begun`: a rule before has said what the connection that may begin will be like. */
export function idleText(compiled: Compiled, rule: number, begun: boolean): Message {
  const asks = targetQuestion(compiled, rule);
  if (asks !== undefined) return say('rule.passes', { question: asks });
  const { target } = meaningOf(compiled.rules[rule]!.rule);
  if (target === undefined) return say('rule.counts', {});
  return (target.kind === 'extension' && ofOthers(target.use, begun)) || say('rule.idle', {});
}

/** The name of a rule's target, where it is another project's. */
export function foreignTarget(compiled: Compiled, id: number): ForeignName | null {
  const { target } = meaningOf(compiled.rules[id]!.rule);
  return (target?.kind === 'extension' && foreignName(target.use.name)) || null;
}

/** What a target does that no rule sees of this packet. */
function ofOthers({ name, options }: ExtensionUse, begun: boolean): Message | undefined {
  if (name === 'SECMARK') return say('rule.secmark', { how: 'set' });
  if (name === 'CONNSECMARK') return say('rule.secmark', { how: options.save ? 'save' : 'restore' });
  const foreign = foreignName(name);
  if (foreign !== undefined) return say('rule.foreign', { target: foreign });
  if (name !== 'CT' || begun) return undefined;
  const said = OF_CONNECTIONS.flatMap((key) => (options[key] ? `--${key} ${options[key].value}` : []));
  return said.length === 0 ? undefined : say('rule.begins', { said: said.join(' ') });
}
/** It says what becomes of the packet's connection, as no rule behind it can any more (xt_ct_target). */
export function beginsConnection(compiled: Compiled, rule: number): boolean {
  const { target } = meaningOf(compiled.rules[rule]!.rule);
  return target?.kind === 'extension' && OF_TRACKING.includes(target.use.name);
}
const OF_TRACKING = ['CT', 'NOTRACK'];
const OF_CONNECTIONS = ['helper', 'timeout', 'zone', 'zone-orig', 'zone-reply'];

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
