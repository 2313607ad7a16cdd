/** Fingerprints of systems as a text, and what osf finds by them; test/kernel/osf.kernel.test.ts asks the kernel the same. */
import { describe, expect, test } from 'vitest';
import { createEngine, en, explain, parse, readPacket } from '../src/index.js';
import { textIn } from '../src/report/lang/messages.js';
import type { Node } from '../src/report/story.js';
import { programOf } from '../src/run/host-program.js';

const HEAD = '# passive OS fingerprinting\n\n';
const PRINT = '4321:64:1:60:M*,S,T,N,W7:\t\tLinux:9:.1:Linux 9.1 and newer\n';

test.each([
  [PRINT, { genre: 'Linux', window: { of: 'plain', value: 4321 }, ttl: 64, df: true, length: 60, options: 5 }],
  ['S22:64:1:60:M*,S,T,N,W0:@Linux:2.4:ts:x\n', { genre: 'Linux', window: { of: 'mss', value: 22 }, options: 5 }],
  ['T4:255:0:48:M1460,N,N,S:BeOS:5.0::x\n', { window: { of: 'mtu', value: 4 }, ttl: 255, df: false, options: 4 }],
  ['%8192:128:1:48:M*,N,N,S:Windows:XP::x\n', { window: { of: 'modulo', value: 8192 } }],
  ['*:64:0:40:.:-nmap:syn::x\n', { genre: '-nmap', window: { of: 'plain', value: 0 }, options: 0 }],
  ['512:64:0:*:M*, N,E,?7:X::: y\n', { length: 0, options: 3 }],
])('%j', (line, wanted) => {
  const { host, findings } = parse([{ name: 'pf.os', text: HEAD + line }]);
  expect(findings.filter(({ code }) => code !== 'commented-out')).toEqual([]);
  const [{ options, ...print }] = host.fingerprints as unknown as [{ options: readonly object[] }];
  expect({ ...print, options: options.length }).toMatchObject(wanted);
});

describe('osf', () => {
  const SYN = {
    in: 'eth0',
    path: 'input',
    src: '192.0.2.5',
    dst: '10.0.0.1',
    proto: 'tcp',
    sport: 5,
    dport: 80,
    ttl: 64,
  };
  const LINUX = { ...SYN, flags: 'S', window: 4321, df: true, tcpopts: '020405b40402080a000000010000000001030307' };
  test.each<[string, string, object, string, RegExp | undefined]>([
    ['--genre Linux', PRINT, LINUX, 'dropped', undefined],
    ['--genre Other', PRINT, LINUX, 'delivered', /it looks as if Linux had sent it/],
    ['--genre Linux', PRINT, { ...LINUX, window: 4322 }, 'delivered', /no fingerprint fits it/],
    ['--genre Linux', PRINT, { ...LINUX, flags: 'A' }, 'delivered', /it is no SYN/],
    // what is told goes before
    ['--genre Other', PRINT, { ...LINUX, os: 'Other' }, 'dropped', undefined],
    ['--genre Linux', PRINT, { ...LINUX, os: 'unknown' }, 'delivered', /no fingerprint fits it/],
    ['--genre Linux', '', LINUX, 'unknown', undefined],
  ])('%s by %j of %j', async (words, prints, packet, fate, said) => {
    const text = `*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m osf ${words} -j DROP\nCOMMIT\n`;
    const given = [text, prints].flatMap((one, i) => (one === '' ? [] : [{ name: `${i}`, text: one }]));
    const host = await (await createEngine()).load(programOf(parse(given), { tracking: 'off' }));
    expect(host.walk(readPacket(packet as never).packet).fate).toBe(fate);
    if (said !== undefined) {
      const all = (nodes: readonly Node[]): Node[] => nodes.flatMap((node) => [node, ...all(node.children)]);
      const { walk } = explain(host, readPacket(packet as never).packet, { all: true });
      expect(
        all(walk)
          .map(({ message }) => textIn(en, message))
          .join('\n'),
      ).toMatch(said);
    }
  });
});
