/** One scenario before both: the kernel, and packetwalk with the host's texts as the kernel's host printed them. */
import { trackingRule } from '../../src/compile/tracking.js';
import { readJsonPacket } from '../../src/input/json.js';
import type { Finding } from '../../src/model/finding.js';
import { parseTexts } from '../../src/parse/index.js';
import { createEngine, type LoadedHost } from '../../src/run/engine.js';
import { type Kernel, KernelRefused } from './kernel.js';
import { countersOf, differences, ofKernel, ofWalk } from './observed.js';
import type { CapturedHost, Scenario } from './scenario.js';

export interface Verdict {
  readonly packets: number;
  /** packets that end at an open question here, which is neither agreement nor difference. */
  readonly open: readonly string[];
  readonly differing: readonly { readonly packet: number; readonly lines: readonly string[] }[];
  /** the kernel did not take the scenario. */
  readonly refused?: string;
}

/** Loads what the kernel's host printed. Throws where a text is not understood: what the kernel prints has to be. */
export async function loadCaptured(captured: CapturedHost): Promise<LoadedHost> {
  const findings: Finding[] = [];
  const texts = Object.entries(captured)
    .filter(([, text]) => text.trim() !== '')
    .map(([name, text]) => ({ name, text }));
  const input = parseTexts(texts, { add: (finding) => findings.push(finding) });
  const wrong = findings.find(({ code }) => code !== 'not-understood');
  if (wrong !== undefined) throw new Error(`${wrong.message}: ${wrong.place?.source ?? ''}`);
  // the kernel's save holds all tables there are, even where that is one
  const tracking = trackingRule(input.tables) === undefined ? 'off' : 'on';
  return (await createEngine()).load({ tables: input.tables, sets: input.sets, host: input.host, tracking });
}

export async function judge(kernel: Kernel, scenario: Scenario): Promise<Verdict> {
  try {
    await kernel.load(scenario);
  } catch (error) {
    if (!(error instanceof KernelRefused)) throw error;
    return { packets: 0, open: [], differing: [], refused: error.message };
  }
  // the rules as they were loaded: the kernel's own save loses what it cannot say, such as the sense of `! -o +`
  const host = await loadCaptured({ ...(await kernel.capture()), 'rules.save': scenario.rules });
  const answers = await Promise.all(scenario.packets.map((packet) => kernel.send(packet)));
  const open: string[] = [];
  const differing: { packet: number; lines: string[] }[] = [];
  scenario.packets.forEach((line, index) => {
    const { packet } = readJsonPacket({
      number: index + 1,
      text: JSON.stringify({ in: line.in, mark: line.mark, uid: line.uid, gid: line.gid, hex: line.hex }),
      cut: false,
    });
    const before = countersOf(host);
    const result = host.walk(packet, { bytes: true });
    const lines = differences(ofKernel(answers[index]!), ofWalk(result, host, before, countersOf(host)));
    if (result.fate === 'unknown') open.push(result.by.why ?? '?');
    else if (lines.length > 0) differing.push({ packet: index, lines });
  });
  return { packets: scenario.packets.length, open, differing };
}
