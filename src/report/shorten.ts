/** The walk of a flow's later packet without what says nothing new: rules that do not match, chains that come back. */
import type { MessageKey } from './lang/messages.js';
import { type Node, node, say } from './story.js';

/** Said of every packet, or by others. */
const USUAL: ReadonlySet<MessageKey> = new Set<MessageKey>([
  'chain.ends',
  'chain.empty',
  'rule.returns',
  'rule.counts',
  'rule.idle',
  'rule.begins',
  'rule.secmark',
  'policy',
  'identity',
]);
const WAYS_IN: ReadonlySet<MessageKey> = new Set<MessageKey>(['rule.jumps', 'rule.jumps.first', 'rule.goes']);

/** Of a packet that gets through. */
export function shorten(walk: readonly Node[]): Node[] {
  const out: Node[] = [];
  let passed: string[] = [];
  const flush = () => {
    if (passed.length > 0) out.push(node(say('hook.passed', { tables: passed.join(', ') })));
    passed = [];
  };
  for (const one of walk) {
    const { message } = one;
    if (message.key === 'ttl') continue;
    const children = message.key === 'hook.table' ? pruned(one.children) : one.children;
    if (message.key === 'hook.table' && children.length === 0) {
      passed.push(`${message.params.table} ${message.params.hook}`);
      continue;
    }
    flush();
    out.push({ ...one, children });
  }
  flush();
  return out;
}

const pruned = (nodes: readonly Node[]): Node[] =>
  nodes.flatMap((one) => {
    if (one.missed === true || USUAL.has(one.message.key)) return [];
    const children = pruned(one.children);
    return children.length === 0 && WAYS_IN.has(one.message.key) ? [] : [{ ...one, children }];
  });
