/** A program as a person can read it: chains, rules with their source lines, and the instructions below them. */
import { Op, Section, SKIP_SHIFT } from '../abi.js';
import { optionText } from '../model/option-text.js';
import { isBuiltin } from '../model/ruleset.js';
import { Protocol } from '../net/protocol.js';
import type { ChainInfo, Compiled } from './compile.js';
import { describe, sectionsOf } from './describe.js';
import { opInfo, opWords } from './opinfo.js';

const LEGEND = [
  '; Each rule stands above its instructions, each of which begins with its address. A condition that does not hold goes',
  '; on at the next rule, or at the address behind "else"; the part of the rule that it comes from stands behind it.',
  '; Where all hold, "hit" counts the packet, and what follows is the target.',
];

/** One line an instruction; chains and rules stand above theirs. */
export function disassemble(compiled: Compiled): string {
  const { program, conditions } = compiled;
  const code = program.section(Section.Code);
  const sections = sectionsOf(compiled);
  const lines = [
    `; IPv${program.family}, ${program.rules} rules, ${code.length} words of code; chains nest ${program.depth} deep.`,
    ...LEGEND,
  ];
  const chains = new Map(compiled.chains.map((chain) => [chain.address, chain]));
  const rules = new Map(compiled.rules.map((rule) => [rule.address, rule]));
  let rule = compiled.rules[0];
  /** where the rule at hand ends. */
  let end = -1;
  for (let at = 0; at < code.length; ) {
    const first = code[at]!;
    const op: Op = first & 255;
    const info = opInfo(op)!;
    const chain = chains.get(at);
    if (chain !== undefined) lines.push('', `${chainText(chain)}:`);
    rule = rules.get(at) ?? rule;
    if (rule?.address === at) {
      end = at + (first >>> SKIP_SHIFT);
      lines.push('', `  rule ${rule.number}  ${rule.rule.file}:${rule.rule.line}`, `  ${rule.rule.source.trim()}`);
    } else if (at === end) lines.push('');
    const operands = [...code.subarray(at + 1, at + opWords(op))];
    const icmp = [Protocol.Icmp, Protocol.Icmpv6].includes(rule?.rule.head.protocol?.value ?? -1);
    const condition = conditions.get(at);
    const text = [describe(first, operands, sections, icmp), skipText(op, at, first >>> SKIP_SHIFT)];
    const origin = rule === undefined || condition === undefined ? '' : optionText(rule.rule, condition);
    lines.push(line(at, info.name, text.filter((part) => part !== '').join(' '), origin));
    at += opWords(op);
  }
  return `${lines.join('\n')}\n`;
}

const chainText = ({ table, chain }: ChainInfo) =>
  `${table} ${chain.name}${isBuiltin(table, chain.name) ? ` (policy ${chain.policy ?? 'ACCEPT'})` : ''}`;

/** Where the program goes on; a condition without a skip of its own leads to the next rule. */
function skipText(op: Op, at: number, skip: number): string {
  if (skip === 0) return '';
  if (op === Op.Rule) return `next at ${at + skip}`;
  return op === Op.Skip ? `to ${at + skip}` : `else ${at + skip}`;
}

function line(at: number, name: string, text: string, origin: string): string {
  const left = `${String(at).padStart(7)}  ${name.padEnd(11)} ${text}`;
  return (origin === '' ? left : `${left.padEnd(64)}  ; ${origin}`).trimEnd();
}
