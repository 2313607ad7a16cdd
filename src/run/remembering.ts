/**
 * All that a host needs that remembers connections, or fragments: what is done with them on a packet's way, and where they
 * stand. The engine loads it when the first such host is loaded, so that a page that has none never asks for it: the rest of
 * the library imports what is here, and below it, as types alone.
 */
export { arriveShown, confirmEntry, enter, settleEntries } from './connection-steps.js';
export { Connections } from './connections/connections.js';
export { lastingOf } from './connections/lasting.js';
export { readTrackSettings } from './connections/settings.js';
export { cutAgain } from './cut-step.js';
export { gatherWith, noFragments } from './gather-with.js';
export { receive } from './ipv6/receive.js';
export { followError } from './nat-errors.js';
export { knownWorld } from './nat-known.js';
