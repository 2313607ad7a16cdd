/** Fingerprints of systems, before the kernel, which nfnl_osf has given them to; packetwalk has their text. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readJsonPacket } from '../../src/input/json.js';
import { kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { HOST, wire } from './matches/table.js';
import { countersOf, differences, ofKernel, ofWalk } from './observed.js';
import { chainOf } from './remembering/sequence.js';
import { loadTexts } from './walked.js';

/** Their names are no system's: what is loaded is so in all namespaces. */
const PRINTS = [
  '4401:64:1:60:M*,S,T,N,W7:\t\tWalkPlain:1::a',
  'S4:64:1:60:M*,S,T,N,W7:WalkMss::x:a',
  'T4:64:1:60:M*,S,T,N,W7:\tWalkMtu:::a',
  '%8192:64:1:60:M*,S,T,N,W7:WalkModulo:::a',
  '*:64:1:44:M*:@WalkAny:::a',
  '4402:64:0:40:.:WalkBare:::a',
  '4403:128:0:64:M*,N,W0,N,N,T0,N,N,S:*WalkLong:::a',
  '4404:64:1:48:M536,N,N,E,E:WalkEnd:::a',
  '4401:128:1:60:M*,S,T,N,W7:WalkPlain:2::b',
];
const GENRES = ['Plain', 'Mss', 'Mtu', 'Modulo', 'Any', 'Bare', 'Long', 'End', 'None'];

const OPTIONS = (mss = 1460) => `0204${mss.toString(16).padStart(4, '0')}0402080a000000010000000001030307`;
const LONG = '020405b4010303000101080a000000010000000001010402';
const syn = (more = {}) => wire({ proto: 6, flags: 2, ttl: 64, df: true, window: 4401, tcpopts: OPTIONS(), ...more });

const missing = kernelMissing() !== undefined || !existsSync('/usr/sbin/nfnl_osf');
test.skipIf(missing)(kernelTitle('the kernel and packetwalk agree on fingerprints'), { timeout: 60_000 }, async () => {
  const kernel = openKernel();
  const text = `# names of systems\n${PRINTS.join('\n')}\n`;
  const file = `/tmp/packetwalk-${process.pid}.os`;
  try {
    const rules = GENRES.flatMap((genre) =>
      ['', ' --ttl 0', ' --ttl 1', ' --ttl 2', ' --log 1'].map((more) => `-p tcp -m osf --genre Walk${genre}${more}`),
    );
    const at = 'mangle PREROUTING';
    const setup = [...HOST, `printf '%s' '${text}' > ${file}; nfnl_osf -f ${file} >/dev/null`];
    await kernel.load({ family: 4, rules: chainOf(at, rules), sets: '', setup });
    const { 'rule.json': _, ...captured } = await kernel.capture();
    const windows = [4401, 4400, 0, 8192, 16384, 8193, 4 * 1460, 4 * 1448, 4 * 1000, 4 * 1500, 4 * 1040, 4 * 1488];
    const packets = [
      ...windows.map((window) => syn({ window })),
      ...windows.map((window) => syn({ window, tcpopts: OPTIONS(1000) })),
      ...[1, 63, 65, 127, 128, 129].map((ttl) => syn({ ttl })),
      syn({ df: false }),
      syn({ tcpopts: OPTIONS().replace('0402080a', '0101080a') }),
      syn({ tcpopts: '020405b4', window: 1 }),
      syn({ tcpopts: '', df: false, window: 4402 }),
      syn({ tcpopts: '', window: 4402 }),
      syn({ tcpopts: LONG, df: false, ttl: 128, window: 4403 }),
      syn({ tcpopts: LONG, df: false, ttl: 100, window: 4403 }),
      syn({ tcpopts: '0204021801010000', window: 4404 }),
      syn({ payload: '00' }),
      syn({ flags: 0x10 }),
      syn({ flags: 0x12 }),
    ];
    const host = await loadTexts({ ...captured, 'rules.save': chainOf(at, rules), 'pf.os': text });
    const counts = new Map<string, number>();
    for (const [i, line] of packets.entries()) {
      const theirs = ofKernel(await kernel.send(line));
      const before = countersOf(host);
      const { packet } = readJsonPacket({ number: 1, text: JSON.stringify(line), cut: false });
      const ours = ofWalk(host.walk(packet, { bytes: true }), host, before, countersOf(host));
      expect({ packet: i, differences: differences({ ...theirs, out: [] }, { ...ours, out: [] }) }).toEqual({
        packet: i,
        differences: [],
      });
      for (const rule of theirs.counters.keys()) counts.set(rule, (counts.get(rule) ?? 0) + 1);
    }
    const alike = rules.filter((_, i) => [undefined, packets.length].includes(counts.get(`${at} ${i + 1}`)));
    expect(alike).toEqual(rules.filter((rule) => /WalkNone(?! --log)/.test(rule)));
  } finally {
    kernel.close();
    execFileSync('nfnl_osf', ['-f', file, '-d'], { stdio: 'ignore' });
  }
});
