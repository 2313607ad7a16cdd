/** packetwalk's side: a host loaded from the texts that the kernel's host printed, and packets walked through it. */
import { trackingRule } from '../../src/compile/tracking.js';
import { readJsonPacket } from '../../src/input/json.js';
import type { Finding } from '../../src/model/finding.js';
import type { Packet } from '../../src/model/packet.js';
import type { WalkEvent } from '../../src/model/trace.js';
import { printConnections } from '../../src/parse/connections/print.js';
import { parseTexts } from '../../src/parse/index.js';
import type { LoadOptions } from '../../src/run/compiled-host.js';
import { createEngine, type LoadedHost } from '../../src/run/engine.js';
import { drawnOf } from './drawn.js';
import { inGroup } from './exchange.js';
import { countersOf, type Observed, ofWalk } from './observed.js';
import { type CapturedHost, OWN_GROUPS, type PacketLine, type Scenario } from './scenario.js';

export type WalkOptions = Pick<LoadOptions, 'engine' | 'connections' | 'assume'>;

/** And nobody has been given a cookie. */
const NOBODY_LISTENS: ReadonlyMap<string, boolean> = new Map([
  ['queue', false],
  ['proxy', false],
  ['cookie', false],
]);

/** Loads a host's texts, by name. Throws where one is not understood: what the kernel's host prints has to be. */
export async function loadTexts(
  texts: Readonly<Record<string, string>>,
  options: WalkOptions = {},
): Promise<LoadedHost> {
  const findings: Finding[] = [];
  const given = Object.entries(texts)
    .filter(([, text]) => text.trim() !== '')
    .map(([name, text]) => ({ name, text }));
  const input = parseTexts(given, { add: (finding) => findings.push(finding) });
  const wrong = findings.find(({ code, severity }) => severity !== 'note' && code !== 'not-understood');
  if (wrong !== undefined) throw new Error(`${wrong.message}: ${wrong.place?.source ?? ''}`);
  // the kernel's save holds all tables there are, even where that is one
  const tracking = trackingRule(input.tables) === undefined ? 'off' : 'on';
  const { tables, sets, host } = input;
  return (await createEngine()).load({ tables, sets, host, tracking, usual: NOBODY_LISTENS, ...options });
}

/** A text of which nothing tells the family is taken by its name. */
export function loadCaptured(
  captured: CapturedHost & { 'rules.save': string },
  { family = 4, ...options }: WalkOptions & { readonly family?: Scenario['family'] } = {},
): Promise<LoadedHost> {
  if (family === 4) return loadTexts({ ...captured }, options);
  const { 'rules.save': rules, 'rule.json': rule, ...texts } = captured;
  return loadTexts({ ...texts, 'rule.v6.json': rule, 'rules.v6': rules }, options);
}

/** The hosts here have no IPsec, no socket but raw ones, no fingerprints of systems. */
const TOLD = { policy: 'none', socket: false, os: 'unknown' };

/** A packet as one would describe it by its bytes; `time` in milliseconds. */
export const packetOf = (line: PacketLine, number = 1, time?: number): Packet => {
  const { in: from, mark, uid = 0, gid = 0, hex, mac, pkttype, cpu } = line;
  const own = from === null ? { uid, gid, groups: OWN_GROUPS, cgroup: '/', classid: 0 } : {};
  const when = time === undefined ? undefined : time / 1000;
  const said = { ...TOLD, in: from, mark, ...own, hex, mac, pkttype, cpu, time: when };
  return readJsonPacket({ number, text: JSON.stringify(said), cut: false }).packet;
};

/** What packetwalk says of one packet, and the question that it could not answer where there is one. */
export interface Seen {
  readonly observed: Observed;
  readonly events: readonly WalkEvent[];
  readonly open?: string;
  /** its port is one of a range that is said here: which one, the kernel draws. */
  readonly drawn: boolean;
  /** whether it was told which. */
  readonly told: boolean;
  /** of the last packet of a group of several, as text. */
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
    const drawPort = drawnOf(line.hex, left, () => {
      told = true;
    });
    const result = host.walk(packetOf(line, index + 1, time), { bytes: true, drawn: drawPort });
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
      events: result.events,
      drawn,
      told,
      ...(open !== undefined && { open }),
      ...(connections !== undefined && { connections }),
    };
  });
}

/** Those that are remembered, as text. */
export const connectionsOf = (host: LoadedHost): string[] =>
  // conntrack -L says no labels unless it is asked to
  printConnections(
    host.connections().map((one) => ({ ...one, labels: undefined })),
    { extended: true },
  )
    .split('\n')
    .filter((line) => line !== '');
