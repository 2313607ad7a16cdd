/** Fields whose classes are taken together: what they come to is one class again, told by one table. */
import type { Field } from '../../abi.js';
import type { Patience } from '../patience.js';
import type { FieldClasses } from './field-classes.js';
import { combine, Vectors } from './vectors.js';

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
  classes = new Vectors(0);
  /** the class that each sum stands for. */
  table = new Uint32Array(0);

  /** all that its sums are made of. */
  get fields(): Field[] {
    return this.summands.flatMap(({ of }) => (of instanceof Group ? of.fields : [of.field]));
  }

  /** Of classes no more is kept than how many there are. */
  forgetRows(): void {
    this.classes.forgetRows();
    for (const { of } of this.summands) {
      if (of instanceof Group) of.forgetRows();
      else of.classes.forgetRows();
    }
  }

  get product(): number {
    return this.table.length;
  }

  /**
   * undefined: too many classes. `next` is asked for one field after the other, with how many classes of it are too many: what is
   * too much already is not looked at further.
   */
  static of(next: readonly ((most: number) => FieldClasses)[], patience: Patience): Group | undefined {
    let group = new Group();
    for (const classesOf of next) {
      const field = classesOf(group.summands.length === 0 ? MOST_PAIRS : Math.floor(MOST_PAIRS / group.classes.count));
      if (!field.classes.isWhole) return undefined;
      const { count } = field.classes;
      if (group.summands.length === 0) {
        group.begin(field);
        continue;
      }
      // a field of one class makes no table wider
      if (count > 1 && group.product > 1 && group.product * count > MOST_TOGETHER && group.summands.length > 1) {
        const before = group;
        group = new Group();
        group.begin(before);
      }
      if (!group.add(field, patience)) return undefined;
    }
    return group;
  }

  /** A field by itself. */
  static alone(field: FieldClasses): Group {
    const group = new Group();
    group.begin(field);
    return group;
  }

  private begin(of: FieldClasses | Group): void {
    this.classes = of.classes;
    this.table = Uint32Array.from({ length: of.classes.count }, (_, i) => i);
    this.summands.push({ of, stride: 1 });
  }

  private add(of: FieldClasses, patience: Patience): boolean {
    const pairs = this.classes.count * of.classes.count;
    if (pairs > MOST_PAIRS || pairs * this.classes.size > MOST_WORDS) return false;
    const { classes, map } = combine(this.classes, of.classes, patience);
    const { product, table } = this;
    const wider = new Uint32Array(product * of.classes.count);
    for (let other = 0; other < of.classes.count; other++)
      for (let sum = 0; sum < product; sum++)
        wider[sum + other * product] = map[table[sum]! + other * this.classes.count]!;
    this.summands.push({ of, stride: product });
    this.table = wider;
    this.classes = classes;
    return true;
  }
}
