/** What was found of that which lies outside of packets: as Reading of reading.ts. */

/** Ports of a bridge: null: none, undefined: nobody said which. */
export interface PhysdevReading {
  readonly what: 'physdev';
  readonly in: string | null | undefined;
  readonly out: string | null | undefined;
}

/** The transformations of IPsec, in the order in which they are undone or made. */
export interface PolicyReading {
  readonly what: 'policy';
  readonly dir: 'in' | 'out';
  readonly states: readonly string[];
}

/** `why`: it has no header that could be asked for, or is no SYN; no fingerprint fits it. */
export interface OsfReading {
  readonly what: 'osf';
  readonly os: string | undefined;
  readonly why: 'syn' | 'none' | undefined;
}

/** `why`: its protocol, or what it quotes, has no sockets; its header is cut; none is there. */
export interface SocketReading {
  readonly what: 'socket';
  readonly why: 'protocol' | 'cut' | 'none' | 'found';
}

/** Whether it is of a connection of IPVS. */
export interface IpvsReading {
  readonly what: 'ipvs';
  readonly service: string | undefined;
}

/** `mark`: what it becomes. */
export interface TproxyReading {
  readonly what: 'tproxy';
  readonly why: 'cut' | 'none' | 'found';
  readonly mark: number | undefined;
}

/** What the packet is to the proxy. */
export interface SynproxyReading {
  readonly what: 'synproxy';
  readonly why: 'checksum' | 'cut' | 'syn' | 'valid' | 'invalid' | 'other';
}

/** `why`: it has no connection; it is an error about one; the node that it falls to, and this host's. `mark`: what its connection's becomes. */
export interface ClusteripReading {
  readonly what: 'clusterip';
  readonly why: 'none' | 'error' | { readonly node: number; readonly local: readonly number[] };
  readonly mark: number | undefined;
}

export type OutsideReading =
  | ClusteripReading
  | IpvsReading
  | OsfReading
  | PhysdevReading
  | PolicyReading
  | SocketReading
  | SynproxyReading
  | TproxyReading;
