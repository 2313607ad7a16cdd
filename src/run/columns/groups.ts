/** Fields whose classes are taken together: what they come to is one class again, told by one table. */
import type { Field } from '../../abi.js';
import type { FieldCount, GroupPlan } from '../../model/plan.js';
import type { Effort } from '../first-match/effort.js';
import type { FieldClasses } from './field-classes.js';
import { columnName } from './names.js';
import { combine, type Vectors } from './vectors.js';

/** Entries of a table that several fields share: those that packets come to stay in a processor's first cache. */
const MOST_TOGETHER = 1 << 14;
/** Pairs of classes that are compared, and words of bits that they have together. */
const MOST_PAIRS = 1 << 19;
const MOST_WORDS = 1 << 26;

/** A summand of a group's sum, each class of it multiplied by `stride`. */
export interface Summand {
  readonly of: FieldClasses | Group;
  readonly stride: number;
}

export class Group {
  readonly summands: Summand[] = [];
  classes: Vectors;
  /** the class that each sum stands for. */
  table: Uint32Array;

  /** of its table, and of classes that are its own. */
  private held: Effort;

  /** Of one. */
  constructor(of: FieldClasses | Group, effort: Effort) {
    this.classes = of.classes;
    this.held = effort.part();
    this.held.hold(4 * of.classes.count);
    this.table = Uint32Array.from({ length: of.classes.count }, (_, i) => i);
    this.summands.push({ of, stride: 1 });
  }

  /** all that its sums are made of. */
  get fields(): Field[] {
    return this.summands.flatMap(({ of }) => (of instanceof Group ? of.fields : [of.field]));
  }

  get product(): number {
    return this.table.length;
  }

  /**
   * undefined: too many classes. `next` is asked for one field after the other, with how many classes of it are too many: what is
   * too much already is not looked at further.
   */
  static of(next: readonly ((most: number) => FieldClasses)[], effort: Effort): Group | undefined {
    let group: Group | undefined;
    for (const classesOf of next) {
      const field = classesOf(group === undefined ? MOST_PAIRS : group.mostOfNext);
      if (!field.classes.isWhole) return undefined;
      const { count } = field.classes;
      if (group === undefined) {
        group = new Group(field, effort);
        continue;
      }
      // a field of one class makes no table wider
      if (count > 1 && group.product > 1 && group.product * count > MOST_TOGETHER && group.summands.length > 1) {
        group = new Group(group, effort);
      }
      if (!group.add(field, effort)) return undefined;
    }
    return group;
  }

  /** Of more classes of a field each with each of these would be too many. */
  private get mostOfNext(): number {
    const { count, size } = this.classes;
    return Math.floor(Math.min(MOST_PAIRS, MOST_WORDS / size) / count);
  }

  private add(of: FieldClasses, effort: Effort): boolean {
    if (of.classes.count > this.mostOfNext) return false;
    const held = effort.part();
    const { classes, map } = combine(this.classes, of.classes, held);
    // what is not kept could not be taken together with more
    if (!classes.isWhole) return false;
    const { product, table } = this;
    held.hold(4 * product * of.classes.count);
    const wider = new Uint32Array(product * of.classes.count);
    for (let other = 0; other < of.classes.count; other++)
      for (let sum = 0; sum < product; sum++)
        wider[sum + other * product] = map[table[sum]! + other * this.classes.count]!;
    this.summands.push({ of, stride: product });
    this.table = wider;
    this.classes = classes;
    // the map has gone into the table
    held.hold(-4 * map.length);
    this.held.release();
    this.held = held;
    return true;
  }
}

export const countOf = ({ field, classes }: FieldClasses): FieldCount => ({
  field: columnName(field),
  classes: classes.count,
});

export const fieldsOf = (group: Group): FieldCount[] =>
  group.summands.flatMap(({ of }) => (of instanceof Group ? fieldsOf(of) : countOf(of)));

/** What is taken together first stands first; fields of one class tell nothing, and are in no sum. */
export function groupsOf(group: Group): GroupPlan[] {
  const within = group.summands.flatMap(({ of }) => (of instanceof Group ? groupsOf(of) : []));
  const fields = fieldsOf(group).filter(({ classes }) => classes > 1);
  if (fields.length === 0) return within;
  return [...within, { fields: fields.map(({ field }) => field), sums: group.product, classes: group.classes.count }];
}
