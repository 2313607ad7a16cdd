/** English, of what was found outside of packets: src/model/outside-reading.ts. */
import type { OutsideWords } from './messages.js';

const SOCKETS = {
  protocol: 'no socket is looked for of what it is',
  cut: 'its headers are cut',
  none: 'no socket is there for it',
  found: 'a socket is there for it',
} as const;

const PROXIES = {
  cut: 'its header is cut',
  none: 'no transparent socket takes it',
  found: 'a transparent socket takes it',
} as const;

const TO_SYNPROXY = {
  checksum: 'its checksum is wrong',
  cut: 'its header is cut, or says so of its options',
  syn: 'the proxy keeps the SYN, and answers it with a SYN-ACK in the name of the server',
  valid: 'its cookie is one that the proxy gave: the proxy keeps the ACK, and sends the server a SYN of its own',
  invalid: 'its cookie is none that the proxy gave',
  other: 'it is neither a SYN nor an ACK alone: the proxy lets it pass',
} as const;

export const OUTSIDE: OutsideWords = {
  physdev: ({ in: entered, out }) => {
    if (entered === null) return 'it has come in by no port of a bridge';
    const by = entered === undefined ? '' : `it has come in by port ${entered} of a bridge`;
    const leaves = out === undefined ? '' : out === null ? 'none that it leaves by is known' : `it leaves by ${out}`;
    return [by, leaves].filter((part) => part !== '').join(', and ');
  },
  policy: ({ dir, states }) => {
    if (states.length === 0) return dir === 'in' ? 'IPsec has undone nothing of it' : 'IPsec will not transform it';
    return `IPsec ${dir === 'in' ? 'has undone' : 'will make'} ${states.join(', then ')}`;
  },
  osf: ({ os, why }) =>
    why === undefined ? `it looks as if ${os} had sent it` : why === 'syn' ? 'it is no SYN' : 'no fingerprint fits it',
  socket: ({ why }) => SOCKETS[why],
  tproxy: ({ why, mark }) => PROXIES[why] + (mark === undefined ? '' : `; its mark becomes 0x${mark.toString(16)}`),
  synproxy: ({ why }) => TO_SYNPROXY[why],
  clusterip({ why, mark }) {
    if (why === 'none') return 'it has no connection';
    if (why === 'error') return 'it is an ICMP error about a connection: the cluster lets it pass';
    const own = why.local.length === 0 ? 'none' : why.local.join(', ');
    return `it falls to node ${why.node}, this host has ${own}${mark === undefined ? '' : `; its connection's mark becomes ${mark}`}`;
  },
  ipvs: ({ service }) =>
    service === undefined ? 'it is of no connection of IPVS' : `its connection of IPVS has ${service}`,
};
