/** What stands in the way of a translation, and what is drawn for it. */
import { Beside, Field } from '../abi.js';
import type { NumberRange } from '../model/condition.js';
import { highOf, lowOf } from './connections/tuples.js';
import type { NatWorld } from './nat.js';
import type { WalkSetup } from './setup.js';
import type { Stages } from './stage.js';

/** For the first packet of a connection. */
export function worldOf(setup: WalkSetup, slot: number): NatWorld {
  const { stages, connections, remembering } = setup;
  const known = connections !== undefined && stages.field(slot, Beside.Entry) !== 0;
  const zones = stages.field(slot, Field.CtZone);
  return {
    // struct nf_conntrack_zone has one number, whichever directions it is for
    zone: lowOf(zones) || highOf(zones),
    draw: (ports) => setup.drawn?.(ports) ?? drawPort(stages, slot, ports),
    ...(known ? remembering!.knownWorld(setup, connections, slot) : NOTHING_KNOWN),
  };
}

export const drawPort = (stages: Stages, slot: number, { min, max }: NumberRange): number =>
  min + (stages.draw(slot) % (max - min + 1));

const NOTHING_KNOWN = { taken: () => false, takenAsIs: () => false, mappings: () => [] };

/** The connection ends where its packets leave by another interface than the one whose address it has. */
export function noteMasquerade({ stages, connections }: WalkSetup, slot: number): void {
  const entry = stages.field(slot, Beside.Entry) - 1;
  if (entry >= 0) connections?.table.setMasquerade(entry, stages.field(slot, Beside.Oif));
}
