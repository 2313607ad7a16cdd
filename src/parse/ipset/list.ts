/**
 * The blocks of `ipset list`: Name, Type, Header and, unless the listing is terse, Members. A set whose members are not
 * listed is unknown, but for one whose entries are counted as none.
 */
import { setTypeOf } from '../../model/set.js';
import type { Line, Word } from '../text.js';
import { readCreate } from './create.js';
import type { Draft } from './draft.js';
import { Sets } from './sets.js';

interface Block {
  readonly line: Line;
  readonly name: Word;
  typeLine: Line | undefined;
  type: Word | undefined;
  header: readonly Word[];
  headerLine: Line | undefined;
  entries: number | undefined;
  draft: Draft | undefined;
  /** whether lines are members now. */
  inMembers: boolean;
}

const FIELD =
  /^(Name|Type|Revision|Header|Size in memory|References|Number of entries|Members|Default binding|Bindings):/;

export class ListingReader {
  readonly #sets: Sets;
  #block: Block | undefined;

  constructor(sets: Sets) {
    this.#sets = sets;
  }

  /** Takes a line that belongs to a listing; false: it does not. */
  take(line: Line, words: readonly Word[]): boolean {
    // of a text without listings every line comes here
    if (this.#block === undefined && !line.text.startsWith('Name:')) return false;
    const field = FIELD.exec(line.text)?.[1];
    if (field === 'Name') {
      this.end();
      const name = words[1];
      if (name === undefined) return false;
      this.#block = {
        line,
        name,
        typeLine: undefined,
        type: undefined,
        header: [],
        headerLine: undefined,
        entries: undefined,
        draft: undefined,
        inMembers: false,
      };
      return true;
    }
    const block = this.#block;
    if (block === undefined) return false;
    if (words.length === 0) {
      this.end();
      return true;
    }
    if (block.inMembers) {
      if (field === 'Bindings') block.inMembers = false;
      else if (block.draft !== undefined) this.#sets.add(line, block.draft, words, 0, true, 'listing');
      return true;
    }
    if (field === undefined) return false;
    const after = line.text.indexOf(':') + 1;
    const values = words.filter((word) => word.column > after);
    if (field === 'Type') {
      block.type = values[0];
      block.typeLine = line;
    } else if (field === 'Header') {
      block.header = values;
      block.headerLine = line;
    } else if (field === 'Number of entries') block.entries = Number(values[0]?.text ?? Number.NaN);
    else if (field === 'Members') {
      block.draft = this.#put(block, true);
      block.inMembers = true;
    }
    return true;
  }

  /** The block that was open is complete. */
  end(): void {
    const block = this.#block;
    this.#block = undefined;
    if (block === undefined) return;
    if (block.draft === undefined) {
      if (!block.inMembers) this.#put(block, block.entries === 0);
      return;
    }
    const { entries, draft } = block;
    const count = draft.members.alive;
    // members with timeouts may have gone between the count and the list
    if (entries !== undefined && count < entries && draft.options.timeout === undefined)
      this.#sets.report(
        block.line,
        block.name,
        'warning',
        'cut-listing',
        `set ${draft.name} has ${entries} entries, of which ${count} are listed`,
      );
  }

  #put(block: Block, known: boolean): Draft | undefined {
    const { line, name, type: word } = block;
    const type = word === undefined ? undefined : setTypeOf(word.text);
    if (type === undefined) {
      const message = word === undefined ? `set ${name.text} has no type` : `${word.text} is no type of set`;
      this.#sets.report(block.typeLine ?? line, word ?? name, 'error', 'unknown-set-type', message);
      return undefined;
    }
    const { family, options, problems } = readCreate(type, block.header);
    for (const { word, message } of problems)
      this.#sets.report(block.headerLine ?? line, word, 'error', 'bad-set-option', message, name.text);
    const there = this.#sets.get(name.text);
    if (there !== undefined) {
      if (there.known && !known) return undefined;
      if (there.known)
        this.#sets.report(line, name, 'note', 'duplicate-set', `set ${name.text} is given again: this one counts`);
    }
    const refusal = Sets.refusal(name.text, type, options);
    if (refusal !== undefined) {
      this.#sets.report(line, name, 'error', 'refused-set', refusal);
      return undefined;
    }
    return this.#sets.put(line, name, type, family, options, known);
  }
}
