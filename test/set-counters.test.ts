/** Counters of sets, where they are asked: what the kernel says of them is in test/kernel/remembering/sets.ts. */
import { describe, expect, test } from 'vitest';
import { createEngine, en, explain, parse, readPacket } from '../src/index.js';
import { textIn } from '../src/report/lang/messages.js';
import type { Node } from '../src/report/story.js';
import { programOf } from '../src/run/host-program.js';

const PACKET = readPacket({
  ...{ in: 'eth0', src: '192.0.2.5', dst: '10.0.0.1', proto: 'udp', sport: 5, dport: 53, path: 'input' },
} as never).packet;

async function load(sets: string, match: string, assume: readonly string[] = []) {
  const rule = `*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m set ${match} -j DROP\nCOMMIT\n`;
  const texts = [{ name: 'rules', text: rule }, ...(sets === '' ? [] : [{ name: 'sets', text: sets }])];
  return (await createEngine()).load(programOf(parse(texts), { assume }));
}
const fates = async (sets: string, match: string, assume?: readonly string[]) => {
  const host = await load(sets, match, assume);
  return Array.from({ length: 3 }, () => {
    const { fate, by } = host.walk(PACKET);
    return fate === 'unknown' ? by.why : fate;
  });
};
const S = '--match-set s src';

describe('counters', () => {
  const IP = 'create s hash:ip counters\nadd s 192.0.2.5 packets 3 bytes 84\n';
  test.each([
    ['of a member, this packet too', IP, `${S} --packets-gt 4`, ['delivered', 'dropped', 'dropped']],
    ['bytes', IP, `${S} ! --bytes-eq 140`, ['dropped', 'delivered', 'dropped']],
    ['turned round', IP, `! ${S} --packets-lt 6`, ['delivered', 'delivered', 'dropped']],
    ['that it leaves alone', IP, `${S} ! --update-counters --packets-eq 3`, ['dropped', 'dropped', 'dropped']],
    [
      'that it does not have',
      'create s hash:ip\nadd s 192.0.2.5\n',
      `${S} --packets-gt 9`,
      ['dropped', 'dropped', 'dropped'],
    ],
    ['of a set that nobody gave', '', `${S} --packets-gt 4`, ['set:s', 'set:s', 'set:s']],
    [
      'of one that has members which are no match',
      'create s hash:net counters\nadd s 192.0.2.0/24\nadd s 192.0.2.9 nomatch\n',
      `${S} --packets-gt 0`,
      ['counters:s', 'counters:s', 'counters:s'],
    ],
    [
      'of nets of two kinds, where a wider one may say otherwise',
      'create s hash:net,net counters\nadd s 192.0.2.0/24,10.0.0.0/8\nadd s 192.0.0.0/16,10.0.0.0/8\n',
      '--match-set s src,dst --packets-lt 2',
      ['dropped', 'counters:s', 'counters:s'],
    ],
  ])('%s', async (_, sets, match, expected) => {
    expect(await fates(sets, match)).toEqual(expected);
  });
  test('a member that is assumed has counted nobody knows what', async () => {
    expect(await fates('', `${S} --packets-gt 4`, ['set:s:192.0.2.5'])).toEqual([
      'counters:s',
      'counters:s',
      'counters:s',
    ]);
    const both = ['set:s:192.0.2.5', 'counters:s=no'];
    expect((await fates('', `${S} --packets-gt 4`, both))[0]).not.toBe('dropped');
  });

  const all = (nodes: readonly Node[]): Node[] => nodes.flatMap((node) => [node, ...all(node.children)]);
  test('in words', async () => {
    const { walk } = explain(await load(IP, `${S} --packets-gt 4`), PACKET, { all: true });
    const said = all(walk).map(({ message }) => textIn(en, message));
    expect(said.join('\n')).toContain('192.0.2.5 is in s, with 4 packets and 112 bytes');
  });
});
