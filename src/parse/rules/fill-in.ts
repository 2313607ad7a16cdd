/** A name or variable that a rule leaves open, filled in by hand: the rule is read again with the value in its place. */
import { PacketwalkError } from '../../errors.js';
import type { Finding } from '../../model/finding.js';
import { question } from '../../model/question.js';
import type { Chain, Rule, Table, Word } from '../../model/ruleset.js';
import { printRule } from './print-rule.js';
import { parseRules } from './rule.js';
import { LineWords } from './rule-words.js';

/** Facts are `name:NAME:VALUE`, `used` those of them that filled in anything. Throws PacketwalkError for a value that does not fit. */
export function fillIn(
  tables: readonly Table[],
  facts: readonly string[],
): { readonly tables: readonly Table[]; readonly used: ReadonlySet<string> } {
  const used = new Set<string>();
  if (!facts.some((fact) => /^name:.+:./.test(fact))) return { tables, used };
  const filled = (rule: Rule, table: Table): Rule[] => {
    const open = openIn(rule).find((name) => facts.some((fact) => fact.startsWith(`${name}:`)));
    const fact = open && facts.find((one) => one.startsWith(`${open}:`));
    if (open === undefined || fact === undefined) return [rule];
    used.add(fact);
    // what else is open in it may be filled in too
    return readWith(rule, table, open, fact).flatMap((one) => filled(one, table));
  };
  const chainOf = (chain: Chain, table: Table): Chain => ({
    ...chain,
    rules: chain.rules.flatMap((rule) => filled(rule, table)),
  });
  const all = tables.map((table) => ({
    ...table,
    chains: new Map([...table.chains].map(([name, chain]) => [name, chainOf(chain, table)])),
  }));
  return { tables: all, used };
}

/** The questions of a rule that are about names, each as `name:NAME`. */
function openIn({ unsaid = [], matches, target, refused }: Rule): string[] {
  if (refused) return [];
  const uses = [...matches, ...(target?.kind === 'extension' ? [target.use] : [])];
  const all = [...unsaid, ...uses].flatMap((one) => one.question ?? []);
  return all.filter((one) => one.startsWith(question.name('')));
}

function readWith(rule: Rule, { family, name: table, origin }: Table, open: string, fact: string): Rule[] {
  const value = fact.slice(open.length + 1);
  const text = printRule(rule, family);
  const words = new LineWords(text, 0);
  // -A and the chain
  words.take();
  words.take();
  const put = (word: Word | undefined) =>
    word !== undefined && question.name(word.text) === open ? { ...word, text: value } : word;
  const findings: Finding[] = [];
  const from = { family, table, chain: rule.chain, file: rule.file, line: rule.line, source: text };
  const rules = parseRules(
    { peek: () => put(words.peek()), take: () => put(words.take()) },
    { ...from, counters: rule.counters, listed: origin === 'listing' },
    { add: (finding) => findings.push(finding) },
  );
  const fault = findings.find(({ severity }) => severity === 'error');
  if (fault !== undefined || rules.some((one) => openIn(one).includes(question.name(value))))
    throw new PacketwalkError(`--assume ${fact}: ${fault?.message ?? `${value} is a name too`}`, {
      code: 'bad-assumption',
    });
  const hidden = (rule.unsaid ?? []).filter(({ words }) => words.length === 0);
  return hidden.length === 0 ? rules : rules.map((one) => ({ ...one, unsaid: [...(one.unsaid ?? []), ...hidden] }));
}
