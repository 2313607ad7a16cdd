/** A rule as iptables-save prints it: `-A CHAIN`, the head, the matches in order, the target. */

import { findMatch, findTarget } from '../../ext/registry.js';
import { quoted } from '../../ext/values.js';
import type { ExtensionUse, Head, Negatable, Rule, Word } from '../../model/ruleset.js';
import type { Family, Masked } from '../../net/address.js';
import { formatMasked } from '../../net/address.js';
import { protocolName } from '../../net/protocol.js';

/** A refused rule is printed as its text stood, counters aside. */
export function printRule(rule: Rule, family: Family): string {
  return print(rule, family, [rule.head.src], [rule.head.dst]);
}

/**
 * The rules that one line made (rule.ts), as one line with the lists of addresses that it had. Each stands alone where a
 * list names an address twice, or everywhere, which is not printed.
 */
export function printLine(rules: readonly [Rule, ...Rule[]], family: Family): string[] {
  if (rules.length === 1) return [printRule(rules[0], family)];
  const src = distinct(rules.map(({ head }) => head.src));
  const dst = distinct(rules.map(({ head }) => head.dst));
  const listed = [src, dst].every((list) => list.length === 1 || !list.some((one) => one && everywhere(one.value)));
  if (listed && src.length * dst.length === rules.length) return [print(rules[0], family, src, dst)];
  return rules.map((rule) => printRule(rule, family));
}

type Addresses = readonly (Negatable<Masked> | undefined)[];
const distinct = (list: Addresses): Addresses => [
  ...new Map(list.map((one) => [one && formatMasked(one.value), one])).values(),
];

function print(rule: Rule, family: Family, src: Addresses, dst: Addresses): string {
  if (rule.refused) return asWritten(rule);
  const words = [`-A ${quoteChain(rule.chain)}`, ...headWords(rule.head, src, dst)];
  for (const { not, words: open } of rule.unsaid ?? []) if (open.length > 0) words.push(...(not ? ['!'] : []), ...open);
  for (const use of rule.matches) words.push('-m', use.name, ...useWords(use, 'match', family, rule));
  const target = rule.target;
  if (target?.kind === 'extension') words.push('-j', target.use.name, ...useWords(target.use, 'target', family, rule));
  else if (target?.kind === 'verdict') words.push('-j', target.verdict);
  else if (target !== undefined) words.push(target.kind === 'jump' ? '-j' : '-g', quoteChain(target.chain));
  const text = words.join(' ');
  // a quote that nothing closes has brought the line break: only so it is one line that can be read again
  return text.includes('\n') ? asWritten(rule) : text;
}
const asWritten = ({ source }: Rule): string => source.trim().replace(/^\[\d+:\d+\]\s*/, '');

const quoteChain = (name: string) => (/\s|"/.test(name) ? quoted(name) : name);

const everywhere = ({ mask }: Masked) => mask.every((word) => word === 0);

function headWords(head: Head, src: Addresses, dst: Addresses): string[] {
  const words: string[] = [];
  const put = <V>(given: Negatable<V> | undefined, option: string, value: (v: V) => string[]) => {
    if (given) words.push(...(given.not ? ['!'] : []), option, ...value(given.value));
  };
  // what holds for every packet is left out; negated it stays, though iptables-save loses `! -i +`
  const some = <V>(given: Negatable<V> | undefined, all: (v: V) => boolean) =>
    given !== undefined && !given.not && all(given.value) ? undefined : given;
  const every = (pattern: string) => pattern === '+';
  const joined = (list: Addresses) => () => [list.flatMap((one) => (one ? [formatMasked(one.value)] : [])).join(',')];
  put(some(head.src, everywhere), '-s', joined(src));
  put(some(head.dst, everywhere), '-d', joined(dst));
  put(some(head.in, every), '-i', (v) => [quoteChain(v)]);
  put(some(head.out, every), '-o', (v) => [quoteChain(v)]);
  // `-p all` is what no -p means, and iptables-save leaves it out
  if (head.protocol?.value !== 0) put(head.protocol, '-p', (v) => [protocolName(v)]);
  put(head.fragment, '-f', () => []);
  return words;
}

function useWords(use: ExtensionUse, kind: 'match' | 'target', family: Family, rule: Rule): readonly string[] {
  const extension = kind === 'match' ? findMatch(use.name, family) : findTarget(use.name, family);
  if (!use.known || extension === undefined) return use.words.map((word) => foreignWord(word, rule));
  if (extension.print) return extension.print(use.options, { family });
  const words: string[] = [];
  for (const [key, option] of Object.entries(extension.options)) {
    const given = use.options[key];
    if (given) words.push(...(given.not ? ['!'] : []), `--${key}`, ...option.value.print(given.value, { family }));
  }
  return words;
}

/** A word of an extension that is not evaluated keeps its quotes; others get them where they need them. */
function foreignWord({ text, at }: Word, { source }: Rule): string {
  const given = source.slice(at.column - 1, at.column - 1 + at.length);
  if (given.startsWith('"')) return given;
  return /^[!-~]+$/.test(text) && !/["'\\]/.test(text) ? text : quoted(text);
}
