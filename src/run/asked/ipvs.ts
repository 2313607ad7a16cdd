/** ipvs_mt of net/netfilter/xt_ipvs.c: the packet's connection of IPVS, if it has been through it. */
import { Field, STATE_INVALID, STATE_UNTRACKED } from '../../abi.js';
import type { IpvsTest } from '../../model/outside-test.js';
import type { Json } from '../../model/packet.js';
import { type Masked, parseAddress } from '../../net/address.js';
import type { TestAnswer } from './answers.js';
import type { Asking } from './asking.js';

/** Before its `!` turns it round. */
export function ipvs({ of, not, value }: IpvsTest, asking: Asking): TestAnswer {
  const { ipvs: told } = asking.told;
  if (told === undefined) return undefined;
  const entry = typeof told === 'object' && !Array.isArray(told) ? (told as Readonly<Record<string, Json>>) : undefined;
  asking.tell(() => ({ what: 'ipvs', service: entry && textOf(entry) }));
  if (of === 'ipvs') return entry !== undefined;
  // of what is of none nothing else holds, negated or not
  if (entry === undefined) return not;
  switch (of) {
    case 'vproto':
      return asking.field(Field.Proto) === value;
    case 'vdir':
      // without a connection neither direction
      if ((asking.field(Field.CtState) & (STATE_INVALID | STATE_UNTRACKED)) !== 0) return false;
      return (asking.field(Field.CtDir) === 1) === (value === 'REPLY');
    case 'vaddr':
      return isUnder(entry.vaddr, value as Masked);
    case 'vmethod':
      return typeof entry.vmethod === 'string' ? entry.vmethod.toUpperCase() === value : undefined;
    case 'vport':
    case 'vportctl':
      // a connection that none controls has no such port
      return entry[of] === 'none' ? false : typeof entry[of] === 'number' ? entry[of] === value : undefined;
  }
}

function isUnder(told: Json | undefined, { address, mask }: Masked): TestAnswer {
  const has = typeof told === 'string' ? parseAddress(told) : undefined;
  return has && address.every((word, i) => ((word ^ (has[i] ?? 0)) & mask[i]!) === 0);
}

const textOf = (entry: Readonly<Record<string, Json>>): string =>
  Object.entries(entry)
    .map(([name, value]) => `${name} ${value}`)
    .join(' ');
