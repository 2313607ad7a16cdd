/** From what was read to what an engine loads: which tables count, what was said of the host, what stops it. */
import { PacketwalkError } from '../errors.js';
import type { Finding } from '../model/finding.js';
import type { Table } from '../model/ruleset.js';
import type { SetDef } from '../model/set.js';
import type { Family } from '../net/address.js';
import { classifying } from './classifying.js';
import { CompiledHost, type LoadOptions } from './compiled-host.js';
import { assumptions, type HostOptions, unusedSysctls, withOptions } from './host-options.js';
import { type HostTexts, readersWanted } from './host-texts.js';
import { rareReaders } from './rare-readers.js';

export interface HostProgram extends LoadOptions {
  readonly sets: readonly SetDef[];
  readonly assume: ReadonlyMap<string, boolean>;
  /** what of the options changes nothing. */
  readonly notes: readonly Finding[];
}

/** Whether a finding of a text is an error where all has to be understood. */
const notUnderstood = ({ severity, code }: Finding): boolean =>
  severity === 'warning' || code === 'not-a-rule' || code === 'nothing-recognised';

/** The findings of texts as they are where all has to be understood. */
export const strictly = (findings: readonly Finding[]): Finding[] =>
  findings.map((finding) => (notUnderstood(finding) ? { ...finding, severity: 'error' } : finding));

/**
 * Findings for which nothing is loaded. A rule that could not be read is an open question in its place, but where a restore
 * block is whole: iptables-restore would not take it either.
 */
export function stopping(
  { findings, tables }: Pick<HostTexts, 'findings' | 'tables'>,
  { strict, lenient }: HostOptions,
): Finding[] {
  if (lenient) return [];
  const whole = new Set(
    tables.flatMap(({ complete, chains }) =>
      complete ? [...chains.values()].flatMap(({ rules }) => rules.filter(({ refused }) => refused).map(lineOf)) : [],
    ),
  );
  const asked = ({ ofRule, place }: Finding) => ofRule && !strict && !(place !== undefined && whole.has(lineOf(place)));
  return [
    ...findings.filter((finding) => finding.severity === 'error' && !asked(finding)),
    ...findings.filter((finding) => strict && notUnderstood(finding)),
  ];
}
const lineOf = ({ file, line }: { readonly file: string; readonly line: number }) => `${file}:${line}`;

/** The families whose rules the texts hold. */
export const familiesOf = ({ evaluated }: Pick<HostTexts, 'evaluated'>): Family[] =>
  ([4, 6] as const).filter((family) => evaluated.some((table) => table.family === family));

/** Throws PacketwalkError where something was found for which nothing is loaded. */
export function refuse(texts: Pick<HostTexts, 'findings' | 'tables'>, options: HostOptions): void {
  const [stop, ...more] = stopping(texts, options);
  if (stop === undefined) return;
  const message = more.length === 0 ? stop.message : `${stop.message} (and ${more.length} more)`;
  throw new PacketwalkError(message, { code: stop.code, place: stop.place, hint: stop.hint });
}

/** The tables of one family that texts hold, with values for names that they leave open. Throws as `programOf` does. */
export function tablesOf(texts: HostTexts, options: HostOptions, family: Family, facts: Iterable<string>) {
  refuse(texts, options);
  const read = texts.evaluated.filter((table) => table.family === family);
  if (read.length === 0) throw noRules(texts.tables, family);
  return filledIn(read, [...facts]);
}

/**
 * The rules of one family. Throws PacketwalkError where the texts hold errors or no rules of it, or an option cannot be.
 */
export function programOf(texts: HostTexts, options: HostOptions = {}, family: Family = 4): HostProgram {
  const { tracking = 'auto', connections, assume = [], sysctl = [], seed, lenient } = options;
  const facts = assumptions(assume);
  const { tables, used } = tablesOf(texts, options, family, facts.keys());
  return {
    tables,
    ...(used && { filled: used }),
    sets: texts.sets,
    host: withOptions(texts.host, options),
    tracking,
    connections: connections === 'off' ? false : texts.connections,
    assume: facts,
    seed,
    ...classifying(options),
    otherwise: lenient ? false : undefined,
    notes: unusedSysctls(sysctl),
  };
}

/** Values for names that rules leave open are rare: pages load what reads those rules again. */
function filledIn(tables: readonly Table[], facts: readonly string[]) {
  const values = facts.filter((fact) => /^name:.+:./.test(fact));
  if (values[0] === undefined) return { tables, used: undefined };
  const rare = rareReaders();
  if (rare === undefined) throw readersWanted(`--assume ${values[0]}`);
  return rare.fillIn(tables, values);
}

/**
 * The same, compiled; those of IPv4 where there are of both families and none is named. Throws PacketwalkError also where the
 * rules cannot be, or a fact that was assumed.
 */
export function compileHost(
  texts: HostTexts,
  options: HostOptions = {},
  family: Family = familiesOf(texts)[0] ?? 4,
): CompiledHost {
  const compiled = new CompiledHost(programOf(texts, options, family));
  compiled.checkAssumed();
  return compiled;
}

function noRules([other]: readonly Table[], family: Family): PacketwalkError {
  const save = family === 4 ? 'iptables-save' : 'ip6tables-save';
  const hint = `the output of ${save} was expected`;
  const what = `no rules of IPv${family} were given`;
  if (other === undefined) return new PacketwalkError(what, { code: 'no-rules', hint });
  return new PacketwalkError(`${what}: those of ${other.file} are of IPv${other.family}`, { code: 'no-rules', hint });
}
