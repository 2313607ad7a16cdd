/** What becomes of a packet in all ways that are open: `explain` tells it where it is given this. */
import type { Packet } from '../../model/packet.js';
import type { WalkResult } from '../../model/trace.js';
import type { LoadedHost } from '../../run/engine.js';
import type { Message } from '../lang/messages.js';
import { asksOf } from './asks.js';
import { explore, type Ways } from './explore.js';
import { merge } from './merge.js';
import { tellWays, type WayNode } from './tell.js';

export interface AllWays {
  /** undefined: they all end alike. */
  readonly ways: WayNode | undefined;
  /** the fewest facts that settle it, and how to get each: those that a way hangs on, in the order of the walk. */
  readonly asks: readonly Message[];
  /** where all ways end alike, one of them, and the questions that it does not hang on. */
  readonly alike: { readonly result: WalkResult; readonly questions: readonly string[] } | undefined;
}

export function allWays(host: LoadedHost, packet: Packet): AllWays {
  const found = explore(host, packet);
  const ways = merge(found);
  if (ways !== undefined && 'result' in ways)
    return { ways: undefined, asks: [], alike: { result: ways.result, questions: questionsIn(found) } };
  return { ways: tellWays(ways, host), asks: asksOf(ways, host), alike: undefined };
}

/** The names of the questions that a walk came to, each once. */
function questionsIn(ways: Ways): string[] {
  if (ways === undefined || 'result' in ways) return [];
  const own = ways.choice.kind === 'question' ? [ways.choice.name] : [];
  return [...new Set([...own, ...questionsIn(ways.yes), ...questionsIn(ways.no)])];
}
