/**
 * The fields of a described packet, as JSON and the command line both write them: for each what it takes, in words, and
 * how a value is read. A reader gives undefined for what it does not take.
 */
import { nearest } from '../model/nearest.js';
import type { FrameKind, PacketPath, PacketState } from '../model/packet.js';
import { servicePort } from '../model/service.js';
import { parseAddress, type Words } from '../net/address.js';
import { readMac } from '../net/mac.js';
import { protocolNumber } from '../net/protocol.js';
import { TCP_FLAGS } from '../net/tcp-flags.js';
import { type FieldKind, iface, integer, number } from './field-kind.js';
import { TOLD_FIELDS } from './told-fields.js';

const port: FieldKind<number> = {
  expects: 'a port (0..65535) or the name of a service',
  read: (value) => integer(value, 65535) ?? (typeof value === 'string' ? servicePort(value) : undefined),
};

const flag: FieldKind<boolean> = {
  expects: 'true or false',
  read: (value) => (value === true || value === 1 ? true : value === false || value === 0 ? false : undefined),
};

const address: FieldKind<Words> = {
  expects: 'an address of IPv4 or IPv6 (names are not looked up, and a packet has no prefix or zone)',
  read: (value) => (typeof value === 'string' ? parseAddress(value) : undefined),
};

/** Pairs of hex digits; blanks and colons may stand between bytes. */
const bytes = (max: number): FieldKind<Uint8Array> => ({
  expects: `hex, two digits a byte, at most ${max} bytes`,
  read(value) {
    if (typeof value !== 'string') return undefined;
    const words = value.split(/[\s:]+/);
    const digits = words.join('');
    return digits.length <= 2 * max && words.every((word) => word.length % 2 === 0) ? parseHex(digits) : undefined;
  },
});

/** The bytes of a text of hex digits; undefined where it holds anything else, or half a byte. */
function parseHex(digits: string): Uint8Array | undefined {
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return undefined;
  const out = new Uint8Array(digits.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return out;
}

const oneOf = <T extends string>(words: readonly T[], turn: (text: string) => string): FieldKind<T> => ({
  expects: `one of ${words.join(', ')}`,
  read: (value) => (typeof value === 'string' ? words.find((word) => word === turn(value)) : undefined),
});

const FLAG_LETTERS = 'FSRPAUEC';

const tcpFlags: FieldKind<number> = {
  expects: `TCP flags: ${TCP_FLAGS.join(',')} joined by commas, letters of ${FLAG_LETTERS}, ALL, NONE or a number`,
  read(value) {
    if (typeof value !== 'string' || /^\d|^0x/i.test(value)) return integer(value, 255);
    const text = value.toUpperCase();
    if (text === 'ALL') return 0xff;
    if (text === 'NONE' || text === '') return 0;
    let bits = 0;
    for (const word of text.split(',')) {
      const named = TCP_FLAGS.indexOf(word.trim() as (typeof TCP_FLAGS)[number]);
      const parts = named >= 0 ? [named] : [...word].map((letter) => FLAG_LETTERS.indexOf(letter));
      if (parts.length === 0 || parts.includes(-1)) return undefined;
      for (const bit of parts) bits |= 1 << bit;
    }
    return bits;
  },
};

const protocol: FieldKind<number> = {
  expects: 'a protocol: its name or a number in 0..255',
  read: (value) => integer(value, 255) ?? (typeof value === 'string' ? shortProtocol(value) : undefined),
};
// 262 (mptcp) has a name and no place in an IP header
function shortProtocol(text: string): number | undefined {
  const found = protocolNumber(text);
  return found !== undefined && found <= 255 ? found : undefined;
}

/** Names are looked up once the family is known. */
const icmp: FieldKind<number | string> = {
  expects: "a number in 0..255 or one of iptables' names for ICMP",
  read: (value) => integer(value, 255) ?? (typeof value === 'string' && value !== '' ? value : undefined),
};

const ISO = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/;
const time: FieldKind<number> = {
  expects: 'a time: seconds, or ISO 8601 (without a zone: UTC)',
  read(value) {
    if (typeof value === 'string') {
      if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
      const match = ISO.exec(value);
      if (match === null) return undefined;
      const zoned = match[1] === undefined || match[4] !== undefined ? value : `${value}Z`;
      const milliseconds = Date.parse(zoned.replace(' ', 'T'));
      return milliseconds >= 0 ? milliseconds / 1000 : undefined;
    }
    return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : undefined;
  },
};

const mac: FieldKind<string> = {
  expects: 'a link-layer address of six bytes, 00:11:22:33:44:55',
  read: (value) => (typeof value === 'string' ? readMac(value) : undefined),
};
const FRAMES: readonly FrameKind[] = ['unicast', 'broadcast', 'multicast', 'otherhost'];

const PATHS: readonly PacketPath[] = ['input', 'forward', 'output'];
const STATES: readonly PacketState[] = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'];

export const FIELDS = {
  in: {
    expects: `${iface.expects}, or null where this host sends the packet`,
    read: (value: unknown) => (value === null ? null : iface.read(value)),
  } satisfies FieldKind<string | null>,
  out: iface,
  mac,
  pkttype: oneOf(FRAMES, (text) => text.toLowerCase()),
  src: address,
  dst: address,
  proto: protocol,
  sport: port,
  dport: port,
  flags: tcpFlags,
  seq: number(0xffffffff),
  ack: number(0xffffffff),
  window: number(65535),
  tcpopts: bytes(40),
  type: icmp,
  code: icmp,
  id: number(65535),
  mark: number(0xffffffff),
  length: number(65535),
  ttl: number(255),
  tos: number(255),
  ipid: number(65535),
  df: flag,
  frag: number(8191),
  mf: flag,
  payload: bytes(65535),
  time,
  path: oneOf(PATHS, (text) => text.toLowerCase()),
  state: oneOf(STATES, (text) => text.toUpperCase()),
  hex: bytes(65575),
  ...TOLD_FIELDS,
};

export type FieldName = keyof typeof FIELDS;
/** The fields that were written, read but not yet completed. */
export type GivenFields = {
  -readonly [K in FieldName]?: Exclude<ReturnType<(typeof FIELDS)[K]['read']>, undefined>;
};

/** What is wrong with a field; whoever knows how it was written says where. */
export class FieldError extends Error {
  readonly field: FieldName;
  readonly code: string;

  constructor(field: FieldName, message: string, code = 'bad-field') {
    super(message);
    this.field = field;
    this.code = code;
  }
}

export const isFieldName = (name: string): name is FieldName => Object.hasOwn(FIELDS, name);

/** What there is to say of a name that is none of a field's. */
export function notAField(name: string): string {
  const meant = fieldMeant(name);
  return `${name}: not a field of a packet, and not used${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

/** `dst_port`, `ip.src`, `Protocol`: as other programs call them; or a slip. */
function fieldMeant(name: string): string | undefined {
  const letters = name.toLowerCase().replace(/[^a-z]/g, '');
  const [, side, port] =
    /^(?:ip|tcp|udp)?([sd])(?:rc|ource|st|est|estination)?(?:ip|addr|address|(port))?$/.exec(letters) ?? [];
  if (side !== undefined) return port === undefined ? (side === 's' ? 'src' : 'dst') : `${side}port`;
  return letters === 'protocol' ? 'proto' : nearest(name, Object.keys(FIELDS));
}

/** Reads one value into the fields, or throws a FieldError. */
export function readField(given: GivenFields, name: FieldName, value: unknown): void {
  const read = FIELDS[name].read(value);
  if (read === undefined) throw new FieldError(name, `${shown(value)} is not ${FIELDS[name].expects}`);
  Object.assign(given, { [name]: read });
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? String(value));
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
