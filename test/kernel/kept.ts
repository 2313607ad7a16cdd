/**
 * Kept cases (test/cases/NAME.case): a scenario with its host as text and what the kernel answered, so that it can be
 * held against packetwalk without root. Sections begin with `--- NAME`; each packet, with the bytes that were sent, is
 * followed by its answer, and the last of a group of several by the connections that there were then.
 */

import { accountedBy } from './accounting.js';
import { connectionDifferences } from './connections.js';
import { epochNow, exchange } from './exchange.js';
import type { Kernel } from './kernel.js';
import { differences, type Observed, ofKernel } from './observed.js';
import type { PacketLine, Scenario } from './scenario.js';
import { loadTexts, observe } from './walked.js';

export interface KeptCase {
  /** what the case is about; lines of a comment. */
  readonly title: string;
  readonly scenario: Scenario;
  /** of the host, by name: addr, route, rule, sysctl. */
  readonly host: Readonly<Record<string, string>>;
  /** one for each packet. */
  readonly answers: readonly KeptAnswer[];
}

export interface KeptAnswer extends Observed {
  readonly connections?: readonly string[];
}

const HOST = ['addr', 'route', 'rule', 'sysctl'] as const;
const SECTION = /^--- ([a-z]+)$/;

/** Reads a case's text. Throws where it has not the form that `caseText` gives it. */
export function parseCase(text: string): KeptCase {
  const [title = '', ...parts] = text.split(/^(?=--- )/m);
  const sections = new Map<string, string>();
  const packets: PacketLine[] = [];
  const answers: KeptAnswer[] = [];
  for (const part of parts) {
    const end = part.indexOf('\n');
    const name = SECTION.exec(part.slice(0, end))?.[1];
    const body = part.slice(end + 1);
    if (name === undefined) throw new Error(`no section: ${part.slice(0, end)}`);
    if (name === 'packet') packets.push(JSON.parse(body) as PacketLine);
    else if (name === 'kernel') answers.push(readAnswer(body));
    else if (name === 'connections' && answers.length > 0)
      answers.push({ ...answers.pop()!, connections: linesIn(body) });
    else if (sections.has(name)) throw new Error(`section ${name} twice`);
    else sections.set(name, body);
  }
  const section = (name: string): string => {
    const body = sections.get(name);
    if (body === undefined) throw new Error(`no section ${name}`);
    sections.delete(name);
    return body;
  };
  const host = Object.fromEntries(HOST.map((name) => [name, section(name)]));
  const scenario: Scenario = {
    family: section('family').trim() === '6' ? 6 : 4,
    setup: linesIn(section('setup')),
    sets: section('sets'),
    rules: section('rules'),
    packets,
  };
  if (sections.size > 0) throw new Error(`unknown section ${[...sections.keys()][0]}`);
  if (packets.length === 0 || packets.length !== answers.length)
    throw new Error(`${packets.length} packets, ${answers.length} answers`);
  return { title: title.replaceAll(/^# ?/gm, '').trim(), scenario, host, answers };
}

const linesIn = (body: string): string[] => body.split('\n').filter((line) => line !== '');

export function caseText({ title, scenario, host, answers }: KeptCase): string {
  const section = (name: string, body: string): string => `--- ${name}\n${body}${/[^\n]$/.test(body) ? '\n' : ''}`;
  return [
    title.replaceAll(/^/gm, '# '),
    '\n',
    section('family', String(scenario.family)),
    section('setup', scenario.setup.join('\n')),
    ...HOST.map((name) => section(name, host[name] ?? '')),
    section('sets', scenario.sets),
    section('rules', scenario.rules),
    ...scenario.packets.flatMap((packet, n) => [
      section('packet', JSON.stringify(packet)),
      section('kernel', answerText(answers[n]!)),
      ...(answers[n]!.connections === undefined ? [] : [section('connections', answers[n]!.connections!.join('\n'))]),
    ]),
  ].join('');
}

/** `filter INPUT 3 counts 1/60`, and `leaves postrouting eth1 mark 5 4500…` for each packet that passed the last hook. */
function answerText({ counters, out }: Observed): string {
  return [
    ...[...counters].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${name} counts ${count}`),
    ...out.map((packet) => `leaves ${packet}`),
  ].join('\n');
}

function readAnswer(body: string): Observed {
  const counters = new Map<string, string>();
  const out: string[] = [];
  for (const line of body.split('\n').filter((one) => one !== '')) {
    const counted = /^(\S+ \S+ (?:\d+|policy)) counts (\d+\/\d+)$/.exec(line);
    if (counted !== null) counters.set(counted[1]!, counted[2]!);
    else if (line.startsWith('leaves ')) out.push(line.slice('leaves '.length));
    else throw new Error(`no answer of the kernel: ${line}`);
  }
  return { counters, out };
}

/** Where packetwalk differs from the recorded answers: lines by packet, empty where it agrees with all. */
export async function differencesOf({ scenario, host, answers }: KeptCase): Promise<string[]> {
  const { rule = '', ...texts } = host;
  // a text of which nothing tells the family is taken by its name
  const of = (name: string) => (scenario.family === 6 ? `${name}.v6` : name);
  const nfacct = accountedBy(scenario.setup);
  const loaded = await loadTexts({
    ...texts,
    nfacct,
    sets: scenario.sets,
    [of('rule')]: rule,
    [of('rules')]: scenario.rules,
  });
  let time = 0;
  const heard = scenario.packets.map(({ wait = 0, time: own }, n) => {
    time += wait;
    return { time: own ?? time, left: answers[n]!.out.map((line) => line.slice(line.lastIndexOf(' ') + 1)) };
  });
  return observe(loaded, scenario.packets, heard).flatMap(({ observed, open, connections }, n) => {
    const lines = differences(answers[n]!, observed);
    if (answers[n]!.connections !== undefined && connections !== undefined)
      lines.push(...connectionDifferences(answers[n]!.connections!, connections));
    return [...(open === undefined ? [] : [`ends at the question ${open}`]), ...lines].map(
      (line) => `packet ${n + 1}: ${line}`,
    );
  });
}

/** Asks the kernel, and makes a case of its answers. */
export async function recordCase(kernel: Kernel, title: string, scenario: Scenario): Promise<KeptCase> {
  await kernel.load(scenario);
  const { 'sysctl.txt': sysctls } = await kernel.capture();
  const of = `-${scenario.family}`;
  const host = {
    addr: withoutOther(await kernel.output('ip', 'addr'), scenario.family),
    route: await kernel.output('ip', of, 'route', 'show', 'table', 'all'),
    rule: await kernel.output('ip', of, 'rule'),
    sysctl: chosenSysctls(sysctls, scenario),
  };
  const exchanged = await exchange(kernel, scenario);
  const answers = exchanged.map(({ result, connections }) => ({
    ...ofKernel(result),
    // the kernel's own order is that of a hash that is another after each start
    ...(connections !== undefined && { connections: connections.toSorted(byTuple) }),
  }));
  const epoch = epochNow();
  const asks = (match: string): boolean => scenario.rules.includes(` -m ${match} `);
  const packets = exchanged.map(({ line, result: { cpu, time } }) => ({
    ...line,
    ...(asks('cpu') && { cpu }),
    ...(asks('time') && { time: Math.round(epoch + time) }),
  }));
  return { title, scenario: { ...scenario, packets }, host, answers };
}

const byTuple = (a: string, b: string): number => (a.slice(a.indexOf('src=')) < b.slice(b.indexOf('src=')) ? -1 : 1);

/** Links stay, addresses of the other family go: those that IPv6 gives a link by itself are others each time. */
const withoutOther = (text: string, family: 4 | 6): string =>
  text.replaceAll(family === 4 ? /^ +inet6 .*\n.*\n/gm : /^ +inet .*\n.*\n/gm, '');

/** Those that the scenario sets, and what of them follows for each link; all others are as the kernel makes them. */
function chosenSysctls(text: string, { setup, family }: Scenario): string {
  const set = setup.flatMap((command) => /^sysctl .*?([\w/-]+)=/.exec(command)?.[1] ?? []);
  const wanted = new Set([family === 4 ? 'ip_forward' : 'forwarding', ...set]);
  const lines = text.split('\n').filter((line) => wanted.has(/([\w/-]+) = /.exec(line)?.[1] ?? ''));
  return lines
    .filter((line) => line.startsWith(`net.ipv${family}.`) || line.startsWith('net.netfilter.'))
    .map((line) => `${line}\n`)
    .join('');
}
