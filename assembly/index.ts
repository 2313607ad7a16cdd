/** What the core offers the host. The constants go along, so that a stale build can be told. */
export * from '../src/abi';
export { decode, decodeBatch } from './decode';
export { draw } from './draw';
export { interpret, opWords } from './interpret';
export { countOutcomes, recall } from './outcomes';
export { rewrite, writeIcmpId } from './rewrite';
export { setHolds } from './sets';
