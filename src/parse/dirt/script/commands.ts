/** Commands of iptables, carried out one after another on tables that nothing stood in. */
import type { Findings, Severity } from '../../../model/finding.js';
import { isTableName, type Table, type TableName } from '../../../model/ruleset.js';
import type { Family } from '../../../net/address.js';
import { TableBlock } from '../../rules/table-block.js';
import { type Line, placeOfLine } from '../../text.js';
import { type CleanLine, lineOf, type Part } from '../drawn.js';
import { editBlock } from '../edits.js';
import { LONG_COMMANDS } from '../iptables-commands.js';
import type { Value } from './variables.js';

export interface Command {
  readonly family: Family;
  /** the words behind the tool's name. */
  readonly values: readonly Value[];
  /** where it stands. */
  readonly line: Line;
}

/** How many words belong to a command: at least, at most. */
const WORDS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  A: [1, 1],
  I: [1, 2],
  D: [1, 2],
  R: [2, 2],
  P: [2, 2],
  N: [1, 1],
  F: [0, 1],
  X: [0, 1],
  Z: [0, 2],
  E: [2, 2],
  C: [1, 1],
  L: [0, 2],
  S: [0, 2],
};

export class RuleCommands {
  private readonly blocks = new Map<string, TableBlock>();

  constructor(
    private readonly file: string,
    private readonly findings: Findings,
  ) {}

  /** Whether some command was carried out. */
  get any(): boolean {
    return this.blocks.size > 0;
  }

  /** Whether it succeeds; undefined: it asks for what is not known here. */
  run({ family, values, line }: Command): boolean | undefined {
    const read = readCommand(values);
    if (typeof read === 'string') {
      this.say('error', 'bad-command', line, read);
      return undefined;
    }
    const { command, words, table } = read;
    if (command === undefined || command === 'L' || command === 'S') return true;
    if (!isTableName(table.text)) {
      const why = table.open ? `which table ${table.text} is, is not known here` : `"${table.text}" is no table`;
      this.say('error', 'unknown-table', line, `${why}: the command is left out`);
      return undefined;
    }
    const block = this.block(table.text, family, line);
    return editBlock(block, commandLine(values, command, words), this.findings, this.file);
  }

  /** The lines of a here-document for iptables-restore. */
  restore(lines: readonly CleanLine[], family: Family, keeps: boolean): void {
    let block: TableBlock | undefined;
    for (const line of lines) {
      const text = line.text.trim();
      if (text === '' || text.startsWith('#')) continue;
      if (text.startsWith('*')) {
        const name = text.slice(1).trim();
        block = undefined;
        if (!isTableName(name)) this.say('error', 'unknown-table', line, `"${name}" is no table`);
        else {
          if (!keeps) this.blocks.delete(`${family} ${name}`);
          block = this.block(name, family, line);
        }
      } else if (text === 'COMMIT') block = undefined;
      else if (block === undefined) this.say('error', 'no-table', line, 'this stands in no table');
      else if (text.startsWith(':')) {
        const [name, policy, counters] = text.slice(1).trim().split(/\s+/);
        if (name !== undefined && /^(?:\[\d+:\d+\])?$/.test(counters ?? '')) block.chain(line, name, policy, counters);
        else this.say('error', 'bad-chain-line', line, 'a chain line is ":NAME POLICY [packets:bytes]"');
      } else editBlock(block, line, this.findings, this.file);
    }
  }

  end(): Table[] {
    return [...this.blocks.values()].map((block) => block.end(false));
  }

  private block(name: TableName, family: Family, line: Line): TableBlock {
    const key = `${family} ${name}`;
    let block = this.blocks.get(key);
    if (block === undefined) {
      block = new TableBlock({ name, family, file: this.file, origin: 'script', nft: undefined }, line, this.findings);
      this.blocks.set(key, block);
    }
    return block;
  }

  private say(severity: Severity, code: string, line: Line, message: string): void {
    this.findings.add({ severity, code, message, place: placeOfLine(this.file, line) });
  }
}

interface ReadCommand {
  /** its letter; undefined: there is none. */
  readonly command: string | undefined;
  /** those of the command first, then those of the rule. */
  readonly words: readonly Value[];
  readonly table: { readonly text: string; readonly open: boolean };
}

/** Options may stand in any order (getopt). A string says what is wrong. */
function readCommand(values: readonly Value[]): ReadCommand | string {
  let table = { text: 'filter', open: false };
  let command: string | undefined;
  const own: Value[] = [];
  const rule: Value[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const { text } = value;
    const next = values[i + 1];
    if (text === '-t' || text === '--table') {
      if (next === undefined) return `${text}: the name of a table is missing`;
      table = next;
      i++;
    } else if (/^--table=/.test(text)) table = { ...value, text: text.slice('--table='.length) };
    else if (/^-t[a-z]/.test(text)) table = { ...value, text: text.slice(2) };
    else if (/^(?:-w|--wait|-W|--wait-interval)$/.test(text)) {
      if (/^\d+$/.test(next?.text ?? '')) i++;
    } else if (
      /^(?:-w\d+|--wait(?:-interval)?=\d+|-[nvx46]+|--(?:numeric|verbose|exact|line-numbers))$/.test(text) &&
      !/[46]/.test(text)
    ) {
      // says nothing of the rule
    } else {
      const letter =
        /^-([AIDRPNFXZECLS])$/.exec(text)?.[1] ?? (text.startsWith('--') ? longCommand(text.slice(2)) : undefined);
      if (letter === undefined) {
        rule.push(value);
        continue;
      }
      if (command !== undefined) return `${text}: there is another command before it`;
      command = letter;
      const [least, most] = WORDS[letter]!;
      while (own.length < most && values[i + 1] !== undefined && mayBelong(letter, own.length, values[i + 1]!, least))
        own.push(values[++i]!);
      if (own.length < least)
        return `${text}: ${letter === 'P' ? 'a chain and its policy' : 'the name of a chain'} is missing`;
    }
  }
  return { command, words: [...own, ...rule], table };
}

const longCommand = (name: string): string | undefined =>
  Object.hasOwn(LONG_COMMANDS, name) ? LONG_COMMANDS[name] : undefined;

/** The number of a rule is one; the name of a chain is no option. */
function mayBelong(letter: string, index: number, { text }: Value, least: number): boolean {
  if (text.startsWith('-') || text === '!') return false;
  return index < least || !'ID'.includes(letter) || /^\d+$/.test(text) || text.startsWith('$');
}

/** The command as a line of its own, whose words stand where they came from. */
function commandLine(values: readonly Value[], command: string, words: readonly Value[]): CleanLine {
  const [first] = values[0]!.parts as [Part];
  const parts: Part[] = [{ ...first, text: `-${command}`, width: first.width }];
  for (const { text, parts: own, unclosed } of words) {
    const last = parts.at(-1)!;
    parts.push({ ...last, text: ' ', column: last.column + last.width, width: 0 });
    const escaped = text.replace(/["\\]/g, '\\$&');
    // refuses the rule, as it does in a save
    if (unclosed !== undefined) parts.push({ ...unclosed, text: '"' }, { ...own[0]!, text: escaped });
    else if (text !== '' && !/[\s"'\\]/.test(text)) parts.push(...own);
    else parts.push({ ...own[0]!, text: `"${escaped}"` });
  }
  return lineOf(parts, 0, ['expanded']);
}
