/** Limits, quotas and estimates of rates, from packet to packet, with time passing. */

import { accounting, accountingList, OBJECTS } from '../accounting.js';
import { broken } from '../matches/header.js';
import { wire, wire6 } from '../matches/table.js';
import type { PacketLine } from '../scenario.js';
import { chainOf, type Sequence } from './sequence.js';

type Step = Sequence['steps'][number];
const from = (last: number, over: object = {}): PacketLine => wire({ src: `192.168.1.${last}`, ...over });
const times = (count: number, line: PacketLine): Step[] => Array.from({ length: count }, () => [0, line] as const);
const at = (gap: number, line: PacketLine): Step => [gap, line];
const H = '-m hashlimit';
/** Entries otherwise live for the unit of their rate, and the kernel looks for old ones each second from when rules were loaded. */
const STAYS = `${H} --hashlimit-htable-expire 60000`;

const counts = (name: string) => `-m nfacct --nfacct-name "${name}"`;

export const LIMITS: readonly Sequence[] = [
  {
    name: 'limit: a burst, and what comes with time',
    rules: chainOf('mangle PREROUTING', [
      '-m limit --limit 2/sec --limit-burst 3',
      '-p udp -m limit --limit 1/hour --limit-burst 2',
    ]),
    steps: [
      ...times(5, from(5)),
      at(700, from(5)),
      ...times(2, from(5)),
      at(1700, from(5, { proto: 'udp' })),
      ...times(4, from(5, { proto: 'udp' })),
    ],
  },
  {
    name: 'hashlimit: packets of each source, up to a rate and above it',
    rules: chainOf('mangle PREROUTING', [
      `${H} --hashlimit-upto 2/sec --hashlimit-burst 3 --hashlimit-mode srcip --hashlimit-name u`,
      `${H} --hashlimit-above 2/sec --hashlimit-burst 3 --hashlimit-mode srcip --hashlimit-name a`,
      `${H} ! --hashlimit-upto 1/hour --hashlimit-burst 2 --hashlimit-name all`,
    ]),
    steps: [
      ...times(5, from(5)),
      ...times(2, from(6)),
      at(700, from(5)),
      ...times(2, from(5)),
      ...times(3, from(6)),
      at(1700, from(5)),
      ...times(4, from(5)),
    ],
  },
  {
    name: 'hashlimit: entries by masked addresses and by ports',
    rules: chainOf('raw PREROUTING', [
      `${H} --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode srcip --hashlimit-srcmask 30 --hashlimit-name a`,
      `${H} --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode dstip --hashlimit-dstmask 0 --hashlimit-name b`,
      `${H} --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode srcip,dstip --hashlimit-name c`,
      `${H} --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode srcport --hashlimit-name d`,
      `${H} --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode dstport --hashlimit-name e`,
      `${H} --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode srcip,srcport,dstip,dstport --hashlimit-name f`,
    ]),
    steps: [
      ...[4, 5, 7, 8, 11, 12].map((last) => at(0, from(last))),
      ...[80, 81, 80].map((dport) => at(0, from(5, { proto: 'udp', dport }))),
      ...[1000, 1001, 1000].map((sport) => at(0, from(5, { proto: 'udp', sport }))),
      ...['icmp', 'gre', 'sctp', 'dccp', 'udplite'].map((proto) => at(0, from(5, { proto, sport: 7, dport: 9 }))),
      ...['00001000', '00001001', '00001000'].map((spi) =>
        at(0, from(5, { proto: 'esp', payload: spi + '00'.repeat(8) })),
      ),
      ...['00000001', '00000002', '00000001'].map((spi) =>
        at(0, from(5, { proto: 'ah', payload: `06040000${spi}${'00'.repeat(16)}` })),
      ),
    ],
  },
  {
    name: 'hashlimit: headers that are cut, and later fragments',
    rules: chainOf('raw PREROUTING', [
      `${H} --hashlimit-upto 1/hour --hashlimit-burst 2 --hashlimit-mode srcip --hashlimit-name a`,
      `${H} --hashlimit-upto 1/hour --hashlimit-burst 2 --hashlimit-mode dstport --hashlimit-name b`,
      `${H} --hashlimit-above 1/hour --hashlimit-burst 2 --hashlimit-mode srcport --hashlimit-name c`,
      '-m length --length 0:65535',
    ]),
    steps: ['tcp', 'udp', 'icmp', 'ah'].flatMap((proto) => broken(proto, 20).map((spec) => at(0, wire(spec)))),
  },
  {
    name: 'hashlimit: bytes, and what may be had at once',
    rules: chainOf('mangle PREROUTING', [
      `${STAYS} --hashlimit-upto 1kb/s --hashlimit-mode srcip --hashlimit-name a`,
      `${STAYS} --hashlimit-upto 1kb/s --hashlimit-burst 2kb --hashlimit-mode srcip --hashlimit-name b`,
      `${STAYS} --hashlimit-above 16b/s --hashlimit-name c`,
    ]),
    steps: [
      ...[400, 400, 400, 100, 40, 1000, 400, 400, 1000, 400].map((length) => at(0, from(5, { length }))),
      ...[1200, 500].map((length) => at(0, from(6, { length }))),
      at(400, from(5, { length: 300 })),
      ...[900, 900, 40].map((length) => at(0, from(5, { length }))),
      at(1500, from(5, { length: 900 })),
      at(0, from(5, { length: 300 })),
    ],
  },
  {
    name: 'hashlimit: bytes by chunks of 16, of which one more counts than are whole',
    rules: chainOf('mangle PREROUTING', [
      `${STAYS} --hashlimit-upto 64b/s --hashlimit-mode srcip --hashlimit-name a`,
      `${STAYS} --hashlimit-above 64b/s --hashlimit-mode srcip --hashlimit-name b`,
    ]),
    steps: [...times(3, from(5, { length: 40 })), ...times(2, from(6, { length: 48 })), at(0, from(7, { length: 68 }))],
  },
  {
    name: 'hashlimit: windows that are looked at',
    rules: chainOf('mangle PREROUTING', [
      `${STAYS} --hashlimit-upto 3/sec --hashlimit-burst 2 --hashlimit-mode srcip --hashlimit-name a --hashlimit-rate-match`,
      `${STAYS} --hashlimit-above 3/sec --hashlimit-burst 1 --hashlimit-mode srcip --hashlimit-name b --hashlimit-rate-match`,
      `${STAYS} --hashlimit-above 300b/s --hashlimit-mode srcip --hashlimit-name c --hashlimit-rate-match`,
      `${STAYS} --hashlimit-above 4/sec --hashlimit-burst 1 --hashlimit-name d --hashlimit-rate-match --hashlimit-rate-interval 2`,
    ]),
    steps: [
      ...times(8, from(5, { length: 100 })),
      at(1300, from(5, { length: 100 })),
      ...times(3, from(5, { length: 100 })),
      at(1100, from(5, { length: 100 })),
      ...times(2, from(5, { length: 100 })),
      at(2300, from(5, { length: 100 })),
      ...times(2, from(6, { length: 500 })),
    ],
  },
  {
    name: 'hashlimit: entries go when their time is over',
    rules: chainOf('mangle PREROUTING', [
      `${H} --hashlimit-upto 1/hour --hashlimit-burst 2 --hashlimit-mode srcip --hashlimit-name a --hashlimit-htable-expire 500 --hashlimit-htable-gcinterval 200`,
      `${H} --hashlimit-upto 1/hour --hashlimit-burst 2 --hashlimit-mode srcip --hashlimit-name b --hashlimit-htable-expire 60000 --hashlimit-htable-gcinterval 200`,
      `${H} --hashlimit-upto 1/hour --hashlimit-burst 2 --hashlimit-mode srcip --hashlimit-name c --hashlimit-htable-expire 200 --hashlimit-htable-gcinterval 60000`,
    ]),
    steps: [...times(3, from(5)), at(200, from(5)), at(2500, from(5)), ...times(2, from(5)), at(100, from(6))],
  },
  {
    name: 'hashlimit: an entry has its time from its last packet on',
    rules: chainOf('mangle PREROUTING', [
      `${H} --hashlimit-upto 1/hour --hashlimit-burst 2 --hashlimit-name a --hashlimit-htable-expire 900 --hashlimit-htable-gcinterval 200`,
    ]),
    steps: [...times(3, from(5)), ...[600, 600, 600, 2500].map((gap) => at(gap, from(5)))],
  },
  {
    name: 'hashlimit: a table is as the first of its rules says, and has room for so many',
    rules: chainOf('mangle PREROUTING', [
      `-p udp ${H} --hashlimit-upto 1/hour --hashlimit-burst 2 --hashlimit-mode srcip --hashlimit-name s`,
      `-p tcp ${H} --hashlimit-above 100/sec --hashlimit-burst 50 --hashlimit-mode dstport --hashlimit-name s`,
      `-p icmp ${H} --hashlimit-upto 100kb/s --hashlimit-name s`,
      `${H} --hashlimit-upto 1/hour --hashlimit-burst 9 --hashlimit-mode srcip --hashlimit-name m --hashlimit-htable-size 1 --hashlimit-htable-max 3`,
      '-m length --length 0:65535',
    ]),
    steps: [
      ...[5, 5, 6].map((last) => at(0, from(last, { proto: 'udp' }))),
      ...[5, 6, 6, 6, 7, 8, 9, 5].map((last) => at(0, from(last, { dport: 80 + last }))),
      ...[5, 9, 4].map((last) => at(0, from(last, { proto: 'icmp' }))),
    ],
  },
  {
    name: 'hashlimit of IPv6: masks, and headers before the ports',
    family: 6,
    rules: chainOf('raw PREROUTING', [
      `${H} --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode srcip --hashlimit-srcmask 64 --hashlimit-name a`,
      `${H} --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode srcip,dstip --hashlimit-srcmask 127 --hashlimit-dstmask 33 --hashlimit-name b`,
      `${H} --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode dstport --hashlimit-name c`,
      '-m length --length 0:65535',
    ]),
    steps: [
      ...['2001:db8::5', '2001:db8::4', '2001:db8::6', '2001:db8:0:1::6', '2001:db8:8000::1'].map((src) =>
        at(0, wire6({ src })),
      ),
      ...[80, 81].flatMap((dport) =>
        [[], [{ type: 0, body: '' }], [{ type: 60, body: '00'.repeat(20) }], [{ type: 51, body: '00'.repeat(10) }]].map(
          (ext) => at(0, wire6({ dport, proto: 'udp', ext })),
        ),
      ),
      ...broken('udp', 8).map((spec) => at(0, wire6(spec))),
      ...[59, 58, 47].map((proto) => at(0, wire6({ proto: String(proto), payload: '0050'.repeat(4) }))),
    ],
  },
  {
    name: 'quota: bytes of each rule, and what does not fit',
    rules: chainOf('mangle PREROUTING', [
      '-m quota --quota 250',
      '-m quota ! --quota 250',
      '-p udp -m quota --quota 18446744073709551615',
      '-p udp -m quota --quota 28',
    ]),
    steps: [
      ...[100, 100, 51, 40, 50, 40].map((length) => at(0, from(5, { length }))),
      ...times(2, from(5, { proto: 'udp', length: 28 })),
    ],
  },
  {
    name: 'nfacct: objects, with quotas and without',
    setup: [accounting(...OBJECTS)],
    text: accountingList(...OBJECTS),
    rules: chainOf('mangle PREROUTING', [
      ...OBJECTS.map(({ name }) => counts(name)),
      // each counts it once more
      `-p tcp ${counts('both')}`,
      `-p tcp ${counts('plain')} ${counts('both')} ${counts('plain')}`,
    ]),
    steps: [
      ...[100, 41, 40, 100, 60].map((length) => at(0, from(5, { length }))),
      ...times(2, from(5, { proto: 'udp', length: 28 })),
    ],
  },
  {
    name: 'nfacct of IPv6',
    family: 6,
    setup: [accounting(...OBJECTS)],
    text: accountingList(...OBJECTS),
    rules: chainOf('mangle PREROUTING', [counts('bytes'), counts('a packets')]),
    steps: times(4, wire6()),
  },
  {
    name: 'rateest: what estimators say while packets come and when none do',
    // samples are taken from the load on, some of them before the first packet: nothing here hangs on when
    rules: chainOf('mangle PREROUTING', [
      '-p udp -j RATEEST --rateest-name A --rateest-interval 250ms --rateest-ewmalog 500ms',
      '-p tcp -j RATEEST --rateest-name B --rateest-interval 250ms --rateest-ewmalog 500ms',
      '-p icmp -m rateest --rateest A --rateest-gt --rateest-pps 6',
      '-p icmp -m rateest --rateest A --rateest-lt --rateest-bps 8bit',
      '-p icmp -m rateest --rateest A ! --rateest-eq --rateest-pps 0',
      '-p icmp -m rateest --rateest1 A --rateest-gt --rateest-pps --rateest2 B',
      '-p icmp -m rateest --rateest1 A --rateest-eq --rateest-bps --rateest2 B',
      '-p icmp -m rateest --rateest-delta --rateest A --rateest-pps1 100000 --rateest-lt --rateest-pps2 99995',
      '-p icmp -m rateest --rateest-delta --rateest1 A --rateest-bps1 1Gbit --rateest-lt --rateest-bps2 1Gbit --rateest2 B',
    ]),
    steps: [
      at(0, from(5, { proto: 'icmp' })),
      ...times(60, from(5, { proto: 'udp', length: 500 })),
      at(650, from(5, { proto: 'icmp' })),
      at(4500, from(5, { proto: 'icmp' })),
      ...times(60, from(5, { length: 500 })),
      at(650, from(5, { proto: 'icmp' })),
    ],
  },
];
