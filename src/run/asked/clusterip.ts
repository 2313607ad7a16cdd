/**
 * clusterip_tg of net/ipv4/netfilter/ipt_CLUSTERIP.c, which Linux had until 6.2. A cluster is what the rule that is loaded first says of
 * its address.
 */
import { Field, STATE_NEW, STATE_RELATED, Verdict } from '../../abi.js';
import type { ClusteripAct } from '../../model/outside-test.js';
import { Protocol } from '../../net/protocol.js';
import { jhash2, scale } from '../hash.js';
import type { ActAnswer } from './answers.js';
import type { Asking } from './asking.js';
import { connectionAt, hasTemplate } from './connection.js';
import { NO_PORTS, portsOf } from './hash-key.js';

export function clusterip({ address }: ClusteripAct, asking: Asking): ActAnswer {
  if (connectionAt(asking) === 'none') {
    asking.tell(() => ({ what: 'clusterip', why: 'none', mark: undefined }));
    return Verdict.Drop;
  }
  const state = asking.field(Field.CtState);
  if (asking.field(Field.Proto) === Protocol.Icmp && (state & STATE_RELATED) !== 0) {
    asking.tell(() => ({ what: 'clusterip', why: 'error', mark: undefined }));
    return Verdict.Continue;
  }
  const cluster = asking.ofKind('clusterip').find((one) => one.address === address && one.cluster)?.cluster;
  // the mark of a template is the core's, and all packets' that meet it
  if (cluster === undefined || hasTemplate(asking)) {
    if (asking.answer === undefined) return Verdict.Open;
    return asking.answer ? Verdict.Continue : Verdict.Drop;
  }
  const node = nodeOf(cluster, asking);
  const mark = (state & STATE_NEW) !== 0 ? node : undefined;
  if (mark !== undefined) asking.setField(Field.CtMark, mark);
  const local = asking.host.clusters?.find((one) => one.address === address)?.nodes ?? [cluster.local];
  asking.tell(() => ({ what: 'clusterip', why: { node, local }, mark }));
  return local.includes(node) ? Verdict.Continue : Verdict.Drop;
}

/** clusterip_hashfn: ports are hashed as little-endian machines read them; of what has none, as of ICMP, they are 0. */
function nodeOf({ words, seed, nodes }: NonNullable<ClusteripAct['cluster']>, asking: Asking): number {
  const ports = words === 1 ? NO_PORTS : (portsOf(asking) ?? NO_PORTS);
  const hashed = [asking.addressAt(Field.Src)[0]!, ...ports.map((port) => ((port & 255) << 8) | (port >>> 8))];
  return scale(jhash2(hashed.slice(0, words), seed), nodes) + 1;
}
