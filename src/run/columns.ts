/**
 * What classifies many packets: the column program, and what is remembered of tables. The engine loads it with a host whose packets
 * may go by either, so that a page that follows packets one by one never asks for it: the rest of the library imports what is
 * here, and below it, as types alone.
 */
export { BesideWalks } from './columns/beside.js';
export { Preparing } from './preparing.js';
export { layRuns } from './rule-runs.js';
