/** Sockets of a host that receive and send TCP and UDP, as its texts show them when the first packet comes. */
import type { Family, Words } from '../net/address.js';

export interface HostSocket {
  /** TCP or UDP. */
  readonly protocol: number;
  /** of its addresses: a socket of IPv6 may have some of IPv4. */
  readonly family: Family;
  /** `free`: it waits for whoever comes (LISTEN, and UNCONN of UDP); `request`: its connection is being made, for one that listens. */
  readonly state: 'free' | 'connected' | 'request' | 'time-wait';
  /** all 0: any. */
  readonly local: Words;
  readonly port: number;
  /** undefined: anybody. */
  readonly remote: Words | undefined;
  readonly remotePort: number;
  /** the interface that it is bound to; '': none; undefined: the text does not say. */
  readonly link: string | undefined;
  /** of any address of IPv6: it is not for IPv4 too; undefined: the text does not say. */
  readonly only6: boolean | undefined;
  /** of any address, and old versions of ss mean IPv4's alone by that. */
  readonly either: boolean;
  /** undefined: the text does not say. */
  readonly uid: number | undefined;
  /** no program holds it any more, or yet; undefined: the text does not say. */
  readonly orphan: boolean | undefined;
  readonly cgroup: string | undefined;
  readonly transparent: boolean | undefined;
}

/** Of which sockets a text shows all. */
export interface ShownAll {
  readonly protocol: number;
  readonly family: Family;
  readonly state: 'free' | 'connected';
}

export interface SocketList {
  readonly sockets: readonly HostSocket[];
  readonly all: readonly ShownAll[];
}
