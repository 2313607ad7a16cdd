/**
 * A set of ipset: its type, the options it was created with, and its members. A set whose members were not given (a
 * terse listing) is not `known`: its type is, what it holds is not.
 */
import type { Place } from '../errors.js';
import type { Family, Words } from '../net/address.js';
import type { Members } from './members.js';

export type SetType =
  | 'bitmap:ip'
  | 'bitmap:ip,mac'
  | 'bitmap:port'
  | 'hash:ip'
  | 'hash:net'
  | 'hash:ip,port'
  | 'hash:ip,port,ip'
  | 'hash:ip,port,net'
  | 'hash:net,port'
  | 'hash:net,net'
  | 'hash:net,port,net'
  | 'hash:net,iface'
  | 'hash:mac'
  | 'hash:ip,mac'
  | 'hash:ip,mark'
  | 'list:set';

/** What one dimension of a member is. */
export type Dimension = 'ip' | 'net' | 'port' | 'iface' | 'mac' | 'mark' | 'set';
export type SetMethod = 'bitmap' | 'hash' | 'list';

/** Options of `create`; absent: not given. Times in seconds. */
export interface SetOptions {
  readonly hashsize?: number;
  readonly maxelem?: number;
  readonly netmask?: number;
  readonly bitmask?: Words;
  readonly markmask?: number;
  /** bitmap: the first and last address or port. */
  readonly range?: readonly [number, number];
  /** list: how many sets it was made for. */
  readonly size?: number;
  /** given, even as 0: members may have timeouts, and this is theirs by default; 0 is for ever. */
  readonly timeout?: number;
  readonly counters?: boolean;
  readonly comment?: boolean;
  readonly forceadd?: boolean;
  readonly skbinfo?: boolean;
  readonly bucketsize?: number;
  readonly initval?: number;
}

export interface SetDef {
  readonly name: string;
  readonly type: SetType;
  /** undefined: a type that knows no family. */
  readonly family: Family | undefined;
  readonly options: SetOptions;
  readonly members: Members;
  /** whether the members were given. */
  readonly known: boolean;
  /** where it was created or listed. */
  readonly place: Place | undefined;
}

const DIMENSIONS: Readonly<Record<SetType, readonly Dimension[]>> = {
  'bitmap:ip': ['ip'],
  'bitmap:ip,mac': ['ip', 'mac'],
  'bitmap:port': ['port'],
  'hash:ip': ['ip'],
  'hash:net': ['net'],
  'hash:ip,port': ['ip', 'port'],
  'hash:ip,port,ip': ['ip', 'port', 'ip'],
  'hash:ip,port,net': ['ip', 'port', 'net'],
  'hash:net,port': ['net', 'port'],
  'hash:net,net': ['net', 'net'],
  'hash:net,port,net': ['net', 'port', 'net'],
  'hash:net,iface': ['net', 'iface'],
  'hash:mac': ['mac'],
  'hash:ip,mac': ['ip', 'mac'],
  'hash:ip,mark': ['ip', 'mark'],
  'list:set': ['set'],
};

/** Names that ipset took before version 6 and takes still. */
const OLD_NAMES: Readonly<Record<string, SetType>> = {
  ipmap: 'bitmap:ip',
  macipmap: 'bitmap:ip,mac',
  portmap: 'bitmap:port',
  iphash: 'hash:ip',
  nethash: 'hash:net',
  ipporthash: 'hash:ip,port',
  ipportiphash: 'hash:ip,port,ip',
  ipportnethash: 'hash:ip,port,net',
  netporthash: 'hash:net,port',
  netnethash: 'hash:net,net',
  netifacehash: 'hash:net,iface',
  ipmarkhash: 'hash:ip,mark',
  machash: 'hash:mac',
  setlist: 'list:set',
};

export function setTypeOf(text: string): SetType | undefined {
  if (Object.hasOwn(DIMENSIONS, text)) return text as SetType;
  return Object.hasOwn(OLD_NAMES, text) ? OLD_NAMES[text] : undefined;
}

export const dimensionsOf = (type: SetType): readonly Dimension[] => DIMENSIONS[type];
export const methodOf = (type: SetType): SetMethod => type.slice(0, type.indexOf(':')) as SetMethod;
/** Types whose members may be marked nomatch: those with a net (IPSET_TYPE_NOMATCH in the kernel). */
export const knowsNomatch = (type: SetType): boolean => DIMENSIONS[type].includes('net');
/** Types that look at the link-layer header. */
export const readsMac = (type: SetType): boolean => DIMENSIONS[type].includes('mac');

/** What a set takes at most; beyond it the kernel refuses a member. Undefined: no such limit. */
export const limitOf = (set: Pick<SetDef, 'type' | 'options'>): number | undefined =>
  methodOf(set.type) === 'hash' ? (set.options.maxelem ?? 65536) : undefined;

/** An option of xt_set that asks for what a member has counted: `packets-` or `bytes-`, and how they are to be. */
export const asksCounters = (option: string): boolean => option.includes('s-');
