/** What becomes of the packets after this one: which connection it leaves behind, and until when. */
import { Field } from '../abi.js';
import type { Connection } from '../model/connection.js';
import type { Packet } from '../model/packet.js';
import type { TableName } from '../model/ruleset.js';
import type { Endpoint, WalkResult } from '../model/trace.js';
import type { LoadedHost } from '../run/engine.js';
import { connectionNote, entryOf, isConfirmed, partOf } from './connection.js';
import { endText } from './fields.js';
import type { Message } from './lang/messages.js';
import { say } from './story.js';

export function after(result: WalkResult, host: LoadedHost, packet: Packet): Message[] {
  return [...connectionAfter(result, host, packet), ...filterAfter(host, result)];
}

function connectionAfter({ events, out, start }: WalkResult, host: LoadedHost, packet: Packet): Message[] {
  const tracked = events.findLast((event) => event.kind === 'tracked');
  const entry = entryOf(events);
  if (events.some((event) => event.kind === 'confirmed')) {
    const text = (end: Endpoint) => endText(end, start[Field.Proto]);
    const translated = events.flatMap((event) =>
      event.kind === 'translated' && text(event.from) !== text(event.to)
        ? [say('after.translated', { side: event.side, from: text(event.from), to: text(event.to) })]
        : [],
    );
    const what = translated.length === 0 ? [say('after.plain', {})] : translated;
    return [say('after.connection', {}), ...what, ...endsAfter(host, entry)];
  }
  if (tracked?.gone) return [say('after.gone', {})];
  if (tracked !== undefined && entry !== undefined && isConfirmed(entry))
    return [
      say('after.known', { part: partOf(tracked) }),
      say('after.entry', connectionNote(entry)),
      ...endsAfter(host, entry),
    ];
  if (packet.state !== undefined && packet.state !== 'UNTRACKED') return [say('after.given', { state: packet.state })];
  return host.tracking.on && out !== undefined && tracked !== undefined ? [say('after.untracked', {})] : [];
}

/** How long the entry of a packet lasts, where it is remembered. */
export function endsAfter(host: LoadedHost, entry: Connection | undefined): Message[] {
  const lasting = entry && host.lasting(entry);
  return lasting === undefined ? [] : [say('after.ends', lasting)];
}

export function filterAfter({ compiled }: LoadedHost, { out }: WalkResult): Message[] {
  const given = new Set<TableName>(compiled.chains.map((chain) => chain.table));
  return given.has('filter') || out === undefined ? [] : [say('after.nofilter', {})];
}
