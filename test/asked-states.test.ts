/** What rules remember of packets, however it is kept: trials leave no trace of themselves, and packets of a batch meet it one by one. */
import { describe, expect, test } from 'vitest';
import { createEngine, parse, readPacket } from '../src/index.js';
import { Pack } from '../src/input/pack.js';
import { programOf } from '../src/run/host-program.js';

const HASH = '-m hashlimit --hashlimit-mode srcip --hashlimit-name';
const COUNTS = '-j RATEEST --rateest-name e --rateest-interval 250ms --rateest-ewmalog 500ms';
const SETS = 'create s hash:ip timeout 3\ncreate n hash:net,port\n';

/** Rules of chains of filter, by what remembers. */
const REMEMBER: readonly (readonly [name: string, ...rules: string[]])[] = [
  [
    'recent, added',
    'INPUT -m recent --rcheck --name a --seconds 3 --hitcount 2 -j DROP',
    'INPUT -m recent --set --name a',
  ],
  ['recent, updated', 'INPUT -m recent --update --name a --hitcount 3 -j DROP', 'INPUT -m recent --set --name a'],
  ['recent, removed', 'INPUT -m recent --remove --name a -j DROP', 'INPUT -m recent --set --name a'],
  ['hashlimit', `INPUT ${HASH} h --hashlimit-upto 15/min --hashlimit-burst 2 -j DROP`],
  ['hashlimit of bytes', `INPUT ${HASH} b --hashlimit-above 48b/s --hashlimit-burst 48b -j DROP`],
  [
    'hashlimit by windows',
    `INPUT ${HASH} w --hashlimit-above 1/sec --hashlimit-burst 1 --hashlimit-rate-interval 4 --hashlimit-rate-match -j DROP`,
  ],
  ['quota', 'INPUT -m quota --quota 250 -j DROP'],
  ['limit', 'INPUT -m limit --limit 1/sec --limit-burst 2 -j DROP'],
  ['statistic', 'INPUT -m statistic --mode nth --every 3 --packet 0 -j DROP'],
  ['rateest', `INPUT ${COUNTS}`, 'INPUT -m rateest --rateest e --rateest-gt --rateest-pps 2 -j DROP'],
  [
    'SET',
    'INPUT -m set --match-set s src -m set ! --match-set n src,dst -j DROP',
    'INPUT -j SET --add-set s src --exist',
    'INPUT -m set ! --match-set n src,dst -j SET --add-set n src,dst',
    'INPUT -m set --match-set s src -j SET --del-set n src,dst',
  ],
  ['connlimit', 'INPUT -m connlimit --connlimit-above 2 -j DROP'],
  ['connbytes', 'INPUT -m connbytes --connbytes 3 --connbytes-mode packets --connbytes-dir both -j DROP'],
  ['connlabel', 'INPUT -m connlabel --label 1 -j DROP', 'INPUT -m connlabel --label 1 --set'],
];

async function loaded(text: string, options: object) {
  const texts = [text, SETS].map((one, i) => ({ name: `${i}`, text: one }));
  return (await createEngine()).load(programOf(parse(texts), options));
}
const chain = (rules: readonly string[]) =>
  `*filter\n:INPUT ACCEPT [0:0]\n${rules.map((rule) => `-A ${rule}\n`).join('')}COMMIT\n`;
const packetOf = (src: number, sport: number, time: number) =>
  readPacket({
    ...{ in: 'eth0', src: `192.0.2.${src}`, dst: '10.0.0.1', proto: 'udp', sport, dport: 53 },
    ...{ path: 'input', length: 100, time },
  }).packet;
/** Few sources that come again, at once and when time has passed. */
const PACKETS = Array.from({ length: 24 }, (_, i) => packetOf(1 + (i % 3), 5 + ((i * i) % 7), 0.4 * i - (i % 4) * 0.1));

describe('a walk that is tried again finds what the first one found, and leaves nothing', () => {
  test.each(REMEMBER)('%s', async (_, ...rules) => {
    const load = () => loaded(chain(rules), { tracking: 'on' });
    const [plain, tried] = [await load(), await load()];
    const fates = PACKETS.map((packet) => plain.walk(packet).fate);
    expect(new Set(fates), 'the rules tell packets apart').toEqual(new Set(['delivered', 'dropped']));
    for (const [i, packet] of PACKETS.entries()) {
      const { fate } = tried.walk(packet, { everything: true });
      const again = () => tried.again(() => tried.walk(packet).fate);
      expect([i, fate, again(), again()]).toEqual([i, fates[i], fates[i], fates[i]]);
    }
  });
});

/** `*mangle` sees each packet before `*filter` does. */
const twoHooks = (first: string, then: string) =>
  `*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING ${first}\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n-A INPUT ${then} -j DROP\nCOMMIT\n`;

describe('packets of a batch meet one by one what is remembered at two hooks', () => {
  const SAME = `${HASH} h --hashlimit-upto 1/hour --hashlimit-burst 7`;
  test.each([
    ['recent', '-m recent --set --name a', '-m recent ! --rcheck --name a --hitcount 5'],
    ['hashlimit', SAME, SAME],
    ['rateest', COUNTS, '-m rateest --rateest e --rateest-gt --rateest-pps 2'],
    ['SET', '-j SET --add-set s src', '-m set --match-set s src'],
  ])('%s', async (_, first, then) => {
    const text = twoHooks(first, then);
    const one = await loaded(text, { tracking: 'off' });
    for (const packet of PACKETS) one.walk(packet);
    for (const engine of ['auto', 'bytecode'] as const) {
      const many = await loaded(text, { tracking: 'off', engine });
      const pack = new Pack();
      for (const packet of PACKETS) pack.add(packet).next();
      for (const batch of pack.take()) many.classify(batch);
      expect([engine, many.summary().rules]).toEqual([engine, one.summary().rules]);
    }
  });
});
