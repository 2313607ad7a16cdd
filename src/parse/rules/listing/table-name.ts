/** Which table a listing is of, by its built-in chains. */
import { BUILTIN, isBuiltin, type TableName } from '../../../model/ruleset.js';
import type { Line } from '../../text.js';
import { typedCommand } from '../commands.js';
import { chainLine } from './lines.js';

const HOOKS: readonly string[] = BUILTIN.mangle;
/** What people mean comes first: `security` has the chains of filter. */
const LIKELY: readonly TableName[] = ['filter', 'nat', 'mangle', 'raw'];

interface OfChains {
  readonly table: TableName;
  readonly guessed: boolean;
  /** some built-in chain is named. */
  readonly chains: boolean;
}

/** The table whose listing begins at the first of the lines. `guessed`: its chains are those of others too. */
export function tableOfChains(lines: readonly Line[]): OfChains {
  const named = new Set<string>();
  let own = false;
  let last = 0;
  for (const { text } of lines) {
    if (named.size > 0 && typedCommand(text.trim()) !== undefined) break;
    const chain = chainLine(text.trim());
    if (chain === undefined) continue;
    const builtin = HOOKS.includes(chain.name) && chain.policy !== undefined;
    // built-in chains come first, each once
    const rank = HOOKS.indexOf(chain.name);
    // older versions have POSTROUTING before OUTPUT
    if (builtin && (own || named.has(chain.name) || (rank < last && chain.name !== 'OUTPUT'))) break;
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
  if (old) return { table: 'nat', guessed: false, chains: true };
  const table = whole ?? LIKELY.find((one) => [...named].every((chain) => isBuiltin(one, chain))) ?? 'filter';
  const sure =
    whole !== undefined ||
    (named.size > 0 && LIKELY.filter((one) => [...named].every((chain) => isBuiltin(one, chain))).length === 1);
  return { table, guessed: !sure, chains: named.size > 0 };
}
