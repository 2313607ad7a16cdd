import { Protocol } from '../../net/protocol.js';
import { match } from '../define.js';
import { listed } from '../listed.js';
import { unorderedPorts } from '../values.js';
import { DPORT_LISTED, portOptions, portsHold, SPORT_LISTED } from './ports.js';

const SIDES = ['sport', 'dport'] as const;

/** udp_mt in net/netfilter/xt_tcpudp.c: false in later fragments, a hot drop where the header is cut. */
export const udp = match({
  name: 'udp',
  about: 'UDP source and destination port',
  protocols: [Protocol.Udp],
  options: portOptions(unorderedPorts),
  // iptables-save leaves out what holds for every port, its `!` too
  print: (given, context) =>
    SIDES.flatMap((side) => {
      const ports = given[side];
      if (ports === undefined || (ports.value.min === 0 && ports.value.max === 65535)) return [];
      return [...(ports.not ? ['!'] : []), `--${side}`, ...unorderedPorts.print(ports.value, context)];
    }),
  lower: (given, build) => [build.header(8), ...portsHold(given, build)],
});

export const udpListed = listed('udp', SPORT_LISTED, DPORT_LISTED);
