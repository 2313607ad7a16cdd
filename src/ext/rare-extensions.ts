/**
 * Extensions that not every ruleset uses; RARE_MATCH_NAMES and RARE_TARGET_NAMES of registry.ts name the same. For the worker
 * of pages they are a file of their own: registry.ts says how it comes by it.
 */
import type { Match, TargetExtension } from './define.js';
import { addrtype } from './match/addrtype.js';
import { ah, ah6 } from './match/ah.js';
import { bpf } from './match/bpf.js';
import { cgroup } from './match/cgroup.js';
import { cluster } from './match/cluster.js';
import { comment } from './match/comment.js';
import { connbytes } from './match/connbytes.js';
import { connlabel } from './match/connlabel.js';
import { connlimit } from './match/connlimit.js';
import { connmark } from './match/connmark.js';
import { cpu } from './match/cpu.js';
import { dccp } from './match/dccp.js';
import { devgroup } from './match/devgroup.js';
import { dscp } from './match/dscp.js';
import { dst } from './match/dst.js';
import { ecn } from './match/ecn.js';
import { esp } from './match/esp.js';
import { eui64 } from './match/eui64.js';
import { frag } from './match/frag.js';
import { hashlimit } from './match/hashlimit.js';
import { hbh } from './match/hbh.js';
import { helper } from './match/helper.js';
import { hl } from './match/hl.js';
import { icmp6 } from './match/icmp6.js';
import { ipcomp } from './match/ipcomp.js';
import { iprange } from './match/iprange.js';
import { ipv6header } from './match/ipv6header.js';
import { ipvs } from './match/ipvs.js';
import { limit } from './match/limit.js';
import { mac } from './match/mac.js';
import { mark } from './match/mark.js';
import { mh } from './match/mh.js';
import { nfacct } from './match/nfacct.js';
import { osf } from './match/osf.js';
import { owner } from './match/owner.js';
import { physdev } from './match/physdev.js';
import { pkttype } from './match/pkttype.js';
import { policy } from './match/policy.js';
import { quota } from './match/quota.js';
import { rateest } from './match/rateest.js';
import { realm } from './match/realm.js';
import { recent } from './match/recent.js';
import { rpfilter } from './match/rpfilter.js';
import { rt } from './match/rt.js';
import { sctp } from './match/sctp.js';
import { socket } from './match/socket.js';
import { srh } from './match/srh.js';
import { state } from './match/state.js';
import { statistic } from './match/statistic.js';
import { string } from './match/string.js';
import { tcpmss } from './match/tcpmss.js';
import { time } from './match/time.js';
import { tos } from './match/tos.js';
import { ttl } from './match/ttl.js';
import { u32 } from './match/u32.js';
import { udp } from './match/udp.js';
import { AUDIT } from './target/AUDIT.js';
import { CHECKSUM } from './target/CHECKSUM.js';
import { CLASSIFY } from './target/CLASSIFY.js';
import { CLUSTERIP } from './target/CLUSTERIP.js';
import { CONNMARK } from './target/CONNMARK.js';
import { CONNSECMARK } from './target/CONNSECMARK.js';
import { CT } from './target/CT.js';
import { DNAT } from './target/DNAT.js';
import { DNPT } from './target/DNPT.js';
import { DSCP } from './target/DSCP.js';
import { ECN } from './target/ECN.js';
import { HL } from './target/HL.js';
import { HMARK } from './target/HMARK.js';
import { IDLETIMER } from './target/IDLETIMER.js';
import { LED } from './target/LED.js';
import { LOG } from './target/LOG.js';
import { MARK } from './target/MARK.js';
import { MASQUERADE } from './target/MASQUERADE.js';
import { NETMAP } from './target/NETMAP.js';
import { NFLOG } from './target/NFLOG.js';
import { NFQUEUE } from './target/NFQUEUE.js';
import { NOTRACK } from './target/NOTRACK.js';
import { QUEUE } from './target/QUEUE.js';
import { RATEEST } from './target/RATEEST.js';
import { SECMARK } from './target/SECMARK.js';
import { SET } from './target/SET.js';
import { SNAT } from './target/SNAT.js';
import { SNPT } from './target/SNPT.js';
import { SYNPROXY } from './target/SYNPROXY.js';
import { TCPMSS } from './target/TCPMSS.js';
import { TCPOPTSTRIP } from './target/TCPOPTSTRIP.js';
import { TEE } from './target/TEE.js';
import { TOS } from './target/TOS.js';
import { TPROXY } from './target/TPROXY.js';
import { TRACE } from './target/TRACE.js';
import { TTL } from './target/TTL.js';
import { ULOG } from './target/ULOG.js';
import { FOREIGN_MATCHES, FOREIGN_TARGETS } from './third-party/index.js';
export const RARE_MATCHES: readonly Match[] = [
  addrtype,
  ah,
  ah6,
  bpf,
  cgroup,
  cluster,
  comment,
  connbytes,
  connlabel,
  connlimit,
  connmark,
  cpu,
  dccp,
  devgroup,
  dscp,
  dst,
  ecn,
  esp,
  eui64,
  frag,
  hashlimit,
  hbh,
  helper,
  hl,
  icmp6,
  ipcomp,
  iprange,
  ipv6header,
  ipvs,
  limit,
  mac,
  mark,
  mh,
  osf,
  physdev,
  policy,
  quota,
  rateest,
  nfacct,
  owner,
  pkttype,
  realm,
  recent,
  rpfilter,
  rt,
  sctp,
  socket,
  srh,
  state,
  statistic,
  string,
  tcpmss,
  time,
  tos,
  ttl,
  u32,
  udp,
  ...FOREIGN_MATCHES,
];
export const RARE_TARGETS: readonly TargetExtension[] = [
  AUDIT,
  CHECKSUM,
  CLASSIFY,
  CLUSTERIP,
  CONNMARK,
  CONNSECMARK,
  CT,
  DNAT,
  DNPT,
  DSCP,
  ECN,
  HL,
  HMARK,
  IDLETIMER,
  LED,
  LOG,
  MARK,
  MASQUERADE,
  NETMAP,
  NFLOG,
  NFQUEUE,
  NOTRACK,
  QUEUE,
  SECMARK,
  SET,
  RATEEST,
  SNAT,
  SNPT,
  SYNPROXY,
  TCPMSS,
  TCPOPTSTRIP,
  TEE,
  TOS,
  TPROXY,
  TRACE,
  TTL,
  ULOG,
  ...FOREIGN_TARGETS,
];
