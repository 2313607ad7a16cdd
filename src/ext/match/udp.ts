import { Field } from '../../abi.js';
import { Protocol } from '../../net/protocol.js';
import { match } from '../define.js';
import { listed, piece } from '../listed.js';
import { unorderedPorts } from '../values.js';

const PORTS = { sport: Field.Sport, dport: Field.Dport } as const;
const SIDES = ['sport', 'dport'] as const;

/** udp_mt in net/netfilter/xt_tcpudp.c: false in later fragments, a hot drop where the header is cut. */
export const udp = match({
  name: 'udp',
  about: 'UDP source and destination port',
  protocols: [Protocol.Udp],
  options: {
    sport: { value: unorderedPorts, alias: ['source-port'], invert: true },
    dport: { value: unorderedPorts, alias: ['destination-port'], invert: true },
  },
  // iptables-save leaves out what holds for every port, its `!` too
  print: (given, context) =>
    SIDES.flatMap((side) => {
      const ports = given[side];
      if (ports === undefined || (ports.value.min === 0 && ports.value.max === 65535)) return [];
      return [...(ports.not ? ['!'] : []), `--${side}`, ...unorderedPorts.print(ports.value, context)];
    }),
  lower: (given, build) => [
    build.header(8),
    ...SIDES.map((side) => build.when(given[side], (range) => build.range(PORTS[side], range))),
  ],
});

export const udpListed = listed('udp', piece('sport', 'spt:', 'spts:'), piece('dport', 'dpt:', 'dpts:'));
