/** A name or variable that a rule leaves open, filled in by hand: the rule is read again with the value in its place. */
import { PacketwalkError } from '../../errors.js';
import type { Finding } from '../../model/finding.js';
import { type Chain, plainTable, type Rule, ruleWith, type Table, type Word } from '../../model/ruleset.js';
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
    // its own value before that of the name
    const fills = openIn(rule).flatMap((open) => {
      const names = [`${open.question}:`, `name:${open.name}:`];
      return names.flatMap((name) =>
        facts.filter((fact) => fact.startsWith(name)).map((fact) => ({ open, name, fact })),
      );
    });
    const [fill] = fills;
    if (fill === undefined) return [rule];
    used.add(fill.fact);
    // what else is open in it may be filled in too
    return readWith(rule, table, fill).flatMap((one) => filled(one, table));
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

/** A name or variable, and the option that has it. */
interface Open {
  readonly question: string;
  readonly option: string;
  readonly name: string;
}

/** A fact that fills one in, `name` being what stands before the value. */
interface Fill {
  readonly open: Open;
  readonly name: string;
  readonly fact: string;
}

/** What of a rule is open because of names. */
function openIn({ unsaid = [], matches, target, refused }: Rule): Open[] {
  if (refused) return [];
  const uses = [...matches, ...(target?.kind === 'extension' ? [target.use] : [])];
  const all = [...unsaid, ...uses].flatMap((one) => one.question ?? []);
  return all.flatMap((one) => {
    const [, option, name] = /^name:(?:! )?(\S+) (.*)$/s.exec(one) ?? [];
    return option === undefined ? [] : [{ question: one, option, name: name! }];
  });
}

function readWith(rule: Rule, { family, name: table, origin }: Table, { open, name, fact }: Fill): Rule[] {
  const value = fact.slice(name.length);
  const text = printRule(rule, family);
  const words = new LineWords(text, 0);
  // -A and the chain
  words.take();
  words.take();
  // behind its option alone: the same name may stand behind another one
  let before: string | undefined;
  const put = (word: Word | undefined) =>
    word?.text === open.name && before === open.option ? { ...word, text: value } : word;
  const take = () => {
    const word = words.take();
    const read = put(word);
    if (word?.text.startsWith('-')) before = word.text;
    return read;
  };
  const findings: Finding[] = [];
  const from = { family, table: plainTable(table), chain: rule.chain, file: rule.file, line: rule.line, source: text };
  const rules = parseRules(
    { peek: () => put(words.peek()), take },
    { ...from, counters: rule.counters, listed: origin === 'listing' },
    { add: (finding) => findings.push(finding) },
  );
  const fault = findings.find(({ severity }) => severity === 'error');
  if (
    fault !== undefined ||
    rules.some((one) => openIn(one).some((left) => left.name === value || left.question === open.question))
  )
    throw new PacketwalkError(`--assume ${fact}: ${fault?.message ?? `${value} is a name too`}`, {
      code: 'bad-assumption',
    });
  const hidden = (rule.unsaid ?? []).filter(({ words }) => words.length === 0);
  return hidden.length === 0
    ? rules
    : rules.map((one) => ruleWith(one, { unsaid: [...(one.unsaid ?? []), ...hidden] }));
}
