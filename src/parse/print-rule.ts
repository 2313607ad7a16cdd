/** A rule as iptables-save prints it: `-A CHAIN`, the head, the matches in order, the target. */
import { findMatch, findTarget } from '../ext/registry.js';
import { formatMasked, quoted } from '../ext/values.js';
import type { ExtensionUse, Head, Negatable, Rule } from '../model/ruleset.js';
import type { Family, Masked } from '../net/address.js';
import { protocolName } from '../net/protocol.js';

/** A refused rule is printed as its text stood, counters aside. */
export function printRule(rule: Rule, family: Family): string {
  if (rule.refused) return rule.source.trim().replace(/^\[\d+:\d+\]\s*/, '');
  const words = [`-A ${quoteChain(rule.chain)}`, ...headWords(rule.head)];
  for (const use of rule.matches) words.push('-m', use.name, ...useWords(use, 'match', family));
  const target = rule.target;
  if (target?.kind === 'extension') words.push('-j', target.use.name, ...useWords(target.use, 'target', family));
  else if (target?.kind === 'verdict') words.push('-j', target.verdict);
  else if (target !== undefined) words.push(target.kind === 'jump' ? '-j' : '-g', quoteChain(target.chain));
  return words.join(' ');
}

const quoteChain = (name: string) => (/\s|"/.test(name) ? quoted(name) : name);

function headWords(head: Head): string[] {
  const words: string[] = [];
  const put = <V>(given: Negatable<V> | undefined, option: string, value: (v: V) => string[]) => {
    if (given) words.push(...(given.not ? ['!'] : []), option, ...value(given.value));
  };
  // what holds for every packet is left out; negated it stays, though iptables-save loses `! -i +`
  const some = <V>(given: Negatable<V> | undefined, all: (v: V) => boolean) =>
    given !== undefined && !given.not && all(given.value) ? undefined : given;
  const everywhere = ({ mask }: Masked) => mask.every((word) => word === 0);
  const every = (pattern: string) => pattern === '+';
  put(some(head.src, everywhere), '-s', (v) => [formatMasked(v)]);
  put(some(head.dst, everywhere), '-d', (v) => [formatMasked(v)]);
  put(some(head.in, every), '-i', (v) => [quoteChain(v)]);
  put(some(head.out, every), '-o', (v) => [quoteChain(v)]);
  // `-p all` is what no -p means, and iptables-save leaves it out
  if (head.protocol?.value !== 0) put(head.protocol, '-p', (v) => [protocolName(v)]);
  put(head.fragment, '-f', () => []);
  return words;
}

function useWords(use: ExtensionUse, kind: 'match' | 'target', family: Family): readonly string[] {
  const extension = kind === 'match' ? findMatch(use.name, family) : findTarget(use.name, family);
  if (!use.known || extension === undefined)
    return use.words.map(({ text }) => (/^[!-~]+$/.test(text) && !/["'\\]/.test(text) ? text : quoted(text)));
  if (extension.print) return extension.print(use.options, { family });
  const words: string[] = [];
  for (const [key, option] of Object.entries(extension.options)) {
    const given = use.options[key];
    if (given) words.push(...(given.not ? ['!'] : []), `--${key}`, ...option.value.print(given.value, { family }));
  }
  return words;
}
