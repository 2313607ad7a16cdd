/** The sets while a text is read: what each command of `ipset restore` does to them, and what the kernel refuses. */

import type { Findings, Severity } from '../../model/finding.js';
import { MEMBER_MAC, MEMBER_WILDCARD, Members, rowLayout } from '../../model/members.js';
import { limitOf, methodOf, type SetDef, type SetOptions, type SetType } from '../../model/set.js';
import type { Family } from '../../net/address.js';
import { type Line, placeOfWord, type Word } from '../text.js';
import { rangeRefusal } from './create.js';
import { type Draft, draftOf, noteWildcards, type Standing } from './draft.js';
import { type ElementProblem, expandElement } from './element.js';
import { type LackingSet, lackingSet, type ReadSets } from './join.js';
import { type MemberOptions, type OptionProblem, readMemberOptions } from './member.js';

const NAME_LENGTH = 31;
/** Of one kind of finding about one set, the rest is counted only. */
const FINDINGS_EACH = 20;

/** How a member comes in: from a listing the kernel has it already, so that nothing is refused. */
export type Source = 'command' | 'listing';

export class Sets {
  readonly #sets = new Map<string, Draft>();
  readonly #counts = new Map<string, number>();
  readonly #file: string;
  readonly #findings: Findings;

  readonly #standing: Standing | undefined;

  constructor(file: string, findings: Findings, standing?: Standing) {
    this.#file = file;
    this.#findings = findings;
    this.#standing = standing;
    for (const set of standing?.sets ?? []) this.#sets.set(set.name, draftOf(set));
  }

  /** Whether commands have -exist that do not say so. */
  get exist(): boolean {
    return this.#standing?.exist === true;
  }

  /** Before members of a set are changed, which somebody may go on with: it has its own from then on, without those whose time is over. */
  #own(draft: Draft): void {
    if (draft.standing === undefined) return;
    draft.standing = undefined;
    const { options, members } = draft;
    draft.members = members.copy();
    if (draft.type === 'list:set') draft.order = members.liveRows();
    else if (draft.type === 'hash:net,iface') noteWildcards(draft);
    if (options.timeout === undefined) return;
    for (const row of members.liveRows()) {
      const end = members.endOf(row);
      if (end !== 0 && end < this.#standing!.now) this.#remove(draft, row);
    }
  }

  report(line: Line, word: Word, severity: Severity, code: string, message: string, about = ''): void {
    const key = `${code} ${about}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    const place = placeOfWord(this.#file, line, word);
    if (count <= FINDINGS_EACH) this.#findings.add({ severity, code, message, place });
    else if (count === FINDINGS_EACH + 1)
      this.#findings.add({ severity, code, message: `${message}; more of this kind follow`, place });
  }

  get(name: string): Draft | undefined {
    return this.#sets.get(name);
  }

  /** A set of that name that stands for nothing yet; one that was there under the name is gone. */
  put(line: Line, name: Word, type: SetType, family: Family | undefined, options: SetOptions, known: boolean): Draft {
    const draft: Draft = {
      name: name.text,
      type,
      family,
      options,
      members: new Members(rowLayout(type, family)),
      known,
      place: placeOfWord(this.#file, line, name),
      order: [],
      namedAt: new Map(),
      wildcards: new Set(),
    };
    this.#sets.delete(name.text);
    this.#sets.set(name.text, draft);
    return draft;
  }

  /** Why the kernel refuses to create such a set, or undefined. */
  static refusal(name: string, type: SetType, options: SetOptions): string | undefined {
    if (name.length > NAME_LENGTH) return `set name ${name} is longer than ${NAME_LENGTH} characters`;
    return methodOf(type) === 'bitmap' ? rangeRefusal(options) : undefined;
  }

  /** Adds what words[at] and the options behind it say. */
  add(line: Line, draft: Draft, words: readonly Word[], at: number, exist: boolean, source: Source): void {
    const problems: OptionProblem[] = [];
    const element = words[at]!;
    const options = readMemberOptions(draft, words, at + 1, problems);
    options.exist ||= exist;
    for (const { word, message } of problems) this.report(line, word, 'error', 'bad-member', message, draft.name);
    // ipset refuses the whole line
    if (problems.length > 0 && source === 'command') return;
    this.#own(draft);
    if (draft.type === 'list:set') {
      this.#addToList(line, draft, element, options);
      return;
    }
    const limit = source === 'listing' ? Number.POSITIVE_INFINITY : (limitOf(draft) ?? Number.POSITIVE_INFINITY);
    let there = 0;
    let full = false;
    if (draft.type === 'bitmap:ip,mac' && element.text.includes(',')) options.flags |= MEMBER_MAC;
    const problem = expandElement(draft, element.text, (key) => {
      const { members } = draft;
      let row = this.#rowOf(draft, key);
      if (row >= 0) {
        there++;
        if (!options.exist) return true;
      } else {
        if (members.alive >= limit) {
          full = true;
          return false;
        }
        row = members.insert(key);
      }
      this.#setOptions(draft, row, options);
      return true;
    });
    if (problem !== undefined) this.#reportElement(line, draft, element, problem);
    else if (full)
      this.report(line, element, 'error', 'set-full', `set ${draft.name} is full: maxelem is ${limit}`, draft.name);
    else if (there > 0 && !options.exist) this.#reportDuplicate(line, draft, element);
  }

  /** The row that the kernel takes for the key's: a wildcard is the same as any name that it stands for. */
  #rowOf(draft: Draft, key: Uint32Array): number {
    const { members } = draft;
    const row = members.find(key);
    if (row >= 0 || draft.wildcards.size === 0) return row;
    const at = members.layout.dimensions[1]!.at;
    const own = key[at]!;
    const name = members.names[own & 0x7fffffff]!;
    for (const prefix of draft.wildcards) {
      if (!name.startsWith(prefix)) continue;
      key[at] = ((own & 0x80000000) | members.nameNumber(prefix)) >>> 0;
      const other = members.find(key);
      if (other >= 0 && (members.flags(other) & MEMBER_WILDCARD) !== 0) return other;
    }
    key[at] = own;
    return -1;
  }

  #setOptions(draft: Draft, row: number, options: MemberOptions): void {
    const { members } = draft;
    members.setExtras(row, options.flags, options.timeout, this.#standing?.now);
    if ((options.flags & MEMBER_WILDCARD) !== 0)
      draft.wildcards.add(members.names[members.word(row, members.layout.dimensions[1]!.at) & 0x7fffffff]!);
    if (draft.options.counters === true) members.setCounters(row, options.packets, options.bytes);
    if (options.comment !== undefined) members.comments.set(row, options.comment);
    else if (members.comments.size > 0) members.comments.delete(row);
    if (options.skb !== undefined) members.skb.set(row, options.skb);
    else if (members.skb.size > 0) members.skb.delete(row);
  }

  #addToList(line: Line, draft: Draft, element: Word, options: MemberOptions): void {
    const { members } = draft;
    const { reference } = options;
    const beside = reference === undefined ? -1 : members.find([members.nameNumber(reference.name.text)]);
    const refusal = this.#listRefusal(draft, element, reference?.name, beside);
    if (refusal !== undefined) {
      this.report(line, refusal.word, 'error', 'refused-member', refusal.message, draft.name);
      return;
    }
    const key = [members.nameNumber(element.text)];
    let row = members.find(key);
    if (row >= 0 && !options.exist) {
      this.#reportDuplicate(line, draft, element);
      return;
    }
    if (row < 0) {
      row = members.insert(key);
      const place = draft.order.indexOf(beside) + (reference?.before === false ? 1 : 0);
      draft.order.splice(reference === undefined ? draft.order.length : place, 0, row);
      draft.namedAt.set(row, placeOfWord(this.#file, line, element));
    }
    this.#setOptions(draft, row, options);
  }

  #listRefusal(draft: Draft, element: Word, reference: Word | undefined, beside: number): OptionProblem | undefined {
    if (element.text.length > NAME_LENGTH)
      return { word: element, message: `a set's name has at most ${NAME_LENGTH} characters` };
    if (this.get(element.text)?.type === 'list:set')
      return { word: element, message: 'a list of sets cannot hold another list' };
    if (reference !== undefined && beside < 0)
      return { word: reference, message: `set ${reference.text} is not in the list ${draft.name}` };
    return undefined;
  }

  #reportDuplicate(line: Line, draft: Draft, element: Word): void {
    const message = `set ${draft.name} holds ${element.text} already`;
    this.report(line, element, 'warning', 'duplicate-member', message, draft.name);
  }

  #reportElement(line: Line, draft: Draft, element: Word, problem: ElementProblem): void {
    // a word of the same extent as the part that is wrong
    const word = {
      text: element.text.slice(problem.at, problem.at + problem.length),
      column: element.column + problem.at,
    };
    this.report(line, word, 'error', problem.code, problem.message, draft.name);
  }

  delete(line: Line, draft: Draft, element: Word, exist: boolean): void {
    this.#own(draft);
    let missing = 0;
    const problem = expandElement(draft, element.text, (key) => {
      const row = this.#rowOf(draft, key);
      if (row < 0) missing++;
      else this.#remove(draft, row);
      return true;
    });
    if (problem !== undefined) this.#reportElement(line, draft, element, problem);
    else if (missing > 0 && !exist)
      this.report(
        line,
        element,
        'warning',
        'no-such-member',
        `set ${draft.name} does not hold ${element.text}`,
        draft.name,
      );
  }

  #remove(draft: Draft, row: number): void {
    draft.members.remove(row);
    if (draft.type === 'list:set') draft.order = draft.order.filter((other) => other !== row);
  }

  flush(draft: Draft): void {
    this.#own(draft);
    draft.members.clear();
    draft.order = [];
    draft.namedAt.clear();
    draft.wildcards.clear();
    draft.known = true;
  }

  flushAll(): void {
    for (const draft of this.#sets.values()) this.flush(draft);
  }

  /** Whether a list holds the set: the kernel neither destroys nor renames it then. */
  isReferenced(name: string): boolean {
    for (const { type, members } of this.#sets.values())
      if (type === 'list:set' && members.names.includes(name) && members.find([members.nameNumber(name)]) >= 0)
        return true;
    return false;
  }

  /** Whether rules name a set that is there: the kernel neither destroys nor renames it. */
  isNamed(name: string): boolean {
    return this.#standing?.named().has(name) === true;
  }
  get someAreNamed(): boolean {
    return [...this.#sets.keys()].some((name) => this.isNamed(name));
  }

  destroy(name: string): void {
    this.#sets.delete(name);
  }

  destroyAll(): void {
    this.#sets.clear();
  }

  rename(draft: Draft, name: string): void {
    this.#sets.delete(draft.name);
    draft.name = name;
    this.#sets.set(name, draft);
  }

  /** What is listed under one name stands under the other: lists go on naming the same names (ip_set_swap). */
  swap(a: Draft, b: Draft): void {
    [a.name, b.name] = [b.name, a.name];
    this.#sets.set(a.name, a);
    this.#sets.set(b.name, b);
  }

  /** All sets, lists in their order and without the room of removed members. */
  finish(): ReadSets {
    const sets: SetDef[] = [];
    const lacking: LackingSet[] = [];
    for (const draft of this.#sets.values()) {
      const { name, type, family, options, members, known, place, order, namedAt, standing } = draft;
      if (standing !== undefined) {
        sets.push(standing.name === name ? standing : { ...standing, name });
        continue;
      }
      if (type === 'list:set') {
        for (const row of order) {
          const held = members.names[members.word(row, 0)]!;
          if (this.get(held) === undefined) lacking.push(lackingSet(name, held, namedAt.get(row)));
        }
        members.compact(order);
      } else members.compact();
      sets.push({ name, type, family, options, members, known, place });
    }
    return { sets, lacking };
  }
}
