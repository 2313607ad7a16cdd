/** Who answers what the host is asked: a file for each, by the `what` of src/model/host-test.ts. */

import type { RULE_OVER, Verdict } from '../../abi.js';
import type { HostAct, HostTest } from '../../model/host-test.js';
import type { Asking } from './asking.js';
import { same } from './choosing.js';
import { clusterip } from './clusterip.js';
import { connbytes } from './connbytes.js';
import { connlabel } from './connlabel.js';
import { connlimit } from './connlimit.js';
import { cpu } from './cpu.js';
import { dhcpmac, setDhcpmac } from './dhcpmac.js';
import { condition, geoip, iface, ipmark, ipv4options, length2, quota2 } from './foreign.js';
import { fullCone } from './full-cone.js';
import { hashlimit } from './hashlimit.js';
import { ipvs } from './ipvs.js';
import { nfacct } from './nfacct.js';
import { osf } from './osf.js';
import { cgroup, owner } from './owner.js';
import { physdev } from './physdev.js';
import { policy } from './policy.js';
import { quota } from './quota.js';
import { RATEEST, rateest } from './rateest.js';
import { realm } from './realm.js';
import { recent } from './recent.js';
import { proto, rawnat, routeHop, stripOptions, xor } from './rewriting.js';
import { inSet, setChange, setMap } from './sets.js';
import { socket } from './socket.js';
import { synproxy } from './synproxy.js';
import { time } from './time.js';
import { tproxy } from './tproxy.js';

/** 'hot-drop': the packet is dropped at once; undefined: nobody knows. */
export type TestAnswer = boolean | 'hot-drop' | undefined;
/** How a target ends the hook's table; Continue: the packet goes on; RULE_OVER: behind the rule; Open: nobody knows. */
export type ActAnswer = Verdict | typeof RULE_OVER;

type Answers<Of extends { readonly what: string }, Answer> = {
  readonly [What in Of['what']]: (of: Extract<Of, { what: What }>, asking: Asking) => Answer;
};

export const TESTS: Answers<HostTest, TestAnswer> = {
  cgroup,
  condition,
  connbytes,
  connlabel,
  connlimit,
  cpu,
  dhcpmac,
  geoip,
  hashlimit,
  iface,
  ipv4options,
  'in-set': inSet,
  ipvs,
  length2,
  nfacct,
  osf,
  owner,
  physdev,
  policy,
  quota,
  quota2,
  realm,
  rateest,
  recent,
  socket,
  time,
};
export const ACTS: Answers<HostAct, ActAnswer> = {
  RATEEST,
  dhcpmac: setDhcpmac,
  'full-cone': fullCone,
  clusterip,
  ipmark,
  proto,
  rawnat,
  'route-hop': routeHop,
  same,
  'set-change': setChange,
  'set-map': setMap,
  'strip-options': stripOptions,
  xor,
  synproxy,
  tproxy,
};
