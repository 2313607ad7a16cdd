/** The list of all extensions: the one place that names them besides their own files. */
import type { Family } from '../net/address.js';
import type { Extension, Match, TargetExtension } from './define.js';
import { addrtype } from './match/addrtype.js';
import { comment } from './match/comment.js';
import { connmark } from './match/connmark.js';
import { conntrack } from './match/conntrack.js';
import { devgroup } from './match/devgroup.js';
import { dscp } from './match/dscp.js';
import { ecn } from './match/ecn.js';
import { icmp } from './match/icmp.js';
import { iprange } from './match/iprange.js';
import { length } from './match/length.js';
import { limit } from './match/limit.js';
import { mark } from './match/mark.js';
import { multiport } from './match/multiport.js';
import { rpfilter } from './match/rpfilter.js';
import { sctp } from './match/sctp.js';
import { set } from './match/set.js';
import { state } from './match/state.js';
import { statistic } from './match/statistic.js';
import { tcp } from './match/tcp.js';
import { tcpmss } from './match/tcpmss.js';
import { tos } from './match/tos.js';
import { ttl } from './match/ttl.js';
import { u32 } from './match/u32.js';
import { udp } from './match/udp.js';
import { CONNMARK } from './target/CONNMARK.js';
import { CT } from './target/CT.js';
import { DNAT } from './target/DNAT.js';
import { DSCP } from './target/DSCP.js';
import { LOG } from './target/LOG.js';
import { MARK } from './target/MARK.js';
import { MASQUERADE } from './target/MASQUERADE.js';
import { NETMAP } from './target/NETMAP.js';
import { NFLOG } from './target/NFLOG.js';
import { NOTRACK } from './target/NOTRACK.js';
import { REDIRECT } from './target/REDIRECT.js';
import { REJECT } from './target/REJECT.js';
import { SNAT } from './target/SNAT.js';
import { TOS } from './target/TOS.js';
import { TTL } from './target/TTL.js';

export const MATCHES: readonly Match[] = [
  addrtype,
  comment,
  connmark,
  conntrack,
  devgroup,
  dscp,
  ecn,
  icmp,
  iprange,
  length,
  limit,
  mark,
  multiport,
  rpfilter,
  sctp,
  set,
  state,
  statistic,
  tcp,
  tcpmss,
  tos,
  ttl,
  u32,
  udp,
];
export const TARGETS: readonly TargetExtension[] = [
  CONNMARK,
  CT,
  DNAT,
  DSCP,
  LOG,
  MARK,
  MASQUERADE,
  NETMAP,
  NFLOG,
  NOTRACK,
  REDIRECT,
  REJECT,
  SNAT,
  TOS,
  TTL,
];

/** Targets that iptables 1.8.9 brings and that stand in no file here: they are no chains, and what they do is asked. */
export const UNEVALUATED_TARGETS: readonly string[] = [
  'AUDIT',
  'CHECKSUM',
  'CLASSIFY',
  'CLUSTERIP',
  'CONNSECMARK',
  'DNPT',
  'ECN',
  'HL',
  'HMARK',
  'IDLETIMER',
  'LED',
  'NFQUEUE',
  'RATEEST',
  'SECMARK',
  'SET',
  'SNPT',
  'SYNPROXY',
  'TCPMSS',
  'TCPOPTSTRIP',
  'TEE',
  'TPROXY',
  'TRACE',
  'ULOG',
];

/** All that may stand behind -j besides chains. */
export const TARGET_NAMES: readonly string[] = [
  'ACCEPT',
  'DROP',
  'RETURN',
  ...TARGETS.map(({ name }) => name),
  ...UNEVALUATED_TARGETS,
];

/** Of those that stand in no file here: they make the kernel track connections (nf_ct_netns_get in their checkentry). */
export const UNEVALUATED_TRACKING: ReadonlySet<string> = new Set([
  'connbytes',
  'connlabel',
  'connlimit',
  'helper',
  'CONNSECMARK',
  'SYNPROXY',
]);

/** Matches that stand in no file here and that iptables loads by itself where an option of -p PROTOCOL asks for them. */
export const UNEVALUATED_PROTOCOLS: Readonly<Record<string, string>> = {
  ah: 'ah',
  dccp: 'dccp',
  esp: 'esp',
  'ipv6-icmp': 'icmp6',
  'mobility-header': 'mh',
};

/** By name, the first of each that serves the family. */
function index<E extends Extension>(list: readonly E[], family: Family): ReadonlyMap<string, E> {
  const out = new Map<string, E>();
  for (const extension of list)
    if (extension.families?.includes(family) ?? true)
      for (const name of [extension.name, ...(extension.alias ?? [])]) if (!out.has(name)) out.set(name, extension);
  return out;
}
const matches = { 4: index(MATCHES, 4), 6: index(MATCHES, 6) };
const targets = { 4: index(TARGETS, 4), 6: index(TARGETS, 6) };

/** The match or target of a name that serves the family, or undefined where there is none. */
export const findMatch = (name: string, family: Family): Match | undefined => matches[family].get(name);
export const findTarget = (name: string, family: Family): TargetExtension | undefined => targets[family].get(name);
