/** Places of a table where rules were left out. */
import { BUILTIN, type Chain, type Table } from '../../model/ruleset.js';
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

/** What prints some chains of a table, as `iptables -L INPUT` or `-S INPUT`, tells nothing of its other built-in ones. */
export function othersNotShown(table: Table): Table {
  for (const name of BUILTIN[table.name]) {
    const chain = table.chains.get(name)!;
    // nat had no INPUT before Linux 2.6.36, and hardly any host has rules there
    if (chain.line > 0 || (table.name === 'nat' && name === 'INPUT')) continue;
    table.chains.set(name, { ...chain, gaps: [{ after: 0, line: 0 }] });
  }
  return table;
}
