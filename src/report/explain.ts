/** A walk's whole explanation: the headline, what was taken for granted, the walk, and what comes after it. */

import { Field } from '../abi.js';
import type { Host } from '../model/host.js';
import type { Packet } from '../model/packet.js';
import type { TableName } from '../model/ruleset.js';
import type { WalkResult } from '../model/trace.js';
import type { LoadedHost } from '../run/engine.js';
import { endText } from './fields.js';
import { headline } from './headline.js';
import type { Message } from './lang/messages.js';
import { type Story, say } from './story.js';
import { tell } from './tell.js';
import { unusedOf } from './unused.js';

export interface ExplainOptions {
  /** every rule that was looked at. */
  readonly all: boolean;
  /** what the caller assumed before the walk. */
  readonly assumed?: readonly Message[];
}

/** Walks the packet and tells the story. */
export function explain(host: LoadedHost, packet: Packet, options: ExplainOptions): Story {
  const result = host.walk(packet, { everything: true });
  const now = [...result.start];
  const walk = tell(result.events, {
    all: options.all,
    compiled: host.compiled,
    now,
    ifaceName: (number) => host.interfaceName(number),
    addressType: (address) => host.addressType(address),
    dimensions: (set) => host.dimensions(set),
  });
  const notes = unusedOf(packet, result.events);
  return {
    schema: 1,
    fate: result.fate,
    by: result.by,
    headline: headline(result, host, packet, now),
    assumed: [...(options.assumed ?? []), ...assumptions(host, packet), ...chance(result, host)],
    walk,
    after: after(result, host, packet),
    result: { out: result.out, copies: result.copies },
    ...(notes.length === 0 ? {} : { notes }),
  };
}

function assumptions(host: LoadedHost, packet: Packet): Message[] {
  const out: Message[] = packet.assumed.map(({ field, value }) => say('assumed.field', { field, value }));
  const { on, why } = host.tracking;
  if (why === 'tables-unknown' || why === 'no-rule') out.push(say('assumed.tracking', { on, why }));
  const settings = defaults(host.host);
  if (settings !== '') out.push(say('assumed.sysctls', { settings }));
  for (const assumed of host.host.assumed) out.push(say(`assumed.${assumed}`, {}));
  return out;
}

/** What the walk met that another packet, or another try, may find otherwise. */
function chance({ events }: WalkResult, { compiled }: LoadedHost): Message[] {
  const kinds = new Set(
    events.flatMap((event) => {
      const condition =
        event.kind === 'held' || event.kind === 'failed' ? compiled.conditions.get(event.address) : undefined;
      return condition !== undefined && 'test' in condition ? [condition.test.kind] : [];
    }),
  );
  const fresh = kinds.has('limit') || kinds.has('nth');
  const grouped = events.some((event) => (event.kind === 'lost' || event.kind === 'routed') && event.guessed === true);
  return [
    ...(grouped ? [say('assumed.groups', {})] : []),
    ...(kinds.has('random') ? [say('assumed.draw', {})] : []),
    ...(fresh ? [say('assumed.fresh', {})] : []),
  ];
}

/** The settings that routing reads, with what they are where the host's were not given. */
const SETTINGS: readonly (readonly [name: string, key: string, value: string])[] = [
  ['ip_forward', 'net.ipv4.ip_forward', '1'],
  ['rp_filter', 'net.ipv4.conf.all.rp_filter', '0'],
  ['accept_local', 'net.ipv4.conf.all.accept_local', '0'],
  ['route_localnet', 'net.ipv4.conf.all.route_localnet', '0'],
];
const defaults = ({ sysctls }: Host): string =>
  SETTINGS.filter(([, key]) => !sysctls.has(key))
    .map(([name, , value]) => `${name} ${value}`)
    .join(', ');

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
