/** One scenario before both: the kernel, and packetwalk with the host's texts as the kernel's host printed them. */
import { trackingRule } from '../../src/compile/tracking.js';
import { readJsonPacket } from '../../src/input/json.js';
import type { Finding } from '../../src/model/finding.js';
import type { Packet } from '../../src/model/packet.js';
import { parseTexts } from '../../src/parse/index.js';
import type { LoadOptions } from '../../src/run/compiled-host.js';
import { createEngine, type LoadedHost } from '../../src/run/engine.js';
import { type Kernel, KernelRefused } from './kernel.js';
import { countersOf, differences, type Observed, ofKernel, ofWalk } from './observed.js';
import type { CapturedHost, PacketLine, Scenario } from './scenario.js';

export interface Verdict {
  readonly packets: number;
  /** packets that end at an open question here, or leave by a drawn port: neither agreement nor difference. */
  readonly open: readonly { readonly packet: number; readonly why: string }[];
  readonly differing: readonly { readonly packet: number; readonly lines: readonly string[] }[];
  /** rules that the kernel counted, as `filter INPUT 3`. */
  readonly met: readonly string[];
  /** the kernel did not take the scenario. */
  readonly refused?: string;
}

/** Loads a host's texts, by name. Throws where one is not understood: what the kernel's host prints has to be. */
export async function loadTexts(
  texts: Readonly<Record<string, string>>,
  engine: LoadOptions['engine'] = 'auto',
): Promise<LoadedHost> {
  const findings: Finding[] = [];
  const given = Object.entries(texts)
    .filter(([, text]) => text.trim() !== '')
    .map(([name, text]) => ({ name, text }));
  const input = parseTexts(given, { add: (finding) => findings.push(finding) });
  const wrong = findings.find(({ code }) => code !== 'not-understood');
  if (wrong !== undefined) throw new Error(`${wrong.message}: ${wrong.place?.source ?? ''}`);
  // the kernel's save holds all tables there are, even where that is one
  const tracking = trackingRule(input.tables) === undefined ? 'off' : 'on';
  return (await createEngine()).load({ tables: input.tables, sets: input.sets, host: input.host, tracking, engine });
}

export const loadCaptured = (
  captured: CapturedHost & { 'rules.save': string },
  engine?: LoadOptions['engine'],
): Promise<LoadedHost> => loadTexts({ ...captured }, engine);

/** A packet as one would describe it by its bytes. */
export const packetOf = ({ in: from, mark, uid, gid, hex }: PacketLine, number = 1): Packet =>
  readJsonPacket({ number, text: JSON.stringify({ in: from, mark, uid, gid, hex }), cut: false }).packet;

/** What packetwalk says of one packet, and the question that it could not answer where there is one. */
export interface Seen {
  readonly observed: Observed;
  readonly open?: string;
  /** its port is one of a range that is said here: which one, the kernel draws. */
  readonly drawn: boolean;
}

/** Walks packets in order: counters, tokens and turns of the host run on from one to the next. */
export function observe(host: LoadedHost, packets: readonly PacketLine[]): Seen[] {
  let before = countersOf(host);
  return packets.map((line, index) => {
    const result = host.walk(packetOf(line, index + 1), { bytes: true });
    const after = countersOf(host);
    const observed = ofWalk(result, host, before, after);
    before = after;
    // a copy of a broadcast may end at a question where the packet itself is sent
    const asked = result.events.find((event) => event.kind === 'open')?.question;
    const open = result.fate === 'unknown' ? (result.by.why ?? '?') : asked;
    const drawn = result.events.some((event) => event.kind === 'translated' && event.drawn !== undefined);
    return open === undefined ? { observed, drawn } : { observed, drawn, open };
  });
}

/** The kernel is asked everything in one go, so that it works on while another scenario is compared here. */
export async function judge(kernel: Kernel, scenario: Scenario): Promise<Verdict> {
  const [loaded, captured, answers] = await Promise.allSettled([
    kernel.load(scenario),
    kernel.capture(),
    Promise.all(scenario.packets.map((packet) => kernel.send(packet))),
  ]);
  if (loaded.status === 'rejected') {
    if (!(loaded.reason instanceof KernelRefused)) throw loaded.reason;
    return { packets: 0, open: [], differing: [], met: [], refused: loaded.reason.message };
  }
  if (captured.status === 'rejected') throw captured.reason;
  if (answers.status === 'rejected') throw answers.reason;
  // the rules as they were loaded: the kernel's own save loses what it cannot say, such as the sense of `! -o +`
  const host = await loadCaptured({ ...captured.value, 'rules.save': scenario.rules });
  const open: { packet: number; why: string }[] = [];
  const differing: { packet: number; lines: string[] }[] = [];
  observe(host, scenario.packets).forEach((seen, packet) => {
    const lines = differences(ofKernel(answers.value[packet]!), seen.observed);
    if (seen.open !== undefined) open.push({ packet, why: seen.open });
    else if (seen.drawn && lines.every((line) => line.startsWith('leaves, ')) && lines.length > 0)
      open.push({ packet, why: 'a drawn port' });
    else if (lines.length > 0) differing.push({ packet, lines });
  });
  const counted = answers.value.flatMap(({ hits }) =>
    hits.map(({ table, chain, rule }) => `${table} ${chain} ${rule}`),
  );
  return { packets: scenario.packets.length, open, differing, met: [...new Set(counted)] };
}

/**
 * The same without the packets that end at an open question here: they go on in the kernel, where they may spend a
 * token that a later packet then lacks. `open` says of all packets which they were, `differing` counts those that are left.
 */
export async function judgeAnswered<S extends Scenario>(
  kernel: Kernel,
  scenario: S,
): Promise<{ scenario: S; verdict: Verdict }> {
  const open: Verdict['open'][number][] = [];
  for (let left = scenario; ; ) {
    const verdict = await judge(kernel, left);
    open.push(...verdict.open);
    if (verdict.open.length === 0) {
      const packets = verdict.refused === undefined ? scenario.packets.length : 0;
      return { scenario: left, verdict: { ...verdict, packets, open } };
    }
    const gone = new Set(verdict.open.map(({ packet }) => packet));
    left = { ...left, packets: left.packets.filter((_, n) => !gone.has(n)) };
  }
}
