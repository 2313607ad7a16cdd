/**
 * What rules ask of the host, each time that a packet comes to them, and have it do: what they remember in tables, what lies outside
 * of packets. The engine loads it with the first host that has such a rule.
 */
import { HostAnswer, HostWord, Op } from '../abi.js';
import type { HostAct, HostTest } from '../model/host-test.js';
import { ACTS, TESTS, type TestAnswer } from './asked/answers.js';
import { Asking } from './asked/asking.js';
import { loadOrder } from './asked/load-order.js';
import type { Course } from './course.js';
import type { Laid } from './laid.js';

export class HostAnswers {
  private readonly asking: Asking;
  private readonly hosted: readonly (HostTest | HostAct)[];

  constructor(
    private readonly laid: Laid,
    course: Course,
  ) {
    this.hosted = laid.from.compiled.hosted.map((text) => JSON.parse(text));
    const { hosted } = this;
    const loaded = loadOrder(laid.from.compiled).map((number) => hosted[number]!);
    this.asking = new Asking(laid, course, loaded);
  }

  /** What Fact.Host is answered by, for the instruction at an address. */
  answer(address: number, slot: number): number {
    const { asking, laid } = this;
    asking.address = address;
    asking.slot = slot;
    const asked = this.hosted[asking.word(HostWord.Asked)]!;
    if ((laid.codeAt(address) & 255) === Op.HostAct) return (ACTS as AnyActs)[asked.what]!(asked, asking);
    return numberOf((TESTS as AnyTests)[asked.what]!(asked, asking) ?? laid.from.otherwise);
  }
}

// each takes what bears its name, which the table's type has seen to
type AnyTests = Readonly<Record<string, (of: HostTest | HostAct, asking: Asking) => TestAnswer>>;
type AnyActs = Readonly<Record<string, (of: HostTest | HostAct, asking: Asking) => number>>;

function numberOf(answer: TestAnswer): HostAnswer {
  if (answer === undefined) return HostAnswer.Open;
  if (answer === 'hot-drop') return HostAnswer.HotDrop;
  return answer ? HostAnswer.Yes : HostAnswer.No;
}
