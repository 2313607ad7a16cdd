/** Which table a listing is of, by its built-in chains. */
import { BUILTIN, isBuiltin, type TableName } from '../../../model/ruleset.js';
import type { Line } from '../../text.js';
import { LIKELY, typedCommand } from '../commands.js';
import { chainLine } from './lines.js';

const HOOKS: readonly string[] = BUILTIN.mangle;

interface OfChains {
  readonly table: TableName;
  readonly guessed: boolean;
  /** some built-in chain is named. */
  readonly chains: boolean;
  /** the line behind its last one. */
  readonly end: number;
}

/** The table whose listing begins at a line. `guessed`: its chains are those of others too. */
function tableOfChains(lines: readonly Line[], from: number): OfChains {
  const named = new Set<string>();
  const seen = new Set<string>();
  let end = from;
  let own = false;
  let last = 0;
  for (; end < lines.length; end++) {
    const { text } = lines[end]!;
    if (named.size > 0 && typedCommand(text.trim()) !== undefined) break;
    const chain = chainLine(text.trim());
    if (chain === undefined) continue;
    const builtin = HOOKS.includes(chain.name) && chain.policy !== undefined;
    // each chain stands there once, built-in ones first
    const rank = HOOKS.indexOf(chain.name);
    // older versions have POSTROUTING before OUTPUT
    if (seen.has(chain.name) || (builtin && (own || (rank < last && chain.name !== 'OUTPUT')))) break;
    seen.add(chain.name);
    if (builtin) {
      named.add(chain.name);
      last = rank;
    } else own = true;
  }
  const whole = LIKELY.find(
    (table) => BUILTIN[table].length === named.size && [...named].every((one) => isBuiltin(table, one)),
  );
  // nat had no INPUT before Linux 2.6.36
  const old = named.size === 3 && ['PREROUTING', 'OUTPUT', 'POSTROUTING'].every((one) => named.has(one));
  if (old) return { table: 'nat', guessed: false, chains: true, end };
  const table = whole ?? LIKELY.find((one) => [...named].every((chain) => isBuiltin(one, chain))) ?? 'filter';
  const sure =
    whole !== undefined ||
    (named.size > 0 && LIKELY.filter((one) => [...named].every((chain) => isBuiltin(one, chain))).length === 1);
  return { table, guessed: !sure, chains: named.size > 0, end };
}

/** The table whose listing begins at a line, by its chains; where it has no built-in one, by its targets. */
export function tableOf(
  lines: readonly Line[],
  from: number,
): { readonly table: TableName; readonly guessed: boolean } {
  const found = tableOfChains(lines, from);
  if (found.chains) return found;
  const own = lines.slice(from, found.end);
  const isOfNat = own.some(({ text }) => /^[^-]{0,60}(?:DNAT|SNAT|MASQUERADE|REDIRECT|NETMAP)\s/.test(text));
  return { table: isOfNat ? 'nat' : 'filter', guessed: true };
}
