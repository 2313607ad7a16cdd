/** How often rules ask for each match, by what it takes to ask for it. */
import { bpf } from './bpf.js';
import type { Drawer } from './clause.js';
import * as core from './core.js';
import * as facts from './facts.js';
import * as header from './header.js';
import * as header6 from './header6.js';
import * as outside from './outside.js';
import * as remembered from './remembered.js';
import * as told from './told.js';

type Weighted = readonly (readonly [weight: number, drawer: Drawer])[];

export const CORE: Weighted = [
  [10, core.source],
  [10, core.destination],
  [6, core.input],
  [6, core.output],
  [2, core.fragmented],
];

export const HEADER: Weighted = [
  [6, header.ttl],
  [6, header.length],
  [4, header.tos],
  [4, header.dscp],
  [2, header.ecnIp],
  [7, header.mark],
  [6, header.iprange],
  [6, header.u32],
  [4, bpf],
  [5, header.string],
  [5, core.deviceGroup],
  [2, core.comment],
  [3, header.limit],
  [4, header.nth],
  [5, remembered.recent],
  [2, outside.physdev],
  [2, outside.policy],
  [1, outside.socket],
  [5, remembered.hashlimit],
  [2, remembered.quota],
  [1, remembered.rateest],
  [1, remembered.nfacct],
  [2, told.time],
  [1, told.cpu],
];
/** Of IPv6 alone. */
export const HEADER6: Weighted = [
  [4, header6.dst],
  [4, header6.hbh],
  [4, header6.frag],
  [6, header6.ipv6header],
  [6, header6.rt],
  [5, header6.srh],
  [4, header6.ah6],
  [1, header6.eui64],
];
export const HOST: Weighted = [
  [9, facts.addrtype],
  [12, facts.rpfilter],
  [3, facts.pkttype],
  [1, facts.mac],
  [22, (d, at) => at.sets.clause(d)],
  [6, told.owner],
  [1, told.cgroup],
  [4, told.realm],
];
export const CONNECTION: Weighted = [
  [18, facts.conntrack],
  [5, facts.state],
  [5, facts.connmark],
  [1, facts.helper],
  [3, remembered.connlimit],
  [2, remembered.connbytes],
  [3, remembered.connlabel],
  [4, facts.cluster],
];
