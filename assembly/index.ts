/** What the core offers the host. The constants go along, so that a stale build can be told. */
export * from '../src/abi';
export { findKeys } from './columns';
export { decode, decodeBatch } from './decode';
export { draw } from './draw';
export { completeColumns, numberPackets, placeInterfaces, refuse } from './fill';
export { firstMatch } from './first-match';
export { interpret, opWords } from './interpret';
export { findJourneys, gatherCounts, travel, travelOne } from './journeys';
export { age, comeBack, deliver, leave, setOut, settle, tally } from './leave';
export { settleLimits } from './limits';
export { divide, keepWalking, listWalking, merge } from './lists';
export { consult, move, translate } from './nat';
export { countOutcomes, recall } from './outcomes';
export { rewrite, writeIcmpId } from './rewrite';
export { findChanged, findOptions, findWays, note, takeInput, takeOutput } from './routes';
export { scanFirst } from './rule-scan';
export { setHolds } from './sets';
export { confirm, findFragments, track } from './track';
