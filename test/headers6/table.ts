/**
 * Rules that ask for the extension headers of IPv6, and packets with such headers, whole and cut. answers.txt beside this is
 * what a kernel made of each packet by each rule; as root, `npx vitest run --project kernel test/kernel/headers6.kernel.test.ts
 * -u` writes it anew.
 */

/** A header by its number, and its bytes behind the first, which says what follows. */
type Part = readonly [number, string];
const NONE = 59;

/** An IPv6 packet from 2001:db8::5 to 2001:db8:1::9 with these headers, and `payload` behind that protocol `last` is of. */
function packet(headers: readonly Part[], last: number, payload = ''): string {
  const next = [...headers.slice(1).map(([number]) => number), last];
  const body =
    headers.map(([, bytes], i) => hex(next[i]!) + bytes.replaceAll(' ', '')).join('') + payload.replaceAll(' ', '');
  const head = `60000000${(body.length / 2).toString(16).padStart(4, '0')}${hex(headers[0]?.[0] ?? last)}40`;
  return `${head}20010db8000000000000000000000005${'20010db8000100000000000000000009'}${body}`;
}
const hex = (byte: number) => byte.toString(16).padStart(2, '0');

const UDP = '03e80035000c0000 01020304';
const udp = (...headers: Part[]): string => packet(headers, 17, UDP);
/** The last `bytes` of a packet left out, with a length that fits. */
function cut(text: string, bytes: number): string {
  const kept = text.slice(0, text.length - 2 * bytes);
  return `${kept.slice(0, 8)}${(kept.length / 2 - 40).toString(16).padStart(4, '0')}${kept.slice(12)}`;
}

const PADDING: Part = [60, '00 0104 00000000'];
const ADDRESSES = {
  one: '0000000000000000 0000000000000001',
  two: '0000000000000000 0000000000000002',
  five: '20010db800000000 0000000000000005',
};
const { one, two, five } = ADDRESSES;
const fragment = (how: string, id: string, reserved = '00'): Part => [44, `${reserved} ${how} ${id}`];
const mobility = (first: string): string => packet([], 135, first);
const icmp = (bytes: string): string => packet([], 58, bytes);

export const PACKETS: Readonly<Record<string, string>> = {
  udp: udp(),
  tcp: packet([], 6, '0016 0050 00000001 00000000 50020000 00000000'),
  'a protocol without a name': packet([], 253, '00'),
  nothing: packet([], NONE),
  esp: packet([], 50, '0000000500000001'),
  'esp, a byte': packet([], 50, '00'),

  'hop: padding': udp([0, '00 0104 00000000']),
  'hop: alert': udp([0, '00 0502 0000 0100']),
  'hop: bytes of padding': udp([0, '00 000000000000']),
  'hop: alert, 16 bytes': udp([0, '01 0502 0000 1e08 0000000000000000']),
  'hop behind others': udp(PADDING, [0, '00 0502 0000 0100']),

  'dst: padding': udp(PADDING),
  'dst: 12 and padding': udp([60, '00 0c02 aabb 0100']),
  'dst: 12 that is longer than the header': udp([60, '00 0c20 aabb 0000']),
  'dst: a last one without a length': udp([60, '00 0103 000000 7b']),
  'dst: a last one to the end': udp([60, '00 0101 00 0c01 00']),
  'dst: two headers': udp([60, '00 0c02 aabb 0100'], PADDING),
  'dst: longer than the packet': udp([60, '20 0104 00000000']),
  'dst: cut to a byte': cut(packet([PADDING], 17), 7),
  'dst: cut to two': cut(packet([PADDING], 17), 6),
  'dst behind one that is cut': cut(packet([[43, '00 00 00 00000000'], PADDING], 17), 13),
  'dst beyond the end': packet([[43, '04 00 00 00000000']], 60),

  'frag: first': udp(fragment('0001', '00000007')),
  'frag: middle': udp(fragment('0009', '00000007')),
  'frag: last': udp(fragment('0010', '01020304')),
  'frag: last, of the second eight bytes': udp(fragment('0008', '00000007'), PADDING),
  'frag: whole': udp(fragment('0000', '00000000')),
  'frag: reserved byte': udp(fragment('0001', '0000002a', '01')),
  'frag: reserved bits': udp(fragment('0006', '0000002a')),
  'frag: first, behind hop and before dst': udp([0, '00 0104 00000000'], fragment('0001', 'ffffffff'), PADDING),
  'frag: last, dst said to follow': packet([fragment('0010', '00000007')], 60, `3a 00 0c02 aabb 0100`),
  'frag: cut to 3': cut(packet([fragment('0001', '00000007')], 17), 5),
  'frag: cut to 4': cut(packet([fragment('0001', '00000007')], 17), 4),
  'frag: cut to 7': cut(packet([fragment('0009', '00000007')], 17), 1),

  'rt 0: no address': udp([43, '00 00 00 00000000']),
  'rt 0: half an address': udp([43, '01 00 01 00000000 0000000000000000']),
  'rt 0: two': udp([43, `04 00 02 00000000 ${one} ${two}`]),
  'rt 0: three, reserved': udp([43, `06 00 01 00000100 ${one} ${five} ${two}`]),
  'rt 0: turned round': udp([43, `04 00 01 00000000 ${two} ${one}`]),
  'rt 2': udp([43, `02 02 01 00000000 ${five}`]),
  'rt: cut to 3': cut(packet([[43, '00 00 00 00000000']], 17), 5),
  'rt: cut to 4': cut(packet([[43, '00 00 00 00000000']], 17), 4),
  'rt: longer than the packet': udp([43, `08 00 02 00000000 ${one} ${two}`]),
  'rt in a later fragment': packet([fragment('0009', '00000007')], 43, `11 00 00 00 00000000 ${UDP}`),

  'srh: middle': udp([43, `06 04 01 02 00 0005 ${one} ${five} ${two}`]),
  'srh: first': udp([43, `06 04 02 02 00 0100 ${one} ${five} ${two}`]),
  'srh: last': udp([43, `06 04 00 02 00 0001 ${one} ${five} ${two}`]),
  'srh: more left than there are': udp([43, `06 04 03 02 00 0005 ${one} ${five} ${two}`]),
  'srh: segments in the payload': packet([[43, `02 04 01 05 00 0005 ${one}`]], 17, `${UDP} 00000000 ${five} ${two}`),
  'srh: segments beyond the end': udp([43, `02 04 04 05 00 0005 ${one}`]),
  'srh: first, before bytes like a segment': packet([[43, `02 04 00 00 00 0005 ${one}`]], 17, `${UDP} 00000000 ${two}`),
  'srh: no segment': udp([43, '00 04 00 00 00 0005']),
  'srh: cut to 7': cut(packet([[43, '00 04 00 00 00 0005']], 17), 1),
  'srh: longer than the packet': udp([43, `08 04 01 02 00 0005 ${one} ${five}`]),

  'mh: 1': mobility('3b 00 01 00 0000 0000'),
  'mh: 5': mobility('3b 01 05 00 0000 0000 0000000000000000'),
  'mh: 255': mobility('3b 00 ff 00 0000 0000'),
  'mh: with a payload': mobility('11 00 01 00 0000 0000'),
  'mh: cut to 6': mobility('3b 00 01 00 0000'),
  'mh: cut to 5': mobility('3b 00 01 00 00'),
  'mh behind dst': packet([PADDING], 135, '3b 00 01 00 0000 0000'),
  'mh in a first fragment': packet([fragment('0001', '00000007')], 135, '3b 00 01 00 0000 0000'),
  'mh in a later fragment': packet([fragment('0009', '00000007')], 135, '3b 00 01 00 0000 0000'),

  'ah: 5': udp([51, '04 0000 00000005 00000001 000000000000000000000000']),
  'ah: 16777216, reserved': udp([51, '04 0001 01000000 00000001 000000000000000000000000']),
  'ah: without a sum': udp([51, '01 0000 0000002a 00000001']),
  'ah: longer than the packet': udp([51, '64 0000 00000005 00000001']),
  'ah: cut to 11': cut(packet([[51, '01 0000 00000005 00000001']], 17), 1),
  'ah: cut to a byte': cut(packet([[51, '01 0000 00000005 00000001']], 17), 11),
  'ah: behind all others': packet(
    [
      [0, '00 0502 0000 0100'],
      [60, '00 0c02 aabb 0100'],
      [43, `04 00 02 00000000 ${one} ${two}`],
      fragment('0001', '00000007'),
      [51, '04 0000 00000005 00000001 000000000000000000000000'],
      PADDING,
    ],
    17,
    UDP,
  ),

  'icmp6: echo': icmp('80 00 0000 0001 0001'),
  'icmp6: no port': icmp('01 04 0000 00000000'),
  'icmp6: no route': icmp('01 00 0000 00000000'),
  'icmp6: 255': icmp('ff 03 0000 00000000'),
  'icmp6: cut to 7': icmp('80 00 0000 0001 00'),
  'icmp6 behind hop': packet([[0, '00 0502 0000 0100']], 58, '82 00 0000 0000 0000'),
  'icmp6 in a later fragment': packet([fragment('0009', '00000007')], 58, '80 00 0000 0001 0001'),
};

const of = (name: string, ...options: string[]): string[] => options.map((one) => `-m ${name} ${one}`.trimEnd());

export const RULES: readonly string[] = [
  ...of('ah', '', '--ahspi 5', '! --ahspi 5', '--ahspi 5:42', '--ahspi 42:5', '! --ahspi 0:4294967295', '--ahres'),
  ...of('ah', '--ahlen 24', '! --ahlen 24', '--ahlen 12', '--ahlen 13', '--ahlen 4', '--ahlen 0', '! --ahlen 0'),
  ...of('ah', '--ahspi 5 --ahlen 24 --ahres', '! --ahspi 42 ! --ahlen 13'),
  ...['-p esp -m esp', '-p esp -m esp --espspi 5', '-p esp -m esp ! --espspi 5'],
  ...[24, 25].map((from) => `-m string --hex-string "|20010db8000100|" --algo bm --from ${from}`),
  '-m string --hex-string "|01020304|" --algo kmp',
  ...of('frag', '', '--fragid 7', '! --fragid 7', '--fragid 7:42', '--fragid 42:7', '--fragid 4294967295'),
  ...of('frag', '! --fragid 0:4294967295', '--fraglen 42', '--fragres', '--fragfirst', '--fragmore', '--fraglast'),
  ...of('frag', '--fragid 7 --fragfirst --fragmore', '--fragid 1: --fraglast --fragres'),
  ...of('hbh', '', '--hbh-len 8', '! --hbh-len 8', '--hbh-len 16', '--hbh-len 0', '--hbh-len 9', '! --hbh-len 4096'),
  ...of('hbh', '--hbh-opts 1', '--hbh-opts 1:4', '--hbh-opts 5', '--hbh-opts 5:2', '--hbh-opts 5:3', '--hbh-opts 5,1'),
  ...of('hbh', '--hbh-opts 5,1:0', '--hbh-opts 5:2,30:8', '--hbh-opts 0', '--hbh-opts 0,0,0,0,0,0'),
  ...of('hbh', '--hbh-opts 0,0,0,0,0,0,0', '--hbh-len 16 --hbh-opts 5', '! --hbh-len 16 --hbh-opts 5'),
  ...of(
    'dst',
    '',
    '--dst-len 8',
    '! --dst-len 8',
    '--dst-opts 1',
    '--dst-opts 12',
    '--dst-opts 12:2',
    '--dst-opts 12:32',
  ),
  ...of('dst', '--dst-opts 12,1', '--dst-opts 12,1,1', '--dst-opts 12:32,0', '--dst-opts 1,123', '--dst-opts 1,123:0'),
  ...of('dst', '--dst-opts 1,12', '--dst-opts 1,12:1', '--dst-opts 1,12,0'),
  ...of('rt', '', '--rt-type 0', '! --rt-type 0', '--rt-type 2', '--rt-type 256', '! --rt-type 256', '--rt-segsleft 1'),
  ...of(
    'rt',
    '--rt-segsleft 1:2',
    '! --rt-segsleft 1:2',
    '--rt-segsleft 2:1',
    '! --rt-segsleft :',
    '--rt-segsleft 2:300',
  ),
  ...of('rt', '--rt-len 8', '! --rt-len 8', '--rt-len 40', '--rt-len 41', '--rt-type 0 --rt-0-res'),
  ...of('rt', `--rt-type 0 --rt-0-addrs ::1,::2`, `--rt-type 0 --rt-0-addrs ::1`, `--rt-type 0 --rt-0-addrs ::2,::1`),
  ...['::1', '::2', '::1,::2', '::2,::1', '2001:db8::5,::2', '::1,::1'].map(
    (list) => `-m rt --rt-type 0 --rt-0-addrs ${list} --rt-0-not-strict`,
  ),
  ...of('rt', '--rt-type 0 --rt-segsleft 1 --rt-0-res --rt-0-addrs ::1,2001:db8::5,::2'),
  ...of('srh', '', '--srh-next-hdr 17', '! --srh-next-hdr 17', '--srh-next-hdr 6'),
  ...['hdr-len', 'segs-left', 'last-entry'].flatMap((name) =>
    ['eq', 'gt', 'lt'].flatMap((side) => [1, 2].map((value) => `-m srh --srh-${name}-${side} ${value}`)),
  ),
  ...of('srh', '! --srh-hdr-len-gt 2', '! --srh-segs-left-eq 1', '! --srh-last-entry-lt 3', '--srh-segs-left-lt 0'),
  ...of(
    'srh',
    '--srh-segs-left-gt 255',
    '--srh-tag 5',
    '--srh-tag 1280',
    '--srh-tag 1',
    '! --srh-tag 256',
    '--srh-tag 256',
  ),
  ...['psid', 'nsid', 'lsid'].flatMap((name) =>
    ['', '! '].flatMap((not) =>
      ['::1/128', '2001:db8::7/64', '::/0'].map((address) => `-m srh ${not}--srh-${name} ${address}`),
    ),
  ),
  ...of(
    'ipv6header',
    ...['hop', 'dst', 'route', 'frag', 'auth', 'esp', 'none', 'prot'].map((one) => `--header ${one} --soft`),
  ),
  ...of('ipv6header', '! --header dst --soft', '! --header hop,dst --soft', '--header hop,dst --soft'),
  ...of('ipv6header', '--header prot', '! --header prot', '--header dst,prot', '--header hop,dst,route,frag,auth,prot'),
  ...of('ipv6header', '--header none', '--header esp', '--header route,dst'),
  ...['', '--mh-type 1', '! --mh-type 1', '--mh-type 2:5', '--mh-type 5:', '! --mh-type 0:255'].map((one) =>
    `-p mobility-header -m mh ${one}`.trimEnd(),
  ),
  ...['128', '! --icmpv6-type 128', '1', '1/4', '1/0', '255', '255/3', '130/0', '135'].map(
    (one) => `-p ipv6-icmp -m icmp6 ${one.startsWith('!') ? one : `--icmpv6-type ${one}`}`,
  ),
];
