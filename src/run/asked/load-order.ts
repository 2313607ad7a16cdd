/** In which order a kernel meets what rules ask when they are loaded: the first that names a table of a match makes it. */
import { HostWord, Op, Section } from '../../abi.js';
import type { Compiled } from '../../compile/compile.js';
import { OP_WORDS } from '../../compile/opinfo.js';
import { BUILTIN } from '../../model/ruleset.js';

const HOOKS = 5;

/**
 * Numbers of the program's texts. Tables come as they were given, their built-in chains before those of users, which iptables puts in
 * the order of their names (iptc_insert_chain of libiptc.c).
 */
export function loadOrder({ chains, program }: Compiled): number[] {
  const code = program.section(Section.Code);
  const tables = [...new Set(chains.map(({ table }) => table))];
  const ends = new Map(chains.map(({ address }, i) => [address, chains[i + 1]?.address ?? code.length]));
  // at hooks in their order, the others behind
  const place = ({ table, chain: { name } }: Compiled['chains'][number]) => {
    const hook = (BUILTIN[table] as readonly string[]).indexOf(name);
    return [tables.indexOf(table), hook < 0 ? HOOKS : hook, name] as const;
  };
  const inOrder = [...chains].sort((one, other) => {
    const [[a, hook, name], [b, at, second]] = [place(one), place(other)];
    return a - b || hook - at || (name < second ? -1 : Number(name > second));
  });
  const found = new Set<number>();
  for (const { address } of inOrder)
    for (let at = address; at < ends.get(address)!; at += OP_WORDS[code[at]! & 255]!) {
      const op = code[at]! & 255;
      if (op === Op.Host || op === Op.HostAct) found.add(code[at + HostWord.Asked]!);
    }
  return [...found];
}
