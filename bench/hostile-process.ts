/** The process that hostile.ts measures: classifies so many packets through one ruleset, from the first one on. */
import { createEngine, parse, synthesise, syntheticSpec } from '../src/index.js';
import { programOf } from '../src/run/host-program.js';
import type { HostileRun } from './hostile.js';
import { hostileTexts } from './hostile-rules.js';

/** As many at a time as `classify` has. */
const PORTION = 1 << 14;

const [name, engine, count] = process.argv.slice(2) as [string, 'auto' | 'bytecode', string];
const packets = Number(count);
const host = await (await createEngine()).load({
  ...programOf(parse(hostileTexts(name)), { connections: 'off' }),
  engine,
});
const spec = syntheticSpec(host.from, { profile: 'near', seed: 1 });
let ms = 0;
for (let done = 0; done < packets; done += PORTION) {
  const some = synthesise(spec, done, Math.min(PORTION, packets - done));
  const before = process.cpuUsage();
  host.classify(some, { more: packets - done - some.count });
  const { user, system } = process.cpuUsage(before);
  ms += (user + system) / 1000;
}
const { packets: counted, fates } = host.summary();
const run: HostileRun = { ms, counted: JSON.stringify([counted, Object.entries(fates).sort()]) };
process.stdout.write(`${JSON.stringify(run)}\n`);
