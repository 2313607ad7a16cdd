/**
 * The host that rules are asked on: devices, groups and addresses as the generator draws them, written down. The
 * reference reads it, and the engine's tables are filled from it.
 */
import { addressOf } from './words.js';

/** As the generator's setup has them; a device that is not here has group 0. */
export const GROUPS: Readonly<Record<string, number>> = { lo: 0, eth0: 0, eth1: 5, eth2: 0x105, eth10: 5 };

type AddressType = 'UNICAST' | 'LOCAL' | 'BROADCAST' | 'MULTICAST';

/** Addresses with a type of their own, and the device that gives it to them. */
const OWN: readonly (readonly [string, AddressType, string])[] = [
  ['192.168.1.1', 'LOCAL', 'eth0'],
  ['192.168.1.2', 'LOCAL', 'eth0'],
  ['192.168.1.255', 'BROADCAST', 'eth0'],
  ['10.20.0.1', 'LOCAL', 'eth1'],
  ['10.20.0.255', 'BROADCAST', 'eth1'],
  ['10.20.1.129', 'LOCAL', 'eth1'],
  ['10.99.0.1', 'LOCAL', 'eth2'],
  ['10.99.0.255', 'BROADCAST', 'eth2'],
  ['172.16.0.1', 'LOCAL', 'eth10'],
];

/** The type of an address, and the device from which it is seen so; undefined: from all of them. */
export function typeOf(address: number): { readonly type: AddressType; readonly device?: string } {
  if (address === 0 || address === 0xffffffff) return { type: 'BROADCAST' };
  if (address >= addressOf('224.0.0.0') && address < addressOf('240.0.0.0')) return { type: 'MULTICAST' };
  if (address >= addressOf('127.0.0.0') && address < addressOf('128.0.0.0')) return { type: 'LOCAL', device: 'lo' };
  const own = OWN.find(([text]) => addressOf(text) === address);
  return own === undefined ? { type: 'UNICAST' } : { type: own[1], device: own[2] };
}

/** The addresses from each of which on, up to the next, all have the type of the first. */
export const TYPE_STARTS: readonly number[] = [
  ...['0.0.0.0', '0.0.0.1', '127.0.0.0', '128.0.0.0', '224.0.0.0', '240.0.0.0', '255.255.255.255'].map(addressOf),
  ...OWN.flatMap(([text]) => [addressOf(text), addressOf(text) + 1]),
].sort((a, b) => a - b);

/** The device that leads to an address. */
export function deviceTo(address: number): string {
  if (typeOf(address).type === 'LOCAL') return 'lo';
  if (address >>> 16 === 0x0a14) return 'eth1';
  if (address >>> 16 === 0x0a63) return 'eth2';
  return address >>> 8 === 0xac1000 ? 'eth10' : 'eth0';
}

export interface ReverseFlags {
  readonly loose: boolean;
  readonly validMark: boolean;
  readonly acceptLocal: boolean;
}

/** Whether a packet of this source came in the right way: made up, but different for each question that can be asked. */
export const reversePath = (source: number, { loose, validMark, acceptLocal }: ReverseFlags): boolean =>
  (((source >>> 3) ^ source) & ((loose ? 1 : 0) + (validMark ? 2 : 0) + (acceptLocal ? 4 : 0) + 8)) !== 0;
