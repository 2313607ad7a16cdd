/** What there is to tell of a connection's entry: in words, and as JSON. */
import {
  CT_STATUS_ASSURED,
  CT_STATUS_CONFIRMED,
  CT_STATUS_DST_NAT,
  CT_STATUS_EXPECTED,
  CT_STATUS_SEEN_REPLY,
  CT_STATUS_SRC_NAT,
} from '../abi.js';
import { type Connection, type ConnectionTuple, translationOf } from '../model/connection.js';
import type { WalkEvent } from '../model/trace.js';
import { formatAddress } from '../net/address.js';
import { protocolName } from '../net/protocol.js';
import { partsOf } from '../parse/connections/protocols.js';
import { withPort } from './fields.js';
import type { ConnectionNote, Part } from './lang/messages.js';

/** The entry that a walk's events tell of, as the packet leaves it; undefined: it has none. */
export function entryOf(events: readonly WalkEvent[]): Connection | undefined {
  let entry: Connection | undefined;
  for (const event of events) {
    if ((event.kind === 'tracked' || event.kind === 'confirmed') && event.connection !== undefined)
      entry = event.kind === 'confirmed' ? { ...event.connection, mark: entry?.mark ?? 0 } : event.connection;
    else if (event.kind === 'connmark' && entry !== undefined) entry = { ...entry, mark: event.after };
  }
  return entry;
}

export const isConfirmed = ({ status }: Connection): boolean => (status & CT_STATUS_CONFIRMED) !== 0;

/** What the packet is to it. */
export function partOf({ state, connection, reply }: Extract<WalkEvent, { kind: 'tracked' }>): Part {
  // where none is remembered a state of NEW says it
  if (connection === undefined) return state === 'NEW' ? 'first' : null;
  if (state === 'RELATED' && isConfirmed(connection)) return 'error';
  if (!isConfirmed(connection)) return 'first';
  if (reply === true) return 'answer';
  return state === 'NEW' ? 'again' : 'original';
}

export function connectionNote(connection: Connection): ConnectionNote {
  const { protocol, original, reply, state } = connection;
  const turned = translationOf(original, reply) === 0;
  return {
    protocol: protocolName(protocol),
    original: tupleText(original, protocol),
    reply: turned ? null : tupleText(reply, protocol),
    state: state ?? null,
  };
}

function tupleText({ src, dst, sport, dport, type, code, id }: ConnectionTuple, protocol: number): string {
  const [from, to] = [formatAddress(src), formatAddress(dst)];
  switch (partsOf(protocol)) {
    case 'ports':
      return `${withPort(from, sport)} → ${withPort(to, dport)}`;
    case 'icmp':
      return `${from} → ${to} type ${type} code ${code} id ${id}`;
    default:
      return `${from} → ${to}`;
  }
}

const STATUSES = [
  ['EXPECTED', CT_STATUS_EXPECTED],
  ['SEEN_REPLY', CT_STATUS_SEEN_REPLY],
  ['ASSURED', CT_STATUS_ASSURED],
  ['SNAT', CT_STATUS_SRC_NAT],
  ['DNAT', CT_STATUS_DST_NAT],
] as const;

/** Names as conntrack(8) and the conntrack match have them. */
export const statusNames = ({ status }: Connection): string[] =>
  STATUSES.filter(([, bit]) => (status & bit) !== 0).map(([name]) => name);

export interface ConnectionJson {
  readonly protocol: string;
  /** absent: the protocol has none. */
  readonly state?: string;
  readonly status: readonly string[];
  readonly mark: number;
  /** seconds. */
  readonly timeout: number;
  readonly original: TupleJson;
  readonly reply: TupleJson;
  /** absent: both are 0. */
  readonly zones?: Connection['zones'];
}
interface TupleJson {
  readonly src: string;
  readonly dst: string;
  readonly sport?: number;
  readonly dport?: number;
  readonly type?: number;
  readonly code?: number;
  readonly id?: number;
}

export function connectionJson(connection: Connection): ConnectionJson {
  const { protocol, state, mark, timeout, original, reply, zones } = connection;
  return {
    protocol: protocolName(protocol),
    ...(state === undefined ? {} : { state }),
    status: statusNames(connection),
    mark,
    timeout,
    original: tupleJson(original, protocol),
    reply: tupleJson(reply, protocol),
    ...(zones.original === 0 && zones.reply === 0 ? {} : { zones }),
  };
}

function tupleJson({ src, dst, sport, dport, type, code, id }: ConnectionTuple, protocol: number): TupleJson {
  const addresses = { src: formatAddress(src), dst: formatAddress(dst) };
  const parts = partsOf(protocol);
  if (parts === 'icmp') return { ...addresses, type, code, id };
  return parts === 'none' ? addresses : { ...addresses, sport, dport };
}
