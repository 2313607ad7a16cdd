/** What commands do to a table beside adding rules: -I -D -R -F -X -E -P -N -Z, as iptables and iptables-restore carry them out. */
import type { Findings, Severity } from '../../model/finding.js';
import { type Chain, isBuiltin, type Rule, ruleWith } from '../../model/ruleset.js';
import { leaveGap } from '../rules/gaps.js';
import { printRule } from '../rules/print-rule.js';
import type { Edits } from '../rules/save.js';
import type { TableBlock } from '../rules/table-block.js';
import { type Line, placeOfLine, wordsOf } from '../text.js';
import { asRead, type CleanLine, replaced } from './drawn.js';
import { kindOf } from './kinds.js';

/** For a save with lines such as -D, or of which parts were left out. */
export const editsOf =
  (file: string, findings: Findings): Edits =>
  (block, line) => {
    const text = line.text.trim();
    if (kindOf(text) === 'gap') leaveGap(block, line.number);
    else if (block.origin === 'save' && /^-[DRFXEZ](?: |$)/.test(text)) editBlock(block, line, findings, file);
    else return false;
    return true;
  };

/** Carries out a line that begins with a command. Returns whether iptables would have succeeded, as far as is known here. */
export function editBlock(block: TableBlock, line: Line, findings: Findings, file: string): boolean {
  const say = (severity: Severity, code: string, message: string): false => {
    findings.add({ severity, code, message, place: placeOfLine(file, line) });
    return false;
  };
  const head = /^\s*(?:\[\d+:\d+\]\s*)?(-\S+)/.exec(line.text);
  const command = head?.[1];
  const [name, second, ...more] = wordsOf(line.text.slice(head?.[0].length ?? 0)).map(({ text }) => text);
  const chain = name === undefined ? undefined : block.chains.get(name);
  switch (command) {
    case '-A':
    case '-I':
      block.rule(line);
      return true;
    case '-P':
      if (name === undefined || second === undefined || more.length > 0)
        return say('error', 'bad-command', '-P wants a chain and its policy');
      if (!isBuiltin(block.name, name))
        return say('error', 'bad-policy', `${name} is no built-in chain: it has no policy`);
      block.chain(line, name, second, undefined);
      return true;
    case '-N':
      if (name === undefined || second !== undefined)
        return say('error', 'bad-command', '-N wants the name of a chain');
      if (chain === undefined) block.chain(line, name, undefined, undefined);
      return chain === undefined;
    case '-F':
      if (name === undefined) for (const one of block.chains.values()) one.rules.length = 0;
      else if (chain !== undefined) chain.rules.length = 0;
      else if (!isBuiltin(block.name, name))
        return say('note', 'nothing-there', `${command}: there is no chain ${name} here`);
      return true;
    case '-X':
      return deleteChains(block, name, say);
    case '-E':
      if (name === undefined || second === undefined) return say('error', 'bad-command', '-E wants two names');
      if (chain === undefined) return say('warning', 'nothing-there', `-E: there is no chain ${name} here`);
      rename(block, chain, second);
      return true;
    case '-C':
      return chain !== undefined && indexOf(block, line, chain, command) >= 0;
    case '-D':
    case '-R':
      if (chain === undefined)
        return say('warning', 'nothing-there', `${command}: there is no chain ${name ?? ''} with rules here`);
      return command === '-D' ? deleteRule(block, line, chain, second, say) : replace(block, line, chain, second, say);
    case '-Z':
      return true;
    default:
      return say('error', 'bad-command', `${command ?? line.text.trim()} is no command of iptables`);
  }
}

type Say = (severity: Severity, code: string, message: string) => false;

function deleteChains(block: TableBlock, name: string | undefined, say: Say): boolean {
  if (name === undefined) {
    // those with rules in them, or that rules lead to, stay (iptables refuses the command where there are any)
    for (const chain of [...block.chains.values()])
      if (!isBuiltin(block.name, chain.name) && chain.rules.length === 0) block.chains.delete(chain.name);
    return true;
  }
  const chain = block.chains.get(name);
  if (chain === undefined) return say('note', 'nothing-there', `-X: there is no chain ${name} here`);
  if (chain.rules.length > 0) return say('warning', 'chain-not-empty', `-X: chain ${name} has rules, and stays`);
  block.chains.delete(name);
  return true;
}

function rename(block: TableBlock, chain: Chain, name: string): void {
  const chains = [...block.chains];
  block.chains.clear();
  for (const [key, one] of chains) {
    const rules = one.rules.map((rule) => renamed(rule, chain.name, name));
    if (one === chain)
      block.chains.set(name, { ...one, name, rules: rules.map((rule) => ruleWith(rule, { chain: name })) });
    else block.chains.set(key, { ...one, rules });
  }
}

function renamed(rule: Rule, from: string, to: string): Rule {
  const { target } = rule;
  if (target === undefined || target.kind === 'verdict' || target.kind === 'extension' || target.chain !== from)
    return rule;
  return ruleWith(rule, { target: { ...target, chain: to } });
}

/** By its number, or the first that is the same. */
function deleteRule(block: TableBlock, line: Line, chain: Chain, second: string | undefined, say: Say): boolean {
  if (second !== undefined && /^\d+$/.test(second)) {
    if (Number(second) < 1 || Number(second) > chain.rules.length)
      return say('warning', 'nothing-there', `-D: chain ${chain.name} has no rule ${second} here`);
    chain.rules.splice(Number(second) - 1, 1);
    return true;
  }
  const at = indexOf(block, line, chain, '-D');
  if (at < 0) return say('warning', 'nothing-there', `-D: chain ${chain.name} has no such rule here`);
  chain.rules.splice(at, 1);
  return true;
}

/** Of the first rule that is the one of a command; -1: none is. */
function indexOf(block: TableBlock, line: Line, chain: Chain, command: string): number {
  const [rule] = parsed(block, replaced(clean(line), new RegExp(command, 'g'), first('-A'), 'expanded'), chain);
  if (rule === undefined) return -1;
  const text = printRule(rule, block.family);
  return chain.rules.findIndex((one) => printRule(one, block.family) === text);
}

function replace(block: TableBlock, line: Line, chain: Chain, second: string | undefined, say: Say): boolean {
  const number = Number(second);
  if (!/^\d+$/.test(second ?? '') || number < 1 || number > chain.rules.length)
    return say('warning', 'nothing-there', `-R: chain ${chain.name} has no rule ${second ?? ''} here`);
  const added = replaced(clean(line), /-R(\s+\S+)\s+\d+/g, (found) => `-A ${found.split(/\s+/)[1]}`, 'expanded');
  chain.rules.splice(number - 1, 1, ...parsed(block, added, chain));
  return true;
}

/** The rules that a line with -A makes, which are not left in the chain. */
function parsed(block: TableBlock, line: Line, chain: Chain): Rule[] {
  const before = chain.rules.length;
  block.rule(line);
  return chain.rules.splice(before);
}

const clean = (line: Line): CleanLine => ('cleaned' in line ? (line as CleanLine) : asRead(line));

/** Replaces what is found first. */
function first(by: string): (found: string) => string {
  let done = false;
  return (found) => {
    if (done) return found;
    done = true;
    return by;
  };
}
