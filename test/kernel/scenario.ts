/** What the kernel is asked, a scenario, and what it says of each packet. Plain data: a scenario is kept as JSON. */

/**
 * A host with its rules, and packets for it. Packets are in groups: each that is kept is of one group with the next,
 * and a group meets the host as if nothing had been.
 */
export interface Scenario {
  family: 4 | 6;
  /** iptables-restore text, all tables. */
  rules: string;
  /** ipset restore text. */
  sets: string;
  /**
   * Shell commands in a fresh network namespace that has the kernel's defaults, but forwarding on. Links that packets
   * arrive on are made by `ip tuntap add NAME mode tun`, or tap, before all other commands.
   */
  setup: string[];
  packets: PacketLine[];
}

/** The JSON packet in its raw form, and what only a test can wish for. */
export interface PacketLine {
  /** The link it arrives on; null: sent by this host. */
  in: string | null;
  /** Of a packet that this host sends: the socket's mark. */
  mark?: number;
  /** The IP packet. */
  hex: string;
  /** Of a packet that this host sends: whose socket it is, and the link that it is bound to. */
  uid?: number;
  gid?: number;
  bind?: string;
  /** What that socket has anyway, for packetwalk; of a packet that comes in: that no socket is known for it. */
  groups?: readonly number[];
  cgroup?: string;
  classid?: number;
  socket?: false;
  /** Of a packet that comes by a tap: the frame's source, and to whom it is; to this host unless said. */
  mac?: string;
  pkttype?: 'unicast' | 'broadcast' | 'multicast' | 'otherhost';
  /** What this packet leaves behind (connections, fragments, routes learned) meets the next one. */
  keep?: boolean;
  /** Of a kept case whose rules ask for it: the processor that worked on it, and when, in milliseconds since 1970. */
  cpu?: number;
  time?: number;
  /** Milliseconds that pass before it, since the last packet of its group that waited, or the group's first. */
  wait?: number;
  /** What others call it by that are made of it as it left the host: of the last one of the name in the group that did. */
  name?: string;
  /**
   * It answers another packet as that left the host: its addresses, ports or ICMP identifier are the other's turned
   * round, and it comes from where the other went. All else is as `hex` has it; all is, if no other has left.
   */
  answers?: MadeOf;
  /** An ICMP error about another packet as that left: the payload is the other's first bytes, as many as `hex` has. */
  quotes?: MadeOf;
}

export interface MadeOf {
  /** its name. */
  packet: string;
  /** what stays as `hex` and `in` have it. */
  except?: ('in' | 'src' | 'dst' | 'sport' | 'dport')[];
}

/** Supplementary groups of whoever sends the packets of the host (agent.c). */
export const OWN_GROUPS: readonly number[] = [7001, 7002];

export interface RuleHit {
  table: string;
  chain: string;
  /** Counted from 1. */
  rule: number;
  packets: number;
  bytes: number;
}

export interface PolicyHit {
  table: string;
  chain: string;
  packets: number;
  bytes: number;
}

/** A packet that has passed behind confirm. */
export interface PacketOut {
  hook: 'input' | 'postrouting';
  /** The incoming link at input, the outgoing one at postrouting. */
  iface: string;
  hex: string;
  mark: number;
}

export interface KernelResult {
  /** In the order of the text, not of events: a counter does not say when it moved. */
  hits: RuleHit[];
  policies: PolicyHit[];
  /** In the order of events. */
  out: PacketOut[];
  /** When it was sent, in milliseconds of a clock that never goes back. */
  time: number;
  /** The processor that worked on it. */
  cpu: number;
  /** The name of the errno that the sender got. */
  sendError?: string;
}

/** The host of a scenario as texts, each under the name of the file that it would stand in. */
export interface CapturedHost {
  'addr.json': string;
  'route.json': string;
  'rule.json': string;
  'link.json': string;
  'sysctl.txt': string;
  'sets.ipset': string;
  /** What nfacct would list, of objects that the set-up made. */
  'nfacct.txt'?: string;
}
