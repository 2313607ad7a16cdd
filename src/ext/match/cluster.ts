import { CT_STATUS_TEMPLATE, Field } from '../../abi.js';
import { match } from '../define.js';
import { listed, piece } from '../listed.js';
import { integer } from '../values.js';
import { hasConnection } from './conntrack-values.js';

const MOST_NODES = 32;
const nodes = integer(MOST_NODES, String, 1);
const hex8 = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

/**
 * xt_cluster_mt in net/netfilter/xt_cluster.c: the connection's first source is hashed, and falls to one of the nodes.
 * Without a connection false, negated or not, and so with a template in its place. A mask above 32 is what iptables-save prints of --cluster-local-node 7 and
 * more, though iptables 1.8.9 does not take it back.
 */
export const cluster = match({
  name: 'cluster',
  about: 'whether the connection is the share of this node of a cluster',
  tracking: true,
  options: {
    'cluster-local-nodemask': {
      value: integer(0xffffffff, hex8, 1),
      invert: true,
      excludes: ['cluster-local-node'],
    },
    'cluster-local-node': { value: nodes, invert: true, excludes: ['cluster-local-nodemask'] },
    'cluster-total-nodes': { value: nodes, required: true },
    'cluster-hash-seed': { value: integer(0xffffffff, hex8), required: true },
  },
  canonical({ 'cluster-local-node': node, ...rest }) {
    if (node === undefined) return rest;
    const mask = { ...node, key: 'cluster-local-nodemask', value: (1 << (node.value - 1)) >>> 0 };
    return { ...rest, 'cluster-local-nodemask': mask };
  },
  check(given, rule) {
    const mask = given['cluster-local-nodemask'];
    const total = given['cluster-total-nodes'];
    if (mask === undefined) rule.refuse('needs one of --cluster-local-node, --cluster-local-nodemask');
    else if (total !== undefined && mask.value >= 2 ** total.value)
      rule.refuse(`there is no such node among ${total.value}`, mask.key);
  },
  lower(given, build) {
    const seed = given['cluster-hash-seed']!.value;
    const total = given['cluster-total-nodes']!.value;
    return [
      hasConnection(build),
      build.not(build.masked(Field.CtStatus, CT_STATUS_TEMPLATE, CT_STATUS_TEMPLATE)),
      build.when(given['cluster-local-nodemask'], (mask) => build.share(Field.CtOrigSrc, seed, total, mask)),
    ];
  },
});

export const clusterListed = listed(
  'cluster',
  piece('cluster-local-nodemask', 'node_mask='),
  piece('cluster-total-nodes', 'total_nodes='),
  piece('cluster-hash-seed', 'hash_seed='),
);
