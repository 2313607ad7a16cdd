/** The names of index.ts, known where that is not loaded. */
const named = (...lists: readonly string[]): readonly string[] => lists.join(' ').split(' ');

export const FOREIGN_MATCH_NAMES = named(
  'asn condition dhcpmac fuzzy geoip gradm iface ipp2p ipv4options length2 lscan portscan pknock psd quota2',
  'dstlimit id iplimit layer7 mport ndpi nth pool random unclean webstr',
);
export const FOREIGN_TARGET_NAMES = named(
  'ACCOUNT CHAOS DELUDE DHCPMAC DNETMAP ECHO IPMARK LOGMARK PROTO RAWDNAT RAWSNAT STEAL SYSRQ TARPIT',
  'BALANCE FLOWOFFLOAD FULLCONENAT IMQ IPV4OPTSSTRIP MIRROR NETFLOW NETLINK POOL ROUTE SAME TRIGGER XOR',
);
