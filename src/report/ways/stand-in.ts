/** An address that nobody gave, and what stands for it where nothing hangs on which it is. */
import { Field } from '../../abi.js';
import type { Test } from '../../model/condition.js';
import type { WalkResult } from '../../model/trace.js';
import type { LoadedHost } from '../../run/engine.js';
import { SOMEBODY } from '../likely.js';
import { conditionOf } from '../story.js';

/** The interface whose address MASQUERADE or REDIRECT lacks, '' where that is not known either; undefined: it lacks none. */
export function lacksAddressOf({ fate, by, events }: WalkResult): string | undefined {
  if (fate !== 'unknown' || (by.why !== 'host:addresses' && by.why !== 'host:out')) return undefined;
  const lost = events.findLast((event) => event.kind === 'lost');
  return lost?.kind === 'lost' ? lost.lacks : undefined;
}

/** One that nobody has, and the packet neither. */
export function standInFor({ start }: WalkResult): number {
  const own = SOMEBODY[4].own[0]!;
  return [own, own + 1, own + 2].find((one) => one !== start[Field.Src] && one !== start[Field.Dst])!;
}

/** Whether a rule tells the address, once it stands in the packet, apart from others. */
export function hangsOn(address: number, { events }: WalkResult, host: LoadedHost): boolean {
  let there = false;
  for (const event of events) {
    if (event.kind === 'translated') there ||= event.to.address[0] === address;
    const test = there ? conditionOf(event, host)?.test : undefined;
    if (test?.kind === 'set') return true;
    if (test !== undefined && BY_ADDRESS.has(test.kind) && 'value' in event && event.value === address) return true;
  }
  return false;
}

/** Tests that look at an address itself. */
const BY_ADDRESS: ReadonlySet<Test['kind']> = new Set(['masked', 'range', 'intervals']);
