/** A walk's whole explanation: the headline, what was taken for granted, the walk, and what comes after it. */

import { Field } from '../abi.js';
import type { Packet } from '../model/packet.js';
import type { TableName } from '../model/ruleset.js';
import type { WalkResult } from '../model/trace.js';
import type { LoadedHost } from '../run/engine.js';
import { assumptions } from './assumptions.js';
import { endText } from './fields.js';
import { headline } from './headline.js';
import type { Message } from './lang/messages.js';
import { walkPast } from './past-questions.js';
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
  const walked = walkPast(host, packet);
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

function after(result: WalkResult, host: LoadedHost, packet: Packet): Message[] {
  const lines: Message[] = [];
  const confirmed = result.events.some((event) => event.kind === 'confirmed');
  if (confirmed) {
    lines.push(say('after.connection', {}));
    const translated = result.events.flatMap((event) =>
      event.kind === 'translated' && endText(event.from) !== endText(event.to) ? [event] : [],
    );
    for (const { side, from, to } of translated)
      lines.push(say('after.translated', { side, from: endText(from), to: endText(to) }));
    if (translated.length === 0) lines.push(say('after.plain', {}));
    lines.push(say('after.ends', { timeout: host.firstTimeout(result.start[Field.Proto]!) }));
  } else if (packet.state !== undefined && packet.state !== 'UNTRACKED')
    lines.push(say('after.given', { state: packet.state }));
  else if (host.tracking.on && result.out !== undefined && result.events.some((e) => e.kind === 'tracked'))
    lines.push(say('after.untracked', {}));
  const given = new Set<TableName>(host.compiled.chains.map((chain) => chain.table));
  if (!given.has('filter') && result.out !== undefined) lines.push(say('after.nofilter', {}));
  return lines;
}
