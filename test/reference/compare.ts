/** Holds the engine and the reference equal over a scenario's packets, and makes a difference small. */
import type { PacketLine, Scenario } from '../kernel/scenario.js';
import { shrinkScenario } from '../kernel/shrink.js';
import { Engine, type Seen } from './engine.js';
import { type Hook, Reference } from './evaluate.js';
import { deviceTo } from './host.js';
import { Packet } from './packet.js';
import { readSets, type Sets } from './sets.js';
import { Refused } from './words.js';

/** All hooks that a packet could meet on some host, each walked by itself with the packet as it was given. */
const hooksOf = ({ in: device }: PacketLine): readonly Hook[] =>
  device === null ? ['OUTPUT', 'POSTROUTING'] : ['PREROUTING', 'INPUT', 'FORWARD', 'POSTROUTING'];

export interface Compared {
  /** packets times hooks. */
  readonly walks: number;
  /** rules and policies that counted a packet. */
  readonly reached: number;
  readonly verdicts: ReadonlyMap<string, number>;
  readonly differences: readonly string[];
}

/** Throws where either does not read the texts. */
export async function compare({ rules, sets, packets }: Scenario, hooks = hooksOf): Promise<Compared> {
  const reference = new Reference(rules, readSets(sets));
  const engine = await Engine.load(rules, sets);
  const verdicts = new Map<string, number>();
  const differences: string[] = [];
  let walks = 0;
  const reached = new Set<string>();
  for (const [number, line] of packets.entries())
    for (const hook of hooks(line)) {
      const wire = new Uint8Array(Buffer.from(line.hex, 'hex'));
      const inDevice = hook === 'OUTPUT' ? '' : (line.in ?? '');
      const target = wire.length < 20 ? 0 : new DataView(wire.buffer).getUint32(16);
      const outDevice = hook === 'PREROUTING' || hook === 'INPUT' ? '' : deviceTo(target);
      const mark = line.mark ?? 0;
      const packet = Packet.from(wire, mark, inDevice, outDevice);
      const theirs = packet && ask(reference, hook, packet);
      const ours = engine.walk(hook, wire, mark, inDevice, outDevice);
      walks++;
      for (const counter of theirs?.counters.keys() ?? []) reached.add(counter);
      const verdict = theirs?.verdict ?? 'no packet';
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      for (const text of differ(theirs, ours)) differences.push(`packet ${number} at ${hook}: ${text}`);
    }
  return { walks, reached: reached.size, verdicts, differences };
}

function ask(reference: Reference, hook: Hook, packet: Packet): Seen {
  const counters = new Map<string, string>();
  const counted = new Map<string, { readonly packets: number; readonly bytes: number }>();
  const verdict = reference.walk(hook, packet, (counter) => {
    const { packets, bytes } = counted.get(counter) ?? { packets: 0, bytes: 0 };
    counted.set(counter, { packets: packets + 1, bytes: bytes + packet.length });
    counters.set(counter, `${packets + 1}/${bytes + packet.length}`);
  });
  return { counters, verdict, mark: packet.mark, bytes: packet.bytes };
}

function differ(theirs: Seen | undefined, ours: Seen | undefined): string[] {
  const lines: string[] = [];
  const line = (what: string, reference: unknown, engine: unknown): void => {
    if (reference !== engine) lines.push(`${what}: reference ${reference}, engine ${engine}`);
  };
  if (theirs === undefined || ours === undefined) {
    line('taken', theirs !== undefined, ours !== undefined);
    return lines;
  }
  for (const name of new Set([...theirs.counters.keys(), ...ours.counters.keys()]))
    line(name, theirs.counters.get(name) ?? '0/0', ours.counters.get(name) ?? '0/0');
  line('verdict', theirs.verdict, ours.verdict);
  line('mark', theirs.mark, ours.mark);
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  line('bytes', hex(theirs.bytes), hex(ours.bytes));
  return lines;
}

/** What a difference comes from, as text: as few packets, rules and members as it needs. */
export async function smallest(scenario: Scenario): Promise<string> {
  const small = await shrinkScenario({ ...scenario, setup: [] }, async (candidate) => {
    try {
      return (await compare(candidate)).differences.length > 0;
    } catch {
      // a text is left that is none
      return false;
    }
  });
  const { differences } = await compare(small);
  return [small.sets, small.rules, ...small.packets.map((packet) => JSON.stringify(packet)), ...differences].join('\n');
}

export interface Known {
  readonly scenario: Scenario;
  /** rules that stay. */
  readonly known: number;
  /** rules that were left out, and why. */
  readonly unknown: readonly string[];
}

/** The scenario without nat, which is not consulted where nothing is tracked, and without rules that are not known. */
export function withoutUnknown(scenario: Scenario): Known {
  const sets = readSets(scenario.sets);
  const isRule = (line: string): boolean => line.startsWith('-A ');
  const unknown: string[] = [];
  let known = 0;
  const tables = scenario.rules.split(/(?<=^COMMIT\n)/m).filter((table) => !table.startsWith('*nat'));
  const rules = tables.map((table) => {
    const lines = table.split('\n').filter((line) => line !== '');
    // a rule is read among all chains of its table, so that a jump is known
    const frame = lines.filter((line) => !isRule(line));
    const whole = refusal(table, sets) === undefined;
    const stay = lines.filter((line) => {
      const reason = whole || !isRule(line) ? undefined : refusal([...frame, line].join('\n'), sets);
      if (reason !== undefined) unknown.push(`${line}: ${reason}`);
      else if (isRule(line)) known++;
      return reason === undefined;
    });
    return stay.map((line) => `${line}\n`).join('');
  });
  return { scenario: { ...scenario, rules: rules.join('') }, known, unknown };
}

function refusal(rules: string, sets: Sets): string | undefined {
  try {
    new Reference(rules, sets);
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}
