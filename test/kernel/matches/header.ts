/** Tables of the matches that read a packet's own bytes. */
import type { PacketSpec } from '../packets.js';
import { each, type MatchTable, wire, wire6 } from './table.js';

/** The header cut at each of these lengths, later fragments, first ones. */
export const broken = (proto: string, most: number): Partial<PacketSpec>[] => [
  ...[0, 1, 3, 4, 7, 8, 11, 12, 13, 19, 20].filter((n) => n <= most).map((truncate) => ({ proto, truncate })),
  ...[1, 2, 100].flatMap((frag) => [
    { proto, frag, payload: '0050005000010203040506070809a0b0c0d0e0f0'.repeat(2) },
    { proto, frag, payload: '' },
  ]),
  { proto, mf: true, payload: '00'.repeat(16) },
  { proto, mf: true, truncate: 8 },
  { proto, ipOptions: '01010101', payload: '00' },
];
const PORTS = [0, 1, 79, 80, 81, 443, 1000, 32768, 65534, 65535];
export const ports = (proto: string) => [
  ...PORTS.map((dport) => ({ proto, dport })),
  ...PORTS.map((sport) => ({ proto, sport, dport: 7 })),
];
export const portRules = (proto: string) =>
  [
    `-p ${proto} -m ${proto}`,
    ...['--dport 80', '! --dport 80', '--dport 80:443', '! --dport :79', '--dport 443:'],
    ...['--sport 1000', '! --sport 0', '--sport 1000 --dport 80', '! --sport 1000 ! --dport 80', '--sport 65535'],
  ].map((text, i) => (i === 0 ? text : `-p ${proto} -m ${proto} ${text}`));

/** Chunks as they stand: type, flags, length, and what the length counts besides. */
const chunkSpecs = [
  ...[[0], [1], [2], [3], [6], [193], [0, 3], [3, 0], [1, 0], [4, 1, 0], [0, 0, 0], [250], [64]].map((chunks) => ({
    chunks,
  })),
  // flags
  ...['00020004', '00030004', '00010004', '00040004', '00060004', '06000004', '06010004', '0002000400030004'],
  // lengths that are odd, lie, or are none
  ...[
    '0000000511000000',
    '000000050300000403000004',
    '00000000',
    '0000000403000000',
    '00000040',
    '01000001',
    '0000000301000004',
  ],
  // a chunk's head that is cut
  ...['000000040300', '0000000403', '01'],
].map((chunk) => (typeof chunk === 'string' ? { payload: chunk } : chunk));

export const OPTIONS = [
  '',
  '020405b4',
  '0204002a',
  '01010101',
  '00000000',
  '00020405b4000000',
  '0101020405b40000',
  '020405b404020000',
  '0402080a0000000100000002',
  '0203055403020000',
  '02050218ff000000',
  // an option whose length is 0, and one that reaches beyond the end
  '0300020405b40000',
  '03ff020405b40000',
  '01010102',
  '01010204',
  '010204ff',
  '03030703',
  '0204',
  '05b40204ffff',
  '0204ffff',
  'ff000000',
  '020400000204ffff',
];
const withOptions = OPTIONS.map((tcpopts) => ({ tcpopts }));
export const lyingOffsets = [0, 4, 5, 6, 10, 15].flatMap((doff) => [
  { doff },
  { doff, payload: '020405b4' },
  { doff, tcpopts: '020405b40303070101' },
  { doff, payload: '020405b4'.repeat(10) },
]);

export const HEADER: readonly MatchTable[] = [
  {
    name: 'tcp',
    rules: [
      ...portRules('tcp'),
      ...[
        ...['--tcp-flags SYN SYN', '--tcp-flags ALL SYN', '! --tcp-flags SYN,ACK SYN', '--syn', '! --syn'],
        ...[
          '--tcp-flags ALL NONE',
          '--tcp-flags ALL FIN,PSH,URG',
          '--tcp-flags FIN,RST,ACK NONE',
          '--tcp-flags SYN ACK',
        ],
        ...['! --tcp-flags NONE NONE', '--tcp-option 2', '! --tcp-option 2', '--tcp-option 3', '--tcp-option 1'],
        ...['--tcp-option 8', '! --tcp-option 255', '--tcp-option 255 --dport 81', '--tcp-option 4 --syn'],
        ...['! --syn --tcp-option 2', '--dport 80 --tcp-flags SYN SYN ! --tcp-option 2'],
      ].map((text) => `-p tcp -m tcp ${text}`),
    ],
    constant: [
      '-p tcp -m tcp --tcp-flags SYN ACK',
      '-p tcp -m tcp ! --tcp-flags NONE NONE',
      '-p tcp -m tcp --tcp-option 255 --dport 81',
    ],
    packets: [
      ...each([0, 1, 2, 3, 4, 8, 16, 17, 18, 20, 32, 41, 63, 64, 66, 128, 194, 255], (flags) => ({ flags })),
      ...each([...ports('tcp'), ...withOptions, ...lyingOffsets, ...broken('tcp', 20)], (spec) => spec),
      ...each(withOptions, (spec) => ({ ...spec, flags: 'ACK', payload: '020405b4' })),
      wire({ proto: 'udp' }),
    ],
  },
  {
    name: 'tcpmss',
    rules: [
      '--mss 1460',
      '! --mss 1460',
      '--mss 0:100',
      '--mss 0',
      '! --mss :65535',
      '--mss 65535',
      '! --mss 42:1460',
    ].map((text) => `-p tcp -m tcpmss ${text}`),
    packets: [
      ...each([...withOptions, ...lyingOffsets, ...broken('tcp', 20)], (spec) => spec),
      ...each(withOptions, (spec) => ({ ...spec, flags: 'ACK', payload: '020405b4' })),
      ...each(['0000000000000000000000006002ffff00000000020405b4', '00'.repeat(20), 'ff'.repeat(40)], (payload) => ({
        frag: 2,
        payload,
      })),
      wire({ proto: 'udp' }),
    ],
  },
  {
    name: 'udp',
    rules: [...portRules('udp'), '-p udp -m udp --dport 9:2', '-p udp -m udp ! --sport 9:2'],
    constant: ['-p udp -m udp --dport 9:2'],
    packets: [
      ...each([...ports('udp'), ...broken('udp', 12)], (spec) => spec),
      ...each([0, 7, 9, 65535], (udpLength) => ({ proto: 'udp', udpLength })),
      wire({ proto: 'udplite' }),
      wire(),
    ],
  },
  {
    name: 'sctp',
    rules: [
      ...portRules('sctp'),
      ...['any', 'all', 'only'].flatMap((how) =>
        [
          'INIT',
          'DATA,SACK',
          'DATA:Be',
          'DATA:u,ABORT:t',
          'ALL',
          'NONE',
          'ASCONF',
          'I_DATA:uE',
          'HEARTBEAT,INIT,DATA',
        ].flatMap((types) => [
          `-p sctp -m sctp --chunk-types ${how} ${types}`,
          `-p sctp -m sctp ! --chunk-types ${how} ${types}`,
        ]),
      ),
      '-p sctp -m sctp --dport 80 --chunk-types any INIT',
    ],
    constant: [
      ...[
        '! --chunk-types any ALL',
        '--chunk-types any NONE',
        '--chunk-types all DATA:u,ABORT:t',
        '--chunk-types all ALL',
      ],
      ...['! --chunk-types all NONE', '! --chunk-types only ALL', '--chunk-types only NONE'],
    ].map((text) => `-p sctp -m sctp ${text}`),
    packets: each([...ports('sctp'), ...broken('sctp', 16), ...chunkSpecs], (spec) => ({ proto: 'sctp', ...spec })),
  },
  {
    name: 'multiport',
    rules: ['tcp', 'udp', 'udplite', 'sctp', 'dccp'].flatMap((proto) =>
      [
        ...['--dports 80', '! --dports 80,443', '--sports 1000:2000,7', '! --sports 1000', '--ports 1000,443'],
        ...['! --ports 80,443', '--dports 0:65534', '--ports 0,1,2,3,4,5,6,8,9,10,11,12,13,14,79'],
      ].map((text) => `-p ${proto} -m multiport ${text}`),
    ),
    packets: ['tcp', 'udp', 'udplite', 'sctp', 'dccp'].flatMap((proto) =>
      each([...ports(proto), ...broken(proto, 4)], (spec) => spec),
    ),
  },
  {
    name: 'icmp',
    rules: ['any', '255/3', '8', '0', '3', '3/1', '11/0', 'redirect', '40/255'].flatMap((type) => [
      `-p icmp -m icmp --icmp-type ${type}`,
      `-p icmp -m icmp ! --icmp-type ${type}`,
    ]),
    constant: ['-p icmp -m icmp ! --icmp-type any', '-p icmp -m icmp ! --icmp-type 255/3'],
    packets: [
      ...[0, 3, 5, 8, 11, 12, 13, 40, 255].flatMap((type) =>
        each([0, 1, 255], (code) => ({ proto: 'icmp', type, code })),
      ),
      ...each(broken('icmp', 8), (spec) => spec),
      wire(),
    ],
  },
  {
    name: 'u32',
    rules: [
      ...['0>>24=0x45', '6&0xFF=6', '6&0xFF=1:5,7:17', '4&0x1FFF=0', '0&0xFFFF=0:40'],
      ...['0>>22&0x3C@0>>16=1000', '0>>22&0x3C@0&0xFFFF=80,443', '0>>22&0x3C@12>>26&0x3C@0=0x1020304'],
      ...['0>>22&0x3C@20=0', '16=0x0a140009', '36=0:0xffffffff', '37=0:0xffffffff', '40=0:0xffffffff', '0xfffffffd=0'],
      ...['12@0=0', '16<<8=0x14000900', '16<<31=0,0x80000000', '16>>31=0', '0&0=0&&6&0xff=6', '6&0xff=5:1'],
      ...['0>>22&0x3C@0>>22&0x3C@0=0:0xffffffff'],
    ].flatMap((test) => [`-m u32 --u32 "${test}"`, `-m u32 ! --u32 "${test}"`]),
    constant: [...['0xfffffffd=0', '12@0=0', '16<<31=0,0x80000000', '6&0xff=5:1']].flatMap((test) => [
      `-m u32 --u32 "${test}"`,
      `-m u32 ! --u32 "${test}"`,
    ]),
    packets: each(
      [
        {},
        { dst: '160.20.0.8' },
        { payload: '010203040506' },
        { payload: '01020304', doff: 5 },
        { payload: '00000000', proto: 'udp' },
        { proto: 'icmp' },
        { proto: 'sctp' },
        { ipOptions: '01010101', payload: '01020304' },
        { ipOptions: '010101010101010101010101', dport: 443 },
        { length: 20 },
        { truncate: 0 },
        { truncate: 1 },
        { truncate: 16 },
        { truncate: 17 },
        { dport: 443, length: 400 },
        { frag: 4, payload: 'ff'.repeat(30) },
        { proto: 50, payload: '00'.repeat(44) },
      ],
      (spec) => spec,
    ),
  },
  {
    name: 'iprange',
    rules: [
      ...[
        '--src-range 192.168.1.5-192.168.1.9',
        '! --src-range 192.168.1.5-192.168.1.9',
        '--src-range 192.168.1.9-192.168.1.5',
      ],
      ...['! --src-range 192.168.1.9-192.168.1.5', '--dst-range 10.20.0.9', '! --dst-range 0.0.0.0-10.20.0.9'],
      ...['--dst-range 128.0.0.0-255.255.255.255', '--src-range 192.168.1.5 ! --dst-range 10.20.0.9'],
    ].map((text) => `-m iprange ${text}`),
    constant: ['-m iprange --src-range 192.168.1.9-192.168.1.5', '-m iprange ! --src-range 192.168.1.9-192.168.1.5'],
    packets: [
      ...each([4, 5, 7, 9, 10], (n) => ({ src: `192.168.1.${n}` })),
      ...each(['10.20.0.8', '10.20.0.10', '127.255.255.255', '128.0.0.0', '255.255.255.255', '224.0.0.1'], (dst) => ({
        dst,
      })),
      ...each([{ src: '192.168.1.5', dst: '10.20.0.8' }], (spec) => spec),
    ],
  },
  {
    name: 'length',
    rules: ['40', '! 40', '0:39', '41:', '60:50', '! 60:50', '20', '1500'].map((text) =>
      text.startsWith('! ') ? `-m length ! --length ${text.slice(2)}` : `-m length --length ${text}`,
    ),
    constant: ['-m length --length 60:50', '-m length ! --length 60:50'],
    packets: [
      ...each([20, 21, 39, 40, 41, 59, 60, 61, 1500], (length) => ({ proto: 50, length })),
      wire({ trailer: 6 }),
      wire({ proto: 50, length: 20, trailer: 26 }),
      wire({ proto: 'udp', udpLength: 50 }),
      wire({ frag: 3, payload: '00'.repeat(20) }),
    ],
  },
  ...([4, 6] as const).map((family): MatchTable => {
    const name = family === 4 ? 'ttl' : 'hl';
    const rule = (text: string) => `-m ${name} ${text.replace('--', `--${name}-`)}`;
    const asked = ['--eq 64', '! --eq 64', '--lt 64', '--gt 64', '--lt 0', '--gt 255', '--lt 1', '--gt 254'];
    return {
      name,
      ...(family === 6 && { family }),
      rules: asked.map(rule),
      constant: ['--lt 0', '--gt 255'].map(rule),
      packets: [0, 1, 2, 63, 64, 65, 127, 128, 254, 255].map((ttl) => (family === 4 ? wire : wire6)({ ttl })),
    };
  }),
  {
    name: 'tos',
    rules: [
      '0x10',
      '! 0x10',
      '0x10/0x1c',
      'Minimize-Delay',
      '! Maximize-Throughput',
      'Normal-Service',
      '0xff/0x0f',
      '0x00/0x00',
      '! 0/0x03',
    ].map((text) => (text.startsWith('! ') ? `-m tos ! --tos ${text.slice(2)}` : `-m tos --tos ${text}`)),
    constant: ['-m tos --tos 0xff/0x0f', '-m tos --tos 0x00/0x00'],
    packets: each([0, 1, 2, 3, 4, 8, 0x10, 0x13, 0x1c, 0x40, 0x50, 0x90, 0xb8, 0xe0, 0xff], (tos) => ({ tos })),
  },
  {
    name: 'dscp',
    rules: ['--dscp 0', '! --dscp 0', '--dscp 46', '--dscp-class CS6', '! --dscp-class AF41', '--dscp 63'].map(
      (text) => `-m dscp ${text}`,
    ),
    packets: each([0, 1, 2, 3, 4, 0x88, 0x8b, 0xb8, 0xbb, 0xc0, 0xc2, 0xfc, 0xff], (tos) => ({ tos })),
  },
  {
    name: 'ecn',
    rules: [
      ...['0', '1', '2', '3'].map((bits) => `-m ecn --ecn-ip-ect ${bits}`),
      '-p tcp -m ecn ! --ecn-ip-ect 2',
      ...['--ecn-tcp-ece', '! --ecn-tcp-ece', '--ecn-tcp-cwr', '! --ecn-tcp-cwr', '--ecn-tcp-ece --ecn-tcp-cwr'].map(
        (text) => `-p tcp -m ecn ${text}`,
      ),
      '-p tcp -m ecn --ecn-tcp-ece ! --ecn-tcp-cwr ! --ecn-ip-ect 0',
    ],
    packets: [
      ...each([0, 1, 2, 3, 0xb8, 0xbb], (tos) => ({ tos, flags: 0xd2 })),
      ...each([0, 2, 0x40, 0x42, 0x80, 0xc2, 0xff], (flags) => ({ tos: 1, flags })),
      ...each(broken('tcp', 20), (spec) => ({ flags: 0xc2, ...spec })),
      // a later fragment whose bytes read as a header with these flags
      ...[0, 0x40, 0x80, 0xff].flatMap((flags) =>
        each([20, 19, 40], (length) => ({
          frag: 2,
          tos: 2,
          payload: `${'00'.repeat(12)}50${flags.toString(16).padStart(2, '0')}${'00'.repeat(length - 14)}`,
        })),
      ),
      wire({ flags: 0xc2, ipOptions: '01010101' }),
      wire({ proto: 'udp', tos: 2 }),
    ],
  },
];
