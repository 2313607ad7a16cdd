/**
 * The library: parse → compile → load → run, the same in Node, browsers and workers. docs/api.md shows each step.
 *
 *     const texts = parse([{ name: 'nat.rules', text }]);
 *     const host = await (await createEngine()).load(compile(texts));
 *     trace(host, readPacket({ in: 'eth0', src: '8.8.8.8', dst: '192.0.2.1', proto: 'tcp', dport: 443 })).fate;
 */

// errors and findings

export { formatProblem, PacketwalkError, type Place } from './errors.js';
export type { Finding, Severity } from './model/finding.js';

// parse: texts of a host to rules, sets, addresses, routes

export type { SourceText } from './parse/index.js';
export { loadReaders } from './report/load-readers.js';
export { type HostTexts, parse } from './run/host-texts.js';

// compile: to a program, and what it was made of

export { disassemble } from './compile/disassemble.js';
export { loadIpv6 } from './report/load-ipv6.js';
export type { CompiledHost } from './run/compiled-host.js';
export type { HostOptions } from './run/host-options.js';
export { compileHost as compile } from './run/host-program.js';

// load

export { createEngine, type Engine, type EngineOptions, type LoadedHost } from './run/engine.js';
export type { SetsOptions, Updated, UpdateOptions } from './run/update.js';

// run: one packet, as data and as a story

export { type PacketDescription, readPacket } from './input/json.js';
export { describedInLine } from './input/packet-line.js';
export type { ReadPacket } from './input/resolve.js';
export type { Packet } from './model/packet.js';
export type { Fate, PacketOut, PolicyRef, RuleRef, TraceLine } from './model/trace.js';
export { explain } from './report/explain.js';
export { explainFlow, type FlowStory } from './report/flow.js';
export { hints } from './report/hints/index.js';
export { en } from './report/lang/en.js';
export {
  flowWithWords,
  renderFlow,
  renderStory,
  type WordedFlow,
  type WordedStory,
  withWords,
} from './report/render.js';
export type { Story } from './report/story.js';
export { trace } from './report/trace.js';
export { wayIn } from './report/way-in.js';
export { allWays } from './report/ways/index.js';

// run: packets by the batch, and what they came to

export { byFamily } from './input/by-family.js';
export { readCapture } from './input/capture/read.js';
export { Pack } from './input/pack.js';
export { PROFILES, type Profile, type SyntheticSpec } from './input/synthetic/index.js';
export { FROM_HOST, type PacketBatch, type PacketBytes, type PacketColumns, UNSAID } from './model/batch.js';
export type { EngineUse, HostPlan } from './model/plan.js';
export type { Summary } from './model/summary.js';
export { Placing } from './report/placing.js';
export { renderSummary, withCounters } from './report/summary.js';
export { FATES } from './run/batch.js';
export { mergeSummaries } from './run/merge.js';
export { planOf, useOf } from './run/plan-of.js';
export { loadMadeUp, synthesise, syntheticSpec } from './run/synthetic-spec.js';

// what was read, printed

export type { Connection, ConnectionTuple } from './model/connection.js';
export { type ConnectionForm, printConnections } from './parse/connections/print.js';
export { printIpset } from './parse/ipset/print.js';
export { printRule } from './parse/rules/print-rule.js';
export { printSave } from './parse/rules/print-save.js';
export { rulesetJson } from './report/ruleset.js';
