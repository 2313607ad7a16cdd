/** Places of a table where rules were left out. */
import type { Chain } from '../../model/ruleset.js';
import type { TableBlock } from './table-block.js';

/**
 * Lines of a save were left out behind the rule that was read last. Rules stand in the order of the chains' lines: those may
 * have been of its chain, of the next one that has a rule, or of those between.
 */
export function leaveGap(block: TableBlock, line: number): void {
  block.cut((last, next) => {
    const names = [...block.chains.keys()];
    const from = last === undefined ? -1 : names.indexOf(last.name);
    const to = next === undefined ? names.length : names.indexOf(next.name);
    names.forEach((name, i) => {
      const between = i > from && i < to && block.chains.get(name)!.rules.length === 0;
      if (i === from || i === to || between) gapIn(block, name, line);
    });
  });
}

/** Rules of a chain are missing behind those that were read: so many, where that is known. */
export function gapIn(block: TableBlock, name: string, line: number, missing?: number): void {
  const chain = block.chains.get(name);
  if (chain === undefined) return;
  block.cut();
  const after = chain.rules.length;
  const { gaps = [] }: Chain = chain;
  // a line that says so, and the number behind it, tell of one gap
  const said = gaps.find((gap) => gap.after === after);
  const others = gaps.filter((gap) => gap !== said);
  block.chains.set(name, { ...chain, gaps: [...others, { after, line: said?.line ?? line, missing }] });
}
