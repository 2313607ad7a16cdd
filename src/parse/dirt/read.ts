/**
 * Texts as people paste them: what stands in them is told apart and cleaned, so that each reader gets its own lines. Each
 * line keeps where it stood; what was cleaned away, and what nobody reads, is said once for each kind.
 */
import type { Findings } from '../../model/finding.js';
import type { Table } from '../../model/ruleset.js';
import { HOST_TEXTS, type HostText, recogniseJson } from '../host/recognise-host.js';
import { variableFolder } from '../host/variables.js';
import { typedCommand } from '../rules/commands.js';
import { type Line, linesOf, type Readable } from '../text.js';
import { withoutTasks } from './ansible.js';
import { cleanCharacters, partedAtTags } from './characters.js';
import { asRead, type CleanLine } from './drawn.js';
import { firewalldScript } from './firewalld.js';
import { sayForeign } from './foreign.js';
import { linesOfJc } from './jc.js';
import { kindOf } from './kinds.js';
import { logicalLines } from './logical.js';
import { rangesOf, sayCleaned, sayOnce } from './notes.js';
import { type Run, type RunKind, runsOf } from './parts.js';
import { Prefixes } from './prefixes.js';
import { typedAt } from './prompts.js';
import { runScript } from './script/run.js';
import { isCommand } from './shell-lines.js';
import { inProse, unwrapped } from './strings.js';
import { rejoined } from './wrapped.js';

/** What some lines of a text are taken for. */
export interface Taken {
  readonly file: string;
  readonly from: number;
  /** undefined: all of the text. */
  readonly to: number | undefined;
  readonly as: RunKind;
}

/** Lines for one reader. */
export type Part =
  | { readonly kind: 'rules' | 'listing' | 'ipset' | 'connections'; readonly lines: readonly Line[] }
  | { readonly kind: 'host'; readonly as: HostText; readonly json: boolean; readonly lines: readonly Line[] }
  | { readonly kind: 'tables'; readonly tables: readonly Table[] };

export interface Read {
  readonly parts: readonly Part[];
  readonly taken: readonly Taken[];
  /** lines that are nothing; the reader of listings adds those that stand between its own. */
  readonly others: Line[];
  /** it ends as a text ends, or in what nobody reads. */
  readonly whole: boolean;
}

export function readDirty(text: string, file: string, findings: Findings): Read {
  if (variableFolder(file, text) !== undefined) {
    const lines = linesOf(text);
    return {
      parts: [{ kind: 'host', as: 'variable', json: false, lines }],
      taken: [{ file, from: 1, to: undefined, as: 'variable' }],
      others: [],
      whole: true,
    };
  }
  const lines = cleaned(text, file, findings);
  let runs = runsOf(lines);
  // prose speaks of commands: where nothing else has rules, it is of those
  if (!runs.some(({ kind }) => HAVE_RULES.has(kind))) runs = runsOf(lines.flatMap(inProse));
  const parts: Part[] = [];
  const of = (...kinds: readonly RunKind[]) =>
    runs.filter(({ kind }) => kinds.includes(kind)).flatMap((run) => run.lines);

  const rules = of('rules');
  if (rules.length > 0) parts.push({ kind: 'rules', lines: placed(rulesOf(runs)) });
  const listing = listingOf(runs);
  if (listing.length > 0) parts.push({ kind: 'listing', lines: placed(listing) });
  const script = of('script');
  if (script.length > 0) {
    const tables = runScript(script, file, findings);
    if (tables.length > 0) {
      parts.push({ kind: 'tables', tables });
      sayOnce(
        'note',
        'commands',
        'commands are taken as carried out one after another on a host without rules',
        script,
        file,
        findings,
      );
    }
  }
  const direct = of('firewalld');
  if (direct.length > 0)
    parts.push({ kind: 'tables', tables: runScript(firewalldScript(direct, file, findings), file, findings) });
  const sets = of('ipset');
  if (sets.length > 0) parts.push({ kind: 'ipset', lines: placed(sets) });
  const connections = of('connections');
  if (connections.length > 0) parts.push({ kind: 'connections', lines: placed(connections) });
  runs.forEach((run, i) => {
    const part = hostPart(run, runs[i - 1]);
    if (part !== undefined) parts.push(part);
  });
  sayCleaned(
    runs
      .filter(({ kind }) => kind !== 'unknown' && kind !== 'command' && kind !== 'comment')
      .flatMap((run) => run.lines),
    file,
    findings,
  );
  sayOnce('note', 'commented-out', 'a rule that is commented out is none', of('commented'), file, findings);
  const gaps = runs.flatMap(({ kind, lines }) =>
    kind === 'unknown' ? [] : lines.filter((line) => kindOf(line.text.trim()) === 'gap'),
  );
  sayOnce(
    'warning',
    'lines-left-out',
    'lines were left out here: what they said is not known, nor the numbers of the rules behind them where none stand there',
    gaps,
    file,
    findings,
  );
  const last = runs.at(-1)?.kind;
  return {
    parts,
    taken: takenOf(runs, file),
    others: of('unknown'),
    whole: last === undefined || !CAN_BE_CUT.has(last),
  };
}

const HAVE_RULES: ReadonlySet<RunKind> = new Set<RunKind>(['rules', 'listing', 'jc', 'script', 'firewalld']);

/** Of which a cut line mostly is another good one. */
const CAN_BE_CUT: ReadonlySet<RunKind> = new Set<RunKind>(['rules', 'ipset', 'connections', 'script']);

function cleaned(text: Readable, file: string, findings: Findings): CleanLine[] {
  const known = (one: string): boolean => {
    const kind = kindOf(one);
    if (kind !== undefined) return kind !== 'route' && kind !== 'gap' && kind !== 'sysctl';
    if (isCommand(one)) return true;
    const typed = typedAt(one);
    return typed === 'prompt' || (typed !== undefined && typed.does !== 'other');
  };
  const prefixes = new Prefixes(known);
  const removed: Line[] = [];
  const undone: Line[] = [];
  const lines: CleanLine[] = [];
  for (const line of linesOf(text)) {
    if (line.text === '' || FENCE.test(line.text)) continue;
    const own = asRead(line);
    const whole = kindOf(line.text.trim()) === 'rules';
    for (const one of whole ? [own] : unwrapped(own).flatMap(partedAtTags)) {
      const bare = prefixes.strip(cleanCharacters(one));
      if (bare === 'removed') removed.push(line);
      else if (bare === 'undone') undone.push(line);
      else lines.push(bare);
    }
  }
  sayOnce('note', 'removed-line', 'a diff takes this line out: it is no rule', removed, file, findings);
  sayOnce('note', 'undone-command', 'what is done when a link or unit goes is left out', undone, file, findings);
  return logicalLines(withoutTasks(rejoined(lines, known)), (one) => known(one) || kindOf(one) === 'gap');
}

/** Fences of Markdown, and blank lines. */
const FENCE = /^\s*(?:(?:```|~~~)\s*[\w-]*\s*)?$/;

/** The command that printed what stands below it says of which table it is. */
const tellsTable = (line: Line): boolean => typedCommand(line.text.trim()) !== undefined;

/** Lines below prose are apart: what a program prints has none in it. */
function rulesOf(runs: readonly Run[]): Line[] {
  let apart = false;
  return runs.flatMap(({ kind, lines }): readonly Line[] => {
    if (kind === 'command') return lines.filter(tellsTable);
    if (kind === 'unknown') apart ||= lines.some(({ text }) => isProse(text));
    if (kind !== 'rules') return [];
    const own: readonly Line[] = apart ? [{ ...lines[0]!, apart }, ...lines.slice(1)] : lines;
    apart = false;
    return own;
  });
}

/** Some words; what a rule lost when it was broken is none. */
const isProse = (text: string): boolean =>
  !LIKE_A_RULE.test(text) &&
  /\p{L}{2,}[\p{P}]?\s+\p{L}{2,}|[\u3040-\u30ff\u4e00-\u9fff]{4}/u.test(text.slice(0, 400)) &&
  !/\s-/.test(text);

/** The lines of listings, with the commands that printed them. */
function listingOf(runs: readonly Run[]): Line[] {
  const listing = runs.filter(({ kind }) => kind === 'listing' || kind === 'jc');
  // headings alone are no listing
  if (!listing.some(({ kind, lines }) => kind === 'jc' || lines.some(({ text }) => kindOf(text.trim()) === 'listing')))
    return [];
  return runs.flatMap((run) => {
    if (run.kind === 'jc') return linesOfJc(run.lines);
    if (run.kind === 'command') return run.lines.filter(tellsTable);
    return run.kind === 'listing' ? run.lines : [];
  });
}

const HOST: ReadonlySet<string> = new Set<HostText>(HOST_TEXTS);

function hostPart(run: Run, before: Run | undefined): Part | undefined {
  if (run.kind === 'json') {
    const as = recogniseJson(run.lines.map(({ text }) => text).join('\n'));
    return as && { kind: 'host', as, json: true, lines: placed(run.lines) };
  }
  if (!HOST.has(run.kind)) return undefined;
  // the command tells the family of policy rules
  const head = before?.kind === 'command' ? before.lines : [];
  return { kind: 'host', as: run.kind as HostText, json: false, lines: placed([...head, ...run.lines]) };
}

/** A rule that has lost its beginning is lost: each is told. */
const LIKE_A_RULE =
  /(?:^|\s)-(?:j|g|-jump|-goto)\s+\S|^[^\s-]{0,3}-?A\s+(?:INPUT|OUTPUT|FORWARD|PREROUTING|POSTROUTING)\s/;

/** Of a text in which something was recognised. */
export function sayUnknown(others: readonly Line[], file: string, findings: Findings): void {
  const lines = [...others].sort((a, b) => a.number - b.number);
  const alike = lines.filter(({ text }) => LIKE_A_RULE.test(text));
  const prose = sayForeign(
    lines.filter(({ text }) => !LIKE_A_RULE.test(text)),
    file,
    findings,
  );
  sayOnce(
    'warning',
    'like-a-rule',
    'this looks like a rule, but does not begin as one: it is left out',
    alike,
    file,
    findings,
  );
  sayOnce('note', 'not-a-rule', 'this is no line of rules, sets or a host, and is left out', prose, file, findings);
}

/** Lines with their offsets in the text that they are together. */
function placed(lines: readonly Line[]): readonly Line[] {
  let offset = 0;
  return lines.map((line) => {
    const own = { ...line, offset };
    offset += line.text.length + 1;
    return own;
  });
}

const takenOf = (runs: readonly Run[], file: string): Taken[] =>
  runs.flatMap(({ kind, lines }) =>
    rangesOf(lines.filter(({ text }) => text.trim() !== '')).map(([from, to]) => ({ file, from, to, as: kind })),
  );
