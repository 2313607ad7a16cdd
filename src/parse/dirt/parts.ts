/** Which lines of a text are what: runs of lines of one kind, each for the reader of that kind. */

import { CLUSTER_HEADING, NODES } from '../host/clusters.js';
import type { HostText } from '../host/recognise-host.js';
import { recogniseJson } from '../host/recognise-host.js';
import { isVariableValue } from '../host/variables.js';
import { isRecord, jsonObjects, looksLikeJson } from '../json-list.js';
import { columnLine, damagedChain, headingOf } from '../rules/listing/lines.js';
import { type CleanLine, cut } from './drawn.js';
import { isDirect } from './firewalld.js';
import { isInSave, kindOf, type LineKind } from './kinds.js';
import { type Typed, typedAt } from './prompts.js';
import { endOfHere, functionOf, isCommand, isScriptFrom, isShell } from './shell-lines.js';

export type RunKind =
  | Exclude<LineKind, 'gap'>
  | 'script'
  | 'json'
  | 'jc'
  | 'firewalld'
  | 'comment'
  | 'commented'
  | 'command'
  | 'unknown';

/** Lines of one kind that stand together. */
export interface Run {
  readonly kind: RunKind;
  readonly lines: CleanLine[];
}

/** A text's lines, told apart. Blank lines are left out. */
export function runsOf(lines: readonly CleanLine[]): Run[] {
  return new RunFinder(lines).find();
}

class RunFinder {
  private readonly runs: Run[] = [];
  /** the run that a line without a kind of its own may go on with. */
  private run: Run | undefined;
  /** a save's block is open. */
  private inSave = false;
  /** the end of a here-document. */
  private here: string | undefined;
  /** `NAME=(` of a script, whose list goes on. */
  private inList = false;
  /** lists of a host that a command printed, or that stand in no output. */
  private readonly lists = new Map<RunKind, Run>();
  /** the command above prints routes, the first of which may be a destination alone. */
  private printsRoutes = false;
  /** `ipset list` has members in lines that are nothing by themselves. */
  private inMembers = false;
  /** names of those that the text has. */
  private readonly functions = new Set<string>();
  /** up to this line no JSON text begins that somebody reads. */
  private noJson = 0;
  /** whether commands stand in it that no prompt stands before. */
  private readonly isScript: boolean;
  /** its rules stand by themselves: no line declares a chain. */
  private readonly areLoose: boolean;
  /** all of it is a script. */
  private readonly shebang: boolean;

  constructor(private readonly lines: readonly CleanLine[]) {
    this.shebang = isScriptFrom(lines);
    for (const { text } of lines) {
      const name = functionOf(text);
      if (name !== undefined) this.functions.add(name);
    }
    this.isScript = this.shebang || lines.some(({ text }) => isCommand(text));
    this.areLoose = !this.isScript && !lines.some(({ text }) => /^\s*(?:[:*]|-[PN] )/.test(text));
  }

  find(): Run[] {
    for (let i = 0; i < this.lines.length; i++) {
      const line = this.lines[i]!;
      const text = line.text.trim();
      if (text !== '') i += this.line(line, text, i);
    }
    return this.runs;
  }

  /** Returns how many lines behind this one were taken too. */
  private line(line: CleanLine, text: string, index: number): number {
    if (this.here !== undefined) {
      if (text === this.here) this.here = undefined;
      return this.add('script', line);
    }
    const kind = isVariableValue(text, this.runs.at(-1)?.lines.at(-1)?.text) ? 'variable' : kindOf(text);
    if (this.inList) {
      this.inList = !text.includes(')') && kind === undefined && !isCommand(text);
      if (this.inList || text.includes(')')) return this.add('script', line);
    }
    if (this.inSave && text === 'COMMIT') this.inSave = false;
    else if (text.startsWith('*') && kind === 'rules') this.inSave = true;
    if (kind === 'rules' && !(this.shebang && !this.inSave)) return this.rules(line, text);
    if (this.inSave && isInSave(text)) return this.add('rules', line);
    if (text.startsWith('#') && this.comment(line, text)) return 0;
    // conntrack's name begins the line that says how many entries there were
    if (
      kind === 'connections' ||
      kind === 'hashlimit' ||
      kind === 'recent' ||
      kind === 'variable' ||
      kind === 'clusters'
    )
      return this.start(kind, line);
    if (/^(?:ipv|<)|firewall-cmd/.test(text) && isDirect(text)) return this.add('firewalld', line);
    const typed = typedAt(line.text);
    if (typed !== undefined) return this.command(line, typed);
    if (isCommand(text) || (this.isScript && this.shell(text))) return this.script(line, text);
    if (kind === 'gap') return this.add(this.run?.kind ?? 'unknown', line);
    if (/^[[{]/.test(text)) {
      const taken = this.json(index);
      if (taken > 0) return taken - 1;
    }
    if (kind !== undefined && this.isOwn(kind, text)) return this.start(kind, line);
    if (this.run?.kind === 'ipset' && IN_SETS.test(text)) return this.add('ipset', line);
    return this.other(line, text);
  }

  private rules(line: CleanLine, text: string): number {
    // what a shell is told without the tool's name, or beside what iptables -S printed
    if (!this.inSave && !this.areLoose && /^-I /.test(text)) return this.add('script', line);
    return this.add('rules', line);
  }

  /** True: it was taken. A comment belongs to what stands around it; a rule in it is none. */
  private comment(line: CleanLine, text: string): boolean {
    const commented = /^#+\s*(?:(?:\[\d+:\d+\]\s*)?-[AI]\s+\S|(?:sudo\s+)?(?:\S*\/)?ip6?tables\s.*-[AIDPNFXR]\b)/.test(
      text.slice(0, LONGEST),
    );
    // # is the prompt of root too
    const atRoot = AT_ROOT.test(text) && !this.inSave && !this.shebang && !this.isScript;
    if (commented && !atRoot) {
      this.runs.push({ kind: 'commented', lines: [line] });
      return true;
    }
    if (typedAt(text) !== undefined && atRoot) return false;
    const { run } = this;
    // lists of a host have no remarks
    if (run !== undefined && HOST.has(run.kind)) this.runs.push({ kind: 'comment', lines: [line] });
    else if (run !== undefined && run.kind !== 'unknown' && run.kind !== 'comment') run.lines.push(line);
    else this.add('comment', line);
    return true;
  }

  private command(line: CleanLine, typed: Typed | 'prompt'): number {
    const bare = typed !== 'prompt' && line.text.slice(0, typed.at).trim() === '';
    if (typed !== 'prompt' && (typed.does === 'changes' || typed.does === 'restores'))
      return this.script(bare ? line : cut(line, typed.at, typed.end ?? line.text.length), typed.command);
    if (this.shebang && bare)
      return /^(?:cat|tee)$/.test(typed.tool) ? this.script(line, typed.command) : this.add('script', line);
    const own = typed === 'prompt' || bare ? line : cut(line, typed.at, typed.end ?? line.text.length);
    this.inSave = false;
    this.inMembers = false;
    this.run = undefined;
    this.lists.clear();
    this.printsRoutes = typed !== 'prompt' && /^\S*ip (?:-\S+ ){0,5}r(?:o[a-z]*)?(?: |$)/.test(typed.command);
    if (typed !== 'prompt' && typed.tool === 'ipset' && kindOf(own.text.trim()) === 'ipset')
      return this.start('ipset', own);
    // what it prints says nothing by itself, and may be nothing
    if (CLUSTER_HEADING.test(own.text.trim())) return this.start('clusters', own);
    this.runs.push({ kind: 'command', lines: [own] });
    return 0;
  }

  private script(line: CleanLine, text: string): number {
    this.here = endOfHere(text);
    this.inList = /^\s*(?:[a-z]+ )?\w+\+?=\([^)]*$/.test(text.slice(0, 400));
    return this.add('script', line);
  }

  private shell(text: string): boolean {
    return (
      (this.shebang && this.run?.kind === 'script') || isShell(text) || this.functions.has(/^[\w-]*/.exec(text)![0])
    );
  }

  /** The lines of a JSON text that begins at an index; 0: it is none that somebody reads. */
  private json(index: number): number {
    if (!looksLikeJson(`${this.lines[index]!.text}\n${this.lines[index + 1]?.text ?? ''}`)) return 0;
    // what stands in one that nobody reads was looked at with it
    if (index < this.noJson) return 0;
    const count = jsonLines(this.lines, index);
    const lines = this.lines.slice(index, index + count);
    const text = lines.map((line) => line.text).join('\n');
    const isHost = recogniseJson(text) !== undefined;
    if (!isHost && !isJc(text)) {
      this.noJson = index + count;
      return 0;
    }
    this.run = undefined;
    this.runs.push({ kind: isHost ? 'json' : 'jc', lines });
    return count;
  }

  /** Whether a line of that kind is not a word of prose that looks alike. */
  private isOwn(kind: LineKind, text: string): boolean {
    // an address alone is a route in a list of them; a row of a listing is none
    if (kind === 'route')
      return (
        this.run?.kind === 'route' ||
        (this.run === undefined && this.printsRoutes) ||
        (this.run?.kind !== 'listing' && IS_ROUTE.test(text))
      );
    if (kind === 'sysctl' || kind === 'rule') return this.run?.kind !== 'listing' || /^\d+:\s+from /.test(text);
    return true;
  }

  private start(kind: RunKind, line: CleanLine): number {
    this.inMembers = kind === 'ipset' && /^Name: /.test(line.text.trim());
    if (kind === 'listing') this.takeDamaged(line);
    if (!HOST.has(kind)) return this.add(kind, line);
    // a list of addresses has the lines of links too; what stands between two lines of a list does not end it
    const links = this.lists.get('link');
    if (kind === 'addr' && links !== undefined) {
      const run: Run = { kind, lines: links.lines };
      this.runs[this.runs.indexOf(links)] = run;
      this.lists.delete('link');
      this.lists.set('addr', run);
    }
    const own = kind === 'link' && this.lists.has('addr') ? 'addr' : kind;
    const before = this.lists.get(own);
    if (before === undefined) {
      this.add(own, line);
      this.lists.set(own, this.run!);
    } else {
      this.run = before;
      before.lines.push(line);
    }
    return 0;
  }

  /** What stands above a listing's columns is its chain's line, whatever was lost of it. */
  private takeDamaged(columns: CleanLine): void {
    const above = this.runs.at(-1);
    const line = above?.lines.at(-1);
    if (above?.kind !== 'unknown' || columnLine(columns.text.trim()) === undefined || !damagedChain(line!.text.trim()))
      return;
    above.lines.pop();
    if (above.lines.length === 0) this.runs.pop();
    this.add('listing', line!);
  }

  /** A line that is nothing by itself: a part of what stands above it, or nothing that is known. */
  private other(line: CleanLine, text: string): number {
    const { run } = this;
    const indented = /^\s/.test(line.text);
    if (run?.kind === 'clusters' && NODES.test(text)) return this.add('clusters', line);
    const inHost = run !== undefined && HOST.has(run.kind) && indented;
    if (run?.kind === 'listing' || inHost || this.inMembers) return this.add(run!.kind, line);
    if (NAMES_TABLE.test(text) && headingOf(text) !== undefined) {
      this.runs.push({ kind: 'listing', lines: [line] });
      return 0;
    }
    return this.add('unknown', line);
  }

  private add(kind: RunKind, line: CleanLine): number {
    if (this.run?.kind !== kind) {
      this.run = { kind, lines: [] };
      this.runs.push(this.run);
    }
    this.run.lines.push(line);
    return 0;
  }
}

/** A rule that is commented out is told by so much of its line. */
const LONGEST = 400;

/** More than a destination, or one that is routed nowhere. */
const IS_ROUTE =
  /\s(?:dev|via)\s|^(?:unreachable|blackhole|prohibit|throw) (?:default|\S+\/\d+)(?: +(?:table|proto|metric|scope) |$)/;

/** The sign of a remark, and root's prompt before what prints rules, sets, connections or what a host has. */
const AT_ROOT =
  /^# (?:.*tables|(?:\/\S*\/)?(?:ip (?:-\S+ (?:inet6? )?){0,5}(?:a|l|ro|ru|x)[a-z]*(?: |$)|(?:ipset|conntrack) (?:-|save|list)|nfacct (?:list|get)|(?:ss|netstat) -|sysctl -|cat \S*(?:(?:ip6?t_hashlimit|(?:xt|ipt)_recent|nf_condition|xt_quota|ipt_CLUSTERIP)\/|net\/(?:tcp|udp)6?$)))/;

const NAMES_TABLE = /raw|mangle|nat|filter|security/i;

/** What stands among the commands of ipset. */
const IN_SETS = /^(?:add|create|del|flush|destroy|swap|rename) +\S/;

const HOST: ReadonlySet<RunKind> = new Set<HostText | RunKind>([
  'addr',
  'link',
  'route',
  'rule',
  'ifconfig',
  'routing-table',
  'nfacct',
  'xfrm',
  'sockets',
  'fingerprints',
]) as ReadonlySet<RunKind>;

/** How many lines from an index on are one JSON text. */
function jsonLines(lines: readonly CleanLine[], from: number): number {
  let depth = 0;
  let inString = false;
  for (let i = from; i < lines.length; i++) {
    const { text } = lines[i]!;
    for (let at = 0; at < text.length; at++) {
      const char = text[at];
      if (inString) {
        if (char === '\\') at++;
        else if (char === '"') inString = false;
      } else if (char === '"') inString = true;
      else if (char === '[' || char === '{') depth++;
      else if ((char === ']' || char === '}') && --depth <= 0) return i - from + 1;
    }
    inString = false;
  }
  return lines.length - from;
}

/** What jc makes of `iptables -L`: a list of chains with their rules. */
function isJc(text: string): boolean {
  const [first] = jsonObjects(text.slice(0, 64 * 1024), '', { add: () => {} });
  return (
    first !== undefined &&
    typeof first.fields.chain === 'string' &&
    Array.isArray(first.fields.rules) &&
    isRecord(first.fields)
  );
}
