/**
 * What classifies many packets: the column program, and what is remembered of tables. A host is loaded with it where packets
 * may go by either, so that a page that follows packets one by one never asks for it: the rest of the library imports what is
 * here, and below it, as types alone.
 */
export { Many } from './many.js';
export { useRuns } from './rule-runs.js';
