/** The packet's columns along a walk. */
import { Field } from '../../abi.js';
import type { WalkEvent, WalkResult } from '../../model/trace.js';
import { sameWords } from '../../net/address.js';
import type { LoadedHost } from '../../run/engine.js';
import { type Columns, wholeOf } from '../fields.js';
import { asked } from '../story.js';
import { tell } from '../tell.js';

/** The packet as it is where its walk ends. */
export function columnsAt(result: Pick<WalkResult, 'start' | 'events'>, host: LoadedHost): Columns {
  const now = [...result.start];
  tell(result.events, { all: false, now, ...asked(host) });
  return now;
}

/** The fields that an event has changed: what stands there from then on nobody needs to give. */
export function changedBy(event: WalkEvent): Field[] {
  if (event.kind === 'edited') return [wholeOf(event.field)];
  if (event.kind !== 'translated' && event.kind !== 'followed') return [];
  const [address, port] = event.side === 'src' ? [Field.Src, Field.Sport] : [Field.Dst, Field.Dport];
  return [
    ...(sameWords(event.from.address, event.to.address) ? [] : [address]),
    ...(event.from.port === event.to.port ? [] : [port]),
  ];
}
