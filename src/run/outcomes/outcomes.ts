/**
 * What a table makes of packets at a hook, remembered: a packet of whose values no condition has told one from another's
 * fares as that one did. The bytecode finds each outcome once, for the first packet of its kind; what depends on order,
 * chance or bytes is left to it each time. The core learns outcomes and gives them (assembly/outcomes.ts); here its memory
 * is laid out.
 */
import {
  KIND_EACH,
  MOST_NOTES,
  OUTCOME_SLOTS,
  OUTCOME_WORDS,
  PartKind,
  PartWord,
  PlanWord,
  TABLES_AT_ONCE,
} from '../../abi.js';
import type { Entry } from '../../compile/compile.js';
import type { Memory } from '../memory.js';
import type { Selection } from '../selection.js';
import type { Stages } from '../stage.js';
import { NO_PART, type Part } from './classes.js';

/** Each kind has two bytes of its own. */
const MOST_KINDS = 1 << 22;
/** Beyond so many different outcomes the bytecode walks what is new each time. */
const MOST_OUTCOMES = OUTCOME_SLOTS / 2;
/** Some twenty rules and edits of each outcome, and the room that learning wants. */
const NOTES = 4 * MOST_NOTES;
/** Mark, tos and ttl are changed by targets: no more is written of one outcome behind its counters. */
const MOST_EDITS = 3;
/** Where more than a quarter of so many packets were of new kinds, nothing is gained. */
const TRIAL = 1 << 14;

/** What all tables have in common; `untold`: the address of a bit for each condition (PlanWord.Untold). */
export interface Surroundings {
  readonly stages: Stages;
  readonly memory: Memory;
  readonly untold: number;
}

export class Outcomes {
  private readonly plan: number;
  private looked = 0;

  private constructor(
    private readonly around: Surroundings,
    private readonly entry: Entry,
    parts: readonly Part[],
    kinds: number,
  ) {
    const { stages, memory, untold } = around;
    const isTable = ({ kind }: Part) => kind === PartKind.Table || kind === PartKind.Interfaces;
    const tables = parts.filter(isTable);
    while (tables.length % TABLES_AT_ONCE !== 0) tables.push(NO_PART);
    const sorted = [...tables, ...parts.filter((part) => !isTable(part))];
    const strides = new Map<Part, number>();
    let stride = 1;
    for (const part of parts) {
      strides.set(part, stride);
      stride *= part.count;
    }
    const records = memory.reserve(4 * PartWord.Size * sorted.length);
    const notes = memory.reserve(4 * (NOTES + 2 * MOST_EDITS));
    const write = (at: number, words: Partial<Record<number, number>>) => {
      for (const [word, value] of Object.entries(words)) memory.words[(at >>> 2) + Number(word)] = value!;
    };
    sorted.forEach((part, i) => {
      const words = part.write(memory, strides.get(part) ?? 0);
      const { kind, field } = part;
      const common = { [PartWord.Kind]: kind, [PartWord.Field]: field, [PartWord.Stride]: strides.get(part) ?? 0 };
      write(records + 4 * PartWord.Size * i, { ...common, ...words });
    });
    this.plan = memory.reserve(4 * PlanWord.Size);
    write(this.plan, {
      [PlanWord.Parts]: records,
      [PlanWord.PartCount]: sorted.length,
      [PlanWord.TableCount]: tables.length,
      [PlanWord.Kinds]: memory.reserve(2 * kinds),
      // one more: what is learnt is written down before it is compared
      [PlanWord.Outcomes]: memory.reserve(4 * OUTCOME_WORDS * (MOST_OUTCOMES + 1)),
      [PlanWord.Made]: KIND_EACH + 1,
      [PlanWord.Most]: MOST_OUTCOMES,
      [PlanWord.Index]: memory.reserve(2 * OUTCOME_SLOTS),
      [PlanWord.Notes]: notes,
      [PlanWord.NotesEnd]: notes + 4 * NOTES,
      [PlanWord.Untold]: untold,
      [PlanWord.Keys]: memory.reserve(4 * stages.capacity),
    });
  }

  /** undefined: there are too many kinds. Reserves memory: columns have to be looked for anew. */
  static of(around: Surroundings, entry: Entry, parts: readonly Part[]): Outcomes | undefined {
    const kinds = parts.reduce((product, { count }) => product * count, 1);
    return kinds > MOST_KINDS ? undefined : new Outcomes(around, entry, parts, kinds);
  }

  /** Does what Stages.walk does without a trace. */
  walk({ slots }: Selection): void {
    const { stages } = this.around;
    if (this.looked > TRIAL && 4 * this.learnt > this.looked) return stages.walk(this.entry, slots);
    this.looked += slots.length;
    stages.recall(this.plan, this.entry, slots);
  }

  /** Adds what was counted here to the counters of the core. */
  flush(): void {
    this.around.stages.countOutcomes(this.plan);
  }

  private get learnt(): number {
    return this.around.memory.words[(this.plan >>> 2) + PlanWord.Learnt]!;
  }
}
