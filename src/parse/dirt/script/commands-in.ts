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
    case 'chain':
      return first([node.first, ...node.more.map(({ node: next }) => next)]);
    case 'not':
      return lineIn(node.node);
    case 'if':
      return first([...node.branches.map(({ body }) => body), ...(node.otherwise ? [node.otherwise] : [])]);
    case 'case':
      return first(node.arms.map(({ body }) => body));
    case 'command': {
      const [first] = node.words;
      if (first === undefined) return undefined;
      // its own words alone: a line may have thousands of commands
      const words = node.words.map(({ line, from, to }) => line.text.slice(from, to));
      const variable = words.findIndex((word) => word.includes('$'));
      const changes = variable >= 0 && words.some((word, i) => i > variable && /^-[AIDPNFXR]$/.test(word));
      return changes || words.some((word) => word.includes('tables')) ? first.line : undefined;
    }
    case 'list-of':
      return undefined;
    default:
      return lineIn(node.body);
  }
}
