/** Counters as iptables-save -c prints them, `[packets:bytes]`. */
import type { Counters } from '../../model/ruleset.js';

export function countersOf(text: string): Counters {
  if (text === '[0:0]') return NOTHING;
  const [, packets, bytes] = /^\[(\d+):(\d+)\]$/.exec(text)!;
  return { packets: BigInt(packets!), bytes: BigInt(bytes!) };
}

/** As nearly all have it. */
const NOTHING: Counters = { packets: 0n, bytes: 0n };
