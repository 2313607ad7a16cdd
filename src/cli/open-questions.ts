/** What is said of questions that nobody has answered: which rules ask them, what would tell, what they are taken as. */
import { rulesAsking } from '../compile/asking.js';
import type { Compiled } from '../compile/compile.js';
import { PacketwalkError } from '../errors.js';
import { type Question, readQuestion } from '../model/question.js';
import { howToGet } from '../report/headline.js';
import { leftOpen } from '../report/left-open.js';
import type { LoadedHost } from '../run/engine.js';
import { tell } from './findings.js';

/** Questions of a kind that are named. */
const NAMED = 5;

/** Throws a PacketwalkError where counters would depend on what is not known, and be guesses. */
export function refuseOpen({ open, compiled }: LoadedHost): void {
  const [first] = open;
  if (first === undefined) return;
  const kinds = new Map<Question['kind'], string[]>();
  for (const question of open) {
    const { kind } = readQuestion(question);
    kinds.set(kind, [...(kinds.get(kind) ?? []), question]);
  }
  const asking = askedBy(compiled);
  const lines = [...kinds.values()].map((questions) => `\n  ${kindText(questions, compiled, asking)}`);
  // of addresses any one may be asked for, and the kind alone answers
  const one = open.find((question) => !question.startsWith('local:'));
  const each = one === undefined ? '' : `each by --assume '${one}=yes' or =no, `;
  throw new PacketwalkError(`the counters depend on what is not known:${lines.join('')}`, {
    code: 'open-questions',
    hint: `give what tells it; or settle ${each}all of a kind by --assume ${readQuestion(first).kind}=no; --lenient takes all as no`,
  });
}

/** Questions of one kind, the rules that ask them, and the command on the host that tells. */
function kindText(questions: readonly string[], compiled: Compiled, asking: ReadonlyMap<string, Set<number>>): string {
  const more = questions.length - NAMED;
  const named = questions.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
  const ids = new Set(questions.flatMap((question) => [...(asking.get(question) ?? [])]));
  const get = howToGet(readQuestion(questions[0]!), compiled.program.family);
  const tells = get === '' ? '' : `; ${get} tells`;
  // rules are missing in a chain that has none
  if (ids.size === 0) return named + tells;
  const { table, chain, number, rule } = compiled.rules[Math.min(...ids)]!;
  const place = `${table} ${chain} rule ${number} (${rule.file}:${rule.line})`;
  const rules = ids.size === 1 ? `1 rule, ${place}` : `${ids.size} rules, the first ${place}`;
  return `${named}: ${rules}${tells}`;
}

/** By question the numbers of the rules that ask it. */
function askedBy(compiled: Compiled): Map<string, Set<number>> {
  const asked = new Map(compiled.questions.map((question) => [question, new Set<number>()]));
  for (const [rule, questions] of rulesAsking(compiled))
    for (const { question } of questions) asked.get(question)!.add(rule);
  return asked;
}

/** Says on standard error which these are. */
export function sayTakenAsNo(host: LoadedHost): void {
  const left = leftOpen(host);
  if (left.length > 0) tell(`not known, and taken as no: ${left.join(', ')}`);
}
