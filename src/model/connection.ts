/** A connection that a host knows, as `conntrack -L` tells of it. */
import { CT_STATUS_DST_NAT, CT_STATUS_SRC_NAT } from '../abi.js';
import { compareWords, type Family, sameWords, type Words } from '../net/address.js';
import type { Counters } from './ruleset.js';

/** What packets of one direction bear. */
export interface ConnectionTuple {
  readonly src: Words;
  readonly dst: Words;
  /** Ports; of GRE its keys; of protocols without either both are 0, and of ICMP too. */
  readonly sport: number;
  readonly dport: number;
  /** Of ICMP. */
  readonly type: number;
  readonly code: number;
  readonly id: number;
}

export interface Connection {
  readonly family: Family;
  readonly protocol: number;
  /** Seconds until it ends. */
  readonly timeout: number;
  /** The state of TCP and SCTP connections by its name in /proc/net/nf_conntrack (`ESTABLISHED`); undefined: the protocol has none. */
  readonly state: string | undefined;
  readonly original: ConnectionTuple;
  readonly reply: ConnectionTuple;
  /** CT_STATUS_* bits of abi.ts, and those of offloading. In both directions it is settled how it is translated. */
  readonly status: number;
  readonly mark: number;
  /** Zone of each direction. */
  readonly zones: { readonly original: number; readonly reply: number };
  /** As `conntrack -o id` prints it. */
  readonly id?: number | undefined;
  /** Of each direction, where the kernel counts (nf_conntrack_acct). */
  readonly counters?: { readonly original: Counters; readonly reply: Counters } | undefined;
  /** Who holds the entry: a count. */
  readonly use?: number | undefined;
  /** Seconds since it began, where the kernel notes that (nf_conntrack_timestamp). */
  readonly age?: number | undefined;
  /** Its security mark as it stands: `secctx=system_u:object_r:unlabeled_t:s0`, of old kernels `secmark=0`. */
  readonly security?: string | undefined;
  readonly helper?: string | undefined;
  /** Names, with commas between them. */
  readonly labels?: string | undefined;
}

/** IPS_OFFLOAD and IPS_HW_OFFLOAD of nf_conntrack_common.h: a flow table forwards its packets, past all rules. */
export const CT_STATUS_OFFLOAD = 0x4000;
export const CT_STATUS_HW_OFFLOAD = 0x8000;

/** CT_STATUS_* bits that follow from how the answers differ from the packets turned round. */
export function translationOf(original: ConnectionTuple, reply: ConnectionTuple): number {
  const source = sameWords(reply.dst, original.src) && reply.dport === original.sport && reply.id === original.id;
  const destination = sameWords(reply.src, original.dst) && reply.sport === original.dport;
  return (source ? 0 : CT_STATUS_SRC_NAT) | (destination ? 0 : CT_STATUS_DST_NAT);
}

/** Orders connections by what their first packets bear: the kernel's own order is a hash's. */
export const compareConnections = (a: Connection, b: Connection): number =>
  a.family - b.family ||
  a.protocol - b.protocol ||
  compareTuples(a.original, b.original) ||
  a.zones.original - b.zones.original ||
  compareTuples(a.reply, b.reply) ||
  a.zones.reply - b.zones.reply;

const compareTuples = (a: ConnectionTuple, b: ConnectionTuple): number =>
  compareWords(a.src, b.src) ||
  compareWords(a.dst, b.dst) ||
  a.sport - b.sport ||
  a.dport - b.dport ||
  a.type - b.type ||
  a.code - b.code ||
  a.id - b.id;
