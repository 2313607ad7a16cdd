/** Who classifies a trace by a set, each by the same rules: packets in its own form before the clock starts, then rule numbers. */
import { FirstMatch, type FirstMatchPlan, type FiveTupleRules } from '../../src/run/first-match/index.js';
import { loadCore } from '../../src/run/wasm.js';
import { firstByArrays, type RuleColumns } from '../peers/arrays.js';
import type { FlatColumns, FlatRule } from '../peers/flat.js';
import { firstByObjects, packetObjects } from '../peers/objects.js';
import type { Trace } from './trace.js';

export interface Entrant {
  readonly name: string;
  /** Classifies for so many milliseconds at least; millions of packets a second. */
  turn(ms: number): number | Promise<number>;
}

export interface Ours extends Entrant {
  readonly buildSeconds: number;
  readonly bytes: number;
  readonly plan: FirstMatchPlan;
  /** the number of each packet's rule, or how many there are. */
  results(): Uint32Array;
}

export async function packetwalk(rules: FiveTupleRules, trace: FlatColumns): Promise<Ours> {
  const core = await loadCore();
  const started = performance.now();
  const match = FirstMatch.build(core, rules);
  const buildSeconds = (performance.now() - started) / 1000;
  const { memory } = core;
  const { count } = trace;
  const place = (column: Uint32Array | Uint16Array | Uint8Array) => {
    const at = memory.reserve(column.byteLength);
    memory.bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    return at;
  };
  const columns = [
    place(trace.src),
    place(trace.dst),
    place(trace.sport),
    place(trace.dport),
    place(trace.proto),
  ] as const;
  const to = memory.reserve(4 * count);
  const pass = () => {
    match.classify(...columns, count, to);
    return count;
  };
  return {
    name: 'packetwalk',
    buildSeconds,
    bytes: match.bytes,
    plan: match.plan,
    turn: (ms) => rateOf(ms, pass),
    results: () => {
      pass();
      return memory.words.slice(to >>> 2, (to >>> 2) + count);
    },
  };
}

/** Peers that look at one rule after another go on through the packets where they stopped: a pass over all takes too long. */
const SLICE = 64;

export function typedArrayLinear(rules: RuleColumns, trace: Trace): Entrant {
  const results = new Uint32Array(trace.count);
  return inSlices('typed_array_linear', trace.count, (i) => {
    results[i] = firstByArrays(rules, trace, i);
  });
}

/** Objects of all packets would be hundreds of MiB. */
const MOST_OBJECTS = 20_000;

export function naiveJs(rules: readonly FlatRule[], trace: Trace): Entrant {
  const packets = packetObjects({ ...trace, count: Math.min(trace.count, MOST_OBJECTS) });
  const results = new Array<number>(packets.length).fill(0);
  return inSlices('naive_js', packets.length, (i) => {
    results[i] = firstByObjects(rules, packets[i]!);
  });
}

function inSlices(name: string, count: number, classify: (i: number) => void): Entrant {
  let next = 0;
  const slice = () => {
    for (let i = 0; i < SLICE; i++) {
      classify(next++);
      if (next === count) next = 0;
    }
    return SLICE;
  };
  return { name, turn: (ms) => rateOf(ms, slice) };
}

/** Millions of packets a second: `some` classifies some, and says how many. */
export function rateOf(ms: number, some: () => number): number {
  const started = performance.now();
  let packets = 0;
  let took = 0;
  do {
    packets += some();
    took = performance.now() - started;
  } while (took < ms);
  return packets / took / 1000;
}
