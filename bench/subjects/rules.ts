/** Rulesets as hosts have them: packets in columns to fates and all counters; beside the bytecode alone. */
import {
  createEngine,
  type LoadedHost,
  type PacketColumns,
  parse,
  synthesise,
  syntheticSpec,
} from '../../src/index.js';
import { CompiledHost } from '../../src/run/compiled-host.js';
import { programOf } from '../../src/run/host-program.js';
import type { Contest } from '../contest.js';
import { REAL } from '../real/index.js';

const PACKETS = 65_536;

/** Connections are not remembered. `share`: of what there is much of. */
export async function loadReal(name: string, engine: 'columns' | 'bytecode', share?: number): Promise<LoadedHost> {
  const program = programOf(parse(REAL[name]!(share)), { connections: 'off' });
  return (await createEngine()).load(new CompiledHost({ ...program, engine }));
}

/** As on the links of the host, between addresses and ports that its rules name. */
export const packetsOf = (host: LoadedHost, count: number): PacketColumns =>
  synthesise(syntheticSpec(host.from, { profile: 'mix', seed: 1 }), 0, count);

export async function* rules(): AsyncGenerator<Contest> {
  for (const name of Object.keys(REAL)) {
    const host = await loadReal(name, 'columns');
    const bytecode = await loadReal(name, 'bytecode');
    const packets = packetsOf(host, PACKETS);
    yield {
      subject: 'rules',
      kind: name,
      rules: host.compiled.rules.length,
      amount: PACKETS,
      unit: 'packets',
      entrants: { packetwalk: () => host.classify(packets), bytecode: () => bytecode.classify(packets) },
    };
  }
}
