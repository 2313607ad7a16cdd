/** One scenario before both: the kernel, and packetwalk with the host's texts as the kernel's host printed them. */
import { trackingRule } from '../../src/compile/tracking.js';
import { readJsonPacket } from '../../src/input/json.js';
import type { Finding } from '../../src/model/finding.js';
import type { Packet } from '../../src/model/packet.js';
import { parseTexts } from '../../src/parse/index.js';
import type { LoadOptions } from '../../src/run/compiled-host.js';
import { createEngine, type LoadedHost } from '../../src/run/engine.js';
import { connectionDifferences } from './connections.js';
import { drawnOf } from './drawn.js';
import { type Exchanged, exchange, inGroup } from './exchange.js';
import { type Kernel, KernelRefused } from './kernel.js';
import { countersOf, differences, type Observed, ofKernel, ofWalk } from './observed.js';
import { connectionsOf } from './remembering.js';
import { groupsOf, tooClose, whatVaries } from './repeat.js';
import type { CapturedHost, PacketLine, Scenario } from './scenario.js';

export interface Verdict {
  readonly packets: number;
  /** packets that end at an open question here, or leave by a drawn port: neither agreement nor difference. */
  readonly open: readonly { readonly packet: number; readonly why: string }[];
  readonly differing: readonly { readonly packet: number; readonly lines: readonly string[] }[];
  /** packets that differ where the kernel itself did not answer the same when it was asked again. */
  readonly unrepeatable: readonly { readonly packet: number; readonly why: string }[];
  /** packets for which the kernel drew a port that packetwalk then took. */
  readonly drawn: number;
  /** rules that the kernel counted, as `filter INPUT 3`. */
  readonly met: readonly string[];
  /** as they were sent, in the first run. */
  readonly exchanged: readonly Exchanged[];
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

/** A packet as one would describe it by its bytes; `time` in milliseconds. */
export const packetOf = ({ in: from, mark, uid, gid, hex }: PacketLine, number = 1, time?: number): Packet => {
  const said = { in: from, mark, uid, gid, hex, time: time === undefined ? undefined : time / 1000 };
  return readJsonPacket({ number, text: JSON.stringify(said), cut: false }).packet;
};

/** What packetwalk says of one packet, and the question that it could not answer where there is one. */
export interface Seen {
  readonly observed: Observed;
  readonly open?: string;
  /** its port is one of a range that is said here: which one, the kernel draws. */
  readonly drawn: boolean;
  /** whether it was told which. */
  readonly told: boolean;
  /** of the last packet of a group of several, where connections are remembered. */
  readonly connections?: readonly string[];
}

/** What is known of a packet beside it. */
export interface Heard {
  /** milliseconds. */
  readonly time: number;
  /** the packets that passed the kernel's last hook, as hex. */
  readonly left: readonly string[];
}

/** Walks packets in order: counters, tokens and turns of the host run on from one to the next, connections in a group. */
export function observe(host: LoadedHost, packets: readonly PacketLine[], heard: readonly Heard[] = []): Seen[] {
  let before = countersOf(host);
  return packets.map((line, index) => {
    const { time, left } = heard[index] ?? { time: undefined, left: [] };
    let told = false;
    const drawnPort = drawnOf(line.hex, left, () => {
      told = true;
    });
    const result = host.walk(packetOf(line, index + 1, time), { bytes: true, drawn: drawnPort });
    const after = countersOf(host);
    const observed = ofWalk(result, host, before, after);
    before = after;
    // a copy of a broadcast may end at a question where the packet itself is sent
    const asked = result.events.find((event) => event.kind === 'open')?.question;
    const open = result.fate === 'unknown' ? (result.by.why ?? '?') : asked;
    const drawn = result.events.some((event) => event.kind === 'translated' && event.drawn !== undefined);
    const connections = !line.keep && inGroup(packets, index) ? connectionsOf(host) : undefined;
    if (!line.keep) host.forgetConnections();
    return {
      observed,
      drawn,
      told,
      ...(open !== undefined && { open }),
      ...(connections !== undefined && { connections }),
    };
  });
}

interface Asked {
  readonly captured: CapturedHost;
  readonly exchanged: readonly Exchanged[];
}

/** The kernel is asked everything in one go, so that it works on while another scenario is compared here. */
async function ask(kernel: Kernel, scenario: Scenario): Promise<Asked> {
  const [loaded, captured, exchanged] = await Promise.allSettled([
    kernel.load(scenario),
    kernel.capture(),
    exchange(kernel, scenario.packets),
  ]);
  if (loaded.status === 'rejected') throw loaded.reason;
  if (captured.status === 'rejected') throw captured.reason;
  if (exchanged.status === 'rejected') throw exchanged.reason;
  return { captured: withFragmentTime(captured.value), exchanged: exchanged.value };
}

/** Fragments of kept packets wait for a second; the file says 0, which is for those of others. */
const withFragmentTime = (captured: CapturedHost): CapturedHost => ({
  ...captured,
  'sysctl.txt': captured['sysctl.txt'].replace(/^(net\.ipv4\.ipfrag_time) = .*$/m, '$1 = 1'),
});

/** How often the kernel is asked again about what differs. */
const AGAIN = 2;

/** `again`: how often the kernel is asked once more where packets differ, to see whether it answers the same. */
export async function judge(kernel: Kernel, scenario: Scenario, again = AGAIN): Promise<Verdict> {
  let asked: Asked;
  try {
    asked = await ask(kernel, scenario);
  } catch (error) {
    if (!(error instanceof KernelRefused)) throw error;
    const nothing = { open: [], differing: [], unrepeatable: [], drawn: 0, met: [], exchanged: [] };
    return { packets: 0, ...nothing, refused: error.message };
  }
  const { captured, exchanged } = asked;
  const lines = exchanged.map(({ line }) => line);
  // the rules as they were loaded: the kernel's own save loses what it cannot say, such as the sense of `! -o +`
  const host = await loadCaptured({ ...captured, 'rules.save': scenario.rules });
  const heard = exchanged.map(({ result }) => ({ time: result.time, left: result.out.map(({ hex }) => hex) }));
  const open: { packet: number; why: string }[] = [];
  const differing: { packet: number; lines: string[] }[] = [];
  let drawn = 0;
  observe(host, lines, heard).forEach((seen, packet) => {
    const { result, connections } = exchanged[packet]!;
    const lines = differences(ofKernel(result), seen.observed);
    if (seen.told) drawn++;
    if (connections !== undefined && seen.connections !== undefined)
      lines.push(...connectionDifferences(connections, seen.connections));
    if (seen.open !== undefined) open.push({ packet, why: seen.open });
    else if (seen.drawn && !seen.told && lines.length > 0 && lines.every((line) => line.startsWith('leaves, ')))
      open.push({ packet, why: 'a drawn port' });
    else if (lines.length > 0) differing.push({ packet, lines });
  });
  const counted = exchanged.flatMap(({ result: { hits } }) =>
    hits.map(({ table, chain, rule }) => `${table} ${chain} ${rule}`),
  );
  const reasons = differing.length === 0 || again === 0 ? [] : await askAgain(kernel, scenario, exchanged, again);
  return {
    packets: scenario.packets.length,
    open,
    differing: differing.filter(({ packet }) => reasons[packet] === undefined),
    unrepeatable: differing.flatMap(({ packet }) => {
      const why = reasons[packet];
      return why === undefined ? [] : [{ packet, why }];
    }),
    drawn,
    met: [...new Set(counted)],
    exchanged,
  };
}

/** By packet, why it cannot be judged; undefined where the kernel answers about its group as it did. */
async function askAgain(
  kernel: Kernel,
  scenario: Scenario,
  first: readonly Exchanged[],
  again: number,
): Promise<(string | undefined)[]> {
  const asked = [first];
  while (asked.length <= again) asked.push((await ask(kernel, scenario)).exchanged);
  return groupsOf(scenario.packets).map((group) => {
    if (tooClose(first, group)) return 'a packet came as an entry may have ended: the machine was slow';
    return whatVaries(asked, group);
  });
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
