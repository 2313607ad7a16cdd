/** Rates of what RATEEST counts: xt_rateest_mt of net/netfilter/xt_rateest.c, est_timer of net/core/gen_estimator.c. */
import { Field, Verdict } from '../../abi.js';
import type { RateestAct, RateestTest } from '../../model/limit-test.js';
import type { State } from '../host-states.js';
import type { TestAnswer } from './answers.js';
import type { Asking } from './asking.js';

interface Rate {
  /** a second, as the last sample left them. */
  readonly bps: number;
  readonly pps: number;
}

/** Averages are kept with eight bits behind the point; a sample counts as of 2^10 quarters of a second. */
const POINT = 2 ** 8;
const QUARTERS = 2 ** 10;

/** One value of struct net_rate_estimator. */
class Average {
  private last = 0;
  private average = 0;
  count = 0;

  sample(doubled: number, weight: number): boolean {
    const rate = ((this.count - this.last) * QUARTERS) / 2 ** doubled;
    const change = Math.floor(rate / 2 ** weight) - Math.floor(this.average / 2 ** weight);
    this.average += change;
    this.last = this.count;
    return change !== 0;
  }
  get rate(): number {
    return Math.floor(this.average / POINT);
  }
  copy(): Average {
    return Object.assign(new Average(), this);
  }
}

class Estimator {
  private bytes = new Average();
  private packets = new Average();
  /** when the last sample was taken: the first interval begins with the first packet, since nobody knows when rules were loaded. */
  private sampled = 0;

  constructor(private readonly of: RateestAct) {}

  /** Takes the samples that were due. */
  pass(now: number): void {
    const { doubled, weight } = this.of;
    const interval = 250 * 2 ** doubled;
    let due = Math.floor((now - this.sampled) / interval);
    this.sampled += Math.max(0, due) * interval;
    for (let first = true; due > 0; due--, first = false) {
      const changes = [this.bytes, this.packets].map((one) => one.sample(doubled, weight));
      // nothing has come since the first of them
      if (!first && !changes.includes(true)) return;
    }
  }

  count(length: number): void {
    this.bytes.count += length;
    this.packets.count++;
  }

  get rate(): Rate {
    return { bps: this.bytes.rate, pps: this.packets.rate };
  }

  copy(): Estimator {
    const copy = new Estimator(this.of);
    copy.bytes = this.bytes.copy();
    copy.packets = this.packets.copy();
    copy.sampled = this.sampled;
    return copy;
  }
}

/** By name. */
class Estimators implements State {
  constructor(private readonly all: ReadonlyMap<string, Estimator>) {}

  at(name: string, now: number): Estimator | undefined {
    const found = this.all.get(name);
    found?.pass(now);
    return found;
  }
  copy(): Estimators {
    return new Estimators(new Map([...this.all].map(([name, one]) => [name, one.copy()])));
  }
}

/** Each as the first rule of its name says. */
function estimators(asking: Asking): Estimators {
  return asking.state(() => {
    const rules = asking.ofKind('RATEEST').toReversed();
    return new Estimators(new Map(rules.map((one) => [one.name, new Estimator(one)])));
  });
}

export function RATEEST({ name }: RateestAct, asking: Asking): Verdict {
  const estimator = estimators(asking).at(name, asking.now)!;
  estimator.count(asking.field(Field.Length));
  asking.tell(() => ({ what: 'rateest', name, ...estimator.rate, counted: true }));
  return Verdict.Continue;
}

const COMPARE = {
  lt: (a: number, b: number) => a < b,
  gt: (a: number, b: number) => a > b,
  eq: (a: number, b: number) => a === b,
} as const;

/** Undefined where no rule that was given counts for an estimator of that name. */
export function rateest(test: RateestTest, asking: Asking): TestAnswer {
  const all = estimators(asking);
  const first = all.at(test.first, asking.now);
  const second = test.second === undefined ? undefined : all.at(test.second, asking.now);
  if (first === undefined || (test.second !== undefined && second === undefined)) return undefined;
  let holds = true;
  for (const unit of ['bps', 'pps'] as const) {
    const given = test[unit];
    if (given === undefined) continue;
    const found = (of: Estimator, than: number) => (test.delta ? Math.max(0, than - of.rate[unit]) : of.rate[unit]);
    holds &&= COMPARE[test.mode](found(first, given[0]), second === undefined ? given[1] : found(second, given[1]));
  }
  asking.tell(() => ({ what: 'rateest', name: test.first, ...first.rate, counted: false }));
  return holds;
}
