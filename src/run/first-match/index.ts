/** The first rule of a list of five fields that takes a packet: docs/column-program.md. */
export { FirstMatch, type FirstMatchPlan, type PlannedGroup } from './first-match.js';
export { type FiveTupleRules, fiveTupleRules } from './rules.js';
export { PARTINGS } from './tables.js';
