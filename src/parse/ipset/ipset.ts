/**
 * Reads what `ipset save` and `ipset list` print, and what people write for `ipset restore`. Commands are carried out in
 * order, as the kernel would; what it refuses is a finding, and the rest is kept.
 */
import type { Findings } from '../../model/finding.js';
import { limitOf, type SetDef, setTypeOf } from '../../model/set.js';
import { eachLine, type Line, placeOfLine, type Readable, textOf, type Word } from '../text.js';
import { readCreate } from './create.js';
import type { Draft, Standing } from './draft.js';
import { joinSets, type ReadSets } from './join.js';
import { ListingReader } from './list.js';
import { Sets } from './sets.js';
import { quotedWords } from './words.js';

/** Names of the commands, first the one that `save` prints. */
const COMMANDS = new Map<string, string>();
for (const [name, ...others] of [
  ['create', 'new', 'n', '-N', '--create'],
  ['add', 'a', '-A', '--add'],
  ['del', 'd', '-D', '--del'],
  ['flush', 'f', '-F', '--flush'],
  ['destroy', 'x', '-X', '--destroy'],
  ['rename', 'e', '-E', '--rename'],
  ['swap', 'w', '-W', '--swap'],
  // they say something, and change nothing
  ['test', 't', '-T', '--test'],
  ['list', 'l', '-L', '--list'],
  ['save', 's', '-S', '--save'],
])
  for (const other of [name!, ...others]) COMMANDS.set(other, name!);

const FLAGS: ReadonlySet<string> = new Set(['-exist', '-!', '--exist', '-q', '-quiet']);
const isFlag = (word: Word | undefined): word is Word => word?.text.startsWith('-') === true && FLAGS.has(word.text);
const isExist = (text: string): boolean => text === '-exist' || text === '-!' || text === '--exist';

const XML = /^\s*(?:<\?xml[^>]*>\s*)?<ipsets?[\s>]/;
/** `-N set iphash …`, as ipset 4 saved its sets; a chain that iptables -S makes has nothing behind its name. */
const OLD = /^[ \t]*-N[ \t]+\S+[ \t]+\w*(?:map|hash|list|tree)\b/m;

const SIGNS: readonly RegExp[] = [
  /^[ \t]*(?:(?:sudo[ \t]+)?(?:\S*\/)?ipset[ \t]+)?(?:(?:-exist|-!)[ \t]+)*(?:create|-N|n|new)[ \t]+\S+[ \t]+(?:bitmap|hash|list):/m,
  /^[ \t]*(?:(?:sudo[ \t]+)?(?:\S*\/)?ipset[ \t]+)(?:(?:-exist|-!)[ \t]+)*(?:create|add|-N|-A)[ \t]+\S+[ \t]+\S/m,
  /^[ \t]*add[ \t]+(?!\d{4}-\d\d-\d\d )\S+[ \t]+(?:\d+\.\d+\.\d+\.\d+|[0-9a-fA-F]*:[0-9a-fA-F:]+)/m,
  /^Name: \S+[ \t]*\r?\n?Type: \S+/m,
  OLD,
];

export const isIpsetXml = (text: string): boolean => XML.test(text);

/** Whether a text is ipset's. */
export const recogniseIpset = (text: string): boolean => XML.test(text) || SIGNS.some((sign) => sign.test(text));

/** Whether its -A lines are members, and no rules. */
export const recogniseOldIpset = (text: string): boolean => text.includes('-N') && OLD.test(text);

/** The sets that a text by itself makes, in the order in which it does. */
export const parseIpset = (text: string, file: string, findings: Findings): SetDef[] =>
  joinSets([readIpset(text, file, findings)], findings);

/** The same of a text that is one of several, or of commands to sets that are there. */
export function readIpset(text: Readable, file: string, findings: Findings, standing?: Standing): ReadSets {
  const sets = new Sets(file, findings, standing);
  if (XML.test(typeof text === 'string' ? text : textOf(text.slice(0, 2)))) {
    const line = eachLine(text).next().value as Line;
    findings.add({
      severity: 'error',
      code: 'ipset-xml',
      message: 'the XML form of ipset is not read',
      place: placeOfLine(file, line),
      hint: 'run `ipset save` instead',
    });
    return { sets: [], lacking: [] };
  }
  const listing = new ListingReader(sets);
  // lines by the million begin as the one before, and add to the same set while no other command stands between
  let prefix = '';
  let adding: Draft | undefined;
  for (const line of eachLine(text)) {
    const again = adding !== undefined && line.text.startsWith(prefix);
    let words = quotedWords(line.text, again ? prefix.length : 0);
    if (again && words?.length === 0) words = quotedWords(line.text);
    else if (again && words !== undefined) {
      sets.add(line, adding!, words, 0, sets.exist, 'command');
      continue;
    }
    adding = undefined;
    if (words === undefined) {
      const column = line.text.lastIndexOf('"') + 1;
      sets.report(line, { text: '"', column }, 'error', 'open-quote', 'a quote is not closed');
      continue;
    }
    const [verb, name] = words;
    if (verb === undefined || verb.text.startsWith('#')) {
      listing.take(line, words);
      continue;
    }
    if (standing === undefined && listing.take(line, words)) continue;
    command(sets, line, words);
    if (name === undefined || FLAGS.has(name.text)) continue;
    prefix = `add ${name.text} `;
    if (line.text.startsWith(prefix)) adding = sets.get(name.text);
  }
  listing.end();
  return sets.finish();
}

function command(sets: Sets, line: Line, all: readonly Word[]): void {
  let { exist } = sets;
  let at = all[0]!.text === 'sudo' ? 1 : 0;
  const tool = all[at]?.text;
  if (tool === 'ipset' || tool?.endsWith('/ipset')) at++;
  for (let flag = all[at]; isFlag(flag); flag = all[++at]) exist ||= isExist(flag.text);
  const verb = all[at];
  const named = verb === undefined ? undefined : COMMANDS.get(verb.text);
  const name = at === 0 && isForeign(sets, all) ? undefined : named;
  if (verb === undefined || name === undefined) {
    // what older versions print behind a save
    if (all[0]!.text !== 'COMMIT')
      sets.report(line, all[0]!, 'warning', 'unknown-line', `${all[0]!.text} is no command of ipset`);
    return;
  }
  at++;
  for (let flag = all[at]; isFlag(flag); flag = all[++at]) exist ||= isExist(flag.text);
  run(sets, line, name, verb, all.slice(at), exist);
}

/** Whether a line such as `-A INPUT -j DROP` is of another tool: ipset of old wrote `-A SET MEMBER` likewise. */
function isForeign(sets: Sets, [verb, name, what]: readonly Word[]): boolean {
  if (!verb!.text.startsWith('-') || !/^-[A-Z]$/.test(verb!.text)) return false;
  if (verb!.text === '-N') return what === undefined || setTypeOf(what.text) === undefined;
  return name === undefined || sets.get(name.text) === undefined;
}

/** How many words commands take that have no options, and where those begin that have. */
const TAKES: Readonly<Record<string, number>> = { flush: 1, destroy: 1, del: 2, swap: 2, rename: 2 };

/** The word behind what the command takes, which ipset refuses with all of the line. */
function leftOver(name: string, words: readonly Word[], set: Draft | undefined): Word | undefined {
  const rest = words.slice(TAKES[name] ?? words.length).filter(({ text }) => !FLAGS.has(text));
  const isPlace = name === 'del' && set?.type === 'list:set' && /^(?:before|after)$/.test(rest[0]?.text ?? '');
  return isPlace ? rest[2] : rest[0];
}

function run(sets: Sets, line: Line, name: string, verb: Word, words: readonly Word[], exist: boolean): void {
  const [first, second] = words;
  if (name === 'test' || name === 'list' || name === 'save') return;
  const set = first === undefined ? undefined : sets.get(first.text);
  const more = leftOver(name, words, set);
  if (more !== undefined)
    sets.report(line, more, 'error', 'bad-set-option', `${more.text}: ${name} takes no such word`, first!.text);
  else if (first === undefined) {
    if (name === 'flush') sets.flushAll();
    else if (name === 'destroy' && sets.someAreNamed)
      sets.report(line, verb, 'error', 'set-in-use', 'some sets are named by rules');
    else if (name === 'destroy') sets.destroyAll();
    else sets.report(line, verb, 'error', 'missing-word', `${name} wants the name of a set`);
  } else if (name === 'create') create(sets, line, first, words, exist);
  else if (set === undefined) {
    if (!(exist && name === 'destroy'))
      sets.report(line, first, 'error', 'unknown-set', `set ${first.text} was not created`, first.text);
  } else if (name === 'flush') sets.flush(set);
  else if (name === 'destroy') {
    if (sets.isReferenced(set.name)) sets.report(line, first, 'error', 'set-in-use', `set ${set.name} is in a list`);
    else if (sets.isNamed(set.name))
      sets.report(line, first, 'error', 'set-in-use', `set ${set.name} is named by rules`);
    else sets.destroy(set.name);
  } else if (second === undefined) {
    const what = name === 'rename' || name === 'swap' ? 'another name' : 'a member';
    sets.report(line, first, 'error', 'missing-word', `${name} wants ${what}`);
  } else if (name === 'add') sets.add(line, set, words, 1, exist, 'command');
  else if (name === 'del') sets.delete(line, set, second, exist || words.some((word) => isExist(word.text)));
  else if (name === 'rename') rename(sets, line, set, first, second);
  else swap(sets, line, set, second);
}

function rename(sets: Sets, line: Line, set: Draft, from: Word, to: Word): void {
  if (sets.get(to.text) !== undefined)
    sets.report(line, to, 'error', 'duplicate-set', `set ${to.text} is there already`);
  else if (sets.isReferenced(set.name))
    sets.report(line, from, 'error', 'set-in-use', `set ${set.name} is in a list and keeps its name`);
  else if (sets.isNamed(set.name))
    sets.report(line, from, 'error', 'set-in-use', `set ${set.name} is named by rules and keeps its name`);
  else sets.rename(set, to.text);
}

function swap(sets: Sets, line: Line, set: Draft, to: Word): void {
  const other = sets.get(to.text);
  if (other === undefined) sets.report(line, to, 'error', 'unknown-set', `set ${to.text} was not created`);
  else if (other.type !== set.type || other.family !== set.family)
    sets.report(line, to, 'error', 'type-mismatch', 'sets of different types cannot be swapped');
  else sets.swap(set, other);
}

function create(sets: Sets, line: Line, name: Word, words: readonly Word[], exist: boolean): void {
  const typeWord = words[1];
  const type = typeWord === undefined ? undefined : setTypeOf(typeWord.text);
  if (typeWord === undefined || type === undefined) {
    const message = typeWord === undefined ? 'create wants a type' : `${typeWord.text} is no type of set`;
    sets.report(line, typeWord ?? name, 'error', typeWord === undefined ? 'missing-word' : 'unknown-set-type', message);
    return;
  }
  const options = words.slice(2);
  const created = readCreate(type, options);
  for (const { word, message } of created.problems)
    sets.report(line, word, 'error', 'bad-set-option', message, name.text);
  const refusal = Sets.refusal(name.text, type, created.options);
  if (refusal !== undefined) {
    sets.report(line, name, 'error', 'refused-set', refusal);
    return;
  }
  const before = sets.get(name.text);
  if (before?.known === true) {
    const mayBe = exist || options.some((word) => isExist(word.text));
    if (!mayBe || !isSame(before, { type, ...created }))
      sets.report(line, name, 'warning', 'duplicate-set', `set ${name.text} is there already`, name.text);
    return;
  }
  sets.put(line, name, type, created.family, created.options, true);
}

type Made = Pick<Draft, 'type' | 'family' | 'options'>;

/** What -exist takes for the same set: same_set of the types, as mtype_same_set of ip_set_hash_gen.h. */
const isSame = (one: Made, other: Made): boolean => told(one) === told(other);
function told({ type, family, options }: Made): string {
  const {
    hashsize: _,
    bucketsize: _size,
    initval: _value,
    forceadd: _force,
    maxelem: _most,
    size = 8,
    ...rest
  } = options;
  return JSON.stringify([type, family, limitOf({ type, options }), size, Object.entries(rest).sort()]);
}
