/** Which rules ask which of a program's questions. */
import { HostWord, Op, Section, SKIP_SHIFT } from '../abi.js';
import type { Compiled } from './compile.js';
import { opWords } from './opinfo.js';

/** A question, and where a rule asks it: in a condition, or once all of them hold. */
export interface Asked {
  readonly question: string;
  readonly of: 'match' | 'target';
}

/** What a rule's target asks first; undefined: nothing. */
export function askedByTarget({ program, questions, rules }: Compiled, rule: number): string | undefined {
  const code = program.section(Section.Code);
  const start = rules[rule]!.address;
  const end = start + (code[start]! >>> SKIP_SHIFT);
  for (let at = start; at < end; at += opWords(code[at]! & 255))
    if ((code[at]! & 255) === Op.AskTake) return questions[code[at + 1]!]!;
  return undefined;
}

/** By the number of each rule that asks anything. */
export function rulesAsking({ program, questions }: Pick<Compiled, 'program' | 'questions'>): Map<number, Asked[]> {
  const code = program.section(Section.Code);
  const asking = new Map<number, Asked[]>();
  let rule = 0;
  let start = 0;
  let end = 0;
  for (let at = 0; at < code.length; at += opWords(code[at]! & 255)) {
    const op = code[at]! & 255;
    if (op === Op.Rule) {
      rule = code[at + 1]!;
      start = at;
      end = at + (code[at]! >>> SKIP_SHIFT);
    }
    // a chain without rules may lack some: that is no rule's question
    if ((op !== Op.Ask && op !== Op.AskTake) || at >= end) continue;
    // first of all stands what asks of rules that are missing
    const first = at === start + opWords(Op.Rule);
    const asked = asking.get(rule) ?? [];
    asking.set(rule, asked);
    asked.push({ question: questions[code[at + 1]!]!, of: op === Op.Ask || first ? 'match' : 'target' });
  }
  return asking;
}

/** What the host is asked, by the numbers of the questions that it becomes where the host does not know. */
export function askedOfHost({ program, hosted }: Pick<Compiled, 'program' | 'hosted'>): Map<number, string> {
  const code = program.section(Section.Code);
  const asked = new Map<number, string>();
  if (hosted.length === 0) return asked;
  for (let at = 0; at < code.length; at += opWords(code[at]! & 255)) {
    const op = code[at]! & 255;
    if (op === Op.Host || op === Op.HostAct)
      asked.set(code[at + HostWord.Question]!, hosted[code[at + HostWord.Asked]!]!);
  }
  return asked;
}
