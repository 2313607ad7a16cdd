import { question } from '../../model/question.js';
import { target, ValueError, type ValueKind } from '../define.js';
import { type Listed, listed, piece } from '../listed.js';
import { address } from '../match/mac.js';
import { flag, integer } from '../values.js';

const MODES = ['sourceip', 'sourceip-sourceport', 'sourceip-sourceport-destport'] as const;
const mode: ValueKind<(typeof MODES)[number]> = {
  words: 1,
  shape: MODES.join('|'),
  parse([word]) {
    const found = MODES.find((one) => one === word);
    if (found === undefined) throw new ValueError(`"${word}" is none of ${MODES.join(', ')}`);
    return found;
  },
  print: (value) => [value],
};

/** An address of a group, in capitals. */
const groupMac: ValueKind<string> = {
  ...address,
  parse(words, context) {
    const found = address.parse(words, context).toUpperCase();
    if ((Number.parseInt(found, 16) & 1) === 0) throw new ValueError(`${found} is no multicast address`);
    return found;
  },
};

/** CLUSTERIP_MAX_NODES of ipt_CLUSTERIP.h. */
const MOST_NODES = 16;
const needs = ['new'];
const WANTED = ['new', 'hashmode', 'clustermac', 'total-nodes', 'local-node'] as const;

/**
 * clusterip_tg in net/ipv4/netfilter/ipt_CLUSTERIP.c, which Linux has until 6.2. What a cluster of an address is like its first
 * rule says, with --new; others of that address are of the same.
 */
export const CLUSTERIP = target({
  name: 'CLUSTERIP',
  about: 'drops what falls to other nodes of a cluster that share one address',
  families: [4],
  tracking: true,
  options: {
    new: { value: flag },
    hashmode: { value: mode, needs },
    clustermac: { value: groupMac, needs },
    'total-nodes': { value: integer(MOST_NODES), needs },
    'local-node': { value: integer(MOST_NODES), needs },
    'hash-init': { value: integer(0xffffffff), needs },
  },
  canonical(given) {
    if (given.new === undefined || given['hash-init'] !== undefined) return given;
    return { ...given, 'hash-init': { ...given.new, key: 'hash-init', value: 0 } };
  },
  check(given, rule) {
    const { dst } = rule.head;
    if (dst === undefined || dst.value.mask[0] !== 0xffffffff || dst.value.address[0] === 0)
      rule.refuse('needs -d ADDRESS');
    if (given.new === undefined) return;
    const missing = WANTED.find((key) => given[key] === undefined);
    if (missing !== undefined) rule.refuse(`--${missing} is missing`, 'new');
    if (given['local-node']?.value === 0) rule.refuse('nodes are numbered from 1', 'local-node');
    if (!rule.head.in && !rule.listed) rule.refuse('needs -i INTERFACE', 'new');
  },
  lower(given, act, { head }) {
    const [address] = head!().dst!.value.address;
    const { hashmode: by, 'hash-init': seed, 'total-nodes': nodes, 'local-node': local } = given;
    const cluster = given.new && {
      words: (MODES.indexOf(by!.value) + 1) as 1 | 2 | 3,
      seed: seed!.value,
      nodes: nodes!.value,
      local: local!.value,
    };
    return [
      act.host({ what: 'clusterip', address: address!, ...(cluster && { cluster }) }, question.share([address!])),
    ];
  },
});

const shown = listed(
  'CLUSTERIP',
  piece('hashmode', 'hashmode='),
  piece('clustermac', 'clustermac='),
  piece('total-nodes', 'total_nodes='),
  piece('local-node', 'local_node='),
  piece('hash-init', 'hash_init='),
);
/** Only of one that is new there is more than the name. */
export const CLUSTERIPListed: Listed = {
  ...shown,
  read(text) {
    const words = shown.read(text);
    return words?.[0] === undefined ? words : [{ text: '--new', at: words[0].at }, ...words];
  },
};
