/**
 * What a table makes of packets at a hook, remembered: a packet of whose values no condition has told one from another's
 * fares as that one did. The bytecode finds each outcome once, for the first packet of its kind; from the first condition
 * that depends on order, chance or bytes it walks each packet. The core learns outcomes and gives them
 * (assembly/outcomes.ts); here its memory is laid out.
 */
import {
  BATCH_SLOTS,
  KIND_EACH,
  MOST_NOTES,
  MOST_OUTCOMES,
  OUTCOME_SLOTS,
  OutcomeWord,
  PartWord,
  PlanWord,
} from '../../abi.js';
import type { Entry } from '../../compile/compile.js';
import type { Memory } from '../memory.js';
import type { Selection } from '../selection.js';
import type { Stages } from '../stage.js';
import type { Part } from './classes.js';

/** Each kind has two bytes of its own. */
export const MOST_KINDS = 1 << 22;
/** Words: some twenty rules of each outcome. */
const NOTES = 3 * MOST_NOTES;
/** Mark, tos and ttl, which targets change, and where a packet goes on stand behind MOST_NOTES. */
const MORE_NOTES = 16;
/** Where more than half of so many packets were of new kinds, nothing is gained: so many walk before others are looked at, and then twice as many. */
const TRIAL = 1 << 14;
const FIRST_REST = TRIAL << 4;

export class Outcomes {
  private readonly plan: number;
  private looked = 0;
  private learntBefore = 0;
  /** packets that walk until others are looked at, and how many it will be next. */
  private resting = 0;
  private rest = FIRST_REST;
  /** how many there may be. */
  readonly kinds: number;

  /** Reserves memory: columns have to be looked for anew. */
  constructor(
    private readonly stages: Stages,
    private readonly memory: Memory,
    private readonly entry: Entry,
    parts: readonly Part[],
  ) {
    const kinds = parts.reduce((product, { count }) => product * count, 1);
    this.kinds = kinds;
    const write = (at: number, words: Partial<Record<number, number>>) => {
      for (const [word, value] of Object.entries(words)) memory.words[(at >>> 2) + Number(word)] = value!;
    };
    const records = memory.reserve(4 * PartWord.Size * parts.length);
    let stride = 1;
    parts.forEach((part, i) => {
      const common = { [PartWord.Kind]: part.kind, [PartWord.Field]: part.field, [PartWord.Stride]: stride };
      write(records + 4 * PartWord.Size * i, { ...common, ...part.write(memory, stride) });
      stride *= part.count;
    });
    // what is learnt is written down before it is compared: one outcome more, and the most notes that one may have
    const notes = memory.reserve(4 * (NOTES + MOST_NOTES + MORE_NOTES));
    this.plan = memory.reserve(4 * PlanWord.Size);
    write(this.plan, {
      [PlanWord.Parts]: records,
      [PlanWord.PartCount]: parts.length,
      [PlanWord.Kinds]: memory.reserve(2 * kinds),
      [PlanWord.Outcomes]: memory.reserve(4 * OutcomeWord.Size * (MOST_OUTCOMES + 1)),
      [PlanWord.Made]: KIND_EACH + 1,
      [PlanWord.Index]: memory.reserve(2 * OUTCOME_SLOTS),
      [PlanWord.Notes]: notes,
      [PlanWord.LastNotes]: notes + 4 * NOTES,
      [PlanWord.Keys]: memory.reserve(4 * BATCH_SLOTS),
    });
  }

  /** Does what Stages.walk does without a trace. */
  walk(selection: Selection): void {
    const { stages, entry } = this;
    if (this.resting > 0) {
      this.resting -= selection.size;
      return stages.walk(entry, selection.slots);
    }
    stages.recall(this.plan, entry, selection);
    this.looked += selection.size;
    if (this.looked > TRIAL) this.judge();
  }

  private judge(): void {
    if (2 * (this.learnt - this.learntBefore) > this.looked) {
      this.resting = this.rest;
      this.rest *= 2;
    }
    this.looked = 0;
    this.learntBefore = this.learnt;
  }

  /** Adds what was counted here to the counters of the core. */
  flush(): void {
    this.stages.countOutcomes(this.plan);
  }

  private get learnt(): number {
    return this.memory.words[(this.plan >>> 2) + PlanWord.Learnt]!;
  }
}
