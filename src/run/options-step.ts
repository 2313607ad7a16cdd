/**
 * Options of the IP header on the way of a packet: looked at and filled in behind PREROUTING, and where it goes on once more
 * behind FORWARD (ip_rcv_options of net/ipv4/ip_input.c, ip_forward_options of ip_options.c). Those of IPv6 stand in headers of
 * their own.
 */
import { Beside, Field } from '../abi.js';
import type { Words } from '../net/address.js';
import type { Batch } from './batch.js';
import { flowOf } from './flow.js';
import { faultOfOptions, fillOptions } from './ip-options.js';
import type { Arriving } from './martians.js';
import type { Selection } from './selection.js';
import type { WalkSetup } from './setup.js';
import type { Stages } from './stage.js';

const DAY = 86_400_000;

/** No rule before this has looked at them. */
export function checkOptions({ stages, steps }: WalkSetup, batch: Batch, selection: Selection): void {
  if (stages.family === 6) return;
  let ended = false;
  for (const slot of steps.take('findOptions', selection)) {
    const length = stages.field(slot, Field.IpLen);
    const fault = faultOfOptions(stages.bytesOf(slot).subarray(20, length), false);
    if (fault === undefined) continue;
    batch.lose(slot, 'routing', fault, 'dropped', fault === 'bad-options' ? { answer: 'icmp 12/0' } : undefined);
    ended = true;
  }
  if (ended) steps.sieve('keepWalking', selection);
}

/** The header's checksum stays as it was until the packet goes on. */
export function settleOptions(setup: WalkSetup, batch: Batch, slot: number, way: 'input' | 'forward'): void {
  const { stages, routing } = setup;
  const length = stages.columns[Field.IpLen]![slot]!;
  if (length <= 20 || stages.family === 6) return;
  const options = stages.bytesOf(slot).slice(20, length);
  const written = fillOptions(options, {
    own: () => ownAddress(setup, slot, way),
    elsewhere: (address) => routing.typeOf([address]) === 'unicast',
    now: Math.floor(setup.timeOf(slot)) % DAY,
  });
  if (written === undefined) return;
  stages.writeBytes(slot, 20, options);
  if (way === 'forward') batch.filled.set(slot, written);
}

/** fib_compute_spec_dst of net/ipv4/fib_frontend.c. */
function ownAddress({ stages, routing, ways }: WalkSetup, slot: number, way: 'input' | 'forward'): number | undefined {
  const dst = stages.address(slot, Field.Dst);
  const decision = ways.wayOf(stages.field(slot, Beside.Way))?.decision;
  const how = decision?.kind === 'send' ? decision.to : decision?.kind === 'local' ? decision.how : 'unicast';
  if (way === 'input' && how !== 'broadcast' && how !== 'multicast') return dst[0];
  const own = routing.answersFrom?.(arriving(stages, slot));
  return own === undefined || 'kind' in own ? undefined : own[0];
}

const bytesOf = ([word]: Words): number[] => [24, 16, 8, 0].map((shift) => (word! >>> shift) & 255);

const arriving = (stages: Stages, slot: number): Arriving => ({
  ...flowOf(stages.columns, slot),
  iif: stages.interfaces.name(stages.field(slot, Field.InIf)),
});

/** Behind FORWARD: the address is that of the link by which the packet leaves. */
export function forwardOptions(setup: WalkSetup, batch: Batch, selection: Selection): void {
  if (batch.filled.size === 0) return;
  const { stages, routing, ways } = setup;
  for (const slot of selection.slots) {
    const place = batch.filled.get(slot);
    if (place === undefined) continue;
    const decision = ways.wayOf(stages.field(slot, Beside.Way))?.decision;
    if (place > 0 && decision?.kind === 'forward') {
      const own = routing.leavesFrom?.(arriving(stages, slot), decision);
      if (own !== undefined && !('kind' in own)) stages.writeBytes(slot, 20 + place, bytesOf(own));
    }
    stages.sumHeader(slot);
  }
}
