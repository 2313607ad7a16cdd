/** `route`, `route -n` and `netstat -r`, of net-tools and busybox: the IPv4 routes of table main, without their sources. */
import type { Findings } from '../../model/finding.js';
import { type Route, TABLE_MAIN } from '../../model/host.js';
import { maskedBy, parseIpv4, prefixLength, prefixMask } from '../../net/address.js';
import { LineComplaints } from '../complain.js';
import { linesOf, type Readable, type Word, wordsOf } from '../text.js';
import { wholeNumber } from './iproute-values.js';
import type { RouteListing } from './route.js';
import { newHop, RouteDraft } from './route-draft.js';

const HEAD = /^(?:Kernel IP routing table|Destination[ \t]+Gateway[ \t]+(?:Genmask|Netmask|Mask)[ \t]+Flags)\b/;
/** Destination, gateway, mask, flags, three numbers, interface; a route that refuses has neither numbers nor interface. */
const ROW =
  /^\S{1,60}[ \t]+\S{1,60}[ \t]+\d{1,3}(?:\.\d{1,3}){3}[ \t]+[!UGHRDMACnsi]{1,8}[ \t]+(?:\d{1,10}|-)[ \t]+(?:\d{1,10}|-)[ \t]+(?:\d{1,10}|-)[ \t]+\S/;

/** Whether a line, without the blanks around it, is one that these print. */
export const isRoutingTable = (text: string): boolean => HEAD.test(text) || ROW.test(text.slice(0, 250));

export function routesOfTable(text: Readable, file: string, findings: Findings): RouteListing {
  const routes: Route[] = [];
  let hasMetric = true;
  for (const line of linesOf(text)) {
    const words = wordsOf(line.text);
    // netstat prints the size of segments there
    if (HEAD.test(line.text.trim())) hasMetric = !words.some((word) => word.text === 'MSS');
    else if (ROW.test(line.text.trim().slice(0, 250))) {
      const complaints = new LineComplaints(file, line, findings);
      const draft = draftOf(words, hasMetric, complaints);
      if (draft !== undefined) routes.push(draft.route(TABLE_MAIN));
    }
  }
  return { routes, complete: false };
}

/** Names that Debian's /etc/networks gives. */
const NETWORKS: Readonly<Record<string, string>> = {
  default: '0.0.0.0',
  loopback: '127.0.0.0',
  'link-local': '169.254.0.0',
};

function draftOf(words: readonly Word[], hasMetric: boolean, complaints: LineComplaints): RouteDraft | undefined {
  const [to, via, genmask, flags, metric, , , iface] = words as [Word, Word, Word, Word, Word, Word, Word, Word];
  const address = parseIpv4(Object.hasOwn(NETWORKS, to.text) ? NETWORKS[to.text]! : to.text);
  const mask = parseIpv4(genmask.text);
  const prefix = mask && prefixLength(mask);
  if (address === undefined) {
    complaints.word(to, 'bad-address', 'expected an address, not a name (route -n): the route is left out');
    return undefined;
  }
  if (prefix === undefined) {
    complaints.word(genmask, 'bad-address', 'expected a mask: the route is left out');
    return undefined;
  }
  const refuses = flags.text.includes('!');
  const target = { family: 4, address: maskedBy(address, prefixMask(prefix, 4)), prefix } as const;
  const draft = new RouteDraft(refuses ? 'unreachable' : 'unicast', target);
  draft.metric = hasMetric ? (wholeNumber(metric.text) ?? 0) : 0;
  if (refuses) return draft;
  const hop = newHop();
  hop.link = iface.text;
  if (!flags.text.includes('G')) draft.scope = 'link';
  else {
    hop.gateway = parseIpv4(via.text);
    if (hop.gateway === undefined)
      complaints.word(via, 'bad-address', 'expected an address, not a name (route -n): the gateway is not known');
  }
  draft.hops.push(hop);
  return draft;
}
