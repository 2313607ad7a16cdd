/** What `explain` and `trace` share: options about the host, and the host loaded with them. */
import { type Command, Option } from 'commander';
import { PacketwalkError } from '../errors.js';
import { type Host, type HostAddress, type Route, TABLE_LOCAL } from '../model/host.js';
import { isQuestion, QUESTION_FORMS } from '../model/question.js';
import type { Table } from '../model/ruleset.js';
import { bitsOf, type Family, familyOf, parseAddress } from '../net/address.js';
import { nearest } from '../parse/nearest.js';
import { createEngine, type LoadedHost } from '../run/engine.js';
import { isReadSysctl, SYSCTLS } from '../run/host-conf.js';
import type { HostTexts } from '../run/host-texts.js';
import { alike, groupLine, groupText, ofSeverity } from './findings.js';

export interface HostOptions {
  readonly tracking: 'auto' | 'on' | 'off';
  readonly assume?: readonly string[];
  readonly local?: string;
  readonly sysctl?: readonly string[];
  readonly seed?: number;
  readonly path?: 'input' | 'forward' | 'output';
  readonly strict?: true;
  readonly lenient?: true;
}

function seedOf(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 0xffffffff) return Number(text);
  throw new PacketwalkError(`--seed ${text}: a number from 0 to 4294967295 was expected`, { code: 'bad-seed' });
}

const collect = (value: string, before: readonly string[] = []) => [...before, value];

export function addHostOptions(command: Command): Command {
  return command
    .addOption(new Option('--tracking <MODE>', 'connection tracking').choices(['auto', 'on', 'off']).default('auto'))
    .option(
      '--assume <FACT[=yes|no]>',
      'settle an open question: set:NAME, set:NAME:ELEMENT, local:ADDRESS, out:INTERFACE, joined:GROUP, match:NAME, target:NAME, chain:NAME, random, …',
      collect,
    )
    .option('--local <ADDRESS,…>', "the host's own addresses, where they are not in a file")
    .option('--sysctl <KEY=VALUE>', 'a setting of the kernel', collect)
    .addOption(new Option('--seed <NUMBER>', 'of what the kernel draws at random').argParser(seedOf))
    .addOption(
      new Option('--path <PATH>', 'the way of a packet that routes do not tell').choices([
        'input',
        'forward',
        'output',
      ]),
    )
    .option('--strict', 'what is not understood is an error')
    .option('--lenient', 'open questions are no match, unknown targets do nothing');
}

/** Throws where the rules hold errors, none were given, or they cannot be compiled. */
export async function loadHost(input: HostTexts, options: HostOptions): Promise<LoadedHost> {
  const errors = ofSeverity(input.findings, 'error');
  const warnings = ofSeverity(input.findings, 'warning');
  const stops = options.strict ? [...errors, ...warnings] : errors;
  if (!options.strict)
    for (const group of alike(warnings.filter(({ code }) => !ASKED.has(code))))
      process.stderr.write(`${groupLine(group)}\n`);
  for (const setting of options.sysctl ?? []) noteSysctl(setting);
  if (stops.length > 0 && options.lenient === undefined) {
    const groups = alike(stops);
    for (const group of groups.slice(0, -1)) process.stderr.write(`${groupText(group)}\n`);
    const [last, ...more] = groups.at(-1)!;
    const message = more.length === 0 ? last.message : `${last.message} (and ${more.length} more)`;
    throw new PacketwalkError(message, { code: last.code, place: last.place, hint: last.hint });
  }
  const tables = evaluated(input.tables, 4);
  if (tables.length === 0) throw noRules(input.tables);
  const engine = await createEngine();
  const assume = assumptions(options.assume ?? []);
  const host = await engine.load({
    tables,
    sets: input.sets,
    host: withOptions(input.host, options),
    tracking: options.tracking,
    assume,
    seed: options.seed,
    otherwise: options.lenient ? false : undefined,
  });
  for (const fact of assume.keys()) {
    const problem = host.problemOf(fact);
    if (problem !== undefined) throw new PacketwalkError(`--assume ${fact}: ${problem}`, { code: 'bad-assumption' });
    if (!host.asks(fact)) process.stderr.write(unasked(fact, host));
  }
  return host;
}

/** Warnings of what becomes an open question: the answer says so where the packet comes to it. */
const ASKED: ReadonlySet<string> = new Set(['not-understood', 'set-not-given', 'no-such-chain']);

function noRules([other]: readonly Table[]): PacketwalkError {
  const hint = 'the output of iptables-save was expected';
  if (other === undefined) return new PacketwalkError('no rules of IPv4 were given', { code: 'no-rules', hint });
  const what = `no rules of IPv4 were given: those of ${other.file} are of IPv6`;
  return new PacketwalkError(what, { code: 'no-rules', hint: `packets of IPv6 are not evaluated yet; ${hint}` });
}

/** A key that nothing reads changes nothing. */
function noteSysctl(setting: string): void {
  const key = sysctlKey(setting);
  if (key === '' || isReadSysctl(key)) return;
  const last = (one: string) => one.split('.').at(-1)!;
  const name = SYSCTLS.map(last).find((one) => one === last(key)) ?? nearest(last(key), SYSCTLS.map(last));
  const meant = SYSCTLS.find((one) => last(one) === name);
  process.stderr.write(
    `note: --sysctl ${setting}: no answer depends on ${key}${meant === undefined ? '' : `; did you mean ${meant}?`}\n`,
  );
}

const sysctlKey = (setting: string): string =>
  setting
    .slice(0, Math.max(0, setting.indexOf('=')))
    .trim()
    .replaceAll('/', '.');

/** A fact that is mistyped would leave its question open without a word. */
function unasked(fact: string, { compiled: { questions } }: LoadedHost): string {
  const open = questions.length === 0 ? 'nothing is open' : `these are: ${questions.slice(0, 10).join(', ')}`;
  return `note: --assume ${fact}: no rule leaves that open; ${open}${questions.length > 10 ? ', …' : ''}\n`;
}

/** The last block of each table of a family, in the order in which they were read. */
export const evaluated = (tables: readonly Table[], family: Family): Table[] => [
  ...new Map(tables.filter((table) => table.family === family).map((table) => [table.name, table])).values(),
];

function assumptions(facts: readonly string[]): Map<string, boolean> {
  const answers = new Map<string, boolean>();
  for (const fact of facts) {
    const match = /^(.*?)(?:=(yes|no))?$/.exec(fact)!;
    if (match[1] === '' || match[1]!.includes('='))
      throw new PacketwalkError(`--assume ${fact}: FACT, FACT=yes or FACT=no was expected`, { code: 'bad-assumption' });
    if (!isQuestion(match[1]!))
      throw new PacketwalkError(`--assume ${fact}: "${match[1]}" is no fact`, {
        code: 'bad-assumption',
        hint: `a fact is ${QUESTION_FORMS.join(', ')}`,
      });
    answers.set(match[1]!, match[2] !== 'no');
  }
  return answers;
}

function withOptions(host: Host, { local, sysctl }: HostOptions): Host {
  const sysctls = new Map(host.sysctls);
  for (const setting of sysctl ?? []) {
    const at = setting.indexOf('=');
    if (at < 1)
      throw new PacketwalkError(`--sysctl ${setting}: KEY=VALUE was expected`, {
        code: 'bad-sysctl',
        hint: 'as in --sysctl net.ipv4.ip_forward=1',
      });
    sysctls.set(sysctlKey(setting), setting.slice(at + 1).trim());
  }
  if (local === undefined) return { ...host, sysctls };
  const own = local.split(',').map((text) => hostAddress(text.trim()));
  return {
    ...host,
    sysctls,
    // on which links they are is not known: without a text about addresses, the local table alone names them
    addresses: host.addresses === undefined ? undefined : [...host.addresses, ...own],
    routes: [...(host.routes ?? []), ...own.map(localRoute)],
  };
}

function hostAddress(text: string): HostAddress {
  const address = parseAddress(text);
  if (address === undefined)
    throw new PacketwalkError(`--local ${text}: is not an address`, {
      code: 'bad-address',
      hint: 'as in --local 192.0.2.1',
    });
  const family = familyOf(address);
  return {
    link: LINK,
    family,
    address,
    prefix: bitsOf(family),
    peer: undefined,
    broadcast: undefined,
    scope: 'global',
    secondary: false,
  };
}

/** The interface of an address that only an option gave. */
const LINK = '?';
const localRoute = ({ family, address, prefix }: HostAddress): Route => ({
  family,
  type: 'local',
  table: TABLE_LOCAL,
  address,
  prefix,
  hops: [{ link: LINK, gateway: undefined, weight: 1, dead: false, linkdown: false, onlink: false }],
  source: address,
  metric: 0,
  tos: 0,
  scope: 'host',
  mtu: undefined,
  protocol: 'kernel',
});
