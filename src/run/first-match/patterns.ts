/**
 * Lists of rules as the core has them: what services a list's rules ask for, one after the other, is its pattern, and lists
 * repeat the same few of them. A pattern says of each y which place in a list takes it.
 */
import type { Effort } from './effort.js';
import { Sequences } from './sequences.js';
import type { Services } from './services.js';

export interface Patterns {
  readonly count: number;
  readonly stride: number;
  /** of each pattern and y the place in a list of the first rule that takes it, or that behind the last. */
  readonly places: Uint16Array;
  /** The rules of the lists one behind the other; behind each list what is told where none takes a packet. */
  readonly rules: Uint32Array;
  /** of each list where it begins, and its pattern. */
  readonly starts: Uint32Array;
  readonly ofList: Uint32Array;
  /** Whether places need sixteen bits, or rules 32: else they have half of it. */
  readonly wide: boolean;
}

/** undefined: they take more than `most` bytes. */
export function patternsOf(
  lists: Sequences,
  services: Services,
  none: number,
  most: number,
  effort: Effort,
): Patterns | undefined {
  const { yCount, cover, coverWords, ofRule } = services;
  const asked = new Sequences(effort);
  effort.hold(4 * (lists.starts[lists.count]! + lists.count));
  const ofList = new Uint32Array(lists.count);
  const starts = new Uint32Array(lists.count);
  const rules = new Uint32Array(lists.starts[lists.count]! + lists.count);
  if (2 * rules.length > most) return undefined;
  let longest = 0;
  let scratch = new Uint32Array(256);
  for (let list = 0; list < lists.count; list++) {
    const from = lists.starts[list]!;
    const length = lists.lengthOf(list);
    if (length > scratch.length) scratch = new Uint32Array(2 * length);
    starts[list] = from + list;
    for (let i = 0; i < length; i++) {
      const rule = lists.words[from + i]!;
      scratch[i] = ofRule[rule]!;
      rules[from + list + i] = rule;
    }
    rules[from + list + length] = none;
    ofList[list] = asked.intern(scratch, length);
    longest = Math.max(longest, length);
  }
  if (longest > 65535 || asked.count * yCount + 2 * rules.length > most) return undefined;
  effort.spend(rules.length * (coverWords + 2) + asked.count * yCount);
  if (effort.isSpent) return undefined;
  const wide = longest > 255 || none > 65535;
  effort.hold(2 * asked.count * yCount);
  const places = new Uint16Array(asked.count * yCount);
  for (let pattern = 0; pattern < asked.count; pattern++) {
    const length = asked.lengthOf(pattern);
    const to = pattern * yCount;
    places.fill(length, to, to + yCount);
    // the first one is written last
    for (let i = length - 1; i >= 0; i--) {
      const from = asked.words[asked.starts[pattern]! + i]! * coverWords;
      for (let word = 0; word < coverWords; word++)
        for (let bits = cover[from + word]!; bits !== 0; bits &= bits - 1)
          places[to + 32 * word + 31 - Math.clz32(bits & -bits)] = i;
    }
  }
  return { count: asked.count, stride: yCount, places, rules, starts, ofList, wide };
}
