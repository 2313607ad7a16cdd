/** What becomes of a packet in all ways that are open: `explain` tells it where it is given this. */
import type { Packet } from '../../model/packet.js';
import { ANY_INTERFACE } from '../../model/question.js';
import type { WalkResult } from '../../model/trace.js';
import type { LoadedHost } from '../../run/engine.js';
import type { Message } from '../lang/messages.js';
import { say } from '../story.js';
import { asksOf } from './asks.js';
import { explore } from './explore.js';
import { merge } from './merge.js';
import type { Ways } from './model.js';
import { deciders, tellWays, type WayNode } from './tell.js';

export interface AllWays {
  /** undefined: they all end alike. */
  readonly ways: WayNode | undefined;
  /** the fewest facts that settle it, and how to get each: those that a way hangs on, in the order of the walk. */
  readonly asks: readonly Message[];
  /** what was assumed beside, of which nothing that is told depends. */
  readonly assumed: readonly Message[];
  /** where all ways end alike, one of them, what decides the others, and the questions that it does not hang on. */
  readonly alike:
    | { readonly result: WalkResult; readonly also: readonly Message[]; readonly questions: readonly string[] }
    | undefined;
}

export function allWays(host: LoadedHost, packet: Packet): AllWays {
  const { ways: found, facts } = explore(host, packet);
  const ways = merge(found);
  const assumed = facts.map((fact) => say('assumed.fact', { fact, answer: true }));
  if (ways !== undefined && 'result' in ways) {
    const { result, also = [] } = ways;
    const by = deciders(also, host.compiled);
    const others = by.some.length === 0 ? [] : [say('way.also', { by })];
    // `address:eth0`, whatever stands for it
    const addresses = facts.map((fact) => fact.split(':', 2).join(':'));
    const named = addresses.filter((name) => name !== `address:${ANY_INTERFACE}`);
    const questions = [...questionsIn(found), ...named];
    return { ways: undefined, asks: [], assumed, alike: { result, also: others, questions } };
  }
  return { ways: tellWays(ways, host), asks: asksOf(ways, host), assumed, alike: undefined };
}

/** The names of the questions that a walk came to, each once. */
function questionsIn(ways: Ways): Set<string> {
  const names = new Set<string>();
  const all = new Set<Ways>([ways]);
  for (const one of all) {
    if (one === undefined || 'result' in one) continue;
    if (one.choice.kind === 'question') names.add(one.choice.name);
    all.add(one.yes).add(one.no);
  }
  return names;
}
