/**
 * `node build/test/faults/find-beside.js FAMILY FIRST END`: looks where packets fare otherwise by columns than by the bytecode, without the
 * kernel (test/classify/beside.ts): first those that are known to be told apart hardly, then those of seeds, and flows
 * where connections are remembered. As find.ts, it
 * says in one line of JSON where the first is.
 */
import type { Family } from '../../src/net/address.js';
import { journeyLines, longLines, PACKETS, randomLines, Traffic } from '../classify/beside.js';
import { caseLines, flowLines } from '../classify/connected.js';
import { CONNECTED } from '../classify/connected-cases.js';
import { JOURNEYS } from '../classify/journeys.js';
import { LIST_JOURNEYS } from '../classify/list-journeys.js';
import type { Search } from './find.js';

const [family, first, end] = process.argv.slice(2).map(Number) as [Family, number, number];
process.stdout.write(`${JSON.stringify(await search())}\n`);

async function search(): Promise<Search> {
  let packets = 0;
  for (const journey of [...JOURNEYS, ...LIST_JOURNEYS]) {
    const lines = await journeyLines(journey, family);
    packets += journey.packets.length;
    if (lines.length > 0)
      return { packets, found: { seed: 0, packet: 0, lines: [`${journey.name}: ${lines[0]}`] }, unjudged: [] };
  }
  for (const one of family === 4 ? CONNECTED : []) {
    const lines = await caseLines(one);
    packets += one.packets.length;
    if (lines.length > 0)
      return { packets, found: { seed: 0, packet: 0, lines: [`${one.name}: ${lines[0]}`] }, unjudged: [] };
  }
  for (let seed = first; seed < end; seed++) {
    const lines = [
      ...(await randomLines(seed, new Traffic(), family)),
      ...(await longLines(seed, new Traffic(), family)),
      // of IPv6 they do not go by columns
      ...(family === 4 ? await flowLines(seed, new Traffic()) : []),
    ];
    packets += 4 * PACKETS;
    if (lines.length > 0) return { packets, found: { seed, packet: 0, lines }, unjudged: [] };
  }
  return { packets, unjudged: [] };
}
