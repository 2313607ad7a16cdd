import { Field } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import { match, ValueError, type ValueKind } from '../define.js';
import { listed, piece } from '../listed.js';
import { portList } from '../values.js';

const fifteen = portList(15);
/** iptables wants both ends of a range here, the first below the last. */
const ports: ValueKind<readonly NumberRange[]> = {
  ...fifteen,
  parse(words, context) {
    for (const part of words[0]!.split(',')) {
      const [min, max] = part.split(':');
      if (min === '' || max === '') throw new ValueError(`"${part}" lacks an end`);
    }
    const ranges = fifteen.parse(words, context);
    const equal = words[0]!.split(',').findIndex((part, i) => part.includes(':') && ranges[i]!.min === ranges[i]!.max);
    if (equal >= 0) throw new ValueError(`range ${words[0]!.split(',')[equal]} holds one port: write it alone`);
    return ranges;
  },
};

/** multiport_mt in net/netfilter/xt_multiport.c: false in later fragments, a hot drop where the ports are cut. */
export const multiport = match({
  name: 'multiport',
  about: 'lists of ports',
  // tcp, udp, dccp, sctp, udplite
  protocols: [6, 17, 33, 132, 136],
  options: {
    sports: {
      value: ports,
      alias: ['source-ports'],
      invert: true,
      excludes: ['dports', 'ports'],
    },
    dports: {
      value: ports,
      alias: ['destination-ports'],
      invert: true,
      excludes: ['sports', 'ports'],
    },
    ports: { value: ports, invert: true, excludes: ['sports', 'dports'] },
  },
  check(given, rule) {
    // iptables looks at the protocol when it comes to the option
    const first = given.sports ?? given.dports ?? given.ports;
    if (first && rule.protocol && rule.protocol.at.column > first.at.column)
      rule.refuse('-p must stand before it', first.key);
    if (!given.sports && !given.dports && !given.ports) rule.refuse('needs one of --sports, --dports, --ports');
  },
  lower: (given, build) => [
    build.header(4),
    build.when(given.sports, (list) => build.bitmap(Field.Sport, list)),
    build.when(given.dports, (list) => build.bitmap(Field.Dport, list)),
    build.when(given.ports, (list) => build.any(build.bitmap(Field.Sport, list), build.bitmap(Field.Dport, list))),
  ],
});

export const multiportListed = listed('multiport', piece('sports'), piece('dports'), piece('ports'));
