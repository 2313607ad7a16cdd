/** The library for pages that have no bundler: without what reads captures and lines of tcpdump, and prints programs. */
export type * from '../index.js';
export {
  compile,
  createEngine,
  explain,
  FATES,
  FROM_HOST,
  formatProblem,
  loadIpv6,
  loadMadeUp,
  loadReaders,
  mergeSummaries,
  PacketwalkError,
  PROFILES,
  parse,
  printIpset,
  printRule,
  printSave,
  readPacket,
  renderStory,
  synthesise,
  syntheticSpec,
  trace,
  UNSAID,
  wayIn,
  withCounters,
  withWords,
} from '../index.js';
// what is said of flows, and of many packets, is not for pages
export { story as en } from '../report/lang/en-story.js';
