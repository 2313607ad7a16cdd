/** An address that nobody gave, and what stands for it where nothing hangs on which it is. */
import { Field } from '../../abi.js';
import type { Test } from '../../model/condition.js';
import type { WalkResult } from '../../model/trace.js';
import { type Family, sameWords, type Words } from '../../net/address.js';
import type { LoadedHost } from '../../run/engine.js';
import { wordsAt } from '../fields.js';
import { SOMEBODY } from '../likely.js';
import { conditionOf } from '../story.js';

/** The interface whose address MASQUERADE or REDIRECT lacks, '' where that is not known either; undefined: it lacks none. */
export function lacksAddressOf({ fate, by, events }: WalkResult): string | undefined {
  if (fate !== 'unknown' || (by.why !== 'host:addresses' && by.why !== 'host:out')) return undefined;
  const lost = events.findLast((event) => event.kind === 'lost');
  return lost?.kind === 'lost' ? lost.lacks : undefined;
}

/** One that nobody has, and the packet neither. */
export function standInFor({ start }: WalkResult, family: Family): Words {
  const own = SOMEBODY[family].own;
  const ends = [Field.Src, Field.Dst].map((field) => wordsAt(start, field, family));
  return [0, 1, 2]
    .map((more) => [...own.slice(0, -1), own.at(-1)! + more])
    .find((one) => !ends.some((end) => sameWords(end, one)))!;
}

/** Whether a rule tells the address, once it stands in the packet, apart from others. */
export function hangsOn(address: Words, { events }: WalkResult, host: LoadedHost): boolean {
  let there = false;
  for (const event of events) {
    if (event.kind === 'translated') there ||= sameWords(event.to.address, address);
    const test = there ? conditionOf(event, host)?.test : undefined;
    if (test?.kind === 'set' || (test?.kind === 'host' && test.test.what === 'in-set')) return true;
    if (test !== undefined && BY_ADDRESS.has(test.kind) && 'value' in event && looksAt(address, event)) return true;
  }
  return false;
}

/** Of IPv6 a test looks at one word, or at the first: one that is not the address' own does not look at it. */
const looksAt = (address: Words, { field, value }: { readonly field: Field; readonly value: number }): boolean =>
  field < Field.Proto && value === address[field % Field.Dst];

/** Tests that look at an address itself. */
const BY_ADDRESS: ReadonlySet<Test['kind']> = new Set(['masked', 'range', 'intervals']);
