/**
 * A packet as tcpdump prints it, in any of its usual forms (-n, -v, -e, -i any, -q, any -t), the lines of one packet
 * joined or not. What a line does not tell stays open; `tcpdump -nvv` tells most.
 */
import { PacketwalkError, type Place } from '../../errors.js';
import type { Finding } from '../../model/finding.js';
import { parseAddress } from '../../net/address.js';
import { hasPorts, Protocol } from '../../net/protocol.js';
import type { FieldName } from '../fields.js';
import type { DescribedPacket, PacketDescription } from '../json.js';
import { icmpOf } from './icmp.js';
import { optionBytes } from './tcp-options.js';

/** All that is read stands at the beginning, before what -vv and -X tell of the payload. */
const LONGEST = 10_000;

const HINT = 'as in IP 8.8.8.8.51000 > 192.0.2.1.443: Flags [S], seq 1, win 64240, length 0';

/** Throws a PacketwalkError where the text is no packet of IP as tcpdump prints it; `file` is for its place. */
export function readTcpdump(text: string, file = '-'): DescribedPacket {
  const line = new Line(text.slice(0, LONGEST).replace(/\s+/g, ' ').trim(), file);
  const match = /(\S+) > (\S+?):(?: |$)/.exec(line.text);
  if (match === null) throw line.problem(noPacket(line.text), 0, line.text.length, HINT);
  const head = line.text.slice(0, match.index);
  const tail = match.index + match[0].length;
  const src = match.index;
  line.endpoint('src', 'sport', match[1]!, src);
  line.endpoint('dst', 'dport', match[2]!, src + match[1]!.length + 3);
  readHead(line, head);
  readTail(line, line.text.slice(tail), tail);
  return line;
}

function noPacket(text: string): string {
  const other = /\b(ARP|RARP|LLDP|STP|IS-IS|CDP|LACPv\d|EAPOL|MPLS|PPPoE)\b/.exec(text)?.[0];
  return other === undefined ? 'not a packet as tcpdump prints it' : `${other} is no packet of IP`;
}

class Line implements DescribedPacket {
  readonly description: { -readonly [K in FieldName]?: PacketDescription[K] } = {};
  readonly notes: Finding[] = [];
  readonly #places = new Map<string, Place>();

  constructor(
    readonly text: string,
    private readonly file: string,
  ) {}

  placeOf = (field: string): Place | undefined => this.#places.get(field);

  set(field: FieldName, value: string | number | boolean, at: number, length: number): void {
    this.description[field] = value;
    this.#places.set(field, this.#place(at, length));
  }

  /** The length of the whole packet from that of what follows its IP header, unless -v has told it. */
  setBody(bytes: number, at: number, length: number): void {
    const header = String(this.description.src).includes(':') ? 40 : 20;
    if (this.description.length === undefined) this.set('length', header + bytes, at, length);
  }

  note(message: string, at: number, length: number): void {
    this.notes.push({ severity: 'note', code: 'unused-text', message, place: this.#place(at, length) });
  }

  problem(message: string, at: number, length: number, hint?: string): PacketwalkError {
    return new PacketwalkError(message, { code: 'bad-line', place: this.#place(at, length), hint });
  }

  /** `8.8.8.8.51000`, `2001:db8::1.443`, or the address alone. */
  endpoint(side: 'src' | 'dst', port: 'sport' | 'dport', text: string, at: number): void {
    const dot = text.lastIndexOf('.');
    const whole = parseAddress(text) !== undefined;
    const address = whole ? text : text.slice(0, Math.max(0, dot));
    if (!whole && parseAddress(address) === undefined)
      throw this.problem(
        `"${text}" holds no address: names are not looked up`,
        at,
        text.length,
        'tcpdump -n prints addresses',
      );
    this.set(side, address, at, address.length);
    if (!whole) this.set(port, text.slice(dot + 1), at + dot + 1, text.length - dot - 1);
  }

  #place(at: number, length: number): Place {
    return { file: this.file, line: 1, column: at + 1, length: Math.max(1, length), source: this.text };
  }
}

/** The parts of the IP header that -v prints: a field, what stands before its value, and how the value is read. */
const HEADER: readonly [FieldName, RegExp, (value: string) => number | boolean][] = [
  ['tos', /\(tos (0x[0-9a-f]+)/, Number],
  ['tos', /\bclass (0x[0-9a-f]+)/, Number],
  ['ttl', /, ttl (\d+)/, Number],
  ['ttl', /\bhlim (\d+)/, Number],
  ['ipid', /, id (\d+)/, Number],
  ['frag', /, offset (\d+)/, (bytes) => Number(bytes) / 8],
  ['df', /, flags \[([^\]]*DF[^\]]*)\]/, () => true],
  ['mf', /, flags \[([^\]]*\+[^\]]*)\]/, () => true],
  ['proto', /, proto [^(]*\((\d+)\)/, Number],
  ['proto', /next-header [^(]*\((\d+)\)/, Number],
  ['length', /, proto [^)]*\), length (\d+)/, Number],
  ['length', /payload length: (\d+)/, (bytes) => Number(bytes) + 40],
];

/** All before the addresses: time, interface, and what -v tells of the IP header. */
function readHead(line: Line, head: string): void {
  for (const [field, pattern, value] of HEADER) {
    const match = pattern.exec(head);
    const at = match === null ? 0 : match.index + match[0].lastIndexOf(match[1]!);
    if (match !== null) line.set(field, value(match[1]!), at, match[1]!.length);
  }
  // fragments of IPv6 have their own header in between
  if (line.description.proto === 44) delete line.description.proto;
  const options = /, options \(([^)]*)\)/.exec(head);
  if (options !== null) line.note(`IP options are left out: ${options[1]}`, options.index + 2, options[0].length - 2);
  // the time of day alone, or since the packet before, is no time
  const time = /^(\d+ )?(\d+\.\d+|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+) /.exec(head);
  if (time !== null) line.set('time', time[2]!, time[1]?.length ?? 0, time[2]!.length);
  const way = /(?:^|(?<= ))(?:([^\s:]+) )?(In|Out|B|M|P) (?=IP6? |ifindex |[0-9a-f:]{17} )/.exec(head);
  if (way?.[1] === undefined || /^\d[\d.]*$/.test(way[1])) return;
  line.set(way[2] === 'Out' ? 'out' : 'in', way[1], way.index, way[1].length);
}

/** Protocols by what their lines begin with, where there are no ports. */
const PROTOCOLS: readonly [RegExp, number][] = [
  [/^ICMP\b/, Protocol.Icmp],
  [/^(\[[^\]]*\] )?ICMP6\b/, Protocol.Icmpv6],
  [/^GREv/, Protocol.Gre],
  [/^(ESP\(|\[\|esp\])/, Protocol.Esp],
  [/^AH\(/, Protocol.Ah],
  [/^igmp\b/, 2],
  [/^IP6? /, 4],
  [/^EIGRP\b/, 88],
  [/^OSPFv/, 89],
  [/^PIMv/, 103],
  [/^(VRRPv|carp)/i, 112],
];

/** All behind the addresses. */
function readTail(line: Line, tail: string, at: number): void {
  const { description } = line;
  const flags = /^Flags \[([^\]]*)\]/.exec(tail);
  if (flags !== null || /^tcp \d+/.test(tail)) return readTcp(line, tail, at, flags?.[1]);
  const named = /^ip-proto-(\d+)(?: (\d+))?/.exec(tail);
  if (named !== null) return readNamed(line, named, at);
  const fragment = /^frag \((?:0x[0-9a-f]+:)?(\d+)\|\d+\) ?(?:(\S+) > (\S+):)?/.exec(tail);
  if (fragment !== null) return readFragment(line, tail, at, fragment);
  if (description.proto === undefined) {
    const ports = description.sport !== undefined;
    const found = ports ? portProtocol(tail) : PROTOCOLS.find(([pattern]) => pattern.test(tail))?.[1];
    if (found === undefined) {
      const [word] = tail.split(' ');
      // headers that tcpdump names before the protocol (print-ip6opts.c, print-rt6.c), without their bytes
      if (/^(HBH|DSTOPT|srcrt)\b/.test(tail))
        throw line.problem(
          `"${word}": a line does not tell the bytes of extension headers`,
          at,
          word!.length,
          'tcpdump -x prints them: give those to --hex, or the capture to trace',
        );
      throw line.problem(`"${word}" tells no protocol`, at, tail.length, 'tcpdump -v prints its number');
    }
    line.set('proto', found, at, tail.length);
  }
  const { proto } = description;
  if (proto === Protocol.Udp) readUdp(line, tail, at);
  else if (proto === Protocol.Icmp || proto === Protocol.Icmpv6) readIcmp(line, tail, at, proto);
  else if (MEASURED.has(proto as number)) readLength(line, tail, at);
  if (proto === Protocol.Esp) readSpi(line, tail, at);
}

/** Protocols whose lines tell the length of all behind the IP header. */
const MEASURED: ReadonlySet<number> = new Set([
  Protocol.Icmp,
  Protocol.Icmpv6,
  Protocol.Gre,
  Protocol.Esp,
  89,
  103,
  112,
]);

function readLength(line: Line, tail: string, at: number): void {
  const match = /, length (\d+)/.exec(tail);
  if (match !== null) line.setBody(Number(match[1]), at + match.index + 2, match[0].length - 2);
}

/** Whatever tcpdump makes of the payload of UDP, it does not name UDP. */
const portProtocol = (tail: string): number =>
  /^sctp\b/.test(tail) ? Protocol.Sctp : /^DCCP\b/.test(tail) ? Protocol.Dccp : Protocol.Udp;

const FLAG_NAMES: Readonly<Record<string, string>> = {
  F: 'FIN',
  S: 'SYN',
  R: 'RST',
  P: 'PSH',
  '.': 'ACK',
  U: 'URG',
  E: 'ECE',
  W: 'CWR',
};

function readTcp(line: Line, tail: string, at: number, letters: string | undefined): void {
  line.set('proto', Protocol.Tcp, at, tail.length);
  if (letters === undefined) {
    const [, bytes] = /^tcp (\d+)/.exec(tail)!;
    if (bytes !== '0') line.setBody(20 + Number(bytes), at, tail.length);
    return;
  }
  const words = letters === 'none' ? [] : [...letters].map((letter) => FLAG_NAMES[letter] ?? '');
  if (words.includes(''))
    throw line.problem(`Flags [${letters}]: not flags as tcpdump prints them`, at, letters.length + 8);
  line.set('flags', words.length === 0 ? 'NONE' : words.join(','), at, letters.length + 8);
  for (const [field, pattern] of [
    ['seq', /, seq (\d+)/],
    ['ack', /, ack (\d+)/],
    ['window', /, win (\d+)/],
  ] as const) {
    const match = pattern.exec(tail);
    if (match !== null) line.set(field, match[1]!, at + match.index + 2, match[0].length - 2);
  }
  const options = /, options \[([^\]]*(?:\[[^\]]*\][^\]]*)*)\]/.exec(tail);
  const bytes = options === null ? [] : optionBytes(options[1]!);
  const length = /, length (\d+)/.exec(tail);
  // a line that was cut before its length tells neither
  if (length === null) return;
  if (typeof bytes === 'string') {
    line.note(`TCP options are left out: ${bytes} is not read`, at + options!.index + 2, options![0].length - 2);
    return;
  }
  const header = 20 + 4 * Math.ceil(bytes.length / 4);
  line.set('tcpopts', hex(bytes), at + (options?.index ?? 0), options?.[0].length ?? 1);
  line.setBody(header + Number(length[1]), at + length.index + 2, length[0].length - 2);
}

/** `ip-proto-99 4`, and later fragments of what has a name, which stand without their ports. */
function readNamed(line: Line, named: RegExpExecArray, at: number): void {
  const { description } = line;
  const proto = Number(named[1]);
  line.set('proto', proto, at, named[0].length);
  if (description.frag === undefined && named[2] === undefined && hasName(proto)) {
    line.set('frag', LATER, at, named[0].length);
    line.note(`a later fragment: at byte ${8 * LATER}, since the line does not tell where`, at, named[0].length);
  }
  if (named[2] !== undefined) line.setBody(Number(named[2]), at, named[0].length);
}
/** where the second fragment of a packet begins that left an Ethernet. */
const LATER = 185;
const hasName = (proto: number): boolean => hasPorts(proto) || proto === Protocol.Icmp || proto === Protocol.Gre;

/** IPv6: `frag (0|72) 5000 > 6000: UDP, length 64`, or `frag (72|8)`. */
function readFragment(line: Line, tail: string, at: number, match: RegExpExecArray): void {
  line.set('frag', Number(match[1]) / 8, at, match[0].length);
  line.set('mf', match[1] === '0', at, match[0].length);
  if (match[2] === undefined) return line.note('the protocol of the fragment is not told', at, match[0].length);
  line.set('sport', match[2], at, match[0].length);
  line.set('dport', match[3]!, at, match[0].length);
  const rest = tail.slice(match[0].length).trimStart();
  readTail(line, rest, at + tail.length - rest.length);
}

/** `UDP, length 4`; DNS has its length in brackets at the end. */
function readUdp(line: Line, tail: string, at: number): void {
  if (line.description.frag !== undefined) return;
  const match = /^(?:\[[^\]]*\] )?(?:UDP|NTPv\d.*?|BOOTP\/DHCP.*?), length (\d+)/.exec(tail) ?? /\((\d+)\)$/.exec(tail);
  if (match !== null) line.setBody(8 + Number(match[1]), at + match.index, match[0].length);
}

function readIcmp(line: Line, tail: string, at: number, proto: number): void {
  const text = tail.replace(/^(?:\[[^\]]*\] )?ICMP6?,? /, '');
  const found = icmpOf(text, proto === Protocol.Icmp ? 4 : 6);
  if (found === undefined) throw line.problem('not an ICMP message as tcpdump prints them', at, tail.length);
  line.set('type', found.type, at, tail.length);
  line.set('code', found.code, at, tail.length);
  for (const [field, pattern] of [
    ['id', /\bid (\d+)/],
    ['seq', /\bseq (\d+)/],
  ] as const) {
    const match = found.query ? pattern.exec(tail) : null;
    if (match !== null) line.set(field, match[1]!, at + match.index, match[0].length);
  }
  readLength(line, tail, at);
}

/** ESP(spi=0x00000001,seq=0x2), length 100 */
function readSpi(line: Line, tail: string, at: number): void {
  const match = /^ESP\(spi=0x([0-9a-f]{8}),seq=0x([0-9a-f]+)\)/.exec(tail);
  if (match !== null) line.set('payload', match[1]! + match[2]!.padStart(8, '0'), at, match[0].length);
}

const hex = (bytes: readonly number[]): string => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
