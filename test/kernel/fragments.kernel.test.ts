/** Fragments before the kernel: random pieces of random packets in random order, and which whole packets come of them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FragmentQueues, type FragmentSettings, fragmentSettings, type Gatherer } from '../../src/run/fragments.js';
import { Random } from './generate/random.js';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { type Draft, drawFragments, HOST_ADDRESS, piece } from './packets/pieces.js';
import { checksum, fromHex, toHex } from './packets.js';
import type { PacketLine, PacketOut } from './scenario.js';

const HOST = [
  'ip link set lo up',
  ...['eth0 192.168.1.1/24', 'eth1 10.20.0.1/24', 'eth2 10.99.0.1/24'].flatMap((line) => {
    const [name, address] = line.split(' ');
    return [`ip tuntap add ${name} mode tun`, `ip addr add ${address} dev ${name}`, `ip link set ${name} up mtu 65535`];
  }),
];
const TRACKED = '*raw\n-A PREROUTING -m conntrack --ctstate NEW\nCOMMIT\n';
/** Marks tell of which fragment the whole packet's is. */
const MARKED = `*mangle\n${[1, 2, 3].map((n) => `-A PREROUTING -m ttl --ttl-eq ${60 + n} -j MARK --set-mark ${n}\n`).join('')}COMMIT\n`;
/** Other seeds: PACKETWALK_SEED says the first. */
const FIRST = Number(process.env.PACKETWALK_SEED ?? 0);
const SCENARIOS = 400;

/** Queues that are sent what the kernel is, and what leaves if they are right. */
class Ours {
  readonly seen = new Map<string, number>();
  private readonly queues: FragmentQueues<number>;
  constructor(settings: FragmentSettings) {
    this.queues = new FragmentQueues<number>(settings);
  }

  /** What leaves, as `left` says it. */
  send(by: Gatherer, line: PacketLine, mark: number, now = 0): string[] {
    const bytes = fromHex(line.hex);
    const gathered = this.queues.add({ by, vrf: 0, link: 0, bytes, about: mark, now });
    const what = gathered.kind === 'lost' ? gathered.why : gathered.kind;
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
    if (gathered.kind !== 'whole') return [];
    const { packet } = gathered;
    const forHost = packet.bytes.subarray(16, 20).join('.') === HOST_ADDRESS;
    const iface = forHost ? line.in : 'eth1';
    const out = line.in === null || forHost ? packet.bytes : forwarded(packet.bytes);
    return [`${forHost ? 'input' : 'postrouting'} ${iface} mark ${packet.first} ${toHex(out.subarray(0, LOGGED))}`];
  }
  get memory(): number {
    return this.queues.memory;
  }
}

/** nfnetlink_log copies no more. */
const LOGGED = 65531;
const left = ({ hook, iface, mark, hex }: PacketOut): string => `${hook} ${iface} mark ${mark} ${hex}`;

function forwarded(packet: Uint8Array): Uint8Array {
  const bytes = packet.slice();
  bytes[8]!--;
  bytes.fill(0, 10, 12);
  new DataView(bytes.buffer).setUint16(10, checksum(bytes.subarray(0, (bytes[0]! & 15) * 4)));
  return bytes;
}

const sysctls = (values: Record<string, number>): string[] =>
  Object.entries(values).map(([name, value]) => `sysctl -w net.ipv4.${name}=${value}`);
const settingsOf = (values: Record<string, number>): FragmentSettings =>
  fragmentSettings(new Map(Object.entries(values).map(([name, value]) => [`net.ipv4.${name}`, `${value}`])));

describe.skipIf(kernelMissing() !== undefined)(kernelTitle('fragments'), () => {
  let kernel: Kernel;
  beforeAll(() => {
    kernel = openKernel();
  });
  afterAll(() => kernel.close());

  const load = (rules: string, values: Record<string, number> = {}) =>
    kernel.load({ family: 4, setup: [...HOST, ...sysctls(values)], sets: '', rules });
  const sent = async (line: PacketLine) => (await kernel.send({ ...line, keep: true })).out.map(left);

  /** Both are sent the same; the kernel's answers, and ours. */
  async function both(ours: Ours, tracked: boolean, lines: readonly PacketLine[]): Promise<[string[][], string[][]]> {
    const theirs = await Promise.all(lines.map(sent));
    const own = lines.map((line) => {
      const ttl = fromHex(line.hex)[8]!;
      const by = line.in === null ? 'output' : tracked ? 'prerouting' : 'delivery';
      return ours.send(
        by,
        line,
        line.in === null ? (line.mark ?? 0) : tracked ? 0 : ttl > 60 && ttl < 64 ? ttl - 60 : 0,
      );
    });
    return [theirs, own];
  }

  async function agree(draft: Omit<Draft, 'number'>, tracked: boolean, values: Record<string, number> = {}) {
    await load(tracked ? TRACKED : MARKED, { ipfrag_high_thresh: 100_000_000, ...values });
    const all = new Map<string, number>();
    for (let number = 0; number < SCENARIOS; number++) {
      // each has addresses of its own, so that what is left of one meets no other
      const ours = new Ours(settingsOf(values));
      const lines = drawFragments(new Random(FIRST + number), { ...draft, number });
      const [theirs, own] = await both(ours, tracked, lines);
      expect({ seed: FIRST + number, out: own }).toEqual({ seed: FIRST + number, out: theirs });
      for (const [what, times] of ours.seen) all.set(what, (all.get(what) ?? 0) + times);
    }
    return [...all.keys()].sort();
  }

  const ALL = ['again', 'ecn', 'empty', 'end', 'overlap', 'too-long'].map((name) => `fragment-${name}`);

  test('what came in and what is sent, where connections are tracked', { timeout: 30_000 }, async () => {
    expect(await agree({ links: ['eth0', 'eth2', null], large: true }, true)).toEqual([...ALL, 'waits', 'whole']);
  });

  test('what is for this host, where none are', { timeout: 30_000 }, async () => {
    expect(await agree({ links: ['eth0', 'eth2'], delivered: true }, false)).toEqual(
      expect.arrayContaining(['fragment-again', 'fragment-overlap', 'waits', 'whole']),
    );
  });

  test('a sender that is too far ahead', { timeout: 30_000 }, async () => {
    await agree({ links: ['eth0', null], packets: 4 }, true, { ipfrag_max_dist: 3 });
  });

  test('too much that waits', async () => {
    const values = { ipfrag_low_thresh: 0, ipfrag_high_thresh: 30_000 };
    await load(TRACKED, values);
    const ours = new Ours(settingsOf(values));
    const random = new Random(1);
    const lines = Array.from({ length: 40 }, (_, number) => {
      const body = new Uint8Array(8 * random.between(1, 400));
      return {
        in: 'eth0',
        hex: toHex(piece({ body, id: number, src: [10, 99, 7, number] }, 0, body.length, { more: true })),
      };
    });
    const ends = lines.map(({ hex }) => {
      const first = fromHex(hex);
      const body = new Uint8Array(first.length - 20 + 8);
      const spec = { body, id: (first[4]! << 8) | first[5]!, src: [...first.subarray(12, 16)] };
      return { in: 'eth0', hex: toHex(piece(spec, body.length - 8, body.length, {})) };
    });
    const [theirs, own] = await both(ours, true, lines);
    const said = await kernel.output('grep', 'FRAG', '/proc/net/sockstat');
    expect(ours.memory).toBe(Number(/memory (\d+)/.exec(said)![1]));
    expect(own).toEqual(theirs);
    const [theirEnds, ownEnds] = await both(ours, true, ends);
    expect(ownEnds).toEqual(theirEnds);
    expect(ours.seen.get('fragment-memory')).toBeGreaterThan(10);
  });

  test('the time runs from the first that came', { timeout: 10_000 }, async () => {
    await load(TRACKED);
    const body = new Uint8Array(32);
    const at = (from: number, to: number, src: number): PacketLine => ({
      in: 'eth0',
      hex: toHex(piece({ body, id: 7, src: [10, 99, 8, src] }, from, to, { more: to < 32 })),
    });
    const ours = new Ours({ ...settingsOf({}), time: 1 });
    const rest = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
    const all: [string[], string[]][] = [];
    const say = async (line: PacketLine, now: number) =>
      all.push([await sent(line), ours.send('prerouting', line, 0, now)]);
    await say(at(0, 8, 1), 0);
    await rest(600);
    await say(at(8, 16, 1), 600);
    await say(at(0, 16, 2), 600);
    await rest(700);
    await say(at(16, 32, 2), 1300);
    await say(at(16, 32, 1), 1300);
    await say(at(0, 16, 1), 1300);
    const whole = all.map(([theirs, own]) => [theirs.length, own.length]);
    expect(whole).toEqual([0, 0, 0, 1, 0, 1].map((n) => [n, n]));
    expect(all.map(([, own]) => own)).toEqual(all.map(([theirs]) => theirs));
  });

  test.each([
    // fragment sizes, which have DF, and whether it goes out by a link of 600 bytes
    [[400, 400], [], true],
    [[400, 400], [0, 1], true],
    [[800, 400], [], true],
    [[800, 400], [0], false],
    [[800, 400], [1], true],
    [[400, 800], [0], true],
    [[400, 800], [1], false],
    [[576, 24], [0, 1], true],
    [[584, 8], [0], false],
  ] as const)('bodies of %j with DF on %j go through %s', async (sizes, uncut, through) => {
    await kernel.load({ family: 4, setup: [...HOST, 'ip link set eth1 mtu 600'], sets: '', rules: TRACKED });
    const body = new Uint8Array(sizes[0] + sizes[1]);
    const queues = new FragmentQueues<number>(settingsOf({}));
    const cuts = [0, 1].map((n) =>
      piece({ body, id: 9, src: [10, 99, 9, 1] }, n * sizes[0], sizes[0] + n * sizes[1], {
        more: n === 0,
        df: (uncut as readonly number[]).includes(n),
      }),
    );
    const outs = await Promise.all(cuts.map((bytes) => sent({ in: 'eth0', hex: toHex(bytes) })));
    const [, whole] = cuts.map((bytes) => queues.add({ by: 'prerouting', vrf: 0, link: 0, bytes, about: 0, now: 0 }));
    if (whole?.kind !== 'whole') throw new Error('it is not whole');
    const { bytes, length, largest } = whole.packet;
    // ip_exceeds_mtu
    const refused = length > 600 && (bytes[6]! & 0x40) !== 0 && largest > 600;
    expect([outs.flat().length > 0, !refused]).toEqual([through, through]);
  });

  test('what this host sends without an identification never meets, unless it has DF', async () => {
    await load(TRACKED);
    const body = new Uint8Array(32);
    const at = (from: number, to: number, df: boolean): PacketLine => ({
      in: null,
      hex: toHex(piece({ body, id: 0, src: [192, 168, 1, 1] }, from, to, { more: to < 32, df })),
    });
    const outs = await Promise.all([at(0, 16, false), at(16, 32, false), at(0, 16, true), at(16, 32, true)].map(sent));
    expect(outs.map((out) => out.length)).toEqual([0, 0, 0, 1]);
  });

  test.each([
    ['the last', [1, 2], 'OUTPUT 2'],
    ['the last, whichever that is', [2, 1], 'OUTPUT 1'],
  ])('owner and route are those of %s to come', async (_, owners, rule) => {
    const owner = (uid: number) => `-A OUTPUT -m owner --uid-owner ${uid}\n`;
    await load(`${TRACKED}*filter\n${owner(1)}${owner(2)}COMMIT\n`);
    const body = new Uint8Array(32);
    const lines = owners.map((uid, n): PacketLine => {
      const from = n === 0 ? 16 : 0;
      const hex = toHex(piece({ body, id: 5, src: [192, 168, 1, 1] }, from, from + 16, { more: from === 0 }));
      return { in: null, hex, uid, bind: `eth${uid}` };
    });
    const results = await Promise.all(lines.map((line) => kernel.send({ ...line, keep: true })));
    const seen = results.map(({ hits, out }) => [
      ...hits.map((hit) => `${hit.chain} ${hit.rule}`),
      ...out.map(({ iface }) => iface),
    ]);
    expect(seen).toEqual([[], [rule, `eth${owners[1]}`]]);
  });

  test('over lo it is gathered twice, but not where it is untracked', async () => {
    const body = new Uint8Array(32);
    const lines = [0, 16].map(
      (from): PacketLine => ({
        in: null,
        hex: toHex(
          piece({ body, id: 5, src: [192, 168, 1, 1], dst: [192, 168, 1, 1] }, from, from + 16, { more: from === 0 }),
        ),
      }),
    );
    const seen = async (rules: string) => {
      await load(rules);
      const results = await Promise.all(lines.map((line) => kernel.send({ ...line, keep: true })));
      return results.map(({ hits }) => hits.map(({ chain, packets, bytes }) => `${chain} ${packets}/${bytes}`));
    };
    const raw = (more: string) =>
      `*raw\n-A PREROUTING -i lo\n-A OUTPUT\n${more}COMMIT\n*filter\n-A INPUT -m conntrack --ctstate UNTRACKED\nCOMMIT\n`;
    expect(await seen(raw(''))).toEqual([[], ['PREROUTING 1/52', 'OUTPUT 1/52']]);
    expect(await seen(raw('-A OUTPUT -j CT --notrack\n'))).toEqual([
      [],
      ['PREROUTING 2/72', 'OUTPUT 1/52', 'OUTPUT 1/52', 'INPUT 1/52'],
    ]);
  });
});
