/** Direct rules of firewalld: what `firewall-cmd --direct --get-all-rules` prints, and direct.xml, as commands of iptables. */
import type { Findings } from '../../model/finding.js';
import { type CleanLine, cut, lineOf, partsOf } from './drawn.js';
import { sayOnce } from './notes.js';

const LINE = /^\s*(ipv[46])\s+(raw|mangle|nat|filter|security)\s+(\S+)\s+(-?\d+)\s+(?=\S)/;
const XML = /<rule\s[^<>]*>/;

export const isDirect = (text: string): boolean =>
  LINE.test(text) || (XML.test(text) && /\stable="/.test(text) && /\schain="/.test(text));

export function firewalldScript(lines: readonly CleanLine[], file: string, findings: Findings): CleanLine[] {
  const rules = lines.flatMap((line) => direct(line) ?? []);
  sayOnce(
    'note',
    'firewalld-direct',
    'direct rules stand in chains of firewalld (INPUT_direct, …) that the built-in ones call first: here they stand in those themselves',
    lines,
    file,
    findings,
    'iptables-save prints all rules that firewalld made, these too',
  );
  return rules.sort((a, b) => a.priority - b.priority).map(({ line }) => line);
}

function direct(line: CleanLine): { priority: number; line: CleanLine } | undefined {
  const plain = LINE.exec(line.text);
  if (plain !== null) {
    const [whole, family, table, chain, priority] = plain as unknown as string[];
    return made(cut(line, whole!.length, line.text.length), family!, table!, chain!, Number(priority));
  }
  const tag = XML.exec(line.text);
  if (tag === null) return undefined;
  const value = (name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(tag[0])?.[1];
  const end = line.text.indexOf('</rule>');
  const rest = cut(line, tag.index + tag[0].length, end < 0 ? line.text.length : end);
  const [table, chain] = [value('table'), value('chain')];
  if (table === undefined || chain === undefined) return undefined;
  return made(rest, value('ipv') ?? 'ipv4', table, chain, Number(value('priority') ?? 0));
}

function made(rest: CleanLine, family: string, table: string, chain: string, priority: number) {
  const parts = partsOf(rest);
  const text = `${family === 'ipv6' ? 'ip6tables' : 'iptables'} -t ${table} -A ${chain} `;
  const head = { ...parts[0]!, text, width: 0 };
  return { priority, line: lineOf([head, ...parts], rest.offset, rest.cleaned) };
}
