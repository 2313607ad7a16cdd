/**
 * What rules ask of ports and protocol: a service is a pair of intervals of ports and a protocol, and many rules ask for
 * the same few. Packets that the same services take are of one class, y.
 */

import type { Effort } from './effort.js';
import type { FiveTupleRules } from './rules.js';
import { Sequences } from './sequences.js';

/** Values of a field by what distinct intervals hold them: the class of each value. */
export interface FieldClasses {
  readonly count: number;
  readonly ofValue: Uint16Array;
}
/** And of each interval the first of the classes that it holds, and what is behind the last: all between are its own too. */
interface IntervalClasses extends FieldClasses {
  readonly held: Uint32Array;
}

export interface Services {
  readonly count: number;
  /** of each rule. */
  readonly ofRule: Uint32Array;
  /** of each service, a bit for each y that it takes: `coverWords` words. */
  readonly cover: Uint32Array;
  readonly coverWords: number;
  readonly yCount: number;
  readonly classes: { readonly sport: FieldClasses; readonly dport: FieldClasses; readonly proto: FieldClasses };
  /** y by (class of sport, of dport, of protocol). */
  readonly yOf: Uint32Array;
}

/** Combinations of classes, which the core adds up in sixteen bits. */
const MOST_COMBINATIONS = 65536;
/** Words that combinations may take while they are made. */
const MOST_WORDS = 1 << 25;
/** Steps for what a rule asks, and for a port of both sides (Effort). */
const EACH = 100;
const EACH_PORT = 8;

/** undefined: there are too many classes of ports, or they take too long. */
export function servicesOf(rules: FiveTupleRules, chosen: Uint32Array, effort: Effort): Services | undefined {
  const sports = new Sequences();
  const dports = new Sequences();
  const protos = new Sequences();
  const kinds = new Sequences();
  const ofRule = new Uint32Array(rules.count);
  effort.spend(EACH * chosen.length + EACH_PORT * 65536);
  for (const i of chosen) {
    const sport = sports.intern(Uint32Array.of(rules.sportMin[i]!, rules.sportMax[i]!), 2);
    const dport = dports.intern(Uint32Array.of(rules.dportMin[i]!, rules.dportMax[i]!), 2);
    const proto = protos.intern(Uint32Array.of(rules.proto[i]!, rules.protoMask[i]!), 2);
    ofRule[i] = kinds.intern(Uint32Array.of(sport, dport, proto), 3);
  }
  const sport = intervalClasses(sports);
  const dport = intervalClasses(dports);
  const proto = protocolClasses(protos);
  const combinations = sport.count * dport.count * proto.count;
  const takenWords = Math.ceil(kinds.count / 32);
  if (combinations > MOST_COMBINATIONS || combinations * takenWords > MOST_WORDS) return undefined;
  effort.spend(3 * combinations * takenWords);
  if (effort.isSpent) return undefined;
  effort.hold(4 * combinations * takenWords);
  // of each combination the services that take it
  const taken = new Uint32Array(combinations * takenWords);
  for (let service = 0; service < kinds.count; service++) {
    const [s, d, p] = kinds.words.subarray(3 * service, 3 * service + 3) as unknown as [number, number, number];
    const word = service >>> 5;
    const bit = 1 << (service & 31);
    const [fromS, endS] = [sport.held[2 * s]!, sport.held[2 * s + 1]!];
    const [fromD, endD] = [dport.held[2 * d]!, dport.held[2 * d + 1]!];
    effort.spend((endS - fromS) * (endD - fromD) * proto.held[p]!.length);
    if (effort.isSpent) return undefined;
    for (let a = fromS; a < endS; a++)
      for (let b = fromD; b < endD; b++)
        for (const c of proto.held[p]!) taken[((a * dport.count + b) * proto.count + c) * takenWords + word]! |= bit;
  }
  const ys = new Sequences(effort);
  const yOf = new Uint32Array(combinations);
  for (let i = 0; i < combinations; i++)
    yOf[i] = ys.intern(taken.subarray(i * takenWords, (i + 1) * takenWords), takenWords);
  const coverWords = Math.ceil(ys.count / 32);
  effort.spend(ys.count * kinds.count);
  if (kinds.count * coverWords > MOST_WORDS || effort.isSpent) return undefined;
  effort.hold(4 * kinds.count * coverWords);
  const cover = new Uint32Array(kinds.count * coverWords);
  for (let y = 0; y < ys.count; y++)
    for (let service = 0; service < kinds.count; service++)
      if (((ys.words[y * takenWords + (service >>> 5)]! >>> (service & 31)) & 1) === 1)
        cover[service * coverWords + (y >>> 5)]! |= 1 << (y & 31);
  return { count: kinds.count, ofRule, cover, coverWords, yCount: ys.count, classes: { sport, dport, proto }, yOf };
}

/**
 * Of intervals of sixteen bits. Values are gone through in order; those that the same intervals hold are of one class. Whatever held
 * some value before and has ended tells that value from all that come: of the others the last is held by all that hold one of
 * them, and the value at hand is of its class where no more do.
 */
function intervalClasses({ words, count }: Sequences): IntervalClasses {
  const begun = new Uint32Array(65537);
  const ended = new Uint32Array(65537);
  /** of those that end before a value, where the first began. */
  const first = new Uint32Array(65537).fill(65536);
  for (let i = 0; i < count; i++) {
    const [min, behind] = [words[2 * i]!, words[2 * i + 1]! + 1];
    begun[min]! += 1;
    ended[behind]! += 1;
    first[behind] = Math.min(first[behind]!, min);
  }
  const ofValue = new Uint16Array(65536);
  /** how many classes there were before each value. */
  const before = new Uint32Array(65537);
  /** values, one of a class, that nothing has ended about: where they stand, how many intervals hold them, and their class. */
  const open: { readonly value: number; readonly holding: number; readonly number: number }[] = [];
  let holding = 0;
  let classes = 0;
  for (let value = 0; value < 65536; value++) {
    before[value] = classes;
    holding += begun[value]! - ended[value]!;
    while (open.length > 0 && open.at(-1)!.value >= first[value]!) open.pop();
    if (open.at(-1)?.holding !== holding) open.push({ value, holding, number: classes++ });
    ofValue[value] = open.at(-1)!.number;
  }
  before[65536] = classes;
  const held = words.slice(0, 2 * count).map((value, i) => before[value + (i & 1)]!);
  return { count: classes, ofValue, held };
}

/** Of each protocol asked for it lists the classes that have it. */
function protocolClasses(asked: Sequences): FieldClasses & { readonly held: readonly number[][] } {
  const width = Math.ceil(asked.count / 32);
  const vector = new Uint32Array(width);
  const classes = new Sequences();
  const held: number[][] = Array.from({ length: asked.count }, () => []);
  const ofValue = new Uint16Array(256).map((_, value) => {
    const having = [...held.keys()].filter((i) => (value & asked.words[2 * i + 1]!) === asked.words[2 * i]!);
    vector.fill(0);
    for (const i of having) vector[i >>> 5]! |= 1 << (i & 31);
    const number = classes.intern(vector, width);
    for (const i of having) if (!held[i]!.includes(number)) held[i]!.push(number);
    return number;
  });
  return { count: classes.count, ofValue, held };
}
