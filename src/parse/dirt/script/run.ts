/**
 * Carries out a shell's script as far as its commands of iptables ask for it: variables that the text sets, loops over plain
 * lists, functions, tests of what is known. What is not known stays as it is written: a rule with `$PORT` has an open question.
 */
import type { Findings } from '../../../model/finding.js';
import type { Table } from '../../../model/ruleset.js';
import { type Line, placeOfLine } from '../../text.js';
import { type CleanLine, lineOf } from '../drawn.js';
import { isCommand as isShellCommand } from '../shell-lines.js';
import { RuleCommands } from './commands.js';
import { hasCommands, lineIn } from './commands-in.js';
import { type Status, testOf } from './test-of.js';
import { type Node, treeOf } from './tree.js';
import { MOST_CHARACTERS, type Value, Variables } from './variables.js';
import { tokensOf } from './words.js';

/** Commands that are carried out, at most: a loop in a loop in a loop is no list of ports. */
const MOST_COMMANDS = 50_000;
const DEEPEST_CALL = 20;

export function runScript(lines: readonly CleanLine[], file: string, findings: Findings): Table[] {
  const runner = new Runner(file, findings);
  runner.run(treeOf(tokensOf(lines)));
  return runner.end();
}

class Runner {
  private readonly variables = new Variables();
  private readonly functions = new Map<string, { readonly body: Node; called: boolean }>();
  private readonly commands: RuleCommands;
  /** what the text writes to files, and whether it is restored or run there. */
  private readonly files = new Map<string, { readonly lines: readonly CleanLine[]; read: boolean }>();
  /** what the last command printed. */
  private printed: readonly CleanLine[] | undefined;
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
      case 'chain': {
        let status = this.run(node.first);
        // what stands behind a test that nobody can make is for the case that it fails
        for (const { sign, node: next } of node.more)
          if (sign === '|' || (sign === '||') === (status === false)) status = this.run(next);
        return status;
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
      case 'list-of':
        this.variables.list(node.name, node.words);
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
    for (const [name, file] of this.files) if (!file.read) this.fileAlone(name, file.lines);
    for (const [name, { called, body }] of this.functions)
      if (!called && hasCommands(body))
        this.say('warning', 'function-not-called', lineIn(body)!, `nothing calls ${name}: its commands are left out`);
    return this.commands.end();
  }

  /** A file that the text writes, and neither restores nor runs: the host does, when it starts. */
  private fileAlone(name: string, lines: readonly CleanLine[]): void {
    const isSave = lines.some(({ text }) => /^\s*\*[a-z]+\s*$/.test(text));
    if (!isSave && !lines.some(({ text }) => isShellCommand(text))) return;
    this.say('note', 'script-guessed', lines[0]!, `what is written to ${name} is taken as carried out in the end`);
    if (isSave) this.commands.restore(lines, /6/.test(name) ? 6 : 4, false);
    else this.run(treeOf(tokensOf(lines)));
  }

  private each(node: Extract<Node, { kind: 'for' }>): Status {
    const values = node.words.flatMap((word) => this.variables.expand(word));
    if (this.variables.spent) return this.stop(node.line);
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
    const value = node.word && this.variables.expand(node.word)[0];
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
    const back = this.variables.take(values);
    const status = this.run(own.body);
    back();
    this.depth--;
    return status;
  }

  private command(node: Extract<Node, { kind: 'command' }>): Status {
    this.count++;
    let at = 0;
    while (at < node.words.length && this.variables.assign(node.words[at]!)) at++;
    const values = node.words.slice(at).flatMap((word) => this.variables.expand(word));
    if (this.count > MOST_COMMANDS || this.variables.spent) return this.stop(node.words[0]?.line);
    if (values.length === 0) return true;
    return this.carryOut(values, node);
  }

  /** Ends the script where it goes beyond a bound. */
  private stop(line: Line | undefined): undefined {
    this.stopped = true;
    const message = this.variables.spent
      ? `variables make more than ${MOST_CHARACTERS / 1e6} MB of words: the rest is left out`
      : `more than ${MOST_COMMANDS} commands: the rest is left out`;
    if (line) this.say('error', 'too-many-commands', line, message);
  }

  private carryOut(given: readonly Value[], node: Extract<Node, { kind: 'command' }>): Status {
    const at = commandAt(given);
    if (at === given.length) return true;
    const values = given.slice(at);
    const [first, ...rest] = values as [Value, ...Value[]];
    const name = first.text.slice(first.text.lastIndexOf('/') + 1);
    if (/^(?:export|local|readonly|declare|typeset)$/.test(name)) {
      for (const word of node.words) this.variables.assign(word);
      return true;
    }
    if (name === '[' || name === 'test' || name === '[[') return testOf(rest);
    if (name === 'cat' || name === 'tee') return this.write(name, rest, node);
    if (name === 'shift') {
      this.variables.shift(Number(rest[0]?.text ?? 1) || 1);
      return true;
    }
    if (name === 'true' || name === ':') return true;
    if (name === 'false') return false;
    if (this.functions.has(first.text)) {
      const quote = rest.at(-1)?.unclosed;
      if (quote === undefined) return this.call(first.text, rest);
      this.say('error', 'open-quote', lineOf([quote], 0, []), 'the quote is never closed');
      return undefined;
    }
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
    const words = tool === null && !unset ? values : rest;
    return this.commands.run({ family, values: words, line: lineOfValues(values, node) });
  }

  private restore(values: readonly Value[], node: Extract<Node, { kind: 'command' }>, family: 4 | 6): Status {
    const line = node.words[0]!.line;
    const here = this.input(node);
    if (here === undefined) {
      this.say('warning', 'restore-of-file', line, 'what this restores does not stand here', 'give that file too');
      return true;
    }
    const keeps = values.some(({ text }) => /^(?:-n|--noflush)$/.test(text));
    this.commands.restore(here, family, keeps);
    return true;
  }

  /** What a command reads: a here-document, what the one before it printed, or a file that the text wrote. */
  private input({ here, piped, reads }: Extract<Node, { kind: 'command' }>): readonly CleanLine[] | undefined {
    if (here !== undefined && !here.expands) return here.lines;
    if (here !== undefined) {
      const lines = here.lines.map((one) => this.variables.expandLine(one));
      if (!this.variables.spent) return lines;
      this.stop(here.lines[0]);
      return [];
    }
    if (piped) return this.printed;
    const file = reads && this.files.get(this.variables.expand(reads)[0]?.text ?? '');
    if (file !== undefined) file.read = true;
    return file?.lines;
  }

  /** cat and tee, which write a here-document to a file, or on. */
  private write(name: string, values: readonly Value[], node: Extract<Node, { kind: 'command' }>): Status {
    const files = values.filter(({ text }) => !text.startsWith('-')).map(({ text }) => text);
    const lines = name === 'cat' && files.length > 0 ? this.files.get(files[0]!)?.lines : this.input(node);
    this.printed = lines;
    if (lines === undefined) return undefined;
    const to = node.writes && this.variables.expand(node.writes)[0]?.text;
    for (const file of [...(name === 'tee' ? files : []), ...(to === undefined ? [] : [to])])
      if (!file.startsWith('/dev/')) this.files.set(file, { lines, read: false });
    return true;
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

/** Where the name of a command stands, behind those that carry it out and their options; the number of words: nowhere. */
function commandAt(values: readonly Value[]): number {
  let at = 0;
  while (at < values.length && /^(?:.*\/)?(?:sudo|exec|command|time|nohup|env|doas|then|do)$/.test(values[at]!.text))
    do at++;
    while (at < values.length && /^(?:-|\w+=)/.test(values[at]!.text));
  return at;
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
