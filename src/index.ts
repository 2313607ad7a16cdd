/**
 * The library: parse → compile → load → run, the same in Node, browsers and workers. docs/api.md shows each step.
 *
 *     const texts = parse([{ name: 'nat.rules', text }]);
 *     const host = await (await createEngine()).load(compile(texts));
 *     trace(host, readPacket({ in: 'eth0', src: '8.8.8.8', dst: '192.0.2.1', proto: 'tcp', dport: 443 })).fate;
 */

export { type ErrorDetails, formatProblem, PacketwalkError, type Place } from './errors.js';
// packets
export { type PacketDescription, readJsonPacket, readPacket } from './input/json.js';
export { type InputLine, readLines } from './input/lines.js';
export type { ReadPacket } from './input/resolve.js';
export type { Finding, Severity } from './model/finding.js';
export type { Packet } from './model/packet.js';
export type { Fate, PacketOut, PolicyRef, RuleRef, TraceLine } from './model/trace.js';
export type { SourceText } from './parse/index.js';
// what was read, printed
export { printIpset } from './parse/ipset/print.js';
export { printSave } from './parse/rules/print-save.js';
// explanations
export { explain } from './report/explain.js';
export { en } from './report/lang/en.js';
export { renderStory, type WordedStory, withWords } from './report/render.js';
export { rulesetJson } from './report/ruleset.js';
export type { Story } from './report/story.js';
export { trace } from './report/trace.js';
export { wayIn } from './report/way-in.js';
// parse → compile → load → run
export { createEngine, type Engine, type LoadedHost } from './run/engine.js';
export type { HostOptions } from './run/host-options.js';
export { type HostProgram, programOf as compile } from './run/host-program.js';
export { type HostTexts, parse } from './run/host-texts.js';
