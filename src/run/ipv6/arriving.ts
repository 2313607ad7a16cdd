/** What is looked at of a packet that comes in before any hook sees it: ip6_rcv_core of net/ipv6/ip6_input.c. */
import { Beside, Field, NO_PROTOCOL } from '../../abi.js';
import type { Words } from '../../net/address.js';
import { HOP_BY_HOP } from '../../net/ipv6-headers.js';
import type { Batch } from '../batch.js';
import type { DropReason } from '../decision.js';
import type { Routing } from '../routing.js';
import type { Selection } from '../selection.js';
import type { WalkSetup } from '../setup.js';
import type { Stages } from '../stage.js';
import { faultOfHopOptions } from './hop-options.js';

const HEADER = 40;
const NEXT = 6;

/** Ends the ways of those that are dropped. */
export function refuseArriving({ stages, routing, steps }: WalkSetup, batch: Batch, selection: Selection): void {
  let some = false;
  for (const slot of selection.slots) {
    const why = refusedBefore(stages, routing, slot);
    if (why === undefined) continue;
    batch.lose(slot, 'routing', why);
    some = true;
  }
  if (some) steps.sieve('keepWalking', selection);
}

/** What begins so is neither the loopback address nor a group: one stands for all. */
const isPlain = (word: number): boolean => word !== 0 && word >>> 24 !== 0xff;
const PLAIN: Words = [0x20000000, 0, 0, 0];

/** Why the packet is dropped; undefined: it goes on. */
export function refusedBefore(stages: Stages, routing: Routing, slot: number): DropReason | undefined {
  if (stages.field(slot, Beside.Local) === 1) return undefined;
  const iif = stages.interfaces.name(stages.field(slot, Field.InIf));
  const of = (field: Field) => (isPlain(stages.field(slot, field)) ? PLAIN : stages.address(slot, field));
  const refused = routing.refusal?.({ src: of(Field.Src), dst: of(Field.Dst), iif });
  // options that are cut lead to no protocol
  const none = stages.field(slot, Field.IpLen) === HEADER && stages.field(slot, Field.Proto) !== NO_PROTOCOL;
  if (refused !== undefined || none) return refused;
  const isHop = stages.byteAt(slot, NEXT) === HOP_BY_HOP;
  return isHop ? faultOfHopOptions(stages.bytesOf(slot).subarray(HEADER)) : undefined;
}
