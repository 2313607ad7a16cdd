/** The values that the texts of iproute2 share: names, scopes, tables, addresses with prefixes. */
import { type Realms, type Scope, TABLE_DEFAULT, TABLE_LOCAL, TABLE_MAIN } from '../../model/host.js';
import { bitsOf, type Family, familyOf, parseAddress, parseIpv4, type Words } from '../../net/address.js';

export interface Prefix {
  readonly family: Family;
  readonly address: Words;
  readonly prefix: number;
}

/** `eth0@if5` and `eth0.10@eth0` are eth0 and eth0.10. */
export const linkName = (text: string): string => {
  const at = text.lastIndexOf('@');
  return at > 0 ? text.slice(0, at) : text;
};

/** An address with or without a prefix length. */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/');
  const head = slash < 0 ? text : text.slice(0, slash);
  const address = parseAddress(head) ?? shortIpv4(head);
  if (address === undefined) return undefined;
  const family = familyOf(address);
  const prefix = slash < 0 ? bitsOf(family) : wholeNumber(text.slice(slash + 1), bitsOf(family));
  return prefix === undefined ? undefined : { family, address, prefix };
}

/** Old versions of ip leave off the last zeros: `10/8`, `192.168.1/24`. */
const shortIpv4 = (text: string): Words | undefined =>
  /^\d+(\.\d+){0,2}$/.test(text) ? parseIpv4(text + '.0'.repeat(4 - text.split('.').length)) : undefined;

/** A whole number in decimal, or in hex after 0x; undefined where it is neither or above `max`. */
export function wholeNumber(text: string, max = 0xffffffff): number | undefined {
  if (!/^(\d{1,10}|0x[0-9a-f]{1,8})$/i.test(text)) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
}

export function parseScope(text: string): Scope | undefined {
  switch (text) {
    case 'global':
    case 'universe':
      return 'global';
    case 'site':
    case 'link':
    case 'host':
    case 'nowhere':
      return text;
    default:
      return wholeNumber(text, 255);
  }
}

const TABLES: Readonly<Record<string, number>> = {
  unspec: 0,
  default: TABLE_DEFAULT,
  main: TABLE_MAIN,
  local: TABLE_LOCAL,
};

/**
 * The number of a routing table. A name of the host's own rt_tables stands for a number that is not in the text; it
 * gets one above all that people use, the same in every text.
 */
export function tableNumber(text: string): number {
  const known = Object.hasOwn(TABLES, text) ? TABLES[text] : wholeNumber(text);
  if (known !== undefined) return known;
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash | 0x80000000) >>> 0;
}

const TOS_NAMES: Readonly<Record<string, number>> = {
  default: 0,
  lowdelay: 0x10,
  throughput: 0x08,
  reliability: 0x04,
  mincost: 0x02,
  EF: 0xb8,
};

/** A tos byte: hex as ip prints it, or a name of rt_dsfield. */
export function parseTos(text: string): number | undefined {
  if (Object.hasOwn(TOS_NAMES, text)) return TOS_NAMES[text];
  const selector = /^CS([0-7])$/.exec(text);
  if (selector !== null) return Number(selector[1]) << 5;
  const forwarding = /^AF([1-4])([1-3])$/.exec(text);
  if (forwarding !== null) return (Number(forwarding[1]) << 5) | (Number(forwarding[2]) << 3);
  return wholeNumber(text.startsWith('0x') ? text : `0x${text}`, 255);
}

/** A link group; undefined for a name of the host's own. */
export const parseGroup = (text: string): number | undefined => (text === 'default' ? 0 : wholeNumber(text));

/** `5`, or `3/5` of source and destination (print_rta_flow of iproute2): numbers, or names of rt_realms. */
export function parseRealms(text: string): Realms | undefined {
  const parts = text.split('/').map(realmOf);
  if (parts.length > 2 || parts.includes(undefined)) return undefined;
  const [from, to] = parts.length === 1 ? [0, parts[0]!] : (parts as Realms[]);
  return from === 'named' || to === 'named' ? 'named' : ((from! << 16) | to!) >>> 0;
}

/** 0 has a name in the table that iproute2 brings; what other names mean only the host knows. */
function realmOf(text: string): Realms | undefined {
  if (text === 'cosmos') return 0;
  const number = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : undefined;
  if (number !== undefined) return number <= 0xffff ? number : undefined;
  return /^[^\s/]+$/.test(text) ? 'named' : undefined;
}
