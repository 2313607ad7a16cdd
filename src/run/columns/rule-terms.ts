/**
 * What the rules of all tables ask of a packet's own values (terms.ts), chain by chain.
 *
 * What rules find behind changes of a packet follows from its values at first: a mark, an address that is translated to one
 * address, the state of a first connection. Values that a rule changes in part count one by one.
 */
import { AddrType, FIELD_MASK, FIELD_SHIFT, Field, Op, Section, TranslateKind } from '../../abi.js';
import type { Compiled, Entry } from '../../compile/compile.js';
import { opWords } from '../../compile/opinfo.js';
import { type ChainUses, chainsFrom, editOf } from '../../compile/uses.js';
import type { Translation } from '../../model/action.js';
import type { Condition } from '../../model/condition.js';
import type { HookName, TableName } from '../../model/ruleset.js';
import { Protocol } from '../../net/protocol.js';
import { type AddressNumbers, NotedAddresses } from './addresses.js';
import { type Change, Changes } from './changes.js';
import { FirstList } from './first-lists.js';
import { type ListedRule, listedRules } from './listed-rules.js';
import { marksSavedAt, markUse } from './mark-terms.js';
import { addPart } from './parts.js';
import { Path } from './paths.js';
import type { Part, Terms, TermsHost } from './terms.js';
import { partOf, rangesOfTypes } from './test-terms.js';
import { asksTranslated, changeOf, isBehind, isFixed, isFixedButPort, partsOfEnd } from './translations.js';

export interface PlacedEntry extends Entry {
  readonly table: TableName;
  readonly hook: HookName;
}

/** What Node holds of what a translation may make of packets. */
const CHANGE_BYTES = 800;

/** Chains, and where a packet may come to each. */
type Ways = ReadonlyMap<ChainUses, readonly PlacedEntry[]>;

export function addRules(
  terms: Terms,
  compiled: Compiled,
  uses: ReadonlyMap<number, ChainUses>,
  entries: readonly PlacedEntry[],
  host: TermsHost,
): void {
  const ways = new Map<ChainUses, PlacedEntry[]>();
  for (const entry of entries)
    for (const chain of chainsFrom(uses, entry.start)) ways.set(chain, [...(ways.get(chain) ?? []), entry]);
  const marks = [...uses.values()].some((chain) => chain.marks);
  const asked = [...ways.keys()].some((chain) => asksAny(compiled, chain));
  // until all are added
  const own = terms.patience.part();
  own.hold(CHANGE_BYTES * compiled.translations.length);
  const changes = changesOf(compiled, ways, host, terms.addresses);
  terms.marks = markUse(compiled);
  const savedAt = marksSavedAt(compiled);
  if (terms.remembered && savedAt !== undefined) terms.countEach(Field.Mark, savedAt);
  const paths = pathsOf(ways);
  for (const [chain, from] of ways) {
    terms.path = paths.known.get(chain.start);
    for (const [field, at] of editsOf(compiled, chain)) if (field !== Field.Mark) terms.countEach(field, at);
    terms.before = changes(from);
    terms.forwarded = from.some(({ hook }) => hook === 'FORWARD' || hook === 'POSTROUTING');
    terms.added.clear();
    const last = from.every(({ hook }) => hook === 'POSTROUTING');
    const sends = from.some(({ hook }) => hook === 'OUTPUT');
    addChain(terms, compiled, chain, { host, last, asked: asked || sends, marks, paths });
  }
  terms.before = [];
  terms.forwarded = false;
  terms.path = undefined;
  own.release();
}

/** Chains that one rule alone leads to, and of those what leads there, as far as that is known. */
interface Paths {
  readonly single: ReadonlySet<number>;
  readonly known: Map<number, Path>;
}

function pathsOf(ways: Ways): Paths {
  const met = new Map<number, number>();
  for (const [, from] of ways) for (const { start } of from) met.set(start, 2);
  for (const chain of ways.keys()) for (const next of chain.next) met.set(next, (met.get(next) ?? 0) + 1);
  return { single: new Set([...met].flatMap(([start, times]) => (times === 1 ? [start] : []))), known: new Map() };
}

/** What packets have been through at the hooks of a chain. */
function changesOf(compiled: Compiled, ways: Ways, { addressTypes = [] }: TermsHost, addresses: AddressNumbers) {
  const code = compiled.program.section(Section.Code);
  const found = (op: Op) =>
    [...ways].flatMap(([chain, from]) =>
      addressesIn(code, chain, (at) => (code[at]! & 255) === op).map((at) => ({ at, from })),
    );
  const own = rangesOfTypes(addressTypes, [AddrType.Local], addresses.end);
  const all = own.length > 0 ? own : [{ min: 0, max: addresses.end - 1 }];
  const translations = found(Op.Translate)
    .map(({ at, from }) => ({ translation: compiled.translations[code[at + 1]!]!, from }))
    .filter(({ translation }) => isFixedButPort(translation))
    .map(({ translation, from }) => ({
      change: changeOf(translation, all, addresses),
      hooks: from.map(({ hook }) => hook),
    }));
  const written = found(Op.Edit)
    .filter(({ at }) => fieldAt(code, at) === Field.Mark && code[at + 1] === 0)
    .map(({ at }): Change => new Map([[Field.Mark, [{ min: code[at + 2]!, max: code[at + 2]! }]]]));
  const marks = written.length === 0 ? [] : [new Changes(written)];
  const known = new Map<string, readonly Changes[]>();
  return (from: readonly PlacedEntry[]): readonly Changes[] => {
    const seen = TRANSLATE.filter((hook) => from.some((one) => isBehind(hook, one.table, one.hook)));
    const key = seen.join();
    const of = (hooks: readonly HookName[]): Changes[] => {
      const own = translations.filter((one) => one.hooks.some((hook) => hooks.includes(hook) && seen.includes(hook)));
      return own.length === 0 ? [] : [new Changes(own.map(({ change }) => change))];
    };
    const old = known.get(key) ?? [...of(['PREROUTING', 'OUTPUT']), ...of(['POSTROUTING']), ...marks];
    known.set(key, old);
    return old;
  };
}

const TRANSLATE: readonly HookName[] = ['PREROUTING', 'OUTPUT', 'POSTROUTING'];

const fieldAt = (code: Uint32Array, at: number): Field => (code[at]! >>> FIELD_SHIFT) & FIELD_MASK;

/** The addresses of its instructions of which something holds. */
function addressesIn(code: Uint32Array, { start, end }: ChainUses, isAsked: (at: number) => boolean): number[] {
  const found: number[] = [];
  for (let at = start; at < end; at += opWords(code[at]! & 255)) if (isAsked(at)) found.push(at);
  return found;
}

/** Fields that targets of the chain change, and where they do first. */
function editsOf(compiled: Compiled, chain: ChainUses): ReadonlyMap<Field, number> {
  const code = compiled.program.section(Section.Code);
  const edits = new Map<Field, number>();
  if (chain.edits.length === 0) return edits;
  for (const at of addressesIn(code, chain, (one) => editOf(code, one) !== undefined).reverse())
    edits.set(editOf(code, at)!, at);
  return edits;
}

/** Whether a rule of the chain asks if a packet was translated. */
function asksAny(compiled: Compiled, chain: ChainUses): boolean {
  const code = compiled.program.section(Section.Code);
  const isTracking = (at: number) => [Field.CtState, Field.CtStatus].includes(fieldAt(code, at));
  return addressesIn(code, chain, isTracking).some((at) => {
    const condition = compiled.conditions.get(at);
    return condition !== undefined && 'test' in condition && asksTranslated(condition.test);
  });
}

interface Asked {
  readonly condition: Condition | undefined;
  readonly at: number;
}

interface About {
  readonly host: TermsHost;
  /** nobody reads behind it what a translation makes of packets, unless they come in again. */
  readonly last: boolean;
  /** whether a translation changes a packet matters. */
  readonly asked: boolean;
  /** rules write marks of connections, or of their templates. */
  readonly marks: boolean;
  readonly paths: Paths;
}

function addChain(terms: Terms, compiled: Compiled, chain: ChainUses, about: About): void {
  const { host, last, marks, paths } = about;
  const code = compiled.program.section(Section.Code);
  const listed = listOf(terms, compiled, chain, host);
  let asked: Asked[] = [];
  let branches = false;
  let rule: number | undefined;
  let translation: Translation | undefined;
  let target: number | undefined;
  const end = () => {
    const one = rule === undefined ? undefined : listed.get(rule);
    const together = one === undefined ? addRule(terms, asked, branches, host) : addListed(terms, one);
    // the chain that it leads to comes behind this one
    if (target !== undefined && paths.single.has(target)) paths.known.set(target, newPath(terms, together));
    target = undefined;
    if (translation !== undefined) addTranslation(terms, translation, together, about);
    asked = [];
    translation = undefined;
    branches = false;
  };
  for (let at = chain.start; at < chain.end; at += opWords(code[at]! & 255)) {
    const first = code[at]!;
    const op: Op = first & 255;
    if (op === Op.Rule) {
      end();
      rule = at;
    } else if (op === Op.Skip) branches = true;
    else if (op === Op.Jump || op === Op.Goto) target = code[at + 1]!;
    else if (op > Op.Skip && op < Op.Edit && op >= Op.Never) {
      if (first >>> 16 !== 0) branches = true;
      asked.push({ condition: compiled.conditions.get(at), at });
    } else if (op === Op.HashMark || op === Op.Mangle || op === Op.HostAct) terms.unanswered.add(at);
    // what is written to its template stays there for the next packet
    else if (op === Op.Zone && marks) terms.unanswered.add(at);
    else if (op === Op.Translate) {
      translation = compiled.translations[code[at + 1]!]!;
      if (isFixed(translation)) continue;
      terms.unanswered.add(at);
      if (last) terms.late.set(at, isFixedButPort(translation) ? 'port' : 'more');
    }
  }
  end();
}

function newPath(terms: Terms, parts: readonly Part[]): Path {
  const path = new Path(parts, terms.path);
  terms.patience.hold(path.bytes);
  return path;
}

/** The chain's rules that are a long list, which is known then, by their addresses. */
function listOf(terms: Terms, compiled: Compiled, chain: ChainUses, host: TermsHost): ReadonlyMap<number, ListedRule> {
  // where addresses are noted alone nothing is looked up
  if (terms.addresses instanceof NotedAddresses) return new Map();
  const { held } = terms.patience;
  const listed = listedRules(terms, compiled, chain, host);
  const first =
    listed.size === 0 ? undefined : FirstList.of([...listed.values()], terms.effort, terms.addresses, host.lay);
  if (first === undefined) {
    terms.patience.release(held);
    return new Map();
  }
  terms.patience.hold(first.held);
  terms.firsts.push(first);
  return listed;
}

/** What the rule asks of packets that were changed; such as are shorter than a header walk. */
function addListed(terms: Terms, { parts, headers }: ListedRule): readonly Part[] {
  terms.addChanged(parts);
  const protocol = parts.filter(({ field }) => field === Field.Proto);
  for (const bytes of headers) terms.addShort(protocol, bytes);
  return parts;
}

/**
 * What has to hold together is one term, which comes back; where conditions lead past others each is one by itself. A packet that
 * comes to what values do not tell, or to a question, may end there or leave a trace: what stands before it is a term too.
 */
function addRule(terms: Terms, asked: readonly Asked[], branches: boolean, host: TermsHost): readonly Part[] {
  const together: Part[] = [];
  for (const { condition, at } of asked) {
    if (condition === undefined || !('test' in condition)) continue;
    const { test, not } = condition;
    if (test.kind === 'header') {
      // a hot drop comes of it where what stands before it holds
      terms.addHeader(...together, terms.shorterThan(test.bytes));
      terms.readHeader(
        together.filter(({ field }) => field === Field.Proto),
        test.bytes,
      );
      continue;
    }
    terms.at = at;
    const found = partOf(terms, test, not, host);
    if (found === 'unanswered' || test.kind === 'ask') terms.add(...together);
    if (found === 'unanswered') terms.unanswered.add(at);
    else if (typeof found === 'object') {
      if (branches) terms.add(found);
      else addPart(together, found);
    }
  }
  terms.at = undefined;
  terms.add(...together);
  return together;
}

/** What a translation leaves as it is was not translated, and a short header of GRE is no fault there. */
function addTranslation(
  terms: Terms,
  translation: Translation,
  together: readonly Part[],
  { host, asked }: About,
): void {
  const includes = ({ ranges, not }: Part, value: number) =>
    ranges.some(({ min, max }) => min <= value && value <= max) !== not;
  const gre = together.every((part) => part.field !== Field.Proto || includes(part, Protocol.Gre));
  if (!isFixedButPort(translation) || !(asked || gre)) return;
  const parts = partsOfEnd(translation, terms.addresses);
  // the rule may take no packet that is so already, unless that was changed before
  if (new Path(together, terms.path).left(parts) === undefined) terms.addChanged(parts);
  else terms.add(...parts);
  if (translation.kind === TranslateKind.Masquerade) terms.partitions.push(host.ways.chosen);
}
