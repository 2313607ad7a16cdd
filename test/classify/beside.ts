/** The column program beside the bytecode: what one says of packets, held against the other. */
import { jsonLine } from '../../src/input/columns-text.js';
import { bytesOf } from '../../src/input/encode-columns.js';
import { NO_SOCKET, type PacketBatch, type PacketColumns } from '../../src/model/batch.js';
import type { EngineUse } from '../../src/model/plan.js';
import type { Family } from '../../src/net/address.js';
import type { SourceText } from '../../src/parse/index.js';
import { CompiledHost } from '../../src/run/compiled-host.js';
import { createEngine, type LoadedHost } from '../../src/run/engine.js';
import { type HostProgram, programOf } from '../../src/run/host-program.js';
import { parse } from '../../src/run/host-texts.js';
import { useOf } from '../../src/run/plan-of.js';
import { Random } from '../kernel/generate/random.js';
import { journeyPackets, journeyRules, SETS } from './journey-rules.js';
import { columnsOf, type Journey } from './journeys.js';
import { packets6Like, text6 } from './like6.js';
import { longLists } from './long-lists.js';
import { HOST6 } from './packets6.js';
import { HOST, rulesOf } from './steps.js';
import { differing, inBatches, lengthsOf, load, pieces } from './ways.js';

export const programOfTexts = (
  texts: readonly SourceText[],
  lenient = true,
  family: Family = 4,
  tracking?: 'off',
): HostProgram =>
  programOf(parse(texts.filter(({ text }) => text.trim() !== '')), { lenient, connections: 'off', tracking }, family);

/** Rules that may name no address are of IPv6 by their name. */
export const rulesOfFamily = (family: Family, text: string): SourceText => ({
  name: family === 4 ? 'rules' : 'rules.v6',
  text,
});

export type Both = Readonly<Record<'columns' | 'bytecode', LoadedHost>>;

export async function loadBoth(program: HostProgram): Promise<Both> {
  const [columns, bytecode] = await Promise.all([load(program, 'columns'), load(program, 'bytecode')]);
  return { columns, bytecode };
}

/** As classify loads it: columns come once they may pay. */
export const loadAuto = async (program: HostProgram): Promise<LoadedHost> =>
  (await createEngine()).load(new CompiledHost(program));

/** Lines that say where the packets of a journey fare otherwise by columns, or other packets walk than should; of IPv6 what is like it. */
export async function journeyLines(journey: Journey, family: Family = 4): Promise<string[]> {
  const { rules, sets = [], packets, walk = 0, open = false } = journey;
  const of = (text: string) => (family === 4 ? text : text6(text));
  const texts = [rulesOfFamily(family, of(rulesOf(rules).text)), { name: 'sets', text: of(sets.join('\n')) }];
  const program = programOfTexts([...texts, ...(family === 4 ? HOST : HOST6)], !open, family);
  const given = family === 4 ? columnsOf(packets) : packets6Like(columnsOf(packets));
  // those of which less is said are classified where they are, the others in the batch
  const plain = { ...given, length: given.length ?? Uint16Array.from(lengthsOf(given)) };
  const more = { ...given, gid: new Uint32Array(given.count).fill(NO_SOCKET) };
  const lines: string[] = [];
  for (const [how, columns] of Object.entries({ plain, more })) {
    const both = await loadBoth(program);
    const expected = inBatches(both.bytecode, [columns]);
    const one = [columns];
    const each = pieces(columns, [1]);
    // each learns of those before
    for (const batches of [each, each, each, each, one, one])
      lines.push(...differing(expected, inBatches(both.columns, batches), (packet) => jsonLine(columns, packet)));
    const { used, walked } = useOf(both.columns);
    if (used !== 'columns' || walked !== walk)
      lines.push(`${how}: ${walked} walk of those that go by ${used}, not ${walk}`);
  }
  return [...new Set(lines)];
}

/** How many packets came, and how many of them did not walk. */
export class Traffic {
  private came = 0;
  private travelled = 0;

  add(packets: number, use: EngineUse | undefined): void {
    this.came += packets;
    if (use?.used === 'columns') this.travelled += packets - use.walked!;
  }
  get share(): number {
    return this.travelled / this.came;
  }
}

// of many that are new at once not all are learnt
const SIZES = [1, 250, 7, 250, 1024, 1500, 2, 333];

/** Lines that say where the two differ, who learn of packets and then see them again. */
export function linesOf({ columns, bytecode }: Both, packets: PacketColumns, traffic: Traffic): string[] {
  const expected = inBatches(bytecode, [packets]);
  const batches = pieces(packets, SIZES);
  const ways: Record<string, PacketBatch[]> = { columns: batches, bytes: batches.map((one) => bytesOf(one)) };
  return Object.entries(ways).flatMap(([way, given]) =>
    [1, 2].flatMap((turn) => {
      const counted = inBatches(columns, given);
      if (turn === 2) traffic.add(packets.count, useOf(columns));
      const lines = differing(expected, counted, (packet) => jsonLine(packets, packet));
      return lines.map((line) => `${way}, turn ${turn}: ${line}`);
    }),
  );
}

/** So many packets at once. */
export const PACKETS = 2000;

/** Of the host that it is of nothing is left. */
function like6Text({ name, text }: SourceText): SourceText[] {
  if (name === 'rules') return [rulesOfFamily(6, text6(text))];
  return name === 'sets' ? [{ name, text: text6(text) }] : [];
}

/** Random long lists of rules, and packets of what they name; of IPv6 what is like them there. */
export async function longLines(seed: number, traffic: Traffic, family: Family = 4): Promise<string[]> {
  const r = new Random(seed);
  const { texts, packets } = longLists(r);
  const given = family === 4 ? texts : [...texts.flatMap(like6Text), ...HOST6];
  const both = await loadBoth(programOfTexts(given, true, family, r.pick([undefined, undefined, 'off'])));
  return [1, 2].flatMap(() => {
    const some = packets(PACKETS);
    return linesOf(both, family === 4 ? some : packets6Like(some), traffic);
  });
}

/** Random rules and packets of few values; of IPv6 what is like them there. */
export async function randomLines(seed: number, traffic: Traffic, family: Family = 4): Promise<string[]> {
  const r = new Random(seed);
  const [rules, host] = [journeyRules(r), family === 4 ? HOST : HOST6];
  const of = (text: string) => (family === 4 ? text : text6(text));
  const texts = [rulesOfFamily(family, of(rules)), { name: 'sets', text: of(SETS) }, ...host];
  const both = await loadBoth(programOfTexts(texts, true, family, r.pick([undefined, undefined, 'off'])));
  return [1, 2].flatMap(() => {
    const packets = journeyPackets(r, PACKETS);
    return linesOf(both, family === 4 ? packets : packets6Like(packets), traffic);
  });
}
