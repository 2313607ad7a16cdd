/** Which rules ask which of a program's questions. */
import { Op, Section } from '../abi.js';
import type { Compiled } from './compile.js';
import { opWords } from './opinfo.js';

/** A question, and where a rule asks it: in a condition, or once all of them hold. */
export interface Asked {
  readonly question: string;
  readonly of: 'match' | 'target';
}

/** By the number of each rule that asks anything. */
export function rulesAsking({ program, questions }: Pick<Compiled, 'program' | 'questions'>): Map<number, Asked[]> {
  const code = program.section(Section.Code);
  const asking = new Map<number, Asked[]>();
  let rule = 0;
  for (let at = 0; at < code.length; at += opWords(code[at]! & 255)) {
    const op = code[at]! & 255;
    if (op === Op.Rule) rule = code[at + 1]!;
    if (op !== Op.Ask && op !== Op.AskTake) continue;
    const asked = asking.get(rule) ?? [];
    asking.set(rule, asked);
    asked.push({ question: questions[code[at + 1]!]!, of: op === Op.Ask ? 'match' : 'target' });
  }
  return asking;
}
