/** Where commands of iptables stand in a script's parts. */
import type { CleanLine } from '../drawn.js';
import type { Node } from './tree.js';

/** Whether a command of iptables stands in it. */
export function hasCommands(node: Node): boolean {
  return lineIn(node) !== undefined;
}

/** The line of the first command of iptables in it. */
export function lineIn(node: Node): CleanLine | undefined {
  const first = (nodes: readonly Node[]) => {
    for (const one of nodes) {
      const line = lineIn(one);
      if (line !== undefined) return line;
    }
    return undefined;
  };
  switch (node.kind) {
    case 'list':
      return first(node.nodes);
    case 'both':
    case 'either':
      return first([node.left, node.right]);
    case 'not':
      return lineIn(node.node);
    case 'if':
      return first([...node.branches.map(({ body }) => body), ...(node.otherwise ? [node.otherwise] : [])]);
    case 'case':
      return first(node.arms.map(({ body }) => body));
    case 'command': {
      const line = node.words[0]?.line;
      return line !== undefined && /tables|\$.*-[AIDPNFXR] /.test(line.text) ? line : undefined;
    }
    case 'list-of':
      return undefined;
    default:
      return lineIn(node.body);
  }
}
