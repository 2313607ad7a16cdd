/** What the kernel leaves to chance: drawn from a seed, settled by an assumption, and said to be so. */
import { describe, expect, test } from 'vitest';
import { NAT_PROTO_OFFSET, NAT_PROTO_RANDOM, NAT_PROTO_RANDOM_FULLY, NAT_PROTO_SPECIFIED } from '../src/abi.js';
import { readJsonPacket } from '../src/input/json.js';
import { parseTexts } from '../src/parse/index.js';
import type { LoadOptions } from '../src/run/compiled-host.js';
import { createEngine } from '../src/run/engine.js';
import { uniqueTuple } from '../src/run/nat.js';

const HALF = '-m statistic --mode random --probability 0.5';
const REST = '-m statistic --mode random ! --probability 0.5';
const filter = (...rules: string[]) => ['*filter', ...rules.map((rule) => `-A INPUT ${rule}`), 'COMMIT', ''].join('\n');

async function load(text: string, options: Partial<LoadOptions>) {
  const input = parseTexts([{ name: 'x.rules', text }], { add: ({ message }) => expect(message).toBe('') });
  const host = await (await createEngine()).load({ ...input, ...options });
  const line = '{"in":"eth0","src":"192.0.2.7","dst":"192.0.2.1","proto":"udp","dport":53,"path":"input"}';
  const { packet } = readJsonPacket({ text: line, number: 1 } as never);
  return { host, walk: () => host.walk(packet, { everything: true }) };
}

/** Fates of one packet after another: d(ropped) or a(ccepted). */
async function fates(text: string, options: Partial<LoadOptions>, count = 40): Promise<string> {
  const { walk } = await load(text, options);
  return Array.from({ length: count }, () => (walk().fate === 'dropped' ? 'd' : 'a')).join('');
}

describe('statistic --mode random', () => {
  const RULES = filter(`${HALF} -j DROP`);
  test('each seed has draws of its own, the same ones again', async () => {
    const seeds = await Promise.all([0, 1, 2, 3, 4, 5, 0xffffffff].map((seed) => fates(RULES, { seed })));
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(await fates(RULES, { seed: 3 })).toBe(seeds[3]);
    expect(await fates(RULES, {})).toBe(seeds[1]);
    for (const drawn of seeds) expect([...drawn].filter((fate) => fate === 'd').length).toBeGreaterThan(8);
  });

  test('the first draws of neighbouring seeds come out both ways', async () => {
    const first = await Promise.all(Array.from({ length: 40 }, (_, seed) => fates(RULES, { seed }, 1)));
    const dropped = first.filter((fate) => fate === 'd').length;
    expect(dropped).toBeGreaterThan(8);
    expect(dropped).toBeLessThan(32);
  });

  // the fact is about the match as it stands there, negated or not
  test.each([
    [HALF, true, 'dddd'],
    [HALF, false, 'aaaa'],
    [REST, true, 'dddd'],
    [REST, false, 'aaaa'],
  ])('%s: random=%s', async (match, answer, expected) => {
    const assume = new Map([['random', answer]]);
    expect(await fates(filter(`${match} -j DROP`), { assume }, 4)).toBe(expected);
  });

  test('either answer to a question meets the same draws and counts', async () => {
    const text = filter(
      `${HALF} -j ACCEPT`,
      '-m limit --limit 1/hour --limit-burst 1 -j RETURN',
      '-m set --match-set s src -j DROP',
    );
    for (let seed = 0; seed < 10; seed++) {
      const { host, walk } = await load(text, { seed });
      const counts = ({ hits }: ReturnType<typeof walk>) => hits.filter((rule) => rule < 2);
      const before = walk();
      for (const answer of [true, false]) expect(counts(host.assuming('set:s', answer, walk))).toEqual(counts(before));
    }
  });
});

describe('ports', () => {
  const FULLY = NAT_PROTO_RANDOM_FULLY;
  const GIVEN = NAT_PROTO_SPECIFIED;
  test.each([
    ['udp', 'src', 5000, 0, undefined, undefined],
    ['udp', 'src', 5000, FULLY, undefined, { min: 1024, max: 65535 }],
    ['udp', 'src', 700, NAT_PROTO_RANDOM, undefined, { min: 600, max: 1023 }],
    ['udp', 'src', 80, FULLY, undefined, { min: 1, max: 511 }],
    // its own port lies in the range, or outside, where the kernel begins to look anywhere in it
    ['udp', 'src', 5000, GIVEN, { min: 4000, max: 6000 }, undefined],
    ['udp', 'src', 5000, GIVEN, { min: 1, max: 9 }, { min: 1, max: 9 }],
    ['udp', 'src', 5000, GIVEN, { min: 7, max: 7 }, undefined],
    ['udp', 'src', 5000, GIVEN | NAT_PROTO_OFFSET, { min: 1, max: 9 }, undefined],
    // a destination gets the first port, unless chance is asked for
    ['udp', 'dst', 5000, GIVEN, { min: 1, max: 9 }, undefined],
    ['udp', 'dst', 5000, GIVEN | NAT_PROTO_RANDOM, { min: 1, max: 9 }, { min: 1, max: 9 }],
    ['udp', 'dst', 5000, FULLY, undefined, undefined],
    ['icmp', 'src', 5000, FULLY, undefined, { min: 0, max: 65535 }],
    ['gre', 'src', 0, FULLY, undefined, undefined],
  ] as const)('%s %s %i, flags %i, range %o: drawn of %o', (name, side, port, flags, ports, drawn) => {
    const protocol = { udp: 17, icmp: 1, gre: 47 }[name];
    const tuple = { protocol, src: [0x0a000001], dst: [0x0a000002], sport: port, dport: port };
    const mapped = uniqueTuple(tuple, { flags, addresses: undefined, ports }, side, {
      taken: () => false,
      takenAsIs: () => false,
      mappings: () => [],
      zone: 0,
      draw: ({ max }) => max,
    });
    expect(mapped.drawn).toEqual(drawn);
    if (drawn !== undefined) expect(side === 'src' ? mapped.sport : mapped.dport).toBe(drawn.max);
  });

  test('the event says so', async () => {
    const text = '*nat\n-A INPUT -j SNAT --to-source 192.0.2.9 --random-fully\nCOMMIT\n';
    const ports = [];
    for (const seed of [1, 2]) {
      const { events } = (await load(text, { seed })).walk();
      const event = events.find(({ kind }) => kind === 'translated');
      expect(event).toMatchObject({ side: 'src', drawn: { min: 1024, max: 65535 } });
      ports.push(event?.kind === 'translated' && event.to.port);
    }
    expect(ports[0]).not.toBe(ports[1]);
  });
});
