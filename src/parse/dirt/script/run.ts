/**
 * Carries out a shell's script as far as its commands of iptables ask for it: variables that the text sets, loops over plain
 * lists, functions, tests of what is known. What is not known stays as it is written: a rule with `$PORT` has an open question.
 */
import type { Findings } from '../../../model/finding.js';
import type { Table } from '../../../model/ruleset.js';
import { type Line, placeOfLine } from '../../text.js';
import { type CleanLine, lineOf, type Part, partsOf } from '../drawn.js';
import { type Command, RuleCommands } from './commands.js';
import { type Node, treeOf } from './tree.js';
import { type Piece, partOf, quoted, type ShellWord, tokensOf } from './words.js';

/** Commands that are carried out, at most: a loop in a loop in a loop is no list of ports. */
const MOST_COMMANDS = 50_000;
const DEEPEST_CALL = 20;
const LONGEST_VALUE = 100_000;

/** A word as the command gets it. */
export interface Value {
  readonly text: string;
  readonly parts: readonly Part[];
  /** variables in it that nothing sets. */
  readonly open: boolean;
}

/** What became of a command; undefined: nobody knows. */
type Status = boolean | undefined;

export function runScript(lines: readonly CleanLine[], file: string, findings: Findings): Table[] {
  const runner = new Runner(file, findings);
  runner.run(treeOf(tokensOf(lines)));
  return runner.end();
}

class Runner {
  private readonly variables = new Map<string, string | undefined>();
  private readonly functions = new Map<string, { readonly body: Node; called: boolean }>();
  private readonly commands: RuleCommands;
  private count = 0;
  private depth = 0;
  private stopped = false;
  private readonly said = new Set<string>();

  constructor(
    private readonly file: string,
    private readonly findings: Findings,
  ) {
    this.commands = new RuleCommands(file, findings);
  }

  run(node: Node): Status {
    if (this.stopped) return undefined;
    switch (node.kind) {
      case 'list': {
        let status: Status;
        for (const one of node.nodes) status = this.run(one);
        return status;
      }
      case 'not': {
        const status = this.run(node.node);
        return status === undefined ? undefined : !status;
      }
      case 'both': {
        const left = this.run(node.left);
        return left === false ? false : this.run(node.right);
      }
      case 'either': {
        const left = this.run(node.left);
        // what stands behind a test that nobody can make is for the case that it fails
        return left === false ? this.run(node.right) : left;
      }
      case 'for':
        return this.each(node);
      case 'while':
        this.sayOnce('loop', node.line, 'a loop over what is not known here is taken as gone through once');
        return this.run(node.body);
      case 'if':
        return this.branches(node);
      case 'case':
        return this.cases(node);
      case 'function':
        this.functions.set(node.name, { body: node.body, called: false });
        return true;
      case 'command':
        return this.command(node);
    }
  }

  /** The tables that the commands made. Functions that nothing calls are carried out by whoever starts the script with their name. */
  end(): Table[] {
    const idle = [...this.functions].filter(([, { called }]) => !called);
    if (!this.commands.any)
      for (const [name, own] of idle)
        if (/start|^main$|^load|^up$|apply|rules|firewall/i.test(name) && !own.called) this.call(name, []);
    for (const [name, { called, body }] of this.functions)
      if (!called && hasCommands(body))
        this.say('warning', 'function-not-called', lineIn(body)!, `nothing calls ${name}: its commands are left out`);
    return this.commands.end();
  }

  private each(node: Extract<Node, { kind: 'for' }>): Status {
    const values = node.words.flatMap((word) => this.expand(word));
    const open = values.length === 0 || values.some((value) => value.open || /[*?]/.test(value.text));
    if (open) {
      this.variables.set(node.name, undefined);
      if (hasCommands(node.body))
        this.sayOnce('loop', node.line, 'a loop over what is not known here is taken as gone through once');
      return this.run(node.body);
    }
    let status: Status;
    for (const { text } of values) {
      this.variables.set(node.name, text);
      status = this.run(node.body);
    }
    return status;
  }

  private branches(node: Extract<Node, { kind: 'if' }>): Status {
    for (const { test, body } of node.branches) {
      const status = this.run(test);
      if (status === false) continue;
      if (status === undefined && hasCommands(node))
        this.sayOnce('branch', node.line, 'what this asks for is not known here: it is taken as true');
      return this.run(body);
    }
    return node.otherwise && this.run(node.otherwise);
  }

  private cases(node: Extract<Node, { kind: 'case' }>): Status {
    const value = node.word && this.expand(node.word)[0];
    const matching =
      value === undefined || value.open
        ? node.arms.find(({ patterns }) => patterns.some((one) => /^(?:start|restart|up|on)$/.test(one)))
        : node.arms.find(({ patterns }) => patterns.some((one) => one === '*' || one === value.text));
    const others = node.arms.filter((arm) => arm !== matching && hasCommands(arm.body));
    if ((value === undefined || value.open) && (others.length > 0 || matching !== undefined) && hasCommands(node))
      this.sayOnce(
        'branch',
        node.line,
        matching === undefined
          ? 'which of these is carried out is not known here: none is'
          : `which of these is carried out is not known here: ${matching.patterns.join('|')} is`,
      );
    return matching && this.run(matching.body);
  }

  private call(name: string, values: readonly Value[]): Status {
    const own = this.functions.get(name)!;
    own.called = true;
    if (this.depth >= DEEPEST_CALL) return undefined;
    this.depth++;
    const before = new Map([...this.variables].filter(([key]) => /^[\d@*#]$/.test(key)));
    for (const key of before.keys()) this.variables.delete(key);
    for (const [i, { text, open }] of values.entries()) this.variables.set(String(i + 1), open ? undefined : text);
    const all = values.some(({ open }) => open) ? undefined : values.map(({ text }) => text).join(' ');
    for (const key of ['@', '*']) this.variables.set(key, all);
    const status = this.run(own.body);
    for (const [key, value] of before) this.variables.set(key, value);
    this.depth--;
    return status;
  }

  private command(node: Extract<Node, { kind: 'command' }>): Status {
    if (++this.count > MOST_COMMANDS) {
      this.stopped = true;
      const line = node.words[0]?.line;
      if (line)
        this.say('error', 'too-many-commands', line, `more than ${MOST_COMMANDS} commands: the rest is left out`);
      return undefined;
    }
    let at = 0;
    while (at < node.words.length && this.assign(node.words[at]!)) at++;
    const values = node.words.slice(at).flatMap((word) => this.expand(word));
    if (values.length === 0) return true;
    return this.carryOut(values, node);
  }

  private carryOut(values: readonly Value[], node: Extract<Node, { kind: 'command' }>): Status {
    const [first, ...rest] = values as [Value, ...Value[]];
    const name = first.text.slice(first.text.lastIndexOf('/') + 1);
    if (/^(?:sudo|exec|command|time|nohup|env|doas|then|do)$/.test(name)) {
      const next = rest.findIndex(({ text }) => !text.startsWith('-') && !/^\w+=/.test(text));
      return next < 0 ? true : this.carryOut(rest.slice(next), node);
    }
    if (/^(?:export|local|readonly|declare|typeset)$/.test(name)) {
      for (const word of node.words) this.assign(word);
      return true;
    }
    if (name === '[' || name === 'test' || name === '[[') return testOf(rest);
    if (name === 'true' || name === ':') return true;
    if (name === 'false') return false;
    if (this.functions.has(first.text)) return this.call(first.text, rest);
    const tool = /^(ip6?)tables(?:-legacy|-nft)?(-restore)?$/.exec(name);
    // a variable that nothing sets, and options of iptables behind it
    const unset = first.open && /^\$\{?\w+\}?$/.test(first.text) && isCommand(rest);
    if (tool === null && !unset && !(name.startsWith('-') && isCommand(values))) return undefined;
    const family = tool?.[1] === 'ip6' || (unset && /6/.test(first.text)) ? 6 : 4;
    if (tool?.[2] !== undefined) return this.restore(rest, node, family);
    if (unset)
      this.sayOnce(
        first.text,
        lineOfValues(values, node),
        `${first.text} is set nowhere: taken as ${family === 6 ? 'ip6tables' : 'iptables'}`,
      );
    const given: Command = {
      family,
      values: tool === null && !unset ? values : rest,
      line: lineOfValues(values, node),
    };
    return this.commands.run(given);
  }

  private restore(values: readonly Value[], node: Extract<Node, { kind: 'command' }>, family: 4 | 6): Status {
    const line = node.words[0]!.line;
    if (node.here === undefined) {
      this.say('warning', 'restore-of-file', line, 'what this restores does not stand here', 'give that file too');
      return true;
    }
    const keeps = values.some(({ text }) => /^(?:-n|--noflush)$/.test(text));
    const lines = node.here.expands ? node.here.lines.map((one) => this.expandLine(one)) : node.here.lines;
    this.commands.restore(lines, family, keeps);
    return true;
  }

  /** False where the word is no assignment. */
  private assign(word: ShellWord): boolean {
    const [first] = word.pieces;
    const found = first?.kind === 'text' && !first.quoted ? /^([A-Za-z_]\w*)(\+?)=/.exec(first.text) : null;
    if (found === null) return false;
    const [whole, name, more] = found as unknown as [string, string, string];
    const pieces: Piece[] = [
      { kind: 'text', text: (first as { text: string }).text.slice(whole.length), quoted: true },
      ...word.pieces.slice(1),
    ];
    const value = this.textOf(pieces);
    const before = more === '' ? '' : this.variables.get(name);
    const whether = value === undefined || before === undefined ? undefined : before + value;
    this.variables.set(name, whether !== undefined && whether.length > LONGEST_VALUE ? undefined : whether);
    return true;
  }

  /** Undefined: a part of it is not known. */
  private textOf(pieces: readonly Piece[]): string | undefined {
    let text = '';
    for (const piece of pieces) {
      const value = this.valueOf(piece);
      if (value === undefined) return undefined;
      text += value;
    }
    return text;
  }

  private valueOf(piece: Piece): string | undefined {
    if (piece.kind === 'text') return piece.text;
    if (piece.kind === 'output') return toolOf(piece.command);
    const value = this.variables.get(piece.name);
    if (value !== undefined && (value !== '' || piece.otherwise === undefined)) return value;
    if (this.variables.has(piece.name) && value === undefined) return undefined;
    return piece.otherwise?.includes('$') ? undefined : piece.otherwise;
  }

  /** The words that a word becomes: variables without quotes are parted at blanks, and vanish where they are empty. */
  private expand(word: ShellWord): Value[] {
    const texts: string[] = [];
    let current: string | undefined;
    let open = false;
    for (const piece of word.pieces) {
      const value = this.valueOf(piece);
      if (value === undefined) {
        open = true;
        current = (current ?? '') + (piece.kind === 'text' ? '' : piece.written);
      } else if (piece.kind === 'text' || (piece.kind === 'variable' && piece.quoted))
        current = (current ?? '') + value;
      else {
        const parts = value.split(/[ \t\n]+/);
        parts.forEach((part, i) => {
          if (i > 0 && current !== undefined) {
            texts.push(current);
            current = undefined;
          }
          if (part !== '') current = (current ?? '') + part;
        });
      }
    }
    if (current !== undefined) texts.push(current);
    const plain = word.pieces.every((piece) => piece.kind === 'text' && !piece.quoted);
    const all = plain ? texts.flatMap(braces) : texts;
    return all.map((text) => ({ text, parts: partOf(word, text), open }));
  }

  /** A line of a here-document with its variables. */
  private expandLine(line: CleanLine): CleanLine {
    if (!/[$`\\]/.test(line.text)) return line;
    // quotes are no quotes there
    const [pieces] = quoted(line.text.replaceAll('"', '\u0001'), 0, line.text.length);
    let text = '';
    for (const piece of pieces) text += this.valueOf(piece) ?? (piece.kind === 'text' ? piece.text : piece.written);
    text = text.replaceAll('\u0001', '"');
    if (text === line.text) return line;
    const [first] = partsOf(line);
    return lineOf([{ ...first!, text, width: first!.width }], line.offset, [...line.cleaned, 'expanded']);
  }

  private sayOnce(key: string, line: Line, message: string): void {
    if (this.said.has(`${key} ${line.number}`)) return;
    this.said.add(`${key} ${line.number}`);
    this.say('warning', 'script-guessed', line, message);
  }

  private say(severity: 'note' | 'warning' | 'error', code: string, line: Line, message: string, hint?: string): void {
    this.findings.add({ severity, code, message, place: placeOfLine(this.file, line), hint });
  }
}

/** `$(which iptables)` and its like are the tool. */
const toolOf = (command: string): string | undefined =>
  /^\s*(?:which|command -v|type -p)\s+(?:\/\S*\/)?(ip6?tables\S*)\s*(?:2>.*)?$/.exec(command)?.[1];

/** `{1..3}` and `a{b,c}`, of one word. */
function braces(text: string): string[] {
  const range = /^(.*?)\{(\d{1,6})\.\.(\d{1,6})\}(.*)$/.exec(text);
  if (range !== null) {
    const [, before, from, to, after] = range as unknown as string[];
    const count = Math.abs(Number(to) - Number(from)) + 1;
    const step = Number(to) >= Number(from) ? 1 : -1;
    if (count <= 1000) return Array.from({ length: count }, (_, i) => `${before}${Number(from) + i * step}${after}`);
  }
  const list = /^([^{}]*)\{([^{}]*,[^{}]*)\}([^{}]*)$/.exec(text);
  return list === null ? [text] : list[2]!.split(',').map((one) => `${list[1]}${one}${list[3]}`);
}

function testOf(values: readonly Value[]): Status {
  const words = values.filter(({ text }) => text !== ']' && text !== ']]');
  if (words.some(({ open }) => open)) return undefined;
  const texts = words.map(({ text }) => text);
  if (texts[0] === '!') {
    const status = testOf(words.slice(1));
    return status === undefined ? undefined : !status;
  }
  const [a, b, c] = texts;
  if (texts.length <= 1) return texts.length === 1;
  if (texts.length === 2 && (a === '-n' || a === '-z')) return (b !== '') === (a === '-n');
  if (texts.length !== 3) return undefined;
  if (b === '=' || b === '==' || b === '-eq') return a === c;
  return b === '!=' || b === '-ne' ? a !== c : undefined;
}

/** Whether words are a command of iptables that changes rules. */
const isCommand = (values: readonly Value[]): boolean =>
  values.some(({ text }) =>
    /^(?:-[AIDRPNFXZE]|--(?:append|insert|delete|replace|policy|new-chain|flush|delete-chain|rename-chain))$/.test(
      text,
    ),
  );

/** The line that a command begins in. */
function lineOfValues(values: readonly Value[], node: Extract<Node, { kind: 'command' }>): Line {
  const [part] = values[0]!.parts;
  return node.words[0]?.line ?? { number: part!.number, text: part!.source, offset: 0 };
}

function hasCommands(node: Node): boolean {
  return lineIn(node) !== undefined;
}

/** The line of the first command of iptables in it. */
function lineIn(node: Node): CleanLine | undefined {
  const first = (nodes: readonly Node[]) => {
    for (const one of nodes) {
      const line = lineIn(one);
      if (line !== undefined) return line;
    }
    return undefined;
  };
  switch (node.kind) {
    case 'list':
      return first(node.nodes);
    case 'both':
    case 'either':
      return first([node.left, node.right]);
    case 'not':
      return lineIn(node.node);
    case 'if':
      return first([...node.branches.map(({ body }) => body), ...(node.otherwise ? [node.otherwise] : [])]);
    case 'case':
      return first(node.arms.map(({ body }) => body));
    case 'command': {
      const line = node.words[0]?.line;
      return line !== undefined && /tables|\$.*-[AIDPNFXR] /.test(line.text) ? line : undefined;
    }
    default:
      return lineIn(node.body);
  }
}
