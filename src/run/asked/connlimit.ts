/** connlimit_mt of net/netfilter/xt_connlimit.c: how many connections a rule has seen of addresses that are alike. */
import { CT_STATUS_ASSURED, CT_STATUS_CONFIRMED, Field, FRAG_OFFSET, TcpByte } from '../../abi.js';
import type { ConnlimitTest } from '../../model/host-test.js';
import { formatMasked, maskedBy, prefixMask, sameWords, type Words } from '../../net/address.js';
import { Protocol } from '../../net/protocol.js';
import type { Connections } from '../connections/connections.js';
import { TcpState } from '../connections/tcp-states.js';
import { protocolOf, TupleWord, tupleOf } from '../connections/tuples.js';
import type { TestAnswer } from './answers.js';
import type { Asking } from './asking.js';
import { connectionAt, type Ends, endsOf, findIn } from './connection.js';
import { type Alive, ConnectionCounts, type Counted } from './connection-counts.js';

type Found = Pick<Counted<Ends>, 'tuple' | 'connection'>;

export function connlimit(test: ConnlimitTest, asking: Asking): TestAnswer {
  const found = foundAt(asking);
  if (found === 'cut') return 'hot-drop';
  if (found === 'unknown') return undefined;
  const { side, prefix, limit, above } = test;
  const mask = prefixMask(prefix, asking.family);
  const address = maskedBy(asking.addressAt(side === 'src' ? Field.Src : Field.Dst), mask);
  const count = countAt(address, found, asking);
  asking.tell(() => ({ what: 'connlimit', count, side, network: formatMasked({ address, mask }), limit }));
  // all that it counted are over (nf_conncount_count_skb)
  if (count === 0) return 'hot-drop';
  return above ? count > limit : count <= limit;
}

function countAt(address: Words, { tuple, connection }: Found, asking: Asking): number {
  const { connections } = asking.setup;
  // nobody knows of others
  if (connections === undefined) return 1;
  const { zones } = tuple;
  // struct nf_conntrack_zone has one number, which serves one direction or both
  const key = `${address.join()} ${zones & 0xffff || zones >>> 16}`;
  const { now } = asking;
  const counts = asking.state(() => new ConnectionCounts<Ends>());
  return counts.count({ key, tuple, connection }, aliveIn(connections, now), now);
}

/** get_ct_or_tuple_from_skb: of the connection, or of the packet, whose connection may be there all the same. */
function foundAt(asking: Asking): Found | 'cut' | 'unknown' {
  const connection = connectionAt(asking);
  if (connection === 'unknown') return connection;
  const { connections } = asking.setup;
  if (typeof connection === 'number') {
    const tuple = endsOf(connections!, connection);
    return { tuple, connection: stateOf(asking.field(Field.CtStatus)) };
  }
  const tuple = ownEnds(asking);
  if (tuple === undefined) return 'cut';
  const found = connections === undefined ? -1 : findIn(connections, tuple, asking.now);
  return { tuple, connection: found < 0 ? 'new' : stateOf(connections!.table.status(found >>> 1)) };
}

const stateOf = (status: number): Found['connection'] =>
  (status & CT_STATUS_CONFIRMED) === 0 ? 'new' : (status & CT_STATUS_ASSURED) === 0 ? 'found' : 'assured';

/** nf_ct_get_tuplepr; undefined: the packet has no whole tuple. */
function ownEnds(asking: Asking): Ends | undefined {
  if ((asking.field(Field.Frag) & FRAG_OFFSET) !== 0) return undefined;
  const transport = asking.setup.stages.transportOf(asking.slot);
  const own = tupleOf({ src: 0, dst: 0, protocol: asking.field(Field.Proto), transport });
  if (typeof own === 'string') return undefined;
  return {
    src: asking.addressAt(Field.Src),
    dst: asking.addressAt(Field.Dst),
    ports: own[TupleWord.Ports]!,
    protocol: protocolOf(own),
    zones: asking.field(Field.CtZone),
  };
}

const sameEnds = (a: Ends, b: Ends): boolean =>
  a.ports === b.ports && a.protocol === b.protocol && sameWords(a.src, b.src) && sameWords(a.dst, b.dst);

const CLOSED: readonly number[] = [TcpState.TimeWait, TcpState.Close];
const aliveIn = (connections: Connections, now: number): Alive<Ends> => ({
  same: sameEnds,
  find(tuple) {
    const found = findIn(connections, tuple, now);
    if (found < 0) return 'gone';
    const state = connections.table.parts.byte(found >>> 1, TcpByte.State);
    return tuple.protocol === Protocol.Tcp && CLOSED.includes(state) ? 'closed' : 'open';
  },
});
