/** The sets that packets change, where the core looks into them: what stands there is brought to what they are by now. */
import { Field, SetDim, SetWord } from '../../abi.js';
import { dimensionsOf, type SetDef } from '../../model/set.js';
import { Slots, writeBit, writeLengths } from '../sets.js';
import type { Stages } from '../stage.js';
import { type ChangedSet, ChangingSets, type Follower, rowOf } from './changing-sets.js';

export class LaidSets {
  /** what stands there where it is not as the set was given. */
  private readonly shown = new Map<string, ChangedSet | undefined>();

  constructor(
    private readonly stages: Stages,
    private readonly sets: readonly SetDef[],
    /** the sets that may change, and how many members there is room for. */
    private readonly rooms: ReadonlyMap<string, number>,
  ) {}

  /** Before any packet has changed one. */
  given(): ChangingSets {
    return new ChangingSets(new Map(this.sets.map((set) => [set.name, set])));
  }
  roomOf(name: string): number {
    return this.rooms.get(name)!;
  }

  /** What stands there of a set is that. */
  show(sets: ChangingSets): void {
    for (const name of this.rooms.keys()) {
      const changed = sets.changedOf(name);
      if (this.shown.get(name) === changed) continue;
      const set = sets.of(name);
      changed?.def.members.compact();
      if (set !== undefined) this.stages.writeSet(set);
      this.shown.set(name, changed);
    }
  }

  /** A set of which something is about to be changed. */
  follow(changed: ChangedSet): Follower {
    const { stages } = this;
    const { def } = changed;
    // as it was given, it stands there
    this.shown.set(def.name, changed);
    const { view, block, context } = stages.laidSet(def.name);
    if (view[block + SetWord.Dim] === SetDim.None) {
      const put = (row: number) => writeBit(view, block, def, row);
      return { put, renew: put, drop: (row) => writeBit(view, block, def, row, false), lengths: () => {} };
    }
    const slots = new Slots(view, block, def, context);
    return {
      put: (row) => slots.put(row),
      renew: (row) => slots.renew(row),
      drop: (row) => slots.drop(row),
      // one that no member has any more is looked for in vain
      lengths: (lists) => writeLengths(view, block, lists),
    };
  }

  /** The packet's element of a set in the words of its members; undefined: it is none. `directions`: as Op.Set has them. */
  keyOf(set: SetDef, slot: number, directions: number): Uint32Array | undefined {
    const iface = this.stages.setKey(set.name, slot, directions);
    return iface < 0 ? undefined : this.keyAt(set, iface);
  }

  /** The set that holds a packet, of a list one of those in it, and the member that it is. */
  find(
    sets: ChangingSets,
    name: string,
    slot: number,
    directions: number,
  ): { readonly set: SetDef; readonly row: number } | undefined {
    const found = this.stages.findSet(name, slot, directions);
    if (found === undefined) return undefined;
    const set = sets.of(found)!;
    const sides = dimensionsOf(set.type).indexOf('iface');
    const iface = sides < 0 ? 0 : this.stages.field(slot, (directions >>> sides) & 1 ? Field.InIf : Field.OutIf);
    return { set, row: rowOf(set, this.keyAt(set, iface)) };
  }

  /** The key that the core has left in the set's block. */
  private keyAt(set: SetDef, iface: number): Uint32Array {
    const { view, block } = this.stages.laidSet(set.name);
    const { members, type } = set;
    const key = view.slice(block + SetWord.Key, block + SetWord.Key + members.layout.keyWords);
    if (type !== 'hash:net,iface') return key;
    // the core has the interface beside the key
    const { at } = members.layout.dimensions[1]!;
    key.copyWithin(at + 1, at);
    key[at] = members.nameNumber(this.stages.interfaces.name(iface));
    return key;
  }
}
