/** Chains by their names as they stand in the text, so that no name is cut out of it that is known. */
import type { Chain, Target } from '../../../model/ruleset.js';
import { hashOf, KnownTexts } from './known.js';
import type { CleanWords } from './words.js';

/** A name behind -A, -j or -g. */
export class Name {
  chain: Chain | undefined;
  /** a line declares the chain. */
  declared = false;
  /** the name that was met first behind it. */
  next: Name | undefined;
  /** what it is as a target; undefined: that is not known. */
  jump: Target | undefined;
  goto: Target | undefined;

  /** `at`: where it stands among those that are known. */
  constructor(
    readonly text: string,
    readonly at: number,
    readonly length: number,
  ) {}
}

export class Names {
  /** by hash, and their hashes beside them, which alone are looked at on the way; a power of two, of which a half is free at least. */
  private slots = new Array<Name | undefined>(64);
  private hashes = new Int32Array(64);
  private count = 0;
  private last: Name | undefined;
  private readonly texts = new KnownTexts();

  constructor(private readonly words: CleanWords) {}

  /** The name that stands at a place, made where there is none. */
  at(start: number, end: number): Name {
    const { words, texts, hashes } = this;
    const { bytes } = words;
    // none is 0, which says that a slot is free
    const hash = hashOf(bytes, start, end) | 1;
    const last = hashes.length - 1;
    let slot = slotOf(hash) & last;
    for (; hashes[slot] !== 0; slot = (slot + 1) & last) {
      if (hashes[slot] !== hash) continue;
      const name = this.slots[slot]!;
      if (name.length === end - start && texts.standsAt(name.at, name.length, bytes, start)) return name;
    }
    const name = new Name(words.slice(start, end), texts.add(bytes, start, end), end - start);
    if (this.last !== undefined) this.last.next = name;
    this.last = name;
    this.slots[slot] = name;
    hashes[slot] = hash;
    if (2 * ++this.count > hashes.length) this.grow();
    return name;
  }

  /** Where a name ends that begins at a place; 0: another one stands there. */
  endOf({ length, at }: Name, start: number): number {
    return this.texts.standsAt(at, length, this.words.bytes, start) ? start + length : 0;
  }

  private grow(): void {
    const { slots, hashes } = this;
    const size = 4 * hashes.length;
    this.slots = new Array<Name | undefined>(size);
    this.hashes = new Int32Array(size);
    for (let i = 0; i < hashes.length; i++) {
      const hash = hashes[i]!;
      if (hash === 0) continue;
      let slot = slotOf(hash) & (size - 1);
      while (this.hashes[slot] !== 0) slot = (slot + 1) & (size - 1);
      this.slots[slot] = slots[i];
      this.hashes[slot] = hash;
    }
  }
}

const slotOf = (hash: number): number => hash ^ (hash >>> 15);
