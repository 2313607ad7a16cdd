/** Which of several hops of a route a flow takes, the kernel's hash says: an open question, told with what each comes to. */
import { expect, test } from 'vitest';
import { readPacket } from '../src/input/json.js';
import { explain } from '../src/report/explain.js';
import { Facts } from '../src/report/facts.js';
import { en } from '../src/report/lang/en.js';
import { textIn } from '../src/report/lang/messages.js';
import { allWays } from '../src/report/ways/index.js';
import type { WayNode } from '../src/report/ways/tell.js';
import type { CompiledHost } from '../src/run/compiled-host.js';
import { createEngine, type LoadedHost } from '../src/run/engine.js';
import { compileHost } from '../src/run/host-program.js';
import { parse } from '../src/run/host-texts.js';

const RULES =
  '*filter\n-A FORWARD -o b -j DROP\nCOMMIT\n*nat\n-A POSTROUTING -o a -j MASQUERADE\nCOMMIT\n*mangle\n-A OUTPUT -p tcp -j MARK --set-mark 1\nCOMMIT\n';
const ADDR = ['2: a', '3: b', '4: lan']
  .map((link, i) => `${link}: <UP> mtu 1500\n    inet 10.0.${i}.1/24 scope global ${link.slice(3)}\n`)
  .join('');
const CONNECTED = [0, 1, 2].map((i) => `10.0.${i}.0/24 dev ${['a', 'b', 'lan'][i]} scope link\n`).join('');
const TWO = `default\n\tnexthop via 10.0.0.254 dev a weight 1\n\tnexthop via 10.0.1.254 dev b weight 2\n${CONNECTED}`;
const THREE = `default\n\tnexthop via 10.0.1.254 dev b\n\tnexthop via 10.0.0.253 dev a\n\tnexthop via 10.0.0.254 dev a\n${CONNECTED}`;

const LAN = { in: 'lan', src: '10.0.2.9', dst: '8.8.8.8', proto: 'udp', sport: 5, dport: 6 };
const OWN = { in: null, src: '10.0.2.1', dst: '8.8.8.8', proto: 'udp', sport: 5, dport: 6 };

const hostOf = (routes: string, ...assume: string[]): CompiledHost =>
  compileHost(parse([RULES, ADDR, routes].map((text, i) => ({ text, name: `${i}` }))), { assume });

async function told(routes: string, packet: object, assume: string): Promise<string> {
  const host = await (await createEngine()).load(hostOf(routes, ...(assume === '' ? [] : [assume])));
  const { fate, by, out } = host.walk(readPacket(packet).packet);
  if (fate === 'unknown') return by.why!;
  return out === undefined ? fate : `${fate} by ${out.iface}`;
}

test.each<[name: string, routes: string, packet: object, assume: string, expected: string]>([
  ['nobody says', TWO, LAN, '', 'way:a'],
  ['one is assumed', TWO, LAN, 'way:a', 'forwarded by a'],
  ['the other', TWO, LAN, 'way:b', 'dropped'],
  ['one is excluded', TWO, LAN, 'way:a=no', 'dropped'],
  ['the interface is assumed', TWO, LAN, 'out:a', 'forwarded by a'],
  ['an interface that is none of them', TWO, LAN, 'out:lan', 'way:a'],
  ['the packet says', TWO, { ...LAN, out: 'b' }, '', 'dropped'],
  ['all are excluded, and one it takes', TWO, LAN, 'way=no', 'dropped'],
  ['any will do', TWO, LAN, 'way', 'forwarded by a'],
  ['three', THREE, LAN, '', 'way:b'],
  ['two are left', THREE, LAN, 'way:b=no', 'way:a via 10.0.0.253'],
  ['two are left by one interface', THREE, { ...LAN, out: 'a' }, '', 'way:a via 10.0.0.253'],
  ['by its gateway', THREE, LAN, 'way:a via 10.0.0.254', 'forwarded by a'],
  ['what this host sends', TWO, OWN, '', 'way:a'],
  ['what this host sends, by one', TWO, OWN, 'way:b', 'sent by b'],
  ['what is routed again', TWO, { ...OWN, proto: 'tcp' }, 'way:b', 'sent by b'],
])('%s', async (_, routes, packet, assume, expected) => {
  expect(await told(routes, packet, assume)).toBe(expected);
});

/** What leads to which end. */
function waysOf(host: LoadedHost, packet: object): string[] {
  const flat = (way: WayNode): string[] =>
    'end' in way ? [textIn(en, way.end)] : [textIn(en, way.choice), ...flat(way.yes), ...flat(way.no)];
  const { ways } = explain(host, readPacket(packet).packet, { ways: allWays });
  return ways === undefined ? [] : flat(ways);
}

test.each([
  [
    'two',
    TWO,
    [
      'if it takes the way by a',
      'forwarded (a: udp 10.0.0.1:5 → 8.8.8.8:6), by nat POSTROUTING rule 1 (0:5)',
      'dropped, by filter FORWARD rule 1 (0:2)',
    ],
  ],
  [
    'three',
    THREE,
    [
      'if it takes the way by b',
      'dropped, by filter FORWARD rule 1 (0:2)',
      'forwarded (a: udp 10.0.0.1:5 → 8.8.8.8:6), by nat POSTROUTING rule 1 (0:5)',
    ],
  ],
])('each way of %s is told with what it comes to', async (_, routes, expected) => {
  expect(waysOf(await (await createEngine()).load(hostOf(routes)), LAN)).toEqual(expected);
});

/** Marked packets of this host go by a table whose way has two hops more. */
const SECOND = `${TWO}default table 7\n\tnexthop via 10.0.1.253 dev b\n\tnexthop via 10.0.1.254 dev b\n`;
test('another route that it comes to by the last hop has hops of its own', async () => {
  const rules = ['0: from all lookup local', '5: from all fwmark 1 lookup 7', '32766: from all lookup main'];
  const files = [RULES, ADDR, SECOND, `${rules.join('\n')}\n32767: from all lookup default\n`];
  const texts = files.map((text, i) => ({ text, name: `${i}` }));
  const host = await (await createEngine()).load(compileHost(parse(texts)));
  // by whichever hop of the first, it is routed again, and leaves by b either way
  expect(waysOf(host, { ...OWN, proto: 'tcp' })).toEqual([]);
  const story = explain(host, readPacket({ ...OWN, proto: 'tcp' }).packet, { ways: allWays });
  expect([story.fate, story.result.out?.iface]).toEqual(['sent', 'b']);
});

test.each([
  ['way:b', LAN, ['way:b=yes']],
  ['way:a=no', LAN, ['way:a=no']],
  ['way', LAN, ['way=yes']],
  ['out:b', LAN, ['out:b=yes']],
  ['way:b', { ...LAN, dst: '10.0.0.9' }, []],
  ['way:b', { ...LAN, out: 'b' }, []],
])('%s: what was assumed of the way of %j', async (assume, fields, expected) => {
  const host = await (await createEngine()).load(hostOf(TWO, assume));
  const { packet } = readPacket(fields);
  const facts = new Facts(host).of(packet, host.walk(packet).events);
  expect(facts.map((one) => textIn(en, one))).toEqual(expected);
});

test.each([
  [TWO, 'way:a', true],
  [TWO, 'way:lan', false],
  [THREE, 'way:a', false],
  [THREE, 'way:a via 10.0.0.254', true],
  [THREE, 'way:a via 10.0.0.9', false],
  [TWO, 'out:a', true],
  [TWO, 'out:c', false],
  [CONNECTED, 'way:a', false],
  [CONNECTED, 'out:a', false],
])('%j: an assumption that settles nothing is told (%s)', (routes, fact, settles) => {
  expect(hostOf(routes, fact).asks(fact)).toBe(settles);
});
