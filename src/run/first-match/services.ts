/**
 * What rules ask of ports and protocol: a service is a pair of intervals of ports and a protocol, and many rules ask for
 * the same few. Packets that the same services take are of one class, y.
 */

import type { Effort } from './rule-lists.js';
import type { FiveTupleRules } from './rules.js';
import { Sequences } from './sequences.js';

/** Values of a field by what distinct intervals hold them: the class of each value. */
export interface FieldClasses {
  readonly count: number;
  readonly ofValue: Uint16Array;
  /** of each class, which intervals hold its values. */
  readonly held: readonly Uint32Array[];
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
/** Words that classes and combinations may take while they are made. */
const MOST_WORDS = 1 << 25;

/** undefined: there are too many classes of ports, or they take too long. */
export function servicesOf(rules: FiveTupleRules, chosen: Uint32Array, effort: Effort): Services | undefined {
  const sports = new Sequences();
  const dports = new Sequences();
  const protos = new Sequences();
  const kinds = new Sequences();
  const ofRule = new Uint32Array(rules.count);
  for (const i of chosen) {
    const sport = sports.intern(Uint32Array.of(rules.sportMin[i]!, rules.sportMax[i]!), 2);
    const dport = dports.intern(Uint32Array.of(rules.dportMin[i]!, rules.dportMax[i]!), 2);
    const proto = protos.intern(Uint32Array.of(rules.proto[i]!, rules.protoMask[i]!), 2);
    ofRule[i] = kinds.intern(Uint32Array.of(sport, dport, proto), 3);
  }
  const sport = intervalClasses(sports, effort);
  const dport = intervalClasses(dports, effort);
  if (sport === undefined || dport === undefined) return undefined;
  const proto = protocolClasses(protos);
  const combinations = sport.count * dport.count * proto.count;
  const takenWords = Math.ceil(kinds.count / 32);
  if (combinations > MOST_COMBINATIONS || combinations * takenWords > MOST_WORDS) return undefined;
  // of each combination the services that take it
  const taken = new Uint32Array(combinations * takenWords);
  for (let service = 0; service < kinds.count; service++) {
    const [s, d, p] = kinds.words.subarray(3 * service, 3 * service + 3) as unknown as [number, number, number];
    const word = service >>> 5;
    const bit = 1 << (service & 31);
    effort.spend(sport.held[s]!.length * dport.held[d]!.length * proto.held[p]!.length);
    if (effort.isSpent) return undefined;
    for (const a of sport.held[s]!)
      for (const b of dport.held[d]!)
        for (const c of proto.held[p]!) taken[((a * dport.count + b) * proto.count + c) * takenWords + word]! |= bit;
  }
  effort.spend(2 * combinations * takenWords);
  if (effort.isSpent) return undefined;
  const ys = new Sequences();
  const yOf = new Uint32Array(combinations);
  for (let i = 0; i < combinations; i++)
    yOf[i] = ys.intern(taken.subarray(i * takenWords, (i + 1) * takenWords), takenWords);
  const coverWords = Math.ceil(ys.count / 32);
  effort.spend(ys.count * kinds.count);
  if (kinds.count * coverWords > MOST_WORDS || effort.isSpent) return undefined;
  const cover = new Uint32Array(kinds.count * coverWords);
  for (let y = 0; y < ys.count; y++)
    for (let service = 0; service < kinds.count; service++)
      if (((ys.words[y * takenWords + (service >>> 5)]! >>> (service & 31)) & 1) === 1)
        cover[service * coverWords + (y >>> 5)]! |= 1 << (y & 31);
  return { count: kinds.count, ofRule, cover, coverWords, yCount: ys.count, classes: { sport, dport, proto }, yOf };
}

/** Of intervals of sixteen bits; `held` is by interval here, and lists classes. */
function intervalClasses(intervals: Sequences, effort: Effort): FieldClasses | undefined {
  const bounds = new Uint8Array(65537);
  for (let i = 0; i < intervals.count; i++) {
    bounds[intervals.words[2 * i]!] = 1;
    bounds[intervals.words[2 * i + 1]! + 1] = 1;
  }
  const starts: number[] = [0];
  const partOf = new Uint16Array(65536);
  for (let value = 1; value < 65536; value++) {
    if (bounds[value] === 1) starts.push(value);
    partOf[value] = starts.length - 1;
  }
  const width = Math.ceil(intervals.count / 32);
  if (starts.length * width > MOST_WORDS) return undefined;
  const vectors = new Uint32Array(starts.length * width);
  let spent = 0;
  for (let i = 0; i < intervals.count; i++) {
    const last = partOf[intervals.words[2 * i + 1]!]!;
    const first = partOf[intervals.words[2 * i]!]!;
    spent += last - first;
    if (spent > MOST_WORDS) return undefined;
    for (let part = first; part <= last; part++) vectors[part * width + (i >>> 5)]! |= 1 << (i & 31);
  }
  effort.spend(spent + 2 * vectors.length);
  if (effort.isSpent) return undefined;
  const classes = new Sequences();
  const classOfPart = starts.map((_, part) =>
    classes.intern(vectors.subarray(part * width, (part + 1) * width), width),
  );
  return {
    count: classes.count,
    ofValue: partOf.map((part) => classOfPart[part]!),
    held: heldBy(classes, intervals.count),
  };
}

function protocolClasses(asked: Sequences): FieldClasses {
  const width = Math.ceil(asked.count / 32);
  const vector = new Uint32Array(width);
  const classes = new Sequences();
  const ofValue = new Uint16Array(256).map((_, value) => {
    vector.fill(0);
    for (let i = 0; i < asked.count; i++)
      if ((value & asked.words[2 * i + 1]!) === asked.words[2 * i]!) vector[i >>> 5]! |= 1 << (i & 31);
    return classes.intern(vector, width);
  });
  return { count: classes.count, ofValue, held: heldBy(classes, asked.count) };
}

/** Of each interval the classes that it holds, of vectors that say of each class which intervals hold it. */
function heldBy(vectors: Sequences, count: number): Uint32Array[] {
  const held: number[][] = Array.from({ length: count }, () => []);
  const width = Math.ceil(count / 32);
  for (let i = 0; i < vectors.count; i++)
    for (let word = 0; word < width; word++)
      for (let bits = vectors.words[i * width + word]!; bits !== 0; bits &= bits - 1)
        held[32 * word + 31 - Math.clz32(bits & -bits)]!.push(i);
  return held.map((list) => Uint32Array.from(list));
}
