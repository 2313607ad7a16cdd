/** How `iptables -L` prints each extension, by its name. What prints nothing stands in no listing. */
import type { Listed } from './listed.js';
import { addrtypeListed } from './match/addrtype.js';
import { ahListed } from './match/ah.js';
import { bpfListed } from './match/bpf.js';
import { cgroupListed } from './match/cgroup.js';
import { clusterListed } from './match/cluster.js';
import { commentListed } from './match/comment.js';
import { connbytesListed } from './match/connbytes.js';
import { connlabelListed } from './match/connlabel.js';
import { connlimitListed } from './match/connlimit.js';
import { connmarkListed } from './match/connmark.js';
import { conntrackListed } from './match/conntrack.js';
import { cpuListed } from './match/cpu.js';
import { dccpListed } from './match/dccp.js';
import { devgroupListed } from './match/devgroup.js';
import { dscpListed } from './match/dscp.js';
import { dstListed } from './match/dst.js';
import { ecnListed } from './match/ecn.js';
import { espListed } from './match/esp.js';
import { eui64Listed } from './match/eui64.js';
import { fragListed } from './match/frag.js';
import { hashlimitListed } from './match/hashlimit.js';
import { hbhListed } from './match/hbh.js';
import { helperListed } from './match/helper.js';
import { hlListed } from './match/hl.js';
import { icmpListed } from './match/icmp.js';
import { icmp6Listed } from './match/icmp6.js';
import { ipcompListed } from './match/ipcomp.js';
import { iprangeListed } from './match/iprange.js';
import { ipv6headerListed } from './match/ipv6header.js';
import { ipvsListed } from './match/ipvs.js';
import { lengthListed } from './match/length.js';
import { limitListed } from './match/limit.js';
import { macListed } from './match/mac.js';
import { markListed } from './match/mark.js';
import { mhListed } from './match/mh.js';
import { multiportListed } from './match/multiport.js';
import { nfacctListed } from './match/nfacct.js';
import { osfListed } from './match/osf.js';
import { ownerListed } from './match/owner.js';
import { physdevListed } from './match/physdev.js';
import { pkttypeListed } from './match/pkttype.js';
import { policyListed } from './match/policy.js';
import { quotaListed } from './match/quota.js';
import { rateestListed } from './match/rateest.js';
import { realmListed } from './match/realm.js';
import { recentListed } from './match/recent.js';
import { rpfilterListed } from './match/rpfilter.js';
import { rtListed } from './match/rt.js';
import { sctpListed } from './match/sctp.js';
import { setListed } from './match/set.js';
import { socketListed } from './match/socket.js';
import { srhListed } from './match/srh.js';
import { stateListed } from './match/state.js';
import { statisticListed } from './match/statistic.js';
import { stringListed } from './match/string.js';
import { tcpListed } from './match/tcp.js';
import { tcpmssListed } from './match/tcpmss.js';
import { timeListed } from './match/time.js';
import { tosListed } from './match/tos.js';
import { ttlListed } from './match/ttl.js';
import { u32Listed } from './match/u32.js';
import { udpListed } from './match/udp.js';
import { AUDITListed } from './target/AUDIT.js';
import { CHECKSUMListed } from './target/CHECKSUM.js';
import { CLASSIFYListed } from './target/CLASSIFY.js';
import { CLUSTERIPListed } from './target/CLUSTERIP.js';
import { CONNMARKListed } from './target/CONNMARK.js';
import { CONNSECMARKListed } from './target/CONNSECMARK.js';
import { CTListed } from './target/CT.js';
import { DNATListed } from './target/DNAT.js';
import { DNPTListed } from './target/DNPT.js';
import { DSCPListed } from './target/DSCP.js';
import { ECNListed } from './target/ECN.js';
import { HLListed } from './target/HL.js';
import { HMARKListed } from './target/HMARK.js';
import { IDLETIMERListed } from './target/IDLETIMER.js';
import { LEDListed } from './target/LED.js';
import { LOGListed } from './target/LOG.js';
import { MARKListed } from './target/MARK.js';
import { MASQUERADEListed } from './target/MASQUERADE.js';
import { NETMAPListed } from './target/NETMAP.js';
import { NFLOGListed } from './target/NFLOG.js';
import { NFQUEUEListed } from './target/NFQUEUE.js';
import { RATEESTListed } from './target/RATEEST.js';
import { REDIRECTListed } from './target/REDIRECT.js';
import { REJECTListed } from './target/REJECT.js';
import { SECMARKListed } from './target/SECMARK.js';
import { SETListed } from './target/SET.js';
import { SNATListed } from './target/SNAT.js';
import { SNPTListed } from './target/SNPT.js';
import { SYNPROXYListed } from './target/SYNPROXY.js';
import { TCPMSSListed } from './target/TCPMSS.js';
import { TCPOPTSTRIPListed } from './target/TCPOPTSTRIP.js';
import { TEEListed } from './target/TEE.js';
import { TOSListed } from './target/TOS.js';
import { TPROXYListed } from './target/TPROXY.js';
import { TTLListed } from './target/TTL.js';
import { ULOGListed } from './target/ULOG.js';
import { FOREIGN_LISTED_MATCHES, FOREIGN_LISTED_TARGETS } from './third-party/listed.js';
export const LISTED_MATCHES: ReadonlyMap<string, Listed> = new Map(
  Object.entries({
    addrtype: addrtypeListed,
    ah: ahListed,
    bpf: bpfListed,
    cgroup: cgroupListed,
    cluster: clusterListed,
    comment: commentListed,
    connbytes: connbytesListed,
    connlabel: connlabelListed,
    connlimit: connlimitListed,
    connmark: connmarkListed,
    conntrack: conntrackListed,
    cpu: cpuListed,
    dccp: dccpListed,
    devgroup: devgroupListed,
    dscp: dscpListed,
    dst: dstListed,
    ecn: ecnListed,
    esp: espListed,
    eui64: eui64Listed,
    frag: fragListed,
    hashlimit: hashlimitListed,
    hbh: hbhListed,
    helper: helperListed,
    hl: hlListed,
    icmp: icmpListed,
    icmp6: icmp6Listed,
    ipcomp: ipcompListed,
    iprange: iprangeListed,
    ipv6header: ipv6headerListed,
    ipvs: ipvsListed,
    length: lengthListed,
    limit: limitListed,
    mac: macListed,
    mark: markListed,
    mh: mhListed,
    multiport: multiportListed,
    osf: osfListed,
    physdev: physdevListed,
    policy: policyListed,
    quota: quotaListed,
    rateest: rateestListed,
    nfacct: nfacctListed,
    owner: ownerListed,
    pkttype: pkttypeListed,
    realm: realmListed,
    recent: recentListed,
    rpfilter: rpfilterListed,
    rt: rtListed,
    sctp: sctpListed,
    set: setListed,
    socket: socketListed,
    srh: srhListed,
    state: stateListed,
    statistic: statisticListed,
    string: stringListed,
    tcp: tcpListed,
    tcpmss: tcpmssListed,
    time: timeListed,
    tos: tosListed,
    ttl: ttlListed,
    u32: u32Listed,
    udp: udpListed,
    ...FOREIGN_LISTED_MATCHES,
  }),
);
export const LISTED_TARGETS: ReadonlyMap<string, Listed> = new Map(
  Object.entries({
    AUDIT: AUDITListed,
    CHECKSUM: CHECKSUMListed,
    CLASSIFY: CLASSIFYListed,
    CLUSTERIP: CLUSTERIPListed,
    CONNMARK: CONNMARKListed,
    CONNSECMARK: CONNSECMARKListed,
    CT: CTListed,
    DNAT: DNATListed,
    DNPT: DNPTListed,
    DSCP: DSCPListed,
    ECN: ECNListed,
    HL: HLListed,
    HMARK: HMARKListed,
    IDLETIMER: IDLETIMERListed,
    LED: LEDListed,
    LOG: LOGListed,
    MARK: MARKListed,
    MASQUERADE: MASQUERADEListed,
    NETMAP: NETMAPListed,
    NFLOG: NFLOGListed,
    NFQUEUE: NFQUEUEListed,
    RATEEST: RATEESTListed,
    REDIRECT: REDIRECTListed,
    REJECT: REJECTListed,
    SECMARK: SECMARKListed,
    SET: SETListed,
    SNAT: SNATListed,
    SNPT: SNPTListed,
    SYNPROXY: SYNPROXYListed,
    TCPMSS: TCPMSSListed,
    TCPOPTSTRIP: TCPOPTSTRIPListed,
    TEE: TEEListed,
    TOS: TOSListed,
    TPROXY: TPROXYListed,
    TTL: TTLListed,
    ULOG: ULOGListed,
    ...FOREIGN_LISTED_TARGETS,
  }),
);
