/** `ip rule` and `ip -j rule`: the policy rules that choose a routing table. */
import type { Findings } from '../../model/finding.js';
import { anyPacket, type PolicyRule, TABLE_DEFAULT, TABLE_MAIN } from '../../model/host.js';
import type { Family } from '../../net/address.js';
import { protocolNumber } from '../../net/protocol.js';
import { type Complaints, isCommandLine, LineComplaints, ObjectComplaints, WordReader } from '../complain.js';
import { jsonObjects, looksLikeJson } from '../json-list.js';
import { linesOf, placeOfLine, type Readable, textOf, type Word } from '../text.js';
import { parseGroup, parsePrefix, parseRealms, parseTos, tableNumber, wholeNumber } from './iproute-values.js';
import { wordsOfRuleObject } from './iprule-json.js';

/** `32766:	from all lookup main`. */
export const RULE_LINE = /^\d+:\s+(not\s+)?from\s/;

type Draft = { -readonly [K in keyof PolicyRule]: PolicyRule[K] };

const newRule = (priority: number): Draft => anyPacket(4, priority, { kind: 'nop' });

/** What the host's other texts hold of each family. */
export interface Beside {
  readonly addresses?: readonly { readonly family: Family }[] | undefined;
  readonly routes?: readonly { readonly routes: readonly { readonly family: Family }[] }[] | undefined;
}

/** A listing, with the name of the text that it stands in. */
export interface RuleText {
  readonly name: string;
  readonly text: Readable;
}

/** A listing is of one family; where it does not say which, the other texts do, or a finding says what it is taken for. */
export function parsePolicyRules(texts: readonly RuleText[], beside: Beside, findings: Findings): PolicyRule[] {
  const others = [...(beside.addresses ?? []), ...(beside.routes ?? []).flatMap(({ routes }) => routes)];
  const [one, ...more] = new Set(others.map(({ family }) => family));
  const told = more.length === 0 ? one : undefined;
  const read = texts.map(({ name, text }) => {
    const rules = looksLikeJson(textOf(text)) ? fromJson(text, name, findings) : fromText(text, name, findings);
    return { name, text, rules, family: familyOf(rules, text) ?? told ?? familyOfName(name) ?? familyOfPart(rules) };
  });
  // who gives two listings gives those of both families
  const guess = read.some(({ family }) => family === 4) ? 6 : 4;
  return read.flatMap(({ name, text, rules, family }) => {
    if (family === undefined)
      findings.add({
        severity: 'note',
        code: 'family-guessed',
        message: `nothing says of which family these rules are: taken as IPv${guess}`,
        place: placeOfLine(name, linesOf(text).find((line) => line.text.trim() !== '')!),
        hint: `"ip -${guess} rule" above them does`,
      });
    return rules.map((rule) => ({ ...rule, family: family ?? guess }));
  });
}

/** An address says it, or the command that printed it, or table default, which IPv6 has no rule for. */
function familyOf(rules: readonly Draft[], text: Readable): Family | undefined {
  const addresses = rules.flatMap((rule) => [rule.from, rule.to]).filter((prefix) => prefix !== undefined);
  if (addresses.length > 0) return addresses.some((prefix) => prefix.address.length === 4) ? 6 : 4;
  if (leads(rules, TABLE_DEFAULT)) return 4;
  const command = linesOf(text).find((line) => isCommandLine(line.text))?.text;
  return command === undefined ? undefined : /\s-6\s/.test(command) ? 6 : 4;
}

const leads = (rules: readonly Draft[], table: number): boolean =>
  rules.some(({ action }) => action.kind === 'lookup' && action.table === table);

/** Without a rule for table main it is no whole listing of either family. */
const familyOfPart = (rules: readonly Draft[]) => (leads(rules, TABLE_MAIN) ? undefined : 4);

/** `ip6.rule`, `rules.v6`: folders have names of hosts. */
function familyOfName(path: string): Family | undefined {
  const named = ([4, 6] as const).filter((family) =>
    new RegExp(`(ip|rules?|\\bv)[-_.]?v?${family}(?!\\d)[^/\\\\]*$`, 'i').test(path),
  );
  return named.length === 1 ? named[0] : undefined;
}

function fromText(text: Readable, file: string, findings: Findings): Draft[] {
  const rules: Draft[] = [];
  for (const line of linesOf(text)) {
    if (line.text.trim() === '' || isCommandLine(line.text)) continue;
    const complaints = new LineComplaints(file, line, findings);
    const match = /^(\d+):\s/.exec(line.text);
    const priority = wholeNumber(match?.[1] ?? '');
    if (match === null || priority === undefined) {
      complaints.all('unreadable-line', 'expected a policy rule: 32766: from all lookup main');
      continue;
    }
    const reader = WordReader.of(line.text, match[0].length);
    const rule = readRule(priority, reader, complaints);
    if (rule !== undefined) rules.push(rule);
  }
  return rules;
}

function fromJson(text: Readable, file: string, findings: Findings): Draft[] {
  const rules: Draft[] = [];
  for (const { fields, place } of jsonObjects(text, file, findings)) {
    const complaints = new ObjectComplaints(place(), findings);
    if (typeof fields.priority !== 'number') complaints.all('unreadable-rule', 'expected a policy rule with priority');
    else {
      const rule = readRule(fields.priority, new WordReader(wordsOfRuleObject(fields)), complaints);
      if (rule !== undefined) rules.push(rule);
    }
  }
  return rules;
}

/** Undefined where the rule cannot be followed; the finding says so. */
function readRule(priority: number, reader: WordReader, complaints: Complaints): Draft | undefined {
  const rule = newRule(priority);
  for (let word = reader.next(); word !== undefined; word = reader.next()) {
    const wrong = readWord(rule, word, reader);
    if (wrong === undefined) continue;
    complaints.word(wrong.at, 'unreadable-rule', `${wrong.message}; the rule is left out`);
    return undefined;
  }
  return rule;
}

const VRF = '[l3mdev-table]';
const asIs = (text: string): string => text;

interface Value {
  readonly read: (text: string) => unknown;
  readonly expected: string;
  /** the rule's fields that the value gives. */
  readonly fields: (value: never) => Partial<Draft>;
}
const value = <T>(read: (text: string) => T | undefined, expected: string, fields: (value: T) => Partial<Draft>) =>
  ({ read, expected, fields }) satisfies Value;

/** Words that a value follows. */
const VALUES: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['from', value(parseSide, 'a prefix or all', (side) => ({ from: side.prefix }))],
  ['to', value(parseSide, 'a prefix or all', (side) => ({ to: side.prefix }))],
  ['iif', value(asIs, 'an interface', (iif) => ({ iif }))],
  ['oif', value(asIs, 'an interface', (oif) => ({ oif }))],
  ['fwmark', value(parseMark, 'a mark, or mark/mask', (mark) => mark)],
  ['tos', value(parseTos, 'a tos', (tos) => ({ tos }))],
  ['ipproto', value(parseProtocol, 'a protocol', (protocol) => ({ protocol }))],
  ['sport', value(parsePorts, 'a port, or two with - between', (sport) => ({ sport }))],
  ['dport', value(parsePorts, 'a port, or two with - between', (dport) => ({ dport }))],
  [
    'uidrange',
    value(
      (text) => parseRange(text, 0xffffffff),
      'two numbers with - between',
      (uid) => ({ uid }),
    ),
  ],
  ['lookup', value(parseTable, 'a table', (action) => ({ action }))],
  ['goto', value(wholeNumber, 'a priority', (priority) => ({ action: { kind: 'goto', priority } }))],
  ['suppress_prefixlength', value(wholeNumber, 'a number', (suppressPrefix) => ({ suppressPrefix }))],
  ['suppress_ifgroup', value(parseGroup, 'the number of a group', (suppressGroup) => ({ suppressGroup }))],
  ['realms', value(parseRealms, 'a realm, or two with / between', (realms) => ({ realms }))],
  // it does not change what the rule does
  ['proto', value(asIs, 'a protocol', () => ({}))],
]);

function readWord(rule: Draft, word: Word, reader: WordReader): { at: Word; message: string } | undefined {
  const known = VALUES.get(word.text);
  if (known !== undefined) {
    const next = reader.next();
    const read = next === undefined ? undefined : known.read(next.text);
    if (read === undefined) return { at: next ?? word, message: `${word.text}: expected ${known.expected}` };
    Object.assign(rule, known.fields(read as never));
    return undefined;
  }
  switch (word.text) {
    case 'not':
      rule.invert = true;
      return undefined;
    case 'blackhole':
    case 'unreachable':
    case 'prohibit':
    case 'nop':
      rule.action = { kind: word.text };
      return undefined;
    // an interface or a target that is not there
    case '[detached]':
    case '[unresolved]':
      return undefined;
    default:
      return { at: word, message: `${word.text} is not understood` };
  }
}

function parseSide(text: string): { prefix: PolicyRule['from'] } | undefined {
  if (text === 'all') return { prefix: undefined };
  const prefix = parsePrefix(text);
  return prefix === undefined ? undefined : { prefix: { address: prefix.address, prefix: prefix.prefix } };
}

/** The table of a virtual routing domain is asked only for links that belong to one. */
function parseTable(text: string): PolicyRule['action'] | undefined {
  return text === VRF ? { kind: 'nop' } : { kind: 'lookup', table: tableNumber(text) };
}

/** `0x1` or `0x1/0xff`. */
function parseMark(text: string): { mark: number; markMask: number } | undefined {
  const [first, second, more] = text.split('/');
  const mark = wholeNumber(first!);
  const markMask = second === undefined ? 0xffffffff : wholeNumber(second);
  return mark === undefined || markMask === undefined || more !== undefined ? undefined : { mark, markMask };
}

/** A name, a number, or `ipproto-99` for a number without a name. */
function parseProtocol(text: string): number | undefined {
  return protocolNumber(text.replace(/^ipproto-/, ''));
}

function parsePorts(text: string): { min: number; max: number } | undefined {
  return parseRange(text, 0xffff);
}

function parseRange(text: string, most: number): { min: number; max: number } | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const min = wholeNumber(match[1]!, most);
  const max = match[2] === undefined ? min : wholeNumber(match[2], most);
  return min === undefined || max === undefined ? undefined : { min, max };
}
