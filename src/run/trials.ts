/**
 * What is tried with a host: the walk that told everything is undone, so that the same packet meets the same again, with other
 * answers or another seed, and all that comes of it is undone as well.
 */
import { Answer } from '../abi.js';
import { addressIn } from '../model/question.js';
import type { ConnectionTable } from './connections/table.js';
import type { Course } from './course.js';
import type { HostStates } from './host-states.js';
import type { Laid } from './laid.js';
import type { WalkSetup } from './setup.js';

/** State cells of rules, the number of the packet to come, the connections, and the fragments that wait. */
interface State {
  readonly serial: number;
  readonly cells: Uint32Array;
  readonly states: HostStates;
  readonly table: ConnectionTable | undefined;
  readonly fragments: WalkSetup['fragments'];
}

export class Trials {
  /** something is assumed for as long as a function runs. */
  assumes = false;
  /** what the last walk that told everything changed of the state that the next one finds, as it was before. */
  private before: State | undefined;

  constructor(
    private readonly laid: Laid,
    private readonly course: Course,
  ) {}

  /** Takes what stands now for what `again` begins with. */
  begin(): void {
    this.before = this.state();
  }

  /** Runs `then` with a question answered otherwise than it is, as if the last walk that told everything had not been. */
  assuming<T>(question: string, answer: boolean, then: () => T): T {
    return this.again(() => {
      // what is remembered of tables, and of whole walks, does not know what is assumed
      const { assumes } = this;
      this.assumes = true;
      try {
        return this.answered(question, answer, then);
      } finally {
        this.assumes = assumes;
      }
    });
  }

  /** Runs `then` as if the last walk that told everything had not been, with another seed where one is given. */
  again<T>(then: () => T, seed = this.course.seed): T {
    const { course, laid } = this;
    const now = this.state();
    const before = course.seed;
    if (this.before !== undefined) this.restore(this.before);
    course.seed = seed;
    laid.stages.seed(seed);
    try {
      return then();
    } finally {
      course.seed = before;
      laid.stages.seed(before);
      this.restore(now);
    }
  }

  private state(): State {
    const { laid, course } = this;
    return {
      serial: course.serial,
      cells: laid.stages.cellState(),
      states: course.states.copy(),
      table: course.connections?.table.copy(),
      fragments: laid.setup.fragments?.copy(),
    };
  }
  private restore({ serial, cells, states, table, fragments }: State): void {
    const { laid, course } = this;
    course.serial = serial;
    laid.stages.restoreCells(cells);
    course.states = states.copy();
    laid.setup.fragments = fragments?.copy();
    if (course.connections !== undefined && table !== undefined) course.connections.table = table.copy();
  }

  private answered<T>(question: string, answer: boolean, then: () => T): T {
    const { own, stages, from } = this.laid;
    if (addressIn(question) !== undefined)
      return own.assuming(question, answer, () => this.assumingOfHost(question, answer, then));
    const number = from.compiled.questions.indexOf(question);
    if (number < 0) return this.assumingOfHost(question, answer, then);
    const before = stages.answerTo(number);
    stages.answer(number, answer ? Answer.Yes : Answer.No);
    try {
      return this.assumingOfHost(question, answer, then);
    } finally {
      stages.answer(number, before);
    }
  }

  /** Routes that were found before do not know what is assumed now. */
  private assumingOfHost<T>(question: string, answer: boolean, then: () => T): T {
    const { laid } = this;
    const { ways } = laid.setup;
    try {
      return laid.from.assumed.assuming(question, answer, () => {
        laid.setup.ways = laid.newWays();
        return then();
      });
    } finally {
      laid.setup.ways = ways;
      ways.use();
    }
  }
}
