/**
 * The steps between the tables as the core does them, for a list of packets at once; those that it leaves to the host
 * come back by their slots.
 */
import { BATCH_SLOTS, type Beside, Run } from '../abi.js';
import { Selection } from './selection.js';
import type { Stages } from './stage.js';
import type { ListStep, SievingStep } from './wasm.js';

const NONE = new Uint32Array(0);

export class CoreSteps {
  private readonly pending: number;

  constructor(private readonly stages: Stages) {
    this.pending = stages.memory.reserve(4 * BATCH_SLOTS);
    stages.set(Run.Pending, this.pending);
  }

  newSelection(): Selection {
    return new Selection(this.stages.memory, BATCH_SLOTS);
  }

  /** Whether somebody is told what happens to each packet. */
  set told(told: boolean) {
    this.stages.set(Run.Told, Number(told));
  }

  /** Takes a step; `more`: what its function in assembly/ wants to know beside. */
  take(step: ListStep, { at, size }: Selection, more = 0): Uint32Array {
    if (size === 0) return NONE;
    this.stages.core[step](at, size, more);
    return this.left();
  }
  /** Takes a step that leaves packets out of the list. */
  sieve(step: SievingStep, list: Selection): Uint32Array {
    if (list.size === 0) return NONE;
    list.size = this.stages.core[step](list.at, list.size);
    return this.left();
  }

  /** Lists those of the first packets that walk. */
  listWalking(packets: number, to: Selection): void {
    to.size = this.stages.core.listWalking(packets, to.at);
  }
  /** Moves those whose column holds a value to another list. */
  divide(list: Selection, column: Beside, value: number, to: Selection): void {
    const all = list.size;
    to.size = 0;
    if (all === 0) return;
    list.size = this.stages.core.divide(list.at, all, column, value, to.at);
    to.size = all - list.size;
  }
  merge(a: Selection, b: Selection, to: Selection): void {
    this.stages.core.merge(a.at, a.size, b.at, b.size, to.at);
    to.size = a.size + b.size;
  }
  /** Lists those for which nat is consulted, `side` being BOUND_SRC or BOUND_DST. */
  consult(list: Selection, side: number, to: Selection): Uint32Array {
    to.size = 0;
    if (list.size === 0) return NONE;
    to.size = this.stages.core.consult(list.at, list.size, side, to.at);
    return this.left();
  }

  /** How many of the first packets walk whose journey a plan of src/run/columns/ does not know, and those of kinds that were not met yet. */
  findJourneys(plan: number, packets: number): { readonly unknown: number; readonly fresh: Uint32Array } {
    const unknown = this.stages.core.findJourneys(plan, packets);
    return { unknown, fresh: this.left() };
  }
  /** Ends the ways of the others, from place `first` on: what `travel` of assembly/columns.ts says, and those that came to a fork where nobody was yet. */
  travel(plan: number, first: number, packets: number): { readonly left: number; readonly fresh: Uint32Array } {
    const left = this.stages.core.travel(plan, first, packets);
    return { left, fresh: this.left() };
  }

  /** What the first packets lack: `measured` says that they have lengths. */
  completeColumns(packets: number, measured: boolean): Uint32Array {
    this.stages.core.completeColumns(packets, Number(measured));
    return this.left();
  }
  /** Those of the first packets that cannot be walked. */
  refuse(packets: number, readsBytes: boolean): Uint32Array {
    this.stages.core.refuse(packets, Number(readsBytes));
    return this.left();
  }

  private left(): Uint32Array {
    const count = this.stages.get(Run.Pended);
    return count === 0 ? NONE : this.stages.memory.words.slice(this.pending >>> 2, (this.pending >>> 2) + count);
  }
}
