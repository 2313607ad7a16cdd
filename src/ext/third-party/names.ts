/** The names of index.ts, known where that is not loaded. */
import type { ForeignName } from './words.js';

const named = (...lists: readonly string[]): readonly string[] => lists.join(' ').split(' ');

export const FOREIGN_MATCH_NAMES = named(
  'asn condition dhcpmac fuzzy geoip gradm iface ipp2p ipv4options length2 lscan portscan pknock psd quota2',
  'dstlimit id iplimit layer7 mport ndpi nth pool random unclean webstr',
);
export const FOREIGN_TARGET_NAMES = named(
  'ACCOUNT CHAOS DELUDE DHCPMAC DNETMAP ECHO IPMARK LOGMARK PROTO RAWDNAT RAWSNAT STEAL SYSRQ TARPIT',
  'BALANCE FLOWOFFLOAD FULLCONENAT IMQ IPV4OPTSSTRIP MIRROR NETFLOW NETLINK POOL ROUTE SAME TRIGGER XOR',
);

const NAMES: ReadonlySet<string> = new Set([...FOREIGN_MATCH_NAMES, ...FOREIGN_TARGET_NAMES]);
/** What words.ts calls the extension of a name, which may be any's; lscan had another one before. */
export const foreignName = (name: string): ForeignName | undefined =>
  NAMES.has(name) ? ((name === 'portscan' ? 'lscan' : name) as ForeignName) : undefined;
