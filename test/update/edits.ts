/** Random changes of a save, as people and programs make them: rules come, go, move and change, chains too, and policies. */
import type { Random } from '../kernel/generate/random.js';

/** The lines of a table of a save, from `*NAME` to COMMIT. */
export type Block = readonly string[];

export const blocksOf = (text: string): Block[] =>
  text
    .split(/^(?=\*)/m)
    .filter((block) => block.startsWith('*'))
    .map((block) => [...block.slice(0, block.indexOf('COMMIT')).trimEnd().split('\n'), 'COMMIT']);

export const textOf = (blocks: readonly Block[], header = ''): string =>
  `${header}${blocks.map((block) => `${block.join('\n')}\n`).join('')}`;

const RULE = /^(?:\[\d+:\d+\] )?-A (\S+)/;
const CHAIN = /^:(\S+) (\S+)/;

/** What a rule that is made up says; the address tells one from the other. */
type Saying = (r: Random) => string;

/** The block with one change. */
export function edited(r: Random, block: Block, saying: Saying): Block {
  const lines = [...block];
  const rules = lines.flatMap((line, i) => (RULE.test(line) ? [i] : []));
  const chains = lines.flatMap((line) => (CHAIN.exec(line) ?? RULE.exec(line))?.[1] ?? []);
  if (chains.length === 0) return block;
  const places = lines.flatMap((line, i) => (i > 0 && !CHAIN.test(line) ? [i] : []));
  const made = () => `-A ${r.pick(chains)} ${saying(r)}`;
  const at = rules.length === 0 ? undefined : r.pick(rules);
  switch (r.below(9)) {
    case 0:
      if (at === undefined) break;
      return lines.filter((_, i) => i < at || !rules.includes(i) || i > at + r.below(3));
    case 1:
      if (at !== undefined) lines.splice(r.pick(places), 0, lines[at]!);
      break;
    case 2:
      if (at !== undefined) lines[at] = `-A ${RULE.exec(lines[at]!)![1]} ${saying(r)}`;
      break;
    case 3:
      lines.splice(r.pick(places), 0, made(), ...(r.chance(0.3) ? [made(), made()] : []));
      break;
    case 4: {
      const other = at === undefined ? 0 : r.pick(rules);
      if (at !== undefined) [lines[at], lines[other]] = [lines[other]!, lines[at]!];
      break;
    }
    case 5:
      return lines.map((line) =>
        line.replace(/^(:[A-Z]+) (ACCEPT|DROP)/, (all, name) =>
          block[0] !== '*nat' && r.chance(0.3) ? `${name} DROP` : all,
        ),
      );
    case 6:
    case 7: {
      const name = `made-${r.below(1000)}`;
      if (chains.includes(name)) break;
      lines.splice(r.pick(places), 0, `-A ${name} ${saying(r)}`);
      lines.splice(
        Math.max(
          0,
          lines.findLastIndex((line) => CHAIN.test(line)),
        ) + 1,
        0,
        `:${name} - [0:0]`,
      );
      const from = lines.findIndex((line, i) => i > 0 && !CHAIN.test(line));
      lines.splice(from + r.below(lines.length - from), 0, `-A ${r.pick(chains)} -j ${name}`);
      break;
    }
    default:
      return withoutChain(r, lines);
  }
  return lines;
}

/** Without a chain of its own, the rules there, and those that lead to it. */
function withoutChain(r: Random, lines: string[]): string[] {
  const own = lines.flatMap((line) => (CHAIN.exec(line)?.[2] === '-' ? [CHAIN.exec(line)![1]!] : []));
  if (own.length === 0) return lines;
  const name = r.pick(own);
  const leads = new RegExp(` -[jg] ${name}(?: |$)`);
  return lines.filter((line) => CHAIN.exec(line)?.[1] !== name && RULE.exec(line)?.[1] !== name && !leads.test(line));
}
