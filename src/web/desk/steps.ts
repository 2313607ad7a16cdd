/** A story as steps, one behind the other, as a page plays them. */
import { type Message, type StoryLanguage, textIn } from '../../report/lang/messages.js';
import { missed } from '../../report/render.js';
import type { Node, RuleNote } from '../../report/story.js';
import type { Change, Step, StepRule } from './messages.js';

/** The place in the walk where a node stands. */
interface Where {
  readonly table: string;
  readonly hook: string;
  readonly chain: string;
  readonly depth: number;
}
const BESIDE: Where = { table: '', hook: '', chain: '', depth: 0 };

export function stepsOf(walk: readonly Node[], language: StoryLanguage): Step[] {
  const say = (message: Message) => textIn(language, message);
  const steps: Step[] = [];
  const take = (node: Node, where: Where): void => {
    const { message, children, rule } = node;
    const step = { key: message.key, ...where, changes: changesOf(message) };
    if (node.missed) {
      const { text, rule: first } = missed(node, say);
      steps.push({ ...step, text, rule: first && ruleOf(first), missed: true });
      return;
    }
    steps.push({ ...step, text: say(message), rule: rule && ruleOf(rule), missed: false });
    const below = { ...where, depth: where.depth + 1, chain: ledTo(message) ?? where.chain };
    for (const child of children) take(child, below);
  };
  for (const node of walk) {
    const { key, params } = node.message;
    take(node, key === 'hook.table' ? { ...params, chain: params.hook, depth: 0 } : BESIDE);
  }
  return steps;
}

/** The chain that a rule leads into: what stands below it happens there. */
function ledTo({ key, params }: Message): string | undefined {
  return key === 'rule.jumps' || key === 'rule.jumps.first' || key === 'rule.goes' ? params.chain : undefined;
}

const ruleOf = ({ rule, text, comment, place }: RuleNote): StepRule => ({ number: rule, text, comment, ...place });

/** What of the packet, and of what is known of it, a step changes. */
function changesOf({ key, params }: Message): Change[] {
  switch (key) {
    case 'begin.wire':
    case 'begin.loop':
    case 'begin.copy':
      return [{ what: 'in', value: params.iface }];
    case 'tracked':
      return [{ what: 'state', value: params.state }];
    case 'entry':
      return [{ what: 'entry', value: [params.protocol, params.original, params.reply].filter(Boolean).join(' · ') }];
    case 'rule.edits':
      return [{ what: params.field, value: params.after }];
    case 'rule.connmark':
      return [{ what: 'connection-mark', value: params.after }];
    case 'rule.untracks':
      return [{ what: 'state', value: 'UNTRACKED' }];
    case 'rule.translates':
    case 'followed':
      return [{ what: params.side, value: params.to }];
    case 'ttl':
      return [{ what: 'ttl', value: String(params.after) }];
    case 'routed.forward':
    case 'routed.send':
    case 'routed.again':
    case 'routed.taken':
      return params.iface === '' ? [] : [{ what: 'out', value: params.iface }];
    default:
      return [];
  }
}
