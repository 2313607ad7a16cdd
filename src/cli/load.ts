/** What `explain`, `trace` and `classify` share: options about the host, and the host loaded with them. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { PacketwalkError } from '../errors.js';
import type { Finding } from '../model/finding.js';
import type { Family } from '../net/address.js';
import { MOST_MEMORY, USUAL_MEMORY } from '../run/budget.js';
import { ENGINES } from '../run/classifying.js';
import { CompiledHost } from '../run/compiled-host.js';
import { createEngine, type LoadedHost } from '../run/engine.js';
import type { HostOptions as Given } from '../run/host-options.js';
import { familiesOf, type HostProgram, programOf, stopping } from '../run/host-program.js';
import type { HostTexts } from '../run/host-texts.js';
import { alike, groupLine, groupText, ofSeverity, tell } from './findings.js';
import { langOption } from './language.js';

export interface HostOptions extends Omit<Given, 'local'> {
  readonly local?: string;
  readonly path?: 'input' | 'forward' | 'output';
}

export function seedOf(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 0xffffffff) return Number(text);
  throw new PacketwalkError(`--seed ${text}: a number from 0 to 4294967295 was expected`, { code: 'bad-seed' });
}

const collect = (value: string, before: readonly string[] = []) => [...before, value];

export function addHostOptions(command: Command): Command {
  return command
    .addOption(new Option('--tracking <MODE>', 'connection tracking').choices(['auto', 'on', 'off']).default('auto'))
    .option(
      '--assume <FACT[=yes|no]>',
      'settle an open question: set:NAME, set:NAME:ELEMENT, local:ADDRESS, out:INTERFACE, way:INTERFACE, joined:GROUP, match:NAME, target:NAME, chain:NAME, name:NAME:VALUE, random, limit, …; a kind alone settles all of its kind that nothing else does: match=no',
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
    .option('--lenient', 'open questions are no match, unknown targets do nothing')
    .addOption(langOption());
}

/** Reads a whole number. */
export const whole = (least: number, most: number) => (text: string) => {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new InvalidArgumentError(`A whole number from ${least} to ${most} was expected.`);
};

export const memoryOption = () =>
  new Option('--memory <MIB>', 'that tables may take by which packets alike are counted')
    .argParser(whole(1, MOST_MEMORY))
    .default(USUAL_MEMORY);

export const engineOption = () => new Option('--engine <ENGINE>', 'what classifies').choices(ENGINES).default('auto');

export const connectionsOption = () =>
  new Option(
    '--connections <MODE>',
    'off: nothing is remembered, and each packet is the first of its connection',
  ).choices(['on', 'off']);

/** As many packets are walked where nobody says otherwise; of one it is an open question. */
export const NOBODY_LISTENS: ReadonlyMap<string, boolean> = new Map([['queue', false]]);

/** Throws where the rules hold errors, none were given, or they cannot be compiled. */
export async function loadHost(texts: HostTexts, given: HostOptions, family: Family): Promise<LoadedHost> {
  const host = await (await createEngine()).load(readProgram(texts, given, family));
  // what one family's rules do not ask, those of the other may
  const isDoubtful = host.from.notes.some(({ code }) => code === 'unused-assumption');
  const others = isDoubtful ? familiesOf(texts).filter((one) => one !== family) : [];
  sayNotes(
    host,
    others.map((one) => new CompiledHost(programOf(texts, withLocal(given), one))),
  );
  return host;
}

/** Says on standard error which options change nothing. Throws for an assumption that cannot be. */
export function sayNotes({ from }: LoadedHost, others: readonly CompiledHost[] = []): void {
  from.checkAssumed();
  for (const { message } of from.notesBeside(others)) tell(`note: ${message}`);
}

/**
 * What is to be loaded; says on standard error what is doubtful, and under `lenient` what is wrong. Throws where the rules
 * hold errors or none were given.
 */
export function readProgram(texts: HostTexts, given: Partial<HostOptions>, family: Family = 4): HostProgram {
  const options = withLocal(given);
  const { findings } = texts;
  if (!options.strict || options.lenient)
    for (const group of alike(ofSeverity(findings, 'warning').filter(({ code }) => !ASKED.has(code))))
      say(groupLine(group));
  if (options.lenient)
    // a rule that is lost turns answers round: it is told whole
    for (const group of alike(ofSeverity(findings, 'error').map((error) => ({ ...error, severity: 'warning' }))))
      say(groupText(group));
  const stops = stopping(texts, options);
  if (!options.lenient)
    for (const group of alike(ofSeverity(findings, 'error').filter((one) => !stops.includes(one))))
      say(groupText(group));
  const groups = alike(stops);
  // the last of what stops it is the error that is thrown
  for (const group of groups.slice(0, -1)) say(groupText(group));
  const [...last] = groups.at(-1) ?? [];
  const several = groups.length > 1;
  return programOf({ ...texts, findings: several ? last.map(named) : last }, options, family);
}

/** As groupText has those beside it. */
const named = (finding: Finding): Finding => ({ ...finding, message: `${finding.severity}: ${finding.message}` });

/** Own addresses stand in one word on the command line. */
export const withLocal = (given: Partial<HostOptions>): Given => ({ ...given, local: given.local?.split(',') });

const say = (text: string) => process.stderr.write(`${text}\n`);

/** Warnings of what becomes an open question: the answer says so where the packet comes to it. */
const ASKED: ReadonlySet<string> = new Set([
  'not-understood',
  'not-shown',
  'set-not-given',
  'no-such-chain',
  'name-not-known',
]);
