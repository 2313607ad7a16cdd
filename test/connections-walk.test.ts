/**
 * What remembered connections make of packets, rule for rule: states, what entries translate, what is in a new connection's
 * way, what ends one. The kernel's behaviour as it was measured, on flows of a few packets.
 */
import { describe, expect, test } from 'vitest';
import { HOST, hostWith, rulesOf } from './classify/steps.js';
import { listOf, loadFlows, walkFlow } from './flow-packets.js';

interface Flow {
  readonly name: string;
  readonly rules: Readonly<Record<string, readonly string[]>>;
  /** each with the line that is expected; a pattern where something is drawn. */
  readonly packets: readonly (readonly [packet: string, expected: string | RegExp])[];
  /** how often each rule was hit at the end. */
  readonly counts?: readonly number[];
  /** what `conntrack -L` prints at the end. */
  readonly left?: readonly string[];
  readonly known?: string;
  readonly sysctl?: readonly string[];
  /** a policy rule: what goes by eth1. */
  readonly policy?: string;
}

/** Tracking on, and nothing else. */
const TRACKED = { filter: ['FORWARD -m conntrack --ctstate NEW'] };
const MASQUERADE = { nat: ['POSTROUTING -o eth0 -j MASQUERADE'] };
const INSIDE = '10.0.0.9:5000';
const OTHER = '10.0.0.8:5000';
const SERVER = '198.51.100.7:53';

const FLOWS: Readonly<Record<string, readonly Flow[]>> = {
  states: [
    {
      name: 'NEW until an answer was seen, and nat is asked once',
      rules: MASQUERADE,
      packets: [
        [`udp ${INSIDE} > ${SERVER}`, 'NEW eth0 192.0.2.1:5000 > 198.51.100.7:53'],
        [`udp ${INSIDE} > ${SERVER}`, 'NEW eth0 192.0.2.1:5000 > 198.51.100.7:53'],
        [`udp ${SERVER} > 192.0.2.1:5000`, `ESTABLISHED eth1 ${SERVER} > ${INSIDE}`],
        [`udp ${INSIDE} > ${SERVER}`, 'ESTABLISHED eth0 192.0.2.1:5000 > 198.51.100.7:53'],
      ],
      counts: [1],
      left: [
        'udp      17 30 src=10.0.0.9 dst=198.51.100.7 sport=5000 dport=53 src=198.51.100.7 dst=192.0.2.1 sport=53 dport=5000 mark=0 use=1',
      ],
    },
    {
      name: 'a first packet that is dropped leaves no entry, and its retransmission asks nat again',
      rules: { nat: ['PREROUTING -p udp -j DNAT --to-destination 10.0.0.9'], filter: ['FORWARD -p udp -j DROP'] },
      packets: [
        [`udp ${SERVER} > 192.0.2.1:80`, 'NEW dropped'],
        [`udp ${SERVER} > 192.0.2.1:80`, 'NEW dropped'],
      ],
      counts: [2, 2],
      left: [],
    },
    {
      name: 'an answer that is dropped has told the entry all the same',
      rules: { filter: ['FORWARD -i eth0 -m conntrack --ctstate ESTABLISHED -j DROP'] },
      packets: [
        [`tcp ${INSIDE} > ${SERVER} S seq=100`, `NEW eth0 ${INSIDE} > ${SERVER}`],
        [`tcp ${SERVER} > ${INSIDE} SA seq=900 ack=101`, 'ESTABLISHED dropped'],
        [`tcp ${INSIDE} > ${SERVER} S seq=100`, `ESTABLISHED eth0 ${INSIDE} > ${SERVER}`],
      ],
      left: [
        'tcp      6 60 SYN_RECV src=10.0.0.9 dst=198.51.100.7 sport=5000 dport=53 src=198.51.100.7 dst=10.0.0.9 sport=53 dport=5000 mark=0 use=1',
      ],
    },
    {
      name: 'a handshake, a close, and the same ports again',
      rules: TRACKED,
      packets: [
        [`0 tcp ${INSIDE} > ${SERVER} S seq=100`, `NEW eth0 ${INSIDE} > ${SERVER}`],
        [`0.1 tcp ${SERVER} > ${INSIDE} SA seq=900 ack=101`, `ESTABLISHED eth1 ${SERVER} > ${INSIDE}`],
        [`0.2 tcp ${INSIDE} > ${SERVER} A seq=101 ack=901`, `ESTABLISHED eth0 ${INSIDE} > ${SERVER}`],
        [`0.3 tcp ${INSIDE} > ${SERVER} FA seq=101 ack=901`, `ESTABLISHED eth0 ${INSIDE} > ${SERVER}`],
        [`0.4 tcp ${SERVER} > ${INSIDE} FA seq=901 ack=102`, `ESTABLISHED eth1 ${SERVER} > ${INSIDE}`],
        [`0.5 tcp ${INSIDE} > ${SERVER} A seq=102 ack=902`, `ESTABLISHED eth0 ${INSIDE} > ${SERVER}`],
        [`1 tcp ${INSIDE} > ${SERVER} S seq=70000`, `NEW eth0 ${INSIDE} > ${SERVER}`],
      ],
      counts: [2],
      left: [
        'tcp      6 120 SYN_SENT src=10.0.0.9 dst=198.51.100.7 sport=5000 dport=53 [UNREPLIED] src=198.51.100.7 dst=10.0.0.9 sport=53 dport=5000 mark=0 use=1',
      ],
    },
    {
      name: 'a reset of what was not answered ends the entry at once',
      rules: TRACKED,
      packets: [
        [`tcp ${INSIDE} > ${SERVER} S seq=100`, `NEW eth0 ${INSIDE} > ${SERVER}`],
        [`tcp ${SERVER} > ${INSIDE} RA seq=0 ack=101`, `ESTABLISHED eth1 ${SERVER} > ${INSIDE}`],
        [`tcp ${INSIDE} > ${SERVER} S seq=100`, `NEW eth0 ${INSIDE} > ${SERVER}`],
      ],
    },
    {
      name: 'without time left it is forgotten',
      rules: TRACKED,
      packets: [
        [`0 udp ${INSIDE} > ${SERVER}`, `NEW eth0 ${INSIDE} > ${SERVER}`],
        [`29 udp ${SERVER} > ${INSIDE}`, `ESTABLISHED eth1 ${SERVER} > ${INSIDE}`],
        [`58 udp ${INSIDE} > ${SERVER}`, `ESTABLISHED eth0 ${INSIDE} > ${SERVER}`],
        // a stream by now
        [`177 udp ${SERVER} > ${INSIDE}`, `ESTABLISHED eth1 ${SERVER} > ${INSIDE}`],
        [`298 udp ${SERVER} > ${INSIDE}`, `NEW eth1 ${SERVER} > ${INSIDE}`],
      ],
    },
    {
      name: 'times that go backwards end nothing',
      rules: TRACKED,
      packets: [
        [`100 udp ${INSIDE} > ${SERVER}`, `NEW eth0 ${INSIDE} > ${SERVER}`],
        [`90 udp ${SERVER} > ${INSIDE}`, `ESTABLISHED eth1 ${SERVER} > ${INSIDE}`],
        [`119 udp ${INSIDE} > ${SERVER}`, `ESTABLISHED eth0 ${INSIDE} > ${SERVER}`],
      ],
    },
    {
      name: 'queries of ICMP: code and identifier tell them apart',
      rules: TRACKED,
      packets: [
        ['icmp 10.0.0.9 > 198.51.100.7 type=8 id=7', 'NEW eth0 10.0.0.9 > 198.51.100.7'],
        ['icmp 198.51.100.7 > 10.0.0.9 type=0 id=7', 'ESTABLISHED eth1 198.51.100.7 > 10.0.0.9'],
        ['icmp 10.0.0.9 > 198.51.100.7 type=0 id=7', 'INVALID eth0 10.0.0.9 > 198.51.100.7'],
        ['icmp 198.51.100.7 > 10.0.0.9 type=0 id=8', 'INVALID eth1 198.51.100.7 > 10.0.0.9'],
        ['icmp 10.0.0.9 > 198.51.100.7 type=8 code=3 id=7', 'NEW eth0 10.0.0.9 > 198.51.100.7'],
      ],
    },
    {
      name: 'what is not tracked opens nothing, and its answers do not either',
      rules: { raw: ['PREROUTING -i eth1 -p udp -j CT --notrack'], ...TRACKED },
      packets: [
        [`udp ${INSIDE} > ${SERVER}`, `UNTRACKED eth0 ${INSIDE} > ${SERVER}`],
        [`udp ${SERVER} > ${INSIDE}`, `NEW eth1 ${SERVER} > ${INSIDE}`],
        [`udp ${INSIDE} > ${SERVER}`, `UNTRACKED eth0 ${INSIDE} > ${SERVER}`],
      ],
      counts: [2, 1],
    },
    {
      name: 'zones: the same tuple twice',
      rules: {
        raw: [
          'PREROUTING -p udp -m tos --tos 0x10 -j CT --zone 5',
          'PREROUTING -p udp -m ttl --ttl-eq 9 -j CT --zone 6',
        ],
        ...TRACKED,
      },
      packets: [
        [`udp ${INSIDE} > ${SERVER}`, `NEW eth0 ${INSIDE} > ${SERVER}`],
        [`udp ${SERVER} > ${INSIDE}`, `ESTABLISHED eth1 ${SERVER} > ${INSIDE}`],
        [`udp ${INSIDE} > ${SERVER} tos=16`, `NEW eth0 ${INSIDE} > ${SERVER}`],
        [`udp ${SERVER} > ${INSIDE} tos=16`, `ESTABLISHED eth1 ${SERVER} > ${INSIDE}`],
        [`udp ${SERVER} > ${INSIDE} ttl=9`, `NEW eth1 ${SERVER} > ${INSIDE}`],
      ],
    },
    {
      name: 'the host to itself is one connection, NEW on both of its ways',
      rules: { filter: ['INPUT -i lo -m conntrack --ctstate NEW', 'OUTPUT -o lo -m conntrack --ctstate NEW'] },
      packets: [
        ['udp 192.0.2.1:5000 > 10.0.0.1:53', 'NEW lo 192.0.2.1:5000 > 10.0.0.1:53'],
        ['udp 10.0.0.1:53 > 192.0.2.1:5000', 'ESTABLISHED lo 10.0.0.1:53 > 192.0.2.1:5000'],
      ],
      counts: [1, 1],
      left: [
        'udp      17 30 src=192.0.2.1 dst=10.0.0.1 sport=5000 dport=53 src=10.0.0.1 dst=192.0.2.1 sport=53 dport=5000 mark=0 use=1',
      ],
    },
  ],
  'what else knows of a connection': [
    {
      name: 'its mark, saved and put back',
      rules: {
        mangle: [
          'PREROUTING -j CONNMARK --restore-mark',
          'PREROUTING -i eth1 -m mark --mark 0 -j MARK --set-mark 0x7',
          'PREROUTING -j CONNMARK --save-mark',
          'PREROUTING -i eth0 -m mark --mark 0x7',
        ],
      },
      packets: [
        [`udp ${INSIDE} > ${SERVER}`, `NEW eth0 ${INSIDE} > ${SERVER}`],
        [`udp ${SERVER} > ${INSIDE}`, `ESTABLISHED eth1 ${SERVER} > ${INSIDE}`],
      ],
      counts: [2, 1, 2, 1],
      left: [
        'udp      17 30 src=10.0.0.9 dst=198.51.100.7 sport=5000 dport=53 src=198.51.100.7 dst=10.0.0.9 sport=53 dport=5000 mark=7 use=1',
      ],
    },
    {
      name: 'a reset that a rule sends closes it',
      rules: {
        filter: ['FORWARD -p tcp -m length --length 100: -j REJECT --reject-with tcp-reset'],
        raw: [],
        ...{ mangle: TRACKED.filter },
      },
      packets: [
        [`0 tcp ${INSIDE} > ${SERVER} S seq=100`, `NEW eth0 ${INSIDE} > ${SERVER}`],
        [`0 tcp ${SERVER} > ${INSIDE} SA seq=900 ack=101`, `ESTABLISHED eth1 ${SERVER} > ${INSIDE}`],
        [`0 tcp ${INSIDE} > ${SERVER} A seq=101 ack=901`, `ESTABLISHED eth0 ${INSIDE} > ${SERVER}`],
        [`0 tcp ${INSIDE} > ${SERVER} PA seq=101 ack=901 length=200`, 'ESTABLISHED rejected'],
      ],
      left: [
        'tcp      6 10 CLOSE src=10.0.0.9 dst=198.51.100.7 sport=5000 dport=53 src=198.51.100.7 dst=10.0.0.9 sport=53 dport=5000 [ASSURED] mark=0 use=1',
      ],
    },
    {
      name: 'where there is no room the first of the unassured gives way',
      rules: TRACKED,
      sysctl: ['net.netfilter.nf_conntrack_max=2', 'net.netfilter.nf_conntrack_buckets=1'],
      packets: [
        [`0 udp ${INSIDE} > ${SERVER}`, `NEW eth0 ${INSIDE} > ${SERVER}`],
        [`0 udp ${SERVER} > ${INSIDE}`, `ESTABLISHED eth1 ${SERVER} > ${INSIDE}`],
        [`3 udp ${INSIDE} > ${SERVER}`, `ESTABLISHED eth0 ${INSIDE} > ${SERVER}`],
        [`3 udp ${OTHER} > ${SERVER}`, `NEW eth0 ${OTHER} > ${SERVER}`],
        [`3 udp 10.0.0.7:1 > ${SERVER}`, `NEW eth0 10.0.0.7:1 > ${SERVER}`],
        [`3 udp ${SERVER} > ${OTHER}`, `NEW eth1 ${SERVER} > ${OTHER}`],
        [`3 udp ${SERVER} > ${INSIDE}`, `ESTABLISHED eth1 ${SERVER} > ${INSIDE}`],
      ],
    },
    {
      name: 'where none gives way it is dropped before its rules',
      rules: TRACKED,
      sysctl: ['net.netfilter.nf_conntrack_max=1', 'net.netfilter.nf_conntrack_buckets=1'],
      packets: [
        [`0 udp ${INSIDE} > ${SERVER}`, `NEW eth0 ${INSIDE} > ${SERVER}`],
        [`0 udp ${SERVER} > ${INSIDE}`, `ESTABLISHED eth1 ${SERVER} > ${INSIDE}`],
        [`3 udp ${INSIDE} > ${SERVER}`, `ESTABLISHED eth0 ${INSIDE} > ${SERVER}`],
        [`3 udp ${OTHER} > ${SERVER}`, 'UNTRACKED table-full'],
        [`124 udp ${OTHER} > ${SERVER}`, `NEW eth0 ${OTHER} > ${SERVER}`],
      ],
      counts: [2],
    },
    {
      name: 'entries of a listing, as long as they last',
      rules: MASQUERADE,
      known: `tcp      6 431999 ESTABLISHED src=10.0.0.9 dst=198.51.100.7 sport=5000 dport=53 src=198.51.100.7 dst=192.0.2.1 sport=53 dport=4000 [ASSURED] mark=9 use=1
udp      17 5 src=10.0.0.8 dst=198.51.100.7 sport=5000 dport=53 [UNREPLIED] src=198.51.100.7 dst=192.0.2.1 sport=53 dport=5000 mark=0 use=1
`,
      packets: [
        [`0 tcp ${INSIDE} > ${SERVER} A seq=77 ack=99`, `ESTABLISHED eth0 192.0.2.1:4000 > ${SERVER}`],
        [`4 udp ${SERVER} > 192.0.2.1:5000`, `ESTABLISHED eth1 ${SERVER} > ${OTHER}`],
        [`5 tcp ${SERVER} > 192.0.2.1:4000 A seq=99 ack=77`, `ESTABLISHED eth1 ${SERVER} > ${INSIDE}`],
        [`35 udp ${OTHER} > ${SERVER}`, `NEW eth0 192.0.2.1:5000 > ${SERVER}`],
      ],
      counts: [1],
    },
  ],
  translation: [
    {
      name: 'answers to what was redirected',
      rules: { nat: ['PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8080'] },
      packets: [
        ['tcp 198.51.100.7:5000 > 192.0.2.1:80 S seq=1', 'NEW eth0 198.51.100.7:5000 > 192.0.2.1:8080'],
        ['tcp 192.0.2.1:8080 > 198.51.100.7:5000 SA seq=9 ack=2', 'ESTABLISHED eth0 192.0.2.1:80 > 198.51.100.7:5000'],
        ['tcp 198.51.100.7:5000 > 192.0.2.1:80 A seq=2 ack=10', 'ESTABLISHED eth0 198.51.100.7:5000 > 192.0.2.1:8080'],
      ],
      counts: [1],
    },
    {
      name: 'rules see answers without source translation, and with what the destination became',
      rules: {
        nat: [
          'PREROUTING -p udp -j DNAT --to-destination 10.0.0.9:53',
          'POSTROUTING -o eth1 -j SNAT --to-source 10.0.0.1',
        ],
        filter: ['FORWARD -s 10.0.0.9 -d 198.51.100.7', 'FORWARD -s 192.0.2.1'],
        mangle: ['PREROUTING -s 10.0.0.9 -d 10.0.0.1', 'POSTROUTING -s 10.0.0.9 -d 198.51.100.7'],
      },
      packets: [
        ['udp 198.51.100.7:5000 > 192.0.2.1:80', 'NEW eth1 10.0.0.1:5000 > 10.0.0.9:53'],
        ['udp 10.0.0.9:53 > 10.0.0.1:5000', 'ESTABLISHED eth0 192.0.2.1:80 > 198.51.100.7:5000'],
      ],
      counts: [1, 1, 1, 0, 1, 1],
    },
    {
      name: 'what is INVALID in it leaves as it came',
      rules: MASQUERADE,
      packets: [
        [`tcp ${INSIDE} > ${SERVER} S seq=100 window=1000`, `NEW eth0 192.0.2.1:5000 > ${SERVER}`],
        [`tcp ${SERVER} > 192.0.2.1:5000 SA seq=900 ack=101 window=1000`, `ESTABLISHED eth1 ${SERVER} > ${INSIDE}`],
        [`tcp ${INSIDE} > ${SERVER} A seq=900101 ack=901`, `INVALID eth0 ${INSIDE} > ${SERVER}`],
        [`tcp ${INSIDE} > ${SERVER} A seq=101 ack=901`, `ESTABLISHED eth0 192.0.2.1:5000 > ${SERVER}`],
      ],
    },
    {
      name: 'an identifier of ICMP, back to what it was',
      rules: MASQUERADE,
      packets: [
        ['icmp 10.0.0.9 > 198.51.100.7 type=8 id=7', 'NEW eth0 192.0.2.1 > 198.51.100.7'],
        ['icmp 10.0.0.8 > 198.51.100.7 type=8 id=7', 'NEW eth0 192.0.2.1 > 198.51.100.7'],
        ['icmp 198.51.100.7 > 192.0.2.1 type=0 id=7', 'ESTABLISHED eth1 198.51.100.7 > 10.0.0.9'],
      ],
    },
    {
      name: 'NETMAP, and back',
      rules: { nat: ['POSTROUTING -o eth0 -j NETMAP --to 203.0.113.0/24'] },
      packets: [
        [`udp ${INSIDE} > ${SERVER}`, `NEW eth0 203.0.113.9:5000 > ${SERVER}`],
        [`udp ${SERVER} > 203.0.113.9:5000`, `ESTABLISHED eth1 ${SERVER} > ${INSIDE}`],
      ],
    },
    {
      name: 'OUTPUT, where answers come to a socket that knows nothing of it',
      rules: { nat: ['OUTPUT -p udp -j DNAT --to-destination 10.0.0.9:5353'] },
      packets: [
        [`udp 192.0.2.1:4000 > ${SERVER}`, 'NEW eth1 192.0.2.1:4000 > 10.0.0.9:5353'],
        ['udp 10.0.0.9:5353 > 192.0.2.1:4000', `ESTABLISHED eth1 ${SERVER} > 192.0.2.1:4000`],
        [`udp 192.0.2.1:4000 > ${SERVER}`, 'ESTABLISHED eth1 192.0.2.1:4000 > 10.0.0.9:5353'],
      ],
      counts: [1],
    },
    {
      name: 'what was masqueraded ends where its packets leave another way',
      rules: { nat: ['POSTROUTING -j MASQUERADE'], filter: ['FORWARD -m conntrack --ctstate NEW'] },
      policy: 'from all tos 0x10',
      packets: [
        ['udp 203.0.113.3:9 > 198.51.100.7:53', 'NEW eth0 192.0.2.1:9 > 198.51.100.7:53'],
        ['udp 203.0.113.3:9 > 198.51.100.7:53 tos=16', 'NEW masquerade-moved'],
        ['udp 203.0.113.3:9 > 198.51.100.7:53 tos=16', 'NEW eth1 10.0.0.1:9 > 198.51.100.7:53'],
      ],
      counts: [2, 3],
    },
    {
      name: 'so does a reset that has ended its entry itself',
      rules: { nat: ['POSTROUTING -j MASQUERADE'], filter: ['FORWARD -m conntrack --ctstate NEW'] },
      policy: 'from all tos 0x10',
      packets: [
        ['tcp 203.0.113.3:9 > 198.51.100.7:53 S seq=100', 'NEW eth0 192.0.2.1:9 > 198.51.100.7:53'],
        ['tcp 203.0.113.3:9 > 198.51.100.7:53 R seq=101 tos=16', 'NEW masquerade-moved'],
      ],
      left: [],
    },
  ],
  'a tuple that another connection has': [
    {
      name: 'another port of the class of its own',
      rules: MASQUERADE,
      packets: [
        ...[100, 600, 4000].map(
          (port) => [`udp 10.0.0.9:${port} > ${SERVER}`, `NEW eth0 192.0.2.1:${port} > ${SERVER}`] as const,
        ),
        [`udp 10.0.0.8:100 > ${SERVER}`, /^NEW eth0 192\.0\.2\.1:(?!100 )([1-9]|[1-9]\d|[1-4]\d\d|50\d|51[01]) > 198/],
        [`udp 10.0.0.8:600 > ${SERVER}`, /^NEW eth0 192\.0\.2\.1:(?!600 )([6-9]\d\d|10[01]\d|102[0-3]) > 198/],
        [
          `udp 10.0.0.8:4000 > ${SERVER}`,
          /^NEW eth0 192\.0\.2\.1:(?!4000 )(102[4-9]|10[3-9]\d|1[1-9]\d\d|[2-9]\d{3}|\d{5}) > 198/,
        ],
      ],
      counts: [6],
    },
    {
      name: 'the same port towards others is free',
      rules: MASQUERADE,
      packets: [
        [`udp ${INSIDE} > ${SERVER}`, `NEW eth0 192.0.2.1:5000 > ${SERVER}`],
        [`udp ${OTHER} > 198.51.100.8:53`, 'NEW eth0 192.0.2.1:5000 > 198.51.100.8:53'],
        [`udp ${OTHER} > 198.51.100.7:54`, 'NEW eth0 192.0.2.1:5000 > 198.51.100.7:54'],
        [`tcp ${OTHER} > ${SERVER} S`, `NEW eth0 192.0.2.1:5000 > ${SERVER}`],
      ],
    },
    {
      name: 'a range that is used up: counted, and dropped at the end',
      rules: { nat: ['POSTROUTING -o eth0 -p udp -j SNAT --to-source 192.0.2.9:4000-4001'] },
      packets: [
        [`udp ${INSIDE} > ${SERVER}`, /^NEW eth0 192\.0\.2\.9:400[01] > /],
        [`udp ${OTHER} > ${SERVER}`, /^NEW eth0 192\.0\.2\.9:400[01] > /],
        [`udp 10.0.0.7:5000 > ${SERVER}`, 'NEW clash'],
        [`udp 10.0.0.7:5000 > ${SERVER}`, 'NEW clash'],
        ['udp 10.0.0.7:5000 > 198.51.100.8:53', /^NEW eth0 192\.0\.2\.9:400[01] > /],
      ],
      counts: [5],
    },
    {
      name: 'a range that has the own port, and it is free',
      rules: { nat: ['POSTROUTING -o eth0 -p udp -j SNAT --to-source 192.0.2.9:4990-5010'] },
      packets: [
        [`udp ${INSIDE} > ${SERVER}`, `NEW eth0 192.0.2.9:5000 > ${SERVER}`],
        [`udp ${OTHER} > ${SERVER}`, /^NEW eth0 192\.0\.2\.9:(?!5000)(499\d|500\d|5010) > /],
      ],
    },
    {
      name: 'without ports two sources cannot become one',
      rules: { nat: ['POSTROUTING -o eth0 -j MASQUERADE'] },
      packets: [
        ['esp 10.0.0.9 > 198.51.100.7', 'NEW eth0 192.0.2.1 > 198.51.100.7'],
        ['esp 10.0.0.8 > 198.51.100.7', 'NEW clash'],
        ['esp 10.0.0.8 > 198.51.100.7', 'NEW clash'],
      ],
      counts: [3],
    },
    {
      name: 'in POSTROUTING without any rule',
      rules: { nat: ['POSTROUTING -s 10.0.0.9 -j SNAT --to-source 203.0.113.5'] },
      packets: [
        [`udp ${INSIDE} > ${SERVER}`, `NEW eth0 203.0.113.5:5000 > ${SERVER}`],
        [`udp 203.0.113.5:5000 > ${SERVER}`, /^NEW eth0 203\.0\.113\.5:(?!5000)\d+ > /],
      ],
      counts: [1],
    },
    {
      name: 'two destinations that become one: the source port gives way',
      rules: { nat: ['PREROUTING -p udp -j DNAT --to-destination 10.0.0.9:53'] },
      packets: [
        ['udp 198.51.100.7:5000 > 192.0.2.1:80', 'NEW eth1 198.51.100.7:5000 > 10.0.0.9:53'],
        ['udp 198.51.100.7:5000 > 192.0.2.1:81', /^NEW eth1 198\.51\.100\.7:(?!5000)\d+ > 10\.0\.0\.9:53$/],
        ['udp 10.0.0.9:53 > 198.51.100.7:5000', 'ESTABLISHED eth0 192.0.2.1:80 > 198.51.100.7:5000'],
      ],
    },
  ],
  'ICMP errors': [
    {
      name: 'are related, and the packet that they quote is what its sender sent',
      rules: MASQUERADE,
      packets: [
        [`udp ${INSIDE} > ${SERVER}`, `NEW eth0 192.0.2.1:5000 > ${SERVER}`],
        [
          `icmp 203.0.113.77 > 192.0.2.1 type=3 code=1 about udp 192.0.2.1:5000 > ${SERVER}`,
          'RELATED eth1 203.0.113.77 > 10.0.0.9',
        ],
        // it was no answer
        [`udp ${INSIDE} > ${SERVER}`, `NEW eth0 192.0.2.1:5000 > ${SERVER}`],
      ],
      counts: [1],
    },
    {
      name: 'of whoever stands behind a translated destination bear its address',
      rules: { nat: ['PREROUTING -p udp -j DNAT --to-destination 10.0.0.9:53'] },
      packets: [
        ['udp 198.51.100.7:5000 > 192.0.2.1:80', 'NEW eth1 198.51.100.7:5000 > 10.0.0.9:53'],
        [
          'icmp 10.0.0.77 > 198.51.100.7 type=3 code=1 about udp 198.51.100.7:5000 > 10.0.0.9:53',
          'RELATED eth0 192.0.2.1 > 198.51.100.7',
        ],
      ],
    },
    {
      name: 'of nothing that is known, to somebody else, or about an error are INVALID',
      rules: TRACKED,
      packets: [
        [`udp ${INSIDE} > ${SERVER}`, `NEW eth0 ${INSIDE} > ${SERVER}`],
        [
          `icmp 198.51.100.1 > 10.0.0.9 type=11 about udp 10.0.0.9:5001 > ${SERVER}`,
          'INVALID eth1 198.51.100.1 > 10.0.0.9',
        ],
        [
          `icmp 198.51.100.1 > 10.0.0.8 type=11 about udp ${INSIDE} > ${SERVER}`,
          'INVALID eth1 198.51.100.1 > 10.0.0.8',
        ],
        [
          `icmp 198.51.100.1 > 10.0.0.9 type=11 about icmp 10.0.0.9 > 198.51.100.7 type=3`,
          'INVALID eth1 198.51.100.1 > 10.0.0.9',
        ],
        [
          `icmp 198.51.100.1 > 10.0.0.9 type=11 about udp ${INSIDE} > ${SERVER}`,
          'RELATED eth1 198.51.100.1 > 10.0.0.9',
        ],
        [`icmp 198.51.100.1 > 10.0.0.9 type=13 id=3`, 'NEW eth1 198.51.100.1 > 10.0.0.9'],
      ],
    },
  ],
};

describe.each(Object.entries(FLOWS))('%s', (_, flows) => {
  test.each(flows)('$name', async ({ rules, packets, counts, left, known, sysctl = [], policy }) => {
    const texts = [rulesOf(rules), ...(policy === undefined ? HOST : hostWith(policy))];
    if (known !== undefined) texts.push({ name: 'connections.txt', text: known });
    const host = await loadFlows(texts, { sysctl });
    const lines = walkFlow(
      host,
      packets.map(([packet]) => packet),
    );
    expect(lines).toEqual(
      packets.map(([, expected]) => (typeof expected === 'string' ? expected : expect.stringMatching(expected))),
    );
    if (counts !== undefined)
      expect(host.compiled.rules.map((_, rule) => Number(host.counter(rule).packets))).toEqual(counts);
    if (left !== undefined) expect(listOf(host)).toEqual(left);
  });
});

test('a source keeps its port as long as a connection of it has time left', async () => {
  const host = await loadFlows([
    rulesOf({ nat: ['POSTROUTING -p udp -j SNAT --to-source 192.0.2.1:20000-29999'] }),
    ...HOST,
  ]);
  const to = ['0', '10', '300'].map((time, i) => `${time} udp ${INSIDE} > 198.51.100.7:${53 + i}`);
  const [first, soon, late] = walkFlow(host, to).map((line) => /192\.0\.2\.1:(\d+)/.exec(line)?.[1]);
  expect([soon === first, late === first]).toEqual([true, false]);
});
