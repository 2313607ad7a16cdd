/**
 * Completes the fields that somebody wrote to a whole packet. All defaults are here; they are what a Linux host sends
 * that opens a connection: a SYN of 60 bytes with the usual options, a ping of 84, a datagram without payload.
 */
import type { Finding } from '../model/finding.js';
import type { AssumedField, Envelope, FieldPacket, Packet, Told } from '../model/packet.js';
import { type Family, familyOf, formatAddress, type Words } from '../net/address.js';
import { echoOf, icmpByName } from '../net/icmp.js';
import { hasPorts, icmpProtocol, Protocol, protocolName } from '../net/protocol.js';
import { ACK, SYN, TCP_FLAGS } from '../net/tcp-flags.js';
import { naturalLength } from './encode.js';
import { FieldError, type FieldName, type GivenFields } from './fields.js';
import { TOLD_FIELDS } from './told-fields.js';

const TTL = 64;
/** What routers and neighbours of IPv6 say has come over no router, or nobody listens (ndisc_rcv of net/ipv6/ndisc.c). */
const NEIGHBOUR_TTL = 255;
const isOfNeighbours = (type: number): boolean => type >= 133 && type <= 137;
export const WINDOW = 64240;
/** the first port of net.ipv4.ip_local_port_range. */
const SPORT = 32768;
/** maximum segment size 1460, SACK permitted, timestamps, no-operation, window scale 7. */
const SYN_OPTIONS = Uint8Array.of(2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7);
const PING_BYTES = 56;
/** an INIT chunk: tag 1, window 65535, ten streams each way. */
export const SCTP_INIT = Uint8Array.of(1, 0, 0, 20, 0, 0, 0, 1, 0, 0, 0xff, 0xff, 0, 10, 0, 10, 0, 0, 0, 1);
/** What stands for the header of those that have none here: the least that matches, trackers and NAT (gre_manip_pkt) take. */
export const BODY_BYTES: Readonly<Record<number, number>> = { [Protocol.Gre]: 8, [Protocol.Esp]: 8, [Protocol.Ah]: 12 };
const NONE = new Uint8Array(0);

/** A packet, and what there is to say of how it was written. */
export interface ReadPacket {
  readonly packet: Packet;
  readonly notes: readonly Finding[];
}

/** Addresses for packets that do not say theirs: this host's own, and somebody else's. */
export type Fallback = Readonly<Record<Family, { readonly own: Words; readonly other: Words }>>;

/** Throws a FieldError where a field is missing, for which there is no `fallback`, or contradicts another one. */
export function resolve(given: GivenFields, fallback?: Fallback): { packet: Packet; unused: FieldName[] } {
  const names = new Set(Object.keys(given) as FieldName[]);
  const assumed: AssumedField[] = [];
  const envelope = envelopeOf(given, names, assumed);
  if (given.hex !== undefined) {
    if (given.hex.length === 0) throw new FieldError('hex', 'is empty: an IP packet is wanted');
    const unused = [...names].filter((name) => !ENVELOPE.has(name));
    return { packet: { kind: 'raw', bytes: given.hex, ...envelope }, unused };
  }
  const packet = fieldsOf(given, envelope, assumed, fallback);
  const used = new Set<FieldName>([...ENVELOPE, ...IP_FIELDS, ...transportFields(packet)]);
  return { packet, unused: [...names].filter((name) => !used.has(name)) };
}

const ENVELOPE: ReadonlySet<FieldName> = new Set<FieldName>([
  ...Object.keys(TOLD_FIELDS),
  ...'in out mac pkttype mark time path state hex'.split(' '),
] as FieldName[]);
const IP_FIELDS = 'src dst proto length ttl tos id ipid df frag mf payload'.split(' ') as FieldName[];

function transportFields(packet: FieldPacket): FieldName[] {
  if (packet.frag > 0) return [];
  if (packet.protocol === Protocol.Tcp) return ['sport', 'dport', 'flags', 'seq', 'ack', 'window', 'tcpopts'];
  if (hasPorts(packet.protocol)) return ['sport', 'dport'];
  return isIcmp(packet.protocol, packet.family) ? ['type', 'code', 'id', 'seq'] : [];
}

const isIcmp = (protocol: number, family: Family): boolean => protocol === icmpProtocol(family);

function envelopeOf(given: GivenFields, names: ReadonlySet<string>, assumed: readonly AssumedField[]): Envelope {
  if (given.path === 'output' && typeof given.in === 'string')
    throw new FieldError('path', 'output is the way of packets that this host sends');
  if (given.in === null && given.path !== undefined && given.path !== 'output')
    throw new FieldError('path', `${given.path} is no way for a packet that this host sends`);
  return {
    in: given.path === 'output' ? null : given.in,
    out: given.out,
    mac: given.mac,
    pkttype: given.pkttype,
    mark: given.mark ?? 0,
    time: given.time,
    uid: given.uid,
    gid: given.gid,
    path: given.path,
    state: given.state,
    given: names,
    assumed,
    told: toldOf(given),
  };
}

const COLUMNS: readonly string[] = ['uid', 'gid'];
const TOLD = Object.keys(TOLD_FIELDS).filter((name) => !COLUMNS.includes(name)) as (keyof Told)[];

function toldOf(given: GivenFields): Told | undefined {
  const said = TOLD.filter((name) => given[name] !== undefined);
  return said.length === 0 ? undefined : Object.fromEntries(said.map((name) => [name, given[name]]));
}

function fieldsOf(
  given: GivenFields,
  envelope: Envelope,
  assumed: AssumedField[],
  fallback: Fallback | undefined,
): FieldPacket {
  const named = given.src ?? given.dst;
  const { own, other } = fallback?.[named === undefined ? 4 : familyOf(named)] ?? {};
  const sends = envelope.in === null;
  const { src = sends ? own : other, dst = sends ? other : own } = given;
  if (src === undefined) throw new FieldError('src', 'the source address is missing', 'missing-field');
  if (dst === undefined) throw new FieldError('dst', 'the destination address is missing', 'missing-field');
  const family = familyOf(src);
  if (family !== familyOf(dst)) throw new FieldError('dst', 'source and destination are of two families');

  const assume = <V>(field: FieldName, value: V | undefined, otherwise: V, text: string): V => {
    if (value !== undefined) return value;
    assumed.push({ field, value: text });
    return otherwise;
  };
  assume('src', given.src, src, formatAddress(src));
  assume('dst', given.dst, dst, formatAddress(dst));
  const guess = likelyProtocol(given, family);
  const protocol = assume('proto', given.proto, guess, protocolName(guess));
  const frag = given.frag ?? 0;
  const whole = frag === 0 && given.mf !== true;
  const tcp = protocol === Protocol.Tcp && frag === 0;
  const ports = hasPorts(protocol) && frag === 0;
  const icmp = isIcmp(protocol, family);

  const sport = ports ? assume('sport', given.sport, SPORT, String(SPORT)) : 0;
  const dport = ports ? assume('dport', given.dport, 0, '0') : 0;
  const usual = given.state === 'ESTABLISHED' ? ACK : SYN;
  const flags = tcp ? assume('flags', given.flags, usual, flagText(usual)) : 0;
  const { type, code } = icmp && frag === 0 ? icmpOf(given, family, assume) : { type: 0, code: 0 };
  const ttl = protocol === Protocol.Icmpv6 && family === 6 && frag === 0 && isOfNeighbours(type) ? NEIGHBOUR_TTL : TTL;
  const sized = given.length !== undefined || given.payload !== undefined;
  const options = tcp && (flags & SYN) !== 0 && whole && !sized ? SYN_OPTIONS : NONE;
  const packet: FieldPacket = {
    kind: 'fields',
    ...envelope,
    family,
    src,
    dst,
    protocol,
    ttl: assume('ttl', given.ttl, ttl, String(ttl)),
    tos: given.tos ?? 0,
    ipid: given.ipid ?? (icmp && frag === 0 ? undefined : given.id) ?? 0,
    df: given.df ?? false,
    mf: given.mf ?? false,
    frag,
    sport,
    dport,
    flags,
    seq: given.seq ?? 0,
    ack: given.ack ?? 0,
    window: given.window ?? WINDOW,
    tcpopts: given.tcpopts ?? options,
    type,
    code,
    id: given.id ?? 0,
    payload: given.payload ?? (whole ? usualPayload(protocol, icmp, type, family, given.length) : NONE),
    length: given.length,
  };
  if (options.length > 0 && given.tcpopts === undefined)
    assumed.push({ field: 'tcpopts', value: 'those of a Linux SYN' });
  if (packet.length === undefined) assumed.push({ field: 'length', value: String(naturalLength(packet)) });
  return packet;
}

type Assume = <V>(field: FieldName, value: V | undefined, otherwise: V, text: string) => V;

/** What the other fields speak of. */
function likelyProtocol(given: GivenFields, family: Family): number {
  const tcp = given.flags !== undefined || given.tcpopts !== undefined || given.window !== undefined;
  if (!tcp && (given.type !== undefined || given.code !== undefined)) return icmpProtocol(family);
  return Protocol.Tcp;
}

/** Type and code; a name may stand for both, and so may `3/1`. */
function icmpOf(given: GivenFields, family: Family, assume: Assume): { type: number; code: number } {
  const echo = echoOf(family);
  if (given.type === undefined && typeof given.code === 'string') return lookUp('code', given.code, undefined, family);
  const type = assume<number | string>('type', given.type, echo, `${echo} (echo request)`);
  const found = typeof type === 'number' ? { type, code: undefined } : lookUp('type', type, undefined, family);
  if (given.code === undefined) return { type: found.type, code: found.code ?? 0 };
  const code = typeof given.code === 'number' ? given.code : lookUp('code', given.code, found.type, family).code;
  const both = typeof type === 'string' && /\/|-/.test(type) && isPair(type, family);
  if (both && found.code !== code)
    throw new FieldError('code', `${code} contradicts type "${type}", which is code ${found.code}`);
  return { type: found.type, code };
}

/** The text names a code besides its type. */
const isPair = (text: string, family: Family): boolean =>
  text.includes('/') || icmpByName(text, family)?.code !== undefined;

function lookUp(
  field: 'type' | 'code',
  text: string,
  type: number | undefined,
  family: Family,
): { type: number; code: number } {
  const pair = /^(\d{1,3})\/(\d{1,3})$/.exec(text);
  const found = pair === null ? icmpByName(text, family) : { type: Number(pair[1]), code: Number(pair[2]) };
  if (found === undefined || found.type > 255 || (found.code ?? 0) > 255)
    throw new FieldError(field, `"${text}" is not a name of ICMP${family === 6 ? 'v6' : ''} that iptables knows`);
  if (type !== undefined && found.type !== type)
    throw new FieldError(field, `"${text}" is a code of ICMP type ${found.type}, not of ${type}`);
  return { type: found.type, code: found.code ?? 0 };
}

/** What stands behind the header of a whole packet, as far as a length that was asked for leaves room. */
function usualPayload(
  protocol: number,
  icmp: boolean,
  type: number,
  family: Family,
  length: number | undefined,
): Uint8Array {
  if (protocol === Protocol.Sctp) {
    const room = length === undefined ? SCTP_INIT.length : Math.max(0, length - (family === 4 ? 32 : 52));
    return room >= SCTP_INIT.length ? SCTP_INIT : NONE;
  }
  if (length !== undefined) return NONE;
  const echo = icmp && (family === 4 ? type === 8 || type === 0 : type === 128 || type === 129);
  return new Uint8Array(echo ? PING_BYTES : (BODY_BYTES[protocol] ?? 0));
}

const flagText = (flags: number): string => TCP_FLAGS.filter((_, bit) => flags & (1 << bit)).join(',');
