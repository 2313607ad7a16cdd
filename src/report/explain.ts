/** A walk's whole explanation: the headline, what was taken for granted, the walk, and what comes after it. */

import type { Packet } from '../model/packet.js';
import type { LoadedHost } from '../run/engine.js';
import { after } from './after.js';
import { assumptions } from './assumptions.js';
import { headline } from './headline.js';
import type { Message } from './lang/messages.js';
import { questionNamed, type Walked, walkPast } from './past-questions.js';
import { asked, type Story, say } from './story.js';
import { tell } from './tell.js';
import { unusedOf } from './unused.js';
import type { AllWays } from './ways/index.js';

export interface ExplainOptions {
  /** every rule that was looked at. */
  readonly all?: boolean;
  /** what the caller assumed before the walk. */
  readonly assumed?: readonly Message[];
  /** tells what else becomes of it where something is not known: `allWays`. It costs some dozen walks. */
  readonly ways?: (host: LoadedHost, packet: Packet) => AllWays;
  /** what is told beside it, at the end: `hints`. */
  readonly hints?: readonly Message[];
}

/** Walks the packet and tells the story. */
export function explain(host: LoadedHost, packet: Packet, options: ExplainOptions = {}): Story {
  return storyWithWays(host, packet, walkPast(host, packet), options);
}

/** The same of a packet that has been walked last. */
export function storyWithWays(host: LoadedHost, packet: Packet, walked: Walked, options: ExplainOptions): Story {
  const all = options.ways?.(host, packet);
  if (all === undefined) return storyOf(host, packet, walked, options);
  const { ways, asks, assumed, alike } = all;
  if (alike !== undefined && walked.result.fate === 'unknown' && alike.result.fate !== 'unknown') {
    const past = alike.questions.map((name) => questionNamed(name));
    const story = storyOf(host, packet, { ...walked, result: alike.result, past, open: undefined }, options);
    const [fate, by, ...more] = story.headline;
    return { ...story, headline: [fate!, by!, ...alike.also, ...more], assumed: [...story.assumed, ...assumed] };
  }
  const story = storyOf(host, packet, walked, options);
  return ways === undefined ? story : { ...story, ways, asks, assumed: [...story.assumed, ...assumed] };
}

/** The story of a packet that has been walked. */
export function storyOf(host: LoadedHost, packet: Packet, walked: Walked, options: ExplainOptions): Story {
  const { result, past } = walked;
  const now = [...result.start];
  const cameAnyhow = result.events.some(
    (event) => event.kind === 'begin' && event.from === 'wire' && event.iface === '',
  );
  const walk = tell(result.events, { all: options.all ?? false, now, cameAnyhow, ...asked(host) });
  const notes = unusedOf(packet, result.events, host.host, host.from.family);
  return {
    schema: 1,
    fate: result.fate,
    by: result.by,
    headline: [...headline(walked, host, now), ...past.map((question) => say('by.whatever', { question }))],
    assumed: [...(options.assumed ?? []), ...assumptions(host, packet, result)],
    walk,
    after: after(result, host, packet),
    ...(options.hints && { hints: options.hints }),
    result: { out: result.out, copies: result.copies },
    ...(notes.length === 0 ? {} : { notes }),
  };
}
