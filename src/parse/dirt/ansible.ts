/** Tasks of Ansible's module iptables, as the commands that it runs (construct_rule of its iptables.py says with which options). */
import { type CleanLine, cut, lineOf, type Part, partsOf } from './drawn.js';

/** Longer lines are none of a task. */
const LONGEST = 2000;
const TASK = /^(\s*(?:- +)?)(?:ansible\.builtin\.)?iptables:\s*(?:#.*)?$/;
const TASK_OF_WORDS = /^\s*(?:- +)?(?:ansible\.builtin\.)?iptables:\s+(?=[a-z_]+=)/;
const PAIR = /^(\s*)(- +)?([a-z_]+):(?:\s+(\S.*?))?\s*$/;
const ITEM = /^\s*- +(\S.*?)\s*$/;

/** The words before a value, in the order in which the module puts them; `-m NAME` once, where the task has no such match. */
const OPTIONS: Readonly<Record<string, string>> = {
  protocol: '-p',
  source: '-s',
  destination: '-d',
  in_interface: '-i',
  out_interface: '-o',
  match: '-m',
  flags: '--tcp-flags',
  flags_set: '',
  source_port: '--sport',
  destination_port: '--dport',
  destination_ports: '-m multiport --dports',
  ctstate: '-m conntrack --ctstate',
  src_range: '-m iprange --src-range',
  dst_range: '-m iprange --dst-range',
  match_set: '-m set --match-set',
  match_set_flags: '',
  limit: '-m limit --limit',
  limit_burst: '-m limit --limit-burst',
  uid_owner: '-m owner --uid-owner',
  gid_owner: '-m owner --gid-owner',
  icmp_type: '--icmp-type',
  comment: '-m comment --comment',
  jump: '-j',
  goto: '-g',
  gateway: '--gateway',
  log_prefix: '--log-prefix',
  log_level: '--log-level',
  to_destination: '--to-destination',
  to_source: '--to-source',
  to_ports: '--to-ports',
  set_dscp_mark: '--set-dscp',
  set_dscp_mark_class: '--set-dscp-class',
  reject_with: '--reject-with',
};
/** Said of how it is done, not of the rule. */
const OTHERS: ReadonlySet<string> = new Set(['wait', 'numeric', 'chain_management', 'tcp_flags']);
const OF_COMMAND = [
  'table',
  'chain',
  'action',
  'rule_num',
  'state',
  'ip_version',
  'flush',
  'policy',
  'syn',
  'fragment',
];

/** A value with the places of its words. */
type Given = Map<string, CleanLine[]>;

/** The lines of a text, with a command in the place of each such task; lines of a task that are not understood stay. */
export function withoutTasks(lines: readonly CleanLine[]): readonly CleanLine[] {
  if (!lines.some(({ text }) => text.length < LONGEST && text.includes('iptables:'))) return lines;
  const made: CleanLine[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const words = line.text.length < LONGEST ? TASK_OF_WORDS.exec(line.text) : null;
    const given: Given = new Map();
    const left: CleanLine[] = [];
    if (words !== null) pairsOfWords(line, words[0].length, given);
    else if (line.text.length < LONGEST && TASK.test(line.text)) {
      const end = endOfBlock(lines, i);
      pairsOfBlock(lines.slice(i + 1, end), given, left);
      if (given.size > 0) i = end - 1;
    }
    if (given.size === 0) made.push(line);
    else made.push(...commandsOf(line, given), ...left);
  }
  return made;
}

/** Where the lines end that stand further in than a key. */
function endOfBlock(lines: readonly CleanLine[], from: number): number {
  const within = TASK.exec(lines[from]!.text)![1]!.length;
  let end = from + 1;
  while (end < lines.length && (lines[end]!.text.trim() === '' || /^\s*/.exec(lines[end]!.text)![0].length > within))
    end++;
  return end;
}

const isKnown = (key: string): boolean => Object.hasOwn(OPTIONS, key) || OF_COMMAND.includes(key) || OTHERS.has(key);

function pairsOfWords(line: CleanLine, from: number, given: Given): void {
  for (const { index, 0: whole } of line.text.slice(from).matchAll(/[a-z_]+=(?:"[^"]*"|'[^']*'|\S+)/g)) {
    const at = whole.indexOf('=') + 1;
    given.set(whole.slice(0, at - 1), [plain(cut(line, from + index + at, from + index + whole.length))]);
  }
}

function pairsOfBlock(lines: readonly CleanLine[], given: Given, left: CleanLine[]): void {
  let list: CleanLine[] | undefined;
  for (const line of lines) {
    if (line.text.length >= LONGEST) {
      left.push(line);
      continue;
    }
    const item = list && ITEM.exec(line.text);
    if (item) {
      list!.push(plain(valueIn(line, item[1]!)));
      continue;
    }
    list = undefined;
    const pair = PAIR.exec(line.text);
    const key = pair?.[3];
    if (key === undefined || pair![2] !== undefined || !isKnown(key)) {
      if (line.text.trim() !== '' && !line.text.trim().startsWith('#')) left.push(line);
      continue;
    }
    const text = pair![4]?.replace(/\s+#.*$/, '');
    if (text === undefined || text === '') {
      list = [];
      given.set(key, list);
    } else given.set(key, listIn(valueIn(line, text)).map(plain));
  }
}

const valueIn = (line: CleanLine, value: string): CleanLine => {
  const at = line.text.lastIndexOf(value);
  return cut(line, at, at + value.length);
};

/** `[a, b]`. */
function listIn(line: CleanLine): CleanLine[] {
  if (!/^\[.*\]$/.test(line.text)) return [line];
  return [...line.text.matchAll(/[^\s,[\]][^,[\]]*/g)].map(({ index, 0: one }) =>
    cut(line, index, index + one.trimEnd().length),
  );
}

/** Without quotes around it. */
const plain = (line: CleanLine): CleanLine =>
  /^(["']).*\1$/.test(line.text) && line.text.length > 1 ? cut(line, 1, line.text.length - 1) : line;

function commandsOf(line: CleanLine, given: Given): CleanLine[] {
  const text = (key: string): string => given.get(key)?.[0]?.text ?? '';
  const chain = given.get('chain');
  const version = text('ip_version');
  const tools = version === 'both' ? ['iptables', 'ip6tables'] : [version === 'ipv6' ? 'ip6tables' : 'iptables'];
  const written = partsOf(line)[0]!;
  const commands: string[] = [];
  if (isTrue(text('flush'))) commands.push('-F');
  else if (given.has('policy')) commands.push('-P');
  else if (isTrue(text('chain_management')) && !Object.keys(OPTIONS).some((key) => given.has(key))) commands.push('-N');
  else commands.push(text('state') === 'absent' ? '-D' : text('action') === 'insert' ? '-I' : '-A');
  return tools.map((tool) => {
    const parts: Part[] = [{ ...written, text: tool, width: written.source.length }];
    const add = (words: string, values: readonly CleanLine[] = []) => {
      for (const word of words.split(' ')) if (word !== '') parts.push({ ...written, text: ` ${word}` });
      if (values.length === 0) return;
      parts.push({ ...written, text: ' ' }, ...quoted(values));
    };
    if (given.has('table')) add('-t', given.get('table'));
    add(commands[0]!, chain ?? []);
    if (commands[0] === '-P') add('', given.get('policy'));
    if (commands[0] === '-I' && given.has('rule_num')) add('', given.get('rule_num'));
    if (/-[ADI]/.test(commands[0]!)) addRule(add, given, tool);
    return lineOf(parts, line.offset, [...line.cleaned, 'expanded']);
  });
}

const isTrue = (text: string): boolean => /^(?:true|yes|on|1)$/i.test(text);

function addRule(add: (words: string, values?: readonly CleanLine[]) => void, given: Given, tool: string): void {
  const matches = new Set(given.get('match')?.map(({ text }) => text));
  for (const [key, words] of Object.entries(OPTIONS)) {
    const values = given.get(key);
    if (values === undefined || values.length === 0) continue;
    const [, name, option = words] = /^-m (\S+) (.*)$/.exec(words) ?? [];
    // options of -m state, where the task has that
    const ofState = key === 'ctstate' && matches.has('state') && !matches.has('conntrack');
    if (name !== undefined && !ofState && !matches.has(name)) add(`-m ${name}`);
    if (name !== undefined) matches.add(name);
    if (key === 'reject_with' && !given.has('jump')) add('-j REJECT');
    if (/^log_/.test(key) && !given.has('jump') && !matches.has('LOG')) {
      add('-j LOG');
      matches.add('LOG');
    }
    if (key === 'match') for (const value of values) add('-m', [value]);
    else {
      const [first, ...more] = values as [CleanLine, ...CleanLine[]];
      const not = /^! */.exec(first.text)?.[0].length ?? 0;
      const named = ofState ? '--state' : key === 'icmp_type' && tool === 'ip6tables' ? '--icmpv6-type' : option;
      add(not > 0 ? `! ${named}` : named, [cut(first, not, first.text.length), ...more]);
    }
  }
  const syn = given.get('syn')?.[0]?.text;
  if (syn === 'match' || syn === 'negate') add(syn === 'match' ? '--syn' : '! --syn');
  if (given.has('fragment')) add('-f');
}

/** Values as one word of a shell, with commas between. */
function quoted(values: readonly CleanLine[]): Part[] {
  const plainWord = values.every(({ text }) => /^[\w./:,+%${}-]+$/.test(text));
  const parts = values.flatMap((value, i) => {
    const own = partsOf(value).map((part) => ({ ...part, text: part.text.replace(/["\\]/g, '\\$&') }));
    return i === 0 ? own : [{ ...own[0]!, text: ',', width: 0 }, ...own];
  });
  const sign = (part: Part): Part => ({ ...part, text: '"', width: 0 });
  return plainWord ? parts : [sign(parts[0]!), ...parts, sign(parts.at(-1)!)];
}
