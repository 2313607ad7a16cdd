/** One direction of an entry while it is read. */
import type { Connection, ConnectionTuple } from '../../model/connection.js';
import type { Counters } from '../../model/ruleset.js';
import type { Words } from '../../net/address.js';
import { mayLackParts, partsOf } from './protocols.js';

/** -1, or undefined: not read yet. */
export interface Direction {
  readonly src: Words;
  dst: Words | undefined;
  sport: number;
  dport: number;
  type: number;
  code: number;
  id: number;
  packets: bigint | undefined;
  bytes: bigint | undefined;
}

export const beginDirection = (src: Words): Direction => ({
  src,
  dst: undefined,
  sport: -1,
  dport: -1,
  type: -1,
  code: -1,
  id: -1,
  packets: undefined,
  bytes: undefined,
});

/** What it ought to have and has not. */
export function lackOf({ dst, sport, dport, type, code, id }: Direction, protocol: number): string | undefined {
  if (dst === undefined) return 'dst=';
  const parts = partsOf(protocol);
  if (parts === 'icmp') return type < 0 ? 'type=' : code < 0 ? 'code=' : id < 0 ? 'id=' : undefined;
  if (parts === 'none' || (mayLackParts(protocol) && sport < 0 && dport < 0)) return undefined;
  const [source, destination] = parts === 'ports' ? ['sport=', 'dport='] : ['srckey=', 'dstkey='];
  return sport < 0 ? source : dport < 0 ? destination : undefined;
}

export const tupleOf = ({ src, dst, sport, dport, type, code, id }: Direction): ConnectionTuple => ({
  src,
  dst: dst!,
  sport: Math.max(0, sport),
  dport: Math.max(0, dport),
  type: Math.max(0, type),
  code: Math.max(0, code),
  id: Math.max(0, id),
});

/** Undefined where neither direction has any. */
export function countersOf(original: Direction, reply: Direction): Connection['counters'] {
  const has = ({ packets, bytes }: Direction) => packets !== undefined || bytes !== undefined;
  const of = ({ packets, bytes }: Direction): Counters => ({ packets: packets ?? 0n, bytes: bytes ?? 0n });
  return has(original) || has(reply) ? { original: of(original), reply: of(reply) } : undefined;
}
