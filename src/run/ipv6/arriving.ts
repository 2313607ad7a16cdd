/** What is looked at of a packet that comes in before any hook sees it: ip6_rcv_core of net/ipv6/ip6_input.c. */
import { Beside, Field } from '../../abi.js';
import type { DropReason } from '../decision.js';
import type { Routing } from '../routing.js';
import type { Stages } from '../stage.js';
import { faultOfHopOptions } from './hop-options.js';

const HEADER = 40;
const NEXT = 6;

/** Why the packet is dropped; undefined: it goes on. */
export function refusedBefore(stages: Stages, routing: Routing, slot: number): DropReason | undefined {
  if (stages.field(slot, Beside.Local) === 1) return undefined;
  const dst = stages.address(slot, Field.Dst);
  const iif = stages.interfaces.name(stages.field(slot, Field.InIf));
  const refused = routing.refusal?.({ src: stages.address(slot, Field.Src), dst, iif });
  if (refused !== undefined || stages.field(slot, Field.IpLen) === HEADER) return refused;
  const bytes = stages.bytesOf(slot);
  return bytes[NEXT] === 0 ? faultOfHopOptions(bytes.subarray(HEADER)) : undefined;
}
