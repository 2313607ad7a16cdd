/**
 * What generated groups of packets reach in the kernel: states of connections, translations, ends of flows. Rules that
 * count states stand before all others of mangle, so that what is measured is the generator, and not this ruleset's counters.
 */
import { type Exchanged, exchange } from './exchange.js';
import type { GeneratedScenario } from './generate.js';
import type { Kernel } from './kernel.js';

const STATES = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'];
const CHAINS = ['PREROUTING', 'OUTPUT'];

/** By heading, then by what was counted. */
export type Survey = Map<string, Map<string, number>>;

function withStates(rules: string): string {
  const counting = CHAINS.flatMap((chain) =>
    STATES.map((state) => `-A ${chain} -m conntrack --ctstate ${state}\n`),
  ).join('');
  const table = /^\*mangle\n(?::.*\n)*/m;
  return table.test(rules) ? rules.replace(table, (head) => head + counting) : `*mangle\n${counting}COMMIT\n${rules}`;
}

/** Adds what one scenario shows to the figures so far. */
export async function survey(kernel: Kernel, scenario: GeneratedScenario, into: Survey): Promise<void> {
  const [, exchanged] = await Promise.all([
    kernel.load({ ...scenario, rules: withStates(scenario.rules) }),
    exchange(kernel, scenario),
  ]);
  const count = (heading: string, what: string, by = 1): void => {
    const of = into.get(heading) ?? new Map<string, number>();
    into.set(heading, of.set(what, (of.get(what) ?? 0) + by));
  };
  const targets = natTargets(scenario.rules);
  for (const one of exchanged) {
    const { result, line } = one;
    count('packets', 'all');
    count('packets', result.out.length === 0 ? 'nothing leaves' : 'leaves');
    if (result.sendError) count('packets', `sender has ${result.sendError}`);
    if (line.answers && line.hex !== scenario.packets[exchanged.indexOf(one)]!.hex)
      count('packets', 'made of a translated one');
    if (line.quotes && line.hex !== scenario.packets[exchanged.indexOf(one)]!.hex)
      count('packets', 'error with a quote made');
    for (const { table, chain, rule } of result.hits) {
      if (table === 'mangle' && CHAINS.includes(chain) && rule <= STATES.length) count('states', STATES[rule - 1]!);
      const target = table === 'nat' ? targets.get(`${chain} ${rule}`) : undefined;
      if (target !== undefined) count('nat targets', target);
    }
    ends(one, count);
  }
}

function ends({ connections }: Exchanged, count: (heading: string, what: string) => void): void {
  for (const text of connections ?? []) {
    const [, proto, state = ''] = /^ipv4 +\d+ (\S+) +\d+ \d+ ([A-Z][A-Z_0-9]+)?/.exec(text) ?? [];
    const told = ['UNREPLIED', 'ASSURED'].filter((flag) => text.includes(`[${flag}]`)).join(' ');
    count('connections at the ends of groups', `${proto} ${state} ${told}`.replaceAll(/ +/g, ' '));
    const [src, dst] = [Array.from(text.matchAll(/src=(\S+)/g)), Array.from(text.matchAll(/dst=(\S+)/g))];
    if (src[0]?.[1] !== dst[1]?.[1] || dst[0]?.[1] !== src[1]?.[1])
      count('connections at the ends of groups', 'translated');
  }
}

/** The options of the nat table's targets without their values, by `PREROUTING 3`. */
function natTargets(rules: string): Map<string, string> {
  const out = new Map<string, string>();
  const numbers = new Map<string, number>();
  for (const line of (/^\*nat\n[\s\S]*?^COMMIT/m.exec(rules)?.[0] ?? '').split('\n')) {
    const [, chain, rest] = /^-A (\S+)(.*)$/.exec(line) ?? [];
    if (chain === undefined) continue;
    const number = (numbers.get(chain) ?? 0) + 1;
    numbers.set(chain, number);
    const target = / -j (DNAT|SNAT|MASQUERADE|REDIRECT|NETMAP)(.*)$/.exec(rest!);
    if (target === null) continue;
    const shape = target[2]!
      .replaceAll(/\d+\.\d+\.\d+\.\d+/g, 'A')
      .replaceAll(/\/\d+/g, '/n')
      .replaceAll(/\b\d+\b/g, 'p');
    out.set(`${chain} ${number}`, `${target[1]}${shape}`);
  }
  return out;
}

export const surveyText = (found: Survey): string =>
  [...found]
    .flatMap(([heading, counts]) => [
      heading,
      ...[...counts].sort(([, a], [, b]) => b - a).map(([what, n]) => `${String(n).padStart(8)}  ${what}`),
    ])
    .join('\n');
