/** What stands in the way of a translation, and what is drawn for it. */
import { Beside, Field } from '../abi.js';
import { Protocol } from '../net/protocol.js';
import type { Connections } from './connections/connections.js';
import { ORIGINAL, REPLY, type Tuple, TupleWord } from './connections/table.js';
import { hasTuplePorts, highOf, lowOf, pairOf } from './connections/tuples.js';
import type { NatTuple, NatWorld } from './nat.js';
import type { WalkSetup } from './setup.js';

/** Attempts at the end of a search in which a closing connection may give way (NF_NAT_HARDER_THRESH). */
const LAST_ATTEMPTS = 32;

/** For the first packet of a connection. */
export function worldOf(setup: WalkSetup, slot: number): NatWorld {
  const { stages, connections } = setup;
  const entry = stages.field(slot, Beside.Entry) - 1;
  const known = connections !== undefined && entry >= 0;
  const zones = stages.field(slot, Field.CtZone);
  return {
    // struct nf_conntrack_zone has one number, whichever directions it is for
    zone: lowOf(zones) || highOf(zones),
    taken: (tuple, left) => known && isTaken(setup, connections, slot, tuple, left),
    mappings: () => (known ? mappingsOf(connections, entry) : []),
    draw: (ports) => setup.drawn?.(ports) ?? ports.min + (stages.draw(slot) % (ports.max - ports.min + 1)),
  };
}

function isTaken(
  { stages, now }: WalkSetup,
  connections: Connections,
  slot: number,
  tuple: NatTuple,
  left: number | undefined,
): boolean {
  const entry = stages.field(slot, Beside.Entry) - 1;
  const { table } = connections;
  const reply = Uint32Array.of(
    tuple.dst[0]!,
    tuple.src[0]!,
    answerPorts(tuple, stages.field(slot, Field.CtReplSport), stages.field(slot, Field.CtReplDport)),
    table.tuple(entry, REPLY)[TupleWord.Proto]!,
  );
  const found = connections.takenBy(reply, entry, now);
  if (found < 0) return false;
  const gives = left !== undefined && left <= LAST_ATTEMPTS && tuple.protocol === Protocol.Tcp;
  if (!gives || !connections.mayGive(found, entry)) return true;
  table.remove(found >>> 1);
  return false;
}

/** Of the tuple of answers; what translation does not change stays as the connection has it. */
function answerPorts({ protocol, sport, dport }: NatTuple, replySport: number, replyDport: number): number {
  if (protocol === Protocol.Icmp) return pairOf(sport, replyDport);
  return hasTuplePorts(protocol) ? pairOf(dport, sport) : pairOf(replySport, replyDport);
}

function* mappingsOf({ table }: Connections, entry: number): Generator<Mapping> {
  for (const other of table.sources.of(table.tuple(entry, ORIGINAL))) yield mappingOf(table.tuple(other, REPLY));
}

type Mapping = NatWorld['mappings'] extends () => Iterable<infer One> ? One : never;

function mappingOf(reply: Tuple): Mapping {
  const ports = reply[TupleWord.Ports]!;
  const icmp = (reply[TupleWord.Proto]! & 0xff) === Protocol.Icmp;
  return { src: [reply[TupleWord.Dst]!], sport: icmp ? highOf(ports) : lowOf(ports) };
}

/** The connection ends where its packets leave by another interface than the one whose address it has. */
export function noteMasquerade({ stages, connections }: WalkSetup, slot: number): void {
  const entry = stages.field(slot, Beside.Entry) - 1;
  if (entry >= 0) connections?.table.setMasquerade(entry, stages.field(slot, Beside.Oif));
}
