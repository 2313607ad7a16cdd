/**
 * Limits that are empty: until tokens have come for it no packet passes, whichever are before it. What forks at such limits alone is
 * counted as what does not fork, where 40 ns went by for each packet in its turn.
 */
import {
  CellWord,
  ColumnsWord,
  End,
  JOURNEY_EACH,
  JOURNEY_NEW,
  JOURNEY_WHY,
  JourneyWord,
  LIMIT_CREDITS_PER_MS,
  Op,
  Run,
} from '../src/abi';
import { cellAt, TIME_HALF } from './conditions';
import { gatherOne, recordOf } from './journeys';
import { ofRun, put, word } from './packet';

const EACH: u32 = JOURNEY_EACH;

/**
 * Tells of all journeys, of which there are `size`, where those lead that fork at empty limits alone, for packets that come no later
 * than `latest`; up to when that is so.
 */
export function settleLimits(plan: usize, size: u32, latest: u32): u32 {
  const counts: usize = word(plan, ColumnsWord.Counts);
  const ends: usize = word(plan, ColumnsWord.Ends);
  const code: usize = ofRun(Run.Code);
  let until = TIME_HALF;
  for (let number = EACH + 1; number < size; number++) {
    const first = recordOf(plan, number);
    if (word(first, JourneyWord.Fork) == 0) continue;
    let stage = first;
    let last = number;
    let soonest = TIME_HALF;
    for (let fork = word(stage, JourneyWord.Fork); fork != 0; fork = word(stage, JourneyWord.Fork)) {
      const instruction = code + ((fork - 1) << 2);
      const empty = (load<u32>(instruction) & 255) == Op.Limit ? emptyUntil(load<u32>(instruction, 4)) : 0;
      last = empty > latest ? word(stage, JourneyWord.Failed) : JOURNEY_NEW;
      if (last <= EACH) break;
      soonest = min(soonest, empty);
      stage = recordOf(plan, last);
    }
    if (last <= EACH) last = JOURNEY_NEW;
    else until = min(until, soonest);
    if (last == word(first, JourneyWord.End)) continue;
    gatherOne(word(plan, ColumnsWord.Journeys), number, counts, false);
    put(first, JourneyWord.End, last);
    const fate: u32 = last == JOURNEY_NEW ? End.Walking : word(stage, JourneyWord.End) & ((1 << JOURNEY_WHY) - 1);
    store<u8>(ends + number, <u8>fate);
  }
  return until;
}

/** The first time that spend of conditions.ts would let a packet pass, or TIME_HALF; 0: any. */
function emptyUntil(cell: u32): u32 {
  const at = cellAt(cell);
  const last = load<u32>(at, CellWord.D << 2);
  const credit = load<u32>(at, CellWord.A << 2);
  const cost = load<u32>(at, CellWord.B << 2);
  if (credit >= cost || last >= TIME_HALF) return 0;
  const wait = (<u64>(cost - credit) + LIMIT_CREDITS_PER_MS - 1) / LIMIT_CREDITS_PER_MS;
  return <u32>min<u64>(<u64>last + wait, TIME_HALF);
}
