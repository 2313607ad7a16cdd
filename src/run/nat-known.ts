/** Which remembered connections stand in the way of a translation, and what those of its source have become. */
import { Beside, CT_STATUS_DST_NAT, CT_STATUS_SRC_NAT, Field } from '../abi.js';
import { Protocol } from '../net/protocol.js';
import type { AddressNumbers } from './connections/address-numbers.js';
import type { Connections } from './connections/connections.js';
import {
  hasTuplePorts,
  highOf,
  isIcmp,
  lowOf,
  ORIGINAL,
  pairOf,
  protocolOf,
  REPLY,
  type Tuple,
  TupleWord,
} from './connections/tuples.js';
import type { NatTuple, NatWorld } from './nat.js';
import type { WalkSetup } from './setup.js';

/** For the first packet of a connection that is remembered. */
export function knownWorld(setup: WalkSetup, connections: Connections, slot: number): KnownWorld {
  const entry = setup.stages.field(slot, Beside.Entry) - 1;
  return {
    taken: (tuple, left) => isTaken(setup, connections, slot, tuple, left),
    takenAsIs: (tuple) => isTaken(setup, connections, slot, tuple) && !mayClash(setup, connections, slot),
    mappings: (tuple) => mappingsOf(connections, entry, tuple, setup.now),
  };
}

type KnownWorld = Pick<NatWorld, 'taken' | 'takenAsIs' | 'mappings'>;

function isTaken(
  { stages, now }: WalkSetup,
  connections: Connections,
  slot: number,
  tuple: NatTuple,
  left?: number,
): boolean {
  const entry = stages.field(slot, Beside.Entry) - 1;
  const { table } = connections;
  const reply = Uint32Array.of(
    table.addresses.numberOf(tuple.dst),
    table.addresses.numberOf(tuple.src),
    answerPorts(tuple, stages.field(slot, Field.CtReplSport), stages.field(slot, Field.CtReplDport)),
    table.tuple(entry, REPLY)[TupleWord.Proto]!,
  );
  return connections.isInTheWay(connections.takenBy(reply, entry, now), entry, left);
}

const CLASHING: readonly number[] = [Protocol.Udp, Protocol.UdpLite, Protocol.Gre];
const TRANSLATED = CT_STATUS_SRC_NAT | CT_STATUS_DST_NAT;

/**
 * nf_nat_used_tuple_new: of some protocols what stands in the way is left to confirm, where it is the same connection as
 * its other side opened it, and neither is translated.
 */
function mayClash({ stages, now }: WalkSetup, connections: Connections, slot: number): boolean {
  const { table } = connections;
  if (!CLASHING.includes(stages.field(slot, Field.Proto)) || (stages.field(slot, Field.CtStatus) & TRANSLATED) !== 0)
    return false;
  const entry = stages.field(slot, Beside.Entry) - 1;
  const [original, reply] = [table.tuple(entry, ORIGINAL), table.tuple(entry, REPLY)];
  const zones = stages.field(slot, Field.CtZone);
  const direct = connections.find(original, zones, now);
  const found = direct < 0 ? connections.find(reply, zones, now) : direct;
  if (found < 0) return true;
  const other = found >>> 1;
  if ((table.status(other) & TRANSLATED) !== 0) return false;
  return sameFlow(table.tuple(other, ORIGINAL), reply) && sameFlow(table.tuple(other, REPLY), original);
}

/** But for its zone. */
const sameFlow = (a: Tuple, b: Tuple): boolean =>
  a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && (a[3]! & 0xff) === (b[3]! & 0xff);

/** Of the tuple of answers; what translation does not change stays as the connection has it. */
function answerPorts({ protocol, sport, dport }: NatTuple, replySport: number, replyDport: number): number {
  if (isIcmp(protocol)) return pairOf(sport, replyDport);
  return hasTuplePorts(protocol) ? pairOf(dport, sport) : pairOf(replySport, replyDport);
}

/**
 * Of connections with the source that the packet has by now: where its destination was translated, an ICMP identifier was too.
 * find_appropriate_src finds those without time left as well, as long as gc_worker has not come by: nobody can tell.
 */
function* mappingsOf({ table }: Connections, entry: number, { src, sport }: NatTuple, now: number): Generator<Mapping> {
  const source = Uint32Array.of(
    table.addresses.numberOf(src),
    0,
    pairOf(sport, 0),
    table.tuple(entry, ORIGINAL)[TupleWord.Proto]!,
  );
  for (const other of table.sources.of(source))
    if (table.end(other) > now) yield mappingOf(table.tuple(other, REPLY), table.addresses);
}

type Mapping = NatWorld['mappings'] extends (tuple: NatTuple) => Iterable<infer One> ? One : never;

function mappingOf(reply: Tuple, addresses: AddressNumbers): Mapping {
  const ports = reply[TupleWord.Ports]!;
  const icmp = isIcmp(protocolOf(reply));
  return { src: addresses.addressOf(reply[TupleWord.Dst]!), sport: icmp ? highOf(ports) : lowOf(ports) };
}
