/** What was seen of one packet, by the kernel or by packetwalk, in one shape; and how two such views differ. */
import type { WalkResult } from '../../src/model/trace.js';
import type { LoadedHost } from '../../src/run/engine.js';
import { toHex } from './packets.js';
import type { KernelResult } from './scenario.js';

export interface Observed {
  /** `filter INPUT 3` or `filter INPUT policy`: packets/bytes. */
  readonly counters: ReadonlyMap<string, string>;
  /** what passed the last hook, in order: `postrouting eth1 mark 5 4500…`. */
  readonly out: readonly string[];
}

export function ofKernel(result: KernelResult): Observed {
  const counters = new Map<string, string>();
  for (const { table, chain, rule, packets, bytes } of result.hits)
    counters.set(`${table} ${chain} ${rule}`, `${packets}/${bytes}`);
  for (const { table, chain, packets, bytes } of result.policies)
    counters.set(`${table} ${chain} policy`, `${packets}/${bytes}`);
  return {
    counters,
    out: result.out.map(({ hook, iface, mark, hex }) => `${hook} ${iface} mark ${mark} ${nameless(hex)}`),
  };
}

/** `before` and `after`: all counters of the host, as `countersOf` reads them. */
export function ofWalk(
  result: WalkResult,
  host: LoadedHost,
  before: readonly bigint[],
  after: readonly bigint[],
): Observed {
  const { rules, policies } = host.compiled;
  const counters = new Map<string, string>();
  for (let id = 0; id < rules.length + policies.length; id++) {
    const packets = after[2 * id]! - before[2 * id]!;
    if (packets === 0n) continue;
    const { table, chain, number } = rules[id] ?? { ...policies[id - rules.length]!, number: 'policy' };
    counters.set(`${table} ${chain} ${number}`, `${packets}/${after[2 * id + 1]! - before[2 * id + 1]!}`);
  }
  const out = result.events.flatMap((event) =>
    event.kind === 'leaves'
      ? [`${event.out.hook} ${event.out.iface} mark ${event.out.mark} ${nameless(toHex(event.bytes!))}`]
      : [],
  );
  return { counters, out };
}

const NAMELESS = '********';

/** What tells the fragments of IPv6 that the host makes from those of other packets, nobody knows: it is left out. */
function nameless(hex: string): string {
  const byte = (at: number) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16);
  if (byte(0) >> 4 !== 6) return hex;
  let at = 40;
  let next = byte(6);
  while (next === 0 || next === 43 || next === 60) {
    next = byte(at);
    at += (byte(at + 1) + 1) * 8;
  }
  return next === 44 ? `${hex.slice(0, 2 * at + 8)}${NAMELESS}${hex.slice(2 * at + 16)}` : hex;
}

/** Copies of fragments may come in before the next fragment leaves. */
const inOrder = (out: readonly string[]): string[] =>
  out.some((line) => line.includes(NAMELESS)) ? [...out].sort() : [...out];

export function countersOf(host: LoadedHost): bigint[] {
  const count = host.compiled.rules.length + host.compiled.policies.length;
  const counters: bigint[] = [];
  for (let id = 0; id < count; id++) {
    const { packets, bytes } = host.counter(id);
    counters.push(packets, bytes);
  }
  return counters;
}

/** Lines that say where two views differ; none: they agree. */
export function differences(kernel: Observed, ours: Observed): string[] {
  const lines: string[] = [];
  for (const name of [...new Set([...kernel.counters.keys(), ...ours.counters.keys()])].sort()) {
    const theirs = kernel.counters.get(name) ?? '0/0';
    const own = ours.counters.get(name) ?? '0/0';
    if (theirs !== own) lines.push(`${name}: kernel ${theirs}, here ${own}`);
  }
  const [theirs, own] = [inOrder(kernel.out), inOrder(ours.out)];
  if (theirs.join('\n') !== own.join('\n'))
    lines.push(`leaves, kernel: ${theirs.join(' | ') || 'nothing'}`, `leaves, here:   ${own.join(' | ') || 'nothing'}`);
  return lines;
}
