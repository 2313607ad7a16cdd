/** Direct rules of firewalld: what `firewall-cmd --direct --get-all-rules` prints, and direct.xml, as commands of iptables. */
import type { Findings } from '../../model/finding.js';
import { type CleanLine, cut, lineOf, partsOf } from './drawn.js';
import { sayOnce } from './notes.js';

const LINE =
  /^(?:.{0,40}firewall-cmd .{0,60}--add-rule)?\s*(ipv[46])\s+(raw|mangle|nat|filter|security)\s+(\S+)\s+(-?\d+)\s+(?=\S)/;
/** What firewalld hands on to iptables. */
const PASSED = /^.{0,40}firewall-cmd .{0,60}--(?:add-)?passthrough\s+(ipv[46])\s+(?=-)/;
const XML = /<(rule|passthrough|chain)\s([^<>]*)>/;

export const isDirect = (text: string): boolean =>
  LINE.test(text) || PASSED.test(text) || (XML.test(text) && /\sipv=["']/.test(text));

/** An element that goes on over lines is one line. */
export const opensDirect = (text: string): boolean => /^\s*<(?:rule|passthrough)\s[^<>]*$/.test(text.slice(0, 400));

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
  const passed = PASSED.exec(line.text);
  if (passed !== null) return command(cut(line, passed[0].length, line.text.length), passed[1]!, '');
  const tag = XML.exec(line.text);
  if (tag === null) return undefined;
  const value = (name: string) => new RegExp(`\\s${name}=(?:"([^"]*)"|'([^']*)')`).exec(tag[0])?.slice(1).find(Boolean);
  const end = line.text.indexOf('</', tag.index);
  const rest = cut(line, tag.index + tag[0].length, end < 0 ? line.text.length : end);
  const [family = 'ipv4', table, chain] = [value('ipv'), value('table'), value('chain')];
  if (tag[1] === 'passthrough') return command(rest, family, '');
  if (table === undefined || chain === undefined) return undefined;
  // chains come first
  if (tag[1] === 'chain') return { ...command(cut(line, 0, 0), family, `-t ${table} -N ${chain}`), priority: -LAST };
  return made(rest, family, table, chain, Number(value('priority') ?? 0));
}

const made = (rest: CleanLine, family: string, table: string, chain: string, priority: number) => ({
  ...command(rest, family, `-t ${table} -A ${chain} `),
  priority,
});

/** Beyond every priority. */
const LAST = 2 ** 32;

/** `words`: before the rest. What is passed on has no priority, and stands behind the rules. */
function command(rest: CleanLine, family: string, words: string) {
  const parts = partsOf(rest);
  const head = { ...parts[0]!, text: `${family === 'ipv6' ? 'ip6tables' : 'iptables'} ${words}`, width: 0 };
  return { priority: LAST, line: lineOf([head, ...parts], rest.offset, rest.cleaned) };
}
