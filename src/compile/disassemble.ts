/** A program as a person can read it: chains, rules with their source lines, and the instructions beside them. */
import { Emit, FIELD_MASK, FIELD_SHIFT, Field, OP_NOT, Op, Section, SKIP_SHIFT, StringKind, Verdict } from '../abi.js';
import type { Compiled } from './compile.js';
import { type Operand, opInfo } from './opinfo.js';

/** One line an instruction; chains and rules stand above theirs. */
export function disassemble(compiled: Compiled): string {
  const { program } = compiled;
  const code = program.section(Section.Code);
  const lines = [
    `program: IPv${program.family}, ${program.rules} rules, ${code.length} words of code, jumps nest ${program.depth} deep`,
  ];
  const chains = new Map(compiled.chains.map((chain) => [chain.address, chain]));
  const rules = new Map(compiled.rules.map((rule) => [rule.address, rule]));
  const texts = program.texts();
  const text = (kind: StringKind, number: number) => texts.filter((one) => one.kind === kind)[number]?.text ?? '?';
  const show: Readonly<Record<Operand, (value: number) => string>> = {
    rule: () => '',
    counter: (value) => `counter ${value}`,
    address: (value) => `${value} (${chains.get(value)?.chain.name ?? '?'})`,
    number: (value) => String(value | 0),
    hex: (value) => `0x${value.toString(16)}`,
    halves: (value) => `${value & 0xffff}..${value >>> 16}`,
    data: (value) => `data ${value}`,
    length: (value) => `length ${value}`,
    pattern: (value) => `"${text(StringKind.Pattern, value)}"`,
    set: (value) => text(StringKind.Set, value),
    translation: (value) => `translation ${value}`,
    cell: (value) => `cell ${value}`,
    question: (value) => `"${text(StringKind.Question, value)}"`,
  };
  for (let at = 0; at < code.length; ) {
    const first = code[at]!;
    const op: Op = first & 255;
    const info = opInfo(op)!;
    const chain = chains.get(at);
    if (chain !== undefined) lines.push('', `${chain.table} ${chain.chain.name}:`);
    const rule = rules.get(at);
    if (rule !== undefined)
      lines.push(`  ${rule.number}  ${rule.rule.file}:${rule.rule.line}  ${rule.rule.source.trim()}`);
    const skip = first >>> SKIP_SHIFT;
    const words = [
      info.name,
      (first & OP_NOT) !== 0 ? 'not' : '',
      fieldText(info.field, op, (first >>> FIELD_SHIFT) & FIELD_MASK),
      ...info.operands.map((operand, i) => show[operand](code[at + 1 + i]!)),
      op === Op.Rule ? `next ${at + skip}` : skip > 0 ? `else ${at + skip}` : '',
    ];
    lines.push(`${String(at).padStart(8)}  ${words.filter((word) => word !== '').join(' ')}`);
    at += 1 + info.operands.length;
  }
  return `${lines.join('\n')}\n`;
}

function fieldText(kind: 'field' | 'verdict' | 'number' | undefined, op: Op, value: number): string {
  if (kind === 'verdict') return Verdict[value]!.toLowerCase();
  if (kind === 'field') return Field[value] ?? `field ${value}`;
  if (op === Op.Emit) return Emit[value]?.toLowerCase() ?? String(value);
  return kind === 'number' ? String(value) : '';
}
