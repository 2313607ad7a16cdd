/** A walk's whole explanation: the headline, what was taken for granted, the walk, and what comes after it. */

import type { Packet } from '../model/packet.js';
import type { LoadedHost } from '../run/engine.js';
import { after } from './after.js';
import { assumptions } from './assumptions.js';
import { headline } from './headline.js';
import type { Message } from './lang/messages.js';
import { type Walked, walkPast } from './past-questions.js';
import { type Story, say } from './story.js';
import { tell } from './tell.js';
import { unusedOf } from './unused.js';

export interface ExplainOptions {
  /** every rule that was looked at. */
  readonly all?: boolean;
  /** what the caller assumed before the walk. */
  readonly assumed?: readonly Message[];
}

/** Walks the packet and tells the story. */
export function explain(host: LoadedHost, packet: Packet, options: ExplainOptions = {}): Story {
  return storyOf(host, packet, walkPast(host, packet), options);
}

/** The story of a packet that has been walked. */
export function storyOf(host: LoadedHost, packet: Packet, walked: Walked, options: ExplainOptions): Story {
  const { result, past } = walked;
  const now = [...result.start];
  const walk = tell(result.events, {
    all: options.all ?? false,
    compiled: host.compiled,
    now,
    ifaceName: (number) => host.interfaceName(number),
    addressType: (address) => host.addressType(address),
    dimensions: (set) => host.from.dimensions(set),
  });
  const notes = unusedOf(packet, result.events, host.host);
  return {
    schema: 1,
    fate: result.fate,
    by: result.by,
    headline: [...headline(walked, host, now), ...past.map((question) => say('by.whatever', { question }))],
    assumed: [...(options.assumed ?? []), ...assumptions(host, packet, result)],
    walk,
    after: after(result, host, packet),
    result: { out: result.out, copies: result.copies },
    ...(notes.length === 0 ? {} : { notes }),
  };
}
