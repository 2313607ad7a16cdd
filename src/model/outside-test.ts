/** What rules ask that lies outside of packets: plain data, as HostTest of host-test.ts. */
import type { Masked, Words } from '../net/address.js';

/** xt_physdev: ports of a bridge. `not`: it is turned round, which decides where nobody knows the port that it leaves by. */
export interface PhysdevTest {
  readonly what: 'physdev';
  readonly of: 'in' | 'out' | 'is-in' | 'is-out' | 'is-bridged';
  readonly not: boolean;
  /** a name, or what names begin with before `+`; of those without a name ''. */
  readonly port: string;
}

interface Wanted<V> {
  readonly not: boolean;
  readonly value: V;
}
/** A transformation of IPsec. */
export interface PolicyElement {
  readonly reqid?: Wanted<number> | undefined;
  readonly spi?: Wanted<number> | undefined;
  readonly proto?: Wanted<number> | undefined;
  readonly mode?: Wanted<string> | undefined;
  readonly dst?: Wanted<Masked> | undefined;
  readonly src?: Wanted<Masked> | undefined;
}
/** xt_policy. */
export interface PolicyTest {
  readonly what: 'policy';
  readonly dir: 'in' | 'out';
  /** it wants that there is none. */
  readonly none: boolean;
  readonly strict: boolean;
  readonly elements: readonly PolicyElement[];
}

/** xt_osf. The kernel looks at no `!`, and where it logs at no name. */
export interface OsfTest {
  readonly what: 'osf';
  /** '': any. */
  readonly genre: string;
  /** of --ttl. */
  readonly ttl: number;
}

/** xt_socket. */
export interface SocketTest {
  readonly what: 'socket';
  /** the socket has to be transparent. */
  readonly transparent: boolean;
  /** one that is bound to no address counts too. */
  readonly wild: boolean;
  /** the packet gets the mark of the socket, which no text tells. */
  readonly marks: boolean;
}

/** xt_ipvs, option by option; `not`: it is turned round, which decides where the packet is of no connection of IPVS. */
export interface IpvsTest {
  readonly what: 'ipvs';
  readonly of: 'ipvs' | 'vproto' | 'vaddr' | 'vport' | 'vdir' | 'vmethod' | 'vportctl';
  readonly not: boolean;
  readonly value: number | string | Masked | undefined;
}

/** xt_TPROXY: hands the packet to a socket, or drops it. */
export interface TproxyAct {
  readonly what: 'tproxy';
  /** undefined: the first of the interface. */
  readonly address: Words | undefined;
  /** 0: the packet's own. */
  readonly port: number;
  readonly value: number;
  readonly mask: number;
}

/** xt_SYNPROXY: answers in the place of a server. */
export interface SynproxyAct {
  readonly what: 'synproxy';
}

/** ipt_CLUSTERIP: drops what falls to other nodes than this host's of the cluster that has the address. */
export interface ClusteripAct {
  readonly what: 'clusterip';
  readonly address: number;
  /** what the cluster is like, if no rule before this one has said so. */
  readonly cluster?: {
    /** how much of a packet is hashed: its source, its source port too, its destination port too. */
    readonly words: 1 | 2 | 3;
    readonly seed: number;
    readonly nodes: number;
    /** the node that this host is at first. */
    readonly local: number;
  };
}

export type OutsideAct = ClusteripAct | SynproxyAct | TproxyAct;
export type OutsideTest = PhysdevTest | PolicyTest | OsfTest | SocketTest | IpvsTest;
