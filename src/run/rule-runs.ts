/**
 * Runs of rules each of which asks for one address at first, as the services of kube-proxy and lists of single addresses do: in the
 * core's copy of the program a packet goes to the first that asks for its own address, and from there to the next that does. The
 * others would fail at their first condition, which leaves no trace but in a walk that tells everything; that one meets them all.
 */
import {
  FIELD_MASK,
  FIELD_SHIFT,
  Field,
  OP_NOT,
  Op,
  RULE_OF_RUN,
  RUN_OF_RULES,
  RuleRunWord,
  Run,
  Section,
  SKIP_SHIFT,
} from '../abi.js';
import { opWords } from '../compile/opinfo.js';
import type { Program } from '../compile/program.js';
import type { Memory } from './memory.js';
import type { RunBlock } from './run-block.js';

/** Fewer are met one by one. */
const MANY = 32;

interface AskingRule {
  readonly at: number;
  readonly address: number;
}

/** Leads packets past rules of runs, which pays where there are many. May reserve memory. */
export function useRuns(block: RunBlock, program: Program): void {
  if (program.family !== 4) return;
  block.set(Run.Runs, layRuns(block.memory, block.get(Run.Code), program.section(Section.Code), program.rules));
  block.renewViews();
}

/** `at`: where the code lies. Run.Runs comes back; may reserve memory. */
export function layRuns(memory: Memory, at: number, code: Uint32Array, rules: number): number {
  const runs = runsOf(code);
  if (runs.length === 0) return 0;
  const byRule = memory.reserve(4 * rules);
  for (const run of runs) layRun(memory, at >>> 2, byRule >>> 2, code, run);
  return byRule;
}

/** All runs of a program. */
export function runsOf(code: Uint32Array): AskingRule[][] {
  const runs: AskingRule[][] = [];
  let run: AskingRule[] = [];
  let asked: number | undefined;
  const end = () => {
    if (run.length >= MANY) runs.push(run);
    run = [];
  };
  for (let at = 0; at < code.length; ) {
    const op: Op = code[at]! & 255;
    const field = op === Op.Rule && leaves(code, at) ? fieldAsked(code[at + opWords(op)]!) : undefined;
    if (field === undefined || field !== asked) end();
    asked = field;
    if (field !== undefined) run.push({ at, address: code[at + opWords(op) + 1]! });
    at += op === Op.Rule ? code[at]! >>> SKIP_SHIFT : opWords(op);
  }
  end();
  return runs;
}

const LEAVING: readonly Op[] = [Op.Jump, Op.Goto, Op.Verdict, Op.Return, Op.Reject, Op.Translate];

/** Whether who is taken by the rule goes elsewhere: what falls through comes to the next rule, whatever that asks for. */
function leaves(code: Uint32Array, rule: number): boolean {
  const end = rule + (code[rule]! >>> SKIP_SHIFT);
  let last: Op = Op.Rule;
  for (let at = rule + opWords(Op.Rule); at < end; at += opWords(last)) {
    last = code[at]! & 255;
    if (code[at]! >>> SKIP_SHIFT !== 0) return false;
  }
  return LEAVING.includes(last);
}

/** The address of which a condition wants one value, and leads to the next rule where it is another. No rule changes one on its way. */
function fieldAsked(condition: number): Field | undefined {
  const field: Field = (condition >>> FIELD_SHIFT) & FIELD_MASK;
  const isPlain = (condition & OP_NOT) === 0 && condition >>> SKIP_SHIFT === 0 && (condition & 255) === Op.Equal;
  return isPlain && (field === Field.Src || field === Field.Dst) ? field : undefined;
}

function layRun(memory: Memory, at: number, byRule: number, code: Uint32Array, run: readonly AskingRule[]): void {
  const last = run.at(-1)!.at;
  const end = last + (code[last]! >>> SKIP_SHIFT);
  const first = new Map<number, number>();
  for (const { at: rule, address } of [...run].reverse()) {
    memory.words[byRule + code[rule + 1]!] = first.get(address) ?? end;
    memory.words[at + rule] = (code[rule]! & ~255) | RULE_OF_RUN;
    first.set(address, rule);
  }
  const bits = Math.ceil(Math.log2(2 * first.size));
  const slots = memory.reserve(8 << bits);
  const record: Record<Exclude<RuleRunWord, RuleRunWord.Size>, number> = {
    [RuleRunWord.Field]: (code[run[0]!.at + 2]! >>> FIELD_SHIFT) & FIELD_MASK,
    [RuleRunWord.Next]: memory.words[byRule + code[run[0]!.at + 1]!]!,
    [RuleRunWord.End]: end,
    [RuleRunWord.Slots]: slots,
    [RuleRunWord.Bits]: bits,
  };
  const placed = memory.place(
    Array.from({ length: RuleRunWord.Size }, (_, word) => record[word as keyof typeof record]),
  );
  memory.words[byRule + code[run[0]!.at + 1]!] = placed;
  memory.words[at + run[0]!.at] = (code[run[0]!.at]! & ~255) | RUN_OF_RULES;
  for (const [address, rule] of first) {
    let slot = Math.imul(address, 0x9e3779b1) >>> (32 - bits);
    while (memory.words[(slots >>> 2) + 2 * slot + 1] !== 0) slot = (slot + 1) & (2 ** bits - 1);
    memory.words.set([address, rule + 1], (slots >>> 2) + 2 * slot);
  }
}
