/**
 * What `iptables -L` prints: chains, the columns of their rules, and the text of matches and targets behind them; of several
 * tables where there are headings or the commands that printed them, and with whatever stands between. Each rule becomes the
 * words that a save has for it (words.ts), and is read as those are.
 */
import type { Findings, Severity } from '../../../model/finding.js';
import { BUILTIN, isBuiltin, type Table, type TableName } from '../../../model/ruleset.js';
import type { Family } from '../../../net/address.js';
import { asRead, type CleanLine, joined } from '../../dirt/drawn.js';
import { isRow, kindOf } from '../../dirt/kinds.js';
import { sayOnce } from '../../dirt/notes.js';
import { withNamesInRow } from '../../dirt/placeholders.js';
import { type Line, placeOfLine } from '../../text.js';
import { type TypedCommand, typedCommand } from '../commands.js';
import { gapIn, othersNotShown } from '../gaps.js';
import { TableBlock } from '../table-block.js';
import { mendCutNames } from './cut-names.js';
import {
  beginsChain,
  type ChainLine,
  type Columns,
  chainLine,
  columnLine,
  count,
  damagedChain,
  headingOf,
} from './lines.js';
import { wholeWords } from './parted-word.js';
import { isLikeRule, isProtocol, type RuleLine, ruleLine } from './rule-line.js';
import { tableOf } from './table-name.js';
import { ReadyWords, wordsOfRule } from './words.js';

/** Whether a text holds a listing, or a part of one. */
export const recogniseListing = (text: string): boolean =>
  /^.{0,200}chain\s+\S+\s*\((policy|\d+\s+references)/im.test(text) || /^.{0,200}target\s+prot\s+opt\s/im.test(text);

/** The family of a listing by its addresses; undefined: none tells. */
export function familyOfListing(lines: readonly Line[]): Family | undefined {
  let six = false;
  for (const { text } of lines) {
    if (/(^|[\s!])\d+\.\d+\.\d+\.\d+(\/\d+)?(\s|$)/.test(text)) return 4;
    six ||= /(^|[\s!])[\da-f]*::?[\da-f:]*(\/\d+)?\s/i.test(text.replace(/(?<!\d)\d+:\d+/g, ''));
  }
  return six ? 6 : undefined;
}

/** Reads tables of listings. `family`: of those that no command names. Lines that are nothing here are added to `others`. */
export const parseListing = (
  lines: readonly Line[],
  file: string,
  findings: Findings,
  family: Family,
  others: Line[],
): Table[] => new ListingReader(file, family, findings, others).read(lines);

/** No chain can be called so, as iptables prints it. */
export const UNKNOWN_CHAIN = '?';

/** Lines that one rule is wrapped to, at most. */
const MOST_JOINED = 8;

interface Pending {
  readonly line: CleanLine;
  readonly rule: RuleLine;
  readonly joined: number;
}

class ListingReader {
  private readonly tables: Table[] = [];
  private block: TableBlock | undefined;
  private chain: ChainLine | undefined;
  private columns: Columns | undefined;
  /** what printed or heads what comes next. */
  private typed: TypedCommand | undefined;
  private heading: TableName | undefined;
  /** the first row in the table that no line says the chain of. */
  private unknown: Line | undefined;
  /** that of the rule before, where the listing has numbers; 0: none yet. */
  private number = 0;
  /** lines of rules whose number is none of the next. */
  private readonly jumps: Line[] = [];
  /** lines in which blanks part a word. */
  private readonly mended: Line[] = [];
  /** lines that look like rules, and are read as none. */
  private readonly unread: Line[] = [];
  /** the rule that was read last, which the next line may go on with. */
  private last: Pending | undefined;
  private given: readonly CleanLine[] = [];
  private heads: ReadonlySet<string> | undefined;
  private readonly headed = (chain: string): boolean => {
    this.heads ??= new Set(this.given.flatMap(({ text }) => chainLine(text.trim())?.name ?? []));
    return this.heads.has(chain);
  };

  constructor(
    private readonly file: string,
    private readonly family: Family,
    private readonly findings: Findings,
    private readonly others: Line[],
  ) {}

  read(given: readonly Line[]): Table[] {
    const lines = given.map((line) => withNamesInRow(asRead(line)));
    this.given = lines;
    for (let i = 0; i < lines.length; i++) {
      const wrapped = this.wrapped(lines, i);
      if (wrapped > 1) this.line(joined(lines.slice(i, i + wrapped)), lines, i);
      else this.line(lines[i]!, lines, i);
      i += wrapped - 1;
    }
    this.end();
    sayOnce(
      'note',
      'cleaned-joined',
      'many blanks part a word here: it is taken as one',
      this.mended,
      this.file,
      this.findings,
    );
    sayOnce(
      'warning',
      'like-a-rule',
      'this looks like a rule, but cannot be read as one: what it does is an open question',
      this.unread,
      this.file,
      this.findings,
    );
    sayOnce(
      'warning',
      'lines-left-out',
      'rules are missing before this one, as its number tells',
      this.jumps,
      this.file,
      this.findings,
    );
    return this.tables;
  }

  /** How many lines are one that was wrapped inside the head of a chain, or inside a rule's columns. */
  private wrapped(lines: readonly CleanLine[], index: number): number {
    const text = lines[index]!.text.trim();
    const begins = beginsChain(text) ? chainLine(text) === undefined : this.mayBeWrapped(lines[index]!);
    if (!begins) return 1;
    for (let count = 2; count <= MOST_JOINED && index + count <= lines.length; count++) {
      const last = lines[index + count - 1]!.text.trim();
      if (last === '' || chainLine(last) !== undefined || columnLine(last) !== undefined) break;
      if (!beginsChain(text) && (isLikeRule(last) || this.ruleOf(lines[index + count - 1]!) !== undefined)) break;
      const both = joined(lines.slice(index, index + count));
      if (beginsChain(text) ? chainLine(both.text.trim()) !== undefined : this.ruleOf(both) !== undefined) return count;
    }
    return 1;
  }

  /** Whether a line is no rule, and begins as one does: with its number, its counters, or its target and protocol. */
  private mayBeWrapped(line: Line): boolean {
    const { columns } = this;
    if (this.chain === undefined || columns === undefined || this.ruleOf(line) !== undefined) return false;
    const words = line.text.trim().split(/\s+/, 3);
    const numbers = (columns.num ? 1 : 0) + (columns.counters ? 2 : 0);
    if (numbers > 0) return words.slice(0, numbers).every((word) => count(word) !== undefined) && words.length > 1;
    return words.slice(0, 2).some(isProtocol);
  }

  private ruleOf(line: Line): RuleLine | undefined {
    return this.block && ruleLine(line.text, this.columns, this.block.family);
  }

  private line(line: CleanLine, lines: readonly CleanLine[], index: number): void {
    const text = line.text.trim();
    if (text === '') return;
    const typed = typedCommand(text);
    if (typed !== undefined) return this.command(typed);
    const chain = chainLine(text);
    if (chain !== undefined) return this.begin(line, chain, lines, index);
    const columns = columnLine(text);
    if (columns !== undefined) return this.columnsOf(line, columns, lines, index);
    const next = lines.slice(index + 1, index + 3).find((one) => one.text.trim() !== '');
    const damaged = next && columnLine(next.text.trim()) && damagedChain(text);
    if (damaged !== undefined) {
      this.say('warning', 'chain-guessed', line, `this is taken for the line of chain ${damaged.name}`);
      return this.begin(line, damaged, lines, index);
    }
    if (this.chain === undefined && isRow(text)) this.beginUnknown(line, lines, index);
    const rule = this.chain && this.ruleOf(line);
    if (rule !== undefined) {
      if (this.startsAgain(line, rule)) this.beginUnknown(line, lines, index);
      return this.take({ line, rule, joined: 1 });
    }
    if (this.goesOn(line)) return;
    if (kindOf(text) === 'gap') return this.gap(line);
    if (this.chain !== undefined && this.columns !== undefined && isLikeRule(text)) return this.leaveOpen(line);
    const heading = headingOf(text);
    if (heading !== undefined) {
      this.end();
      this.heading = heading;
    } else this.others.push(line);
  }

  /** Numbers go up within a chain: the line that begins the next one was lost. A line that stands twice is the same rule. */
  private startsAgain({ text }: Line, { number }: RuleLine): boolean {
    const before = this.last?.rule.number ?? this.number;
    return number !== undefined && number <= before && text !== this.last?.line.text;
  }

  /** `[...]` stands between the rules of the chain. */
  private gap({ number }: Line, missing?: number): void {
    this.flush();
    if (this.chain !== undefined && this.block !== undefined) gapIn(this.block, this.chain.name, number, missing);
  }

  /** A rule that cannot be read has its place all the same. */
  private leaveOpen(line: Line): void {
    this.flush();
    this.unread.push(line);
    // a chain whose own line was refused is not there before its first rule
    const { rules, gaps = [] } = this.block?.chains.get(this.chain!.name) ?? { rules: [] };
    this.gap(line, 1 + (gaps.find(({ after }) => after === rules.length)?.missing ?? 0));
    if (this.columns!.num) this.number = Number(/^\s*(\d{1,7})\s/.exec(line.text)?.[1] ?? this.number + 1);
  }

  private command(typed: TypedCommand): void {
    this.end();
    this.typed = typed;
    this.heading = undefined;
  }

  /** Each chain has its own: where no line names one above them, that is lost. */
  private columnsOf(line: Line, columns: Columns, lines: readonly Line[], index: number): void {
    this.flush();
    const twice = lines[index - 1]?.text.trim() === line.text.trim() && lines[index - 1]!.number === line.number - 1;
    if (this.columns !== undefined && this.chain !== undefined && !twice) this.beginUnknown(line, lines, index);
    this.columns = columns;
  }

  private begin(line: Line, chain: ChainLine, lines: readonly Line[], index: number): void {
    this.flush();
    const again = this.block !== undefined && this.startsAnother(chain.name);
    if (this.block === undefined || again) {
      if (again) {
        this.end();
        // a command prints one table
        this.typed = undefined;
        this.heading = undefined;
      }
      const named = this.typed?.table ?? this.heading;
      const chains = tableOf(lines, index);
      const table = named ?? chains.table;
      if (named === undefined && chains.guessed)
        this.say(
          'note',
          'table-guessed',
          line,
          `no line says which table this is: taken as ${table}`,
          `above the listing, a line with the command that printed it says it: iptables -t ${table} -L`,
        );
      const family = this.typed?.family ?? this.family;
      const about = { name: table, family, file: this.file, origin: 'listing' as const, nft: undefined };
      this.block = new TableBlock(about, line, this.findings);
    }
    this.block.chain(line, chain.name, chain.policy, chain.counters);
    this.chain = chain;
    this.columns = undefined;
    this.number = 0;
  }

  /** The rules have lost their chain's line, as in what grep leaves: they are kept in a chain of their own. */
  private beginUnknown(line: Line, lines: readonly Line[], index: number): void {
    const { columns } = this;
    const chain: ChainLine = { name: UNKNOWN_CHAIN, policy: undefined, counters: undefined };
    const said = this.chain?.name === UNKNOWN_CHAIN;
    if (this.unknown === undefined) this.begin(line, chain, lines, index);
    else this.flush();
    this.chain = chain;
    this.number = 0;
    this.columns = columns;
    this.unknown ??= line;
    if (said) return;
    this.say(
      'warning',
      'no-chain',
      line,
      'no line says which chain these rules are of: what they do is an open question',
      'iptables -L without grep prints the line "Chain NAME (…)" above them; iptables-save names the chain in each',
    );
  }

  /** Built-in chains come first, each once: one that comes again, or behind others, is of the next table. */
  private startsAnother(name: string): boolean {
    const block = this.block!;
    if (block.has(name)) return true;
    return /^(PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)$/.test(name) && !isBuiltin(block.name, name);
  }

  private end(): void {
    this.flush();
    if (this.block !== undefined) this.tables.push(this.whole(this.block.end(false, mendCutNames)));
    this.block = undefined;
    this.unknown = undefined;
    this.chain = undefined;
  }

  /** Rules without a chain's line may be of any built-in chain that has none. */
  private whole(table: Table): Table {
    const { unknown } = this;
    if (unknown === undefined) return othersNotShown(table);
    for (const name of BUILTIN[table.name]) {
      const chain = table.chains.get(name)!;
      if (chain.line === 0) table.chains.set(name, { ...chain, gaps: [{ after: 0, line: unknown.number }] });
    }
    return table;
  }

  private take(rule: Pending): void {
    this.flush();
    this.last = rule;
  }

  /** Adds the rule that waits: nothing more belongs to it. */
  private flush(): void {
    const { last, block, chain } = this;
    this.last = undefined;
    if (last === undefined || block === undefined || chain === undefined) return;
    const { line, rule } = last;
    const lacking = rule.number === undefined ? 0 : rule.number - this.number - 1;
    if (lacking > 0) {
      gapIn(block, chain.name, line.number, lacking);
      this.jumps.push(line);
    }
    this.number = rule.number ?? 0;
    const { words, line: whole } = wholeWords(line, rule, this.columns, block);
    if (whole !== line) this.mended.push(line);
    block.listed(whole, chain.name, new ReadyWords(words), rule.counters, rule.in === undefined, this.headed);
  }

  /** Whether the line is the rest of the rule above: what belongs to one more match or to its target. */
  private goesOn(line: CleanLine): boolean {
    const { block, last } = this;
    if (block === undefined || last === undefined || last.joined === MOST_JOINED) return false;
    const both = joined([last.line, line]);
    const rule = this.ruleOf(both);
    if (rule === undefined) return false;
    const unread = (one: Line, of: RuleLine) => wordsOfRule(one.text, of, block.family).unread.flat().length;
    if (unread(both, rule) > unread(last.line, last.rule)) return false;
    this.last = { line: both, rule, joined: last.joined + 1 };
    return true;
  }

  private say(severity: Severity, code: string, line: Line, message: string, hint?: string): void {
    this.findings.add({ severity, code, message, place: placeOfLine(this.file, line), hint });
  }
}
