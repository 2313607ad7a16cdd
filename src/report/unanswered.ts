/** Whether the sender of a rejected packet is told: errors are not sent about everything. */
import { Field, FRAG_OFFSET } from '../abi.js';
import type { Family } from '../net/address.js';
import { icmpProtocol } from '../net/protocol.js';
import { isIcmp6Error } from '../run/connections/beginnings.js';
import type { Columns } from './fields.js';

/** icmp_pointers of net/ipv4/icmp.c: about these types an error is sent; the others are errors, or unknown. */
const ANSWERED: readonly number[] = [0, 8, 13, 14, 15, 16, 17, 18];

export type Untold = 'icmp-error' | 'fragment';

/** nf_send_unreach, icmp_send; nf_send_unreach6, is_ineligible of net/ipv6/icmp.c. */
export function unanswered(now: Columns, family: Family): Untold | undefined {
  if ((now[Field.Frag]! & FRAG_OFFSET) !== 0) return 'fragment';
  if (now[Field.Proto] !== icmpProtocol(family)) return undefined;
  const type = now[Field.Sport]!;
  return (family === 4 ? !ANSWERED.includes(type) : isIcmp6Error(type)) ? 'icmp-error' : undefined;
}
