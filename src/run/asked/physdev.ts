/**
 * physdev_mt of net/netfilter/xt_physdev.c. The kernel knows the port by which something came into a bridge (struct
 * nf_bridge_info), and of what it hands on from port to port the one that it leaves by, in FORWARD and POSTROUTING alone: of what
 * is routed to a bridge nobody knows it there.
 */
import { Beside, Field, UNKNOWN_INTERFACE } from '../../abi.js';
import type { PhysdevTest } from '../../model/outside-test.js';
import { takesInterface } from '../interfaces.js';
import type { TestAnswer } from './answers.js';
import type { Asking } from './asking.js';

/** Before its `!` turns it round. */
export function physdev({ of, not, port }: PhysdevTest, asking: Asking): TestAnswer {
  const entered = cameThrough(asking);
  const { physin } = asking.told;
  const out = entered === false ? null : leavesBy(asking);
  const asksIn = of === 'in' || of === 'is-in';
  asking.tell(() => ({ what: 'physdev', in: entered === false ? null : physin, out: asksIn ? undefined : out }));
  switch (of) {
    case 'is-in':
      return entered;
    case 'in':
      if (!entered) return entered;
      return physin === undefined ? undefined : takesInterface(physin, port);
    case 'is-out':
    case 'is-bridged':
      return out === undefined ? undefined : out !== null;
    case 'out':
      if (typeof out === 'string') return takesInterface(out, port);
      // of what came by a bridge it is false then, its `!` or not; of all else `!` makes it true
      if (out === undefined || (not && entered === undefined)) return undefined;
      return not && entered === true;
  }
}

/** Whether it came in by a port of a bridge; undefined: nobody knows. */
function cameThrough(asking: Asking): boolean | undefined {
  const { physin, physout } = asking.told;
  if (physin !== undefined || physout !== undefined) return true;
  if (asking.field(Beside.Local) === 1) return false;
  return mayBeBridge(asking, asking.interfaceAt(Field.InIf)) ? undefined : false;
}

/** The port that it leaves by as far as the kernel knows: null: by none. */
function leavesBy(asking: Asking): string | null | undefined {
  const out = asking.field(Field.OutIf);
  if (out === 0) return null;
  if (out !== UNKNOWN_INTERFACE && out !== asking.field(Field.InIf)) return null;
  return asking.told.physout;
}

/** Whether an interface may be a bridge, or stand on one, as far as the host's texts tell. */
function mayBeBridge({ host }: Asking, name: string): boolean {
  const { links = [] } = host;
  if (name === 'lo') return false;
  // links of one family alone would be shown without their types, and one link without lo
  const isWhole = links.some(({ loopback, ether, alone }) => loopback && ether === false && !alone);
  for (let link = links.find((one) => one.name === name); link !== undefined; ) {
    if (link.ether === false) return false;
    if (!isWhole || links.some(({ master }) => master === link!.name)) return true;
    if (link.on === undefined) return false;
    const below: string = link.on;
    link = links.find((one) => one.name === below);
  }
  return true;
}
