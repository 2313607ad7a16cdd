/** What extensions of other projects find: xt_NAME.c of xtables-addons. */
import { Field, Verdict } from '../../abi.js';
import type {
  ConditionTest,
  GeoipTest,
  IfaceTest,
  IpmarkAct,
  Ipv4OptionsTest,
  Length2Test,
  Quota2Test,
} from '../../model/foreign-test.js';
import { variableOf } from '../../model/host.js';
import { Protocol } from '../../net/protocol.js';
import type { State } from '../host-states.js';
import type { ActAnswer, TestAnswer } from './answers.js';
import type { Asking } from './asking.js';
import { headerOf6 } from './headers6.js';

/** xt_geoip_mt: which country it is the host's data base tells, or who describes the packet. */
export function geoip({ side, countries }: GeoipTest, asking: Asking): TestAnswer {
  const country = asking.told[side === 'src' ? 'srccountry' : 'dstcountry'];
  asking.tell(() => ({ what: 'geoip', side, country }));
  return country === undefined ? undefined : countries.includes(country.toUpperCase());
}

/** xt_iface_mt: false where there is no such link. */
export function iface({ link, flag, not }: IfaceTest, asking: Asking): TestAnswer {
  const field = 'of' in link ? (link.of === 'in' ? Field.InIf : Field.OutIf) : undefined;
  if (field !== undefined && asking.field(field) === 0) {
    asking.tell(() => ({ what: 'iface', link: null, flag, has: undefined }));
    return not;
  }
  const name = 'name' in link ? link.name : asking.interfaceAt(field!);
  const found = asking.host.links?.find((one) => one.name === name);
  const has = flag === 'up' ? found?.up : flag === 'loopback' ? found?.loopback : undefined;
  asking.tell(() => ({ what: 'iface', link: name, flag, has }));
  return has;
}

const HEADER = 20;
/** ipv4options_rd: an option without a length ends it, and so does one that does not fit. */
function optionsOf(bytes: Uint8Array): number {
  let at = HEADER;
  const end = Math.min(bytes.length, (bytes[0]! & 15) * 4);
  let bits = 0;
  while (end - at >= 2) {
    const [kind, length] = [bytes[at]!, bytes[at + 1]!];
    if (kind === 0) break;
    if (kind === 1) {
      at++;
      continue;
    }
    if (length < 2 || length > end - at) break;
    bits |= 1 << (kind & 31);
    at += length;
  }
  return bits;
}

export function ipv4options({ map, absent, any }: Ipv4OptionsTest, asking: Asking): TestAnswer {
  const has = optionsOf(asking.bytes);
  asking.tell(() => ({
    what: 'ipv4options',
    has: Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => (has >>> bit) & 1),
  }));
  const met = (has ^ absent) & map;
  return any ? met !== 0 : met === map;
}

/** llayer4_proto: in this order, one in another packet before that in itself. */
const LOOKED_FOR = [41, 4, 50, 51, 1, 6, 17, 136, 132, 33];

/** Of each protocol the bytes of its header; those of TCP and DCCP say how many they are. */
const HEADER_LENGTHS: Readonly<Record<number, number>> = {
  [Protocol.Udp]: 8,
  [Protocol.UdpLite]: 8,
  [Protocol.Sctp]: 12,
  [Protocol.Icmp]: 8,
  [Protocol.Icmpv6]: 4,
  51: 12,
  50: 8,
};

export function length2({ layer, range, not }: Length2Test, asking: Asking): TestAnswer {
  const length = layerLength(layer, asking);
  if (length === 'hot-drop') return length;
  asking.tell(() => ({ what: 'length2', layer, length: length ?? null }));
  // what it wants is turned round behind this
  if (length === undefined) return not;
  return length >= range.min && length <= range.max;
}

function layerLength(layer: 4 | 5 | 7, asking: Asking): number | 'hot-drop' | undefined {
  const { bytes, family } = asking;
  const whole = asking.field(Field.Length);
  let proto = bytes[9]!;
  let offset = (bytes[0]! & 15) * 4;
  if (family === 6) {
    const found = headerOf6(bytes, LOOKED_FOR);
    if (found === 'cut') return 'hot-drop';
    if (found === undefined) return undefined;
    [proto, offset] = [found.proto, found.at];
  }
  if (layer === 4) return whole - offset;
  if (layer === 7 && proto === Protocol.Sctp) return sctpData(bytes, offset, whole);
  return behindHeader(bytes, proto, offset, whole - offset);
}

/** xtlength_layer5; what is shorter than the header runs over, as in 32 bits. */
function behindHeader(bytes: Uint8Array, proto: number, offset: number, length: number): number | undefined {
  const own = HEADER_LENGTHS[proto];
  if (own !== undefined) return (length - own) >>> 0;
  const told = proto === Protocol.Tcp ? 12 : proto === Protocol.Dccp ? 4 : undefined;
  if (told === undefined || offset + (proto === Protocol.Tcp ? 20 : 12) > bytes.length) return undefined;
  const header = 4 * (proto === Protocol.Tcp ? bytes[offset + told]! >> 4 : bytes[offset + told]!);
  return length >= header ? length - header : length;
}

/** xtlength_layer7_sctp looks on behind the last chunk, as far as the packet is long: where no chunk leads beyond that, it finds none. */
function sctpData(bytes: Uint8Array, offset: number, whole: number): number | undefined {
  let data = 0;
  for (let at = 12; at < whole; ) {
    const here = offset + at;
    if (here + 4 > bytes.length) return undefined;
    const length = (bytes[here + 2]! << 8) | bytes[here + 3]!;
    if (bytes[here] === 0) data += length;
    // the kernel goes on for ever
    if (length === 0) return undefined;
    at += length;
  }
  return data;
}

/** condition_mt: it is turned round behind this. */
export function condition({ name }: ConditionTest, asking: Asking): TestAnswer {
  const value = variableOf(asking.host, 'nf_condition', name);
  if (value === undefined) return undefined;
  const on = value !== '0';
  asking.tell(() => ({ what: 'condition', name, on }));
  return on;
}

class Left implements State {
  constructor(public count: bigint) {}
  copy(): Left {
    return new Left(this.count);
  }
}
const MASK = 2n ** 64n - 1n;

/** quota_mt2: a packet for which too little is left takes all of it. */
export function quota2(test: Quota2Test, asking: Asking): TestAnswer {
  const { name } = test;
  const left = asking.state(
    () => new Left(BigInt(variableOf(asking.host, 'xt_quota', name) ?? asking.sharing(test)[0]!.quota)),
  );
  const before = left.count;
  const cost = test.packets ? 1n : BigInt(asking.field(Field.Length));
  const enough = test.grow || before >= cost;
  if (test.counts) left.count = test.grow ? (before + cost) & MASK : enough ? before - cost : 0n;
  asking.tell(() => ({ what: 'quota2', name, before: `${before}`, after: `${left.count}`, packets: test.packets }));
  return enough;
}

/** ipmark_tg4, ipmark_tg6: of IPv6 the lowest 32 bits of what is left when the address has been shifted. */
export function ipmark({ side, shift, and, or }: IpmarkAct, asking: Asking): ActAnswer {
  const words = asking.addressAt(side === 'src' ? Field.Src : Field.Dst);
  const before = asking.field(Field.Mark);
  const after = ((shifted(words, shift) & and) | or) >>> 0;
  asking.setField(Field.Mark, after);
  asking.tell(() => ({ what: 'ipmark', before, after }));
  return Verdict.Continue;
}

function shifted(words: readonly number[], by: number): number {
  // shifts of 32 bits on x86 look at five bits of the number alone
  if (words.length === 1) return words[0]! >>> (by & 31);
  if (by >= 128) return 0;
  const [word, bit] = [by >>> 5, by & 31];
  const low = words[3 - word]! >>> bit;
  return by < 96 && bit !== 0 ? low | (words[2 - word]! << (32 - bit)) : low;
}
