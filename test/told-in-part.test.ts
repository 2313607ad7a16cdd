/**
 * Hosts of which the texts tell a part: what is not told is asked, or taken from what was said of packet and host
 * beside the texts. Each row is a walk, and what it comes to: fate, what decided, the interface it leaves by, copies.
 */
import { describe, expect, test } from 'vitest';
import { readJsonPacket } from '../src/input/json.js';
import type { WalkResult } from '../src/model/trace.js';
import { parseTexts } from '../src/parse/index.js';
import { createEngine } from '../src/run/engine.js';

const TEXTS: Readonly<Record<string, string>> = {
  addr: `2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 192.0.2.1/24 brd 192.0.2.255 scope global eth0
3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 10.0.0.254/24 brd 10.0.0.255 scope global eth1
    inet 10.1.0.254/24 brd 10.1.0.255 scope global eth1
`,
  local: 'local 10.0.0.254 dev eth1 table local proto kernel scope host src 10.0.0.254\n',
  route: 'default via 192.0.2.254 dev eth0\n10.0.0.0/24 dev eth1 proto kernel scope link src 10.0.0.254\n',
  // as route -n has them: nothing names an own address
  bare: 'default via 192.0.2.254 dev eth0\n192.0.2.0/24 dev eth0\n10.0.0.0/24 dev eth1 scope link\n',
};
const RULES = {
  none: '*filter\nCOMMIT\n',
  forward: '*filter\n-A FORWARD -o tun+ -j DROP\n-A FORWARD -o ppp0 -j DROP\nCOMMIT\n',
  output: '*filter\n-A OUTPUT -o ppp0 -j DROP\nCOMMIT\n',
  marks: '*mangle\n-A OUTPUT -j MARK --set-xmark 0x1/0xffffffff\nCOMMIT\n',
  masquerade: '*nat\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n',
  redirect: '*nat\n-A PREROUTING -p udp -j REDIRECT\nCOMMIT\n',
  own: '*filter\n-A INPUT -m addrtype --dst-type LOCAL -j DROP\n-A FORWARD -m addrtype ! --dst-type LOCAL -j DROP\nCOMMIT\n',
  before: '*raw\n-A PREROUTING -m addrtype --dst-type LOCAL -j DROP\nCOMMIT\n',
  moved:
    '*nat\n-A PREROUTING -j DNAT --to-destination 10.0.0.7\nCOMMIT\n*filter\n-A FORWARD -m addrtype ! --dst-type LOCAL -j DROP\nCOMMIT\n',
  rpfilter: '*raw\n-A PREROUTING -m rpfilter --invert -j DROP\nCOMMIT\n',
};

const THROUGH = { in: 'eth1', src: '10.0.0.1', dst: '8.8.8.8', path: 'forward' };
const SENT = { in: null, src: '10.0.0.254', dst: '8.8.8.8', path: 'output' };
const GROUP = { in: 'eth1', src: '10.0.0.1', dst: '224.0.0.251' };

type Row = readonly [rules: keyof typeof RULES, texts: string, packet: object, assume: string, expected: string];

async function walk([rules, texts, packet, assume]: Row): Promise<WalkResult> {
  const given = texts.split(' ').map((name) => ({ name, text: TEXTS[name] ?? '' }));
  const all = [{ name: 'rules', text: RULES[rules] }, ...given.filter(({ text }) => text !== '')];
  const input = parseTexts(all, { add: ({ message }) => expect(message).toBe('') });
  // --local names own addresses, and does not say that these are all routes
  const host = texts === 'local' ? { ...input.host, tables: [] } : input.host;
  const facts = assume === '' ? [] : assume.split(' ').map((fact) => fact.split('='));
  const engine = await createEngine();
  const loaded = await engine.load({
    ...input,
    host,
    assume: new Map(facts.map(([fact, no]) => [fact!, no !== 'no'])),
  });
  const line = { text: JSON.stringify({ proto: 'udp', dport: 53, ...packet }), number: 1 };
  return loaded.walk(readJsonPacket(line as never).packet);
}

function described({ fate, by, out, copies }: WalkResult): string {
  const decided = by.why ?? (by.rule === undefined ? '' : `rule ${by.rule}`);
  const iface = out === undefined ? '' : `by ${out.iface}`;
  return [fate, decided, iface, copies.length > 0 ? `${copies.length} copies` : ''].filter((part) => part).join(' ');
}

const rows = (name: string, table: readonly Row[]) =>
  describe(name, () => {
    test.each(table)('%s, %s: %j %s: %s', async (...row) => expect(described(await walk(row))).toBe(row[4]));
  });

rows('the interface that a packet leaves by', [
  ['forward', '', THROUGH, '', 'unknown out:tun+'],
  // own addresses alone say nothing of the way out, and a way that the addresses do not show is not known either
  ['forward', 'local', THROUGH, '', 'unknown out:tun+'],
  ['forward', 'addr', THROUGH, '', 'unknown out:tun+'],
  ['forward', 'addr', { ...THROUGH, dst: '192.0.2.7' }, '', 'forwarded by eth0'],
  ['forward', 'addr route', THROUGH, '', 'forwarded by eth0'],
  ['forward', '', THROUGH, 'out:tun+=no', 'unknown out:ppp0'],
  // a name settles every pattern; that it is another one does not
  ['forward', '', THROUGH, 'out:ppp0', 'dropped rule 2'],
  ['forward', '', THROUGH, 'out:tun3', 'dropped rule 1'],
  ['forward', '', THROUGH, 'out:eth9', 'forwarded by eth9'],
  ['forward', '', THROUGH, 'out:ppp0=no', 'unknown out:tun+'],
  ['forward', '', { ...THROUGH, out: 'ppp0' }, '', 'dropped rule 2'],
  ['forward', '', { ...THROUGH, out: 'eth9' }, 'out:ppp0', 'forwarded by eth9'],
  // routes that tell decide
  ['forward', 'addr route', { ...THROUGH, out: 'ppp0' }, 'out:ppp0', 'forwarded by eth0'],
  // the interface alone does not say that the packet is forwarded
  ['forward', '', { ...THROUGH, path: undefined, out: 'ppp0' }, '', 'unknown host:addresses'],
  ['forward', '', { ...THROUGH, path: undefined, out: 'ppp0' }, 'local:8.8.8.8=no', 'dropped rule 2'],
  ['forward', '', { ...THROUGH, path: 'input', out: 'ppp0' }, '', 'delivered by eth1'],
  ['output', '', SENT, '', 'unknown out:ppp0'],
  ['output', '', { ...SENT, out: 'ppp0' }, '', 'dropped rule 1'],
  ['output', '', { ...SENT, out: 'eth0' }, '', 'sent by eth0'],
  ['output', 'local', { ...SENT, path: undefined }, '', 'unknown host:routes'],
  ['output', 'local', { ...SENT, path: undefined, out: 'eth0' }, '', 'sent by eth0'],
  ['output', 'local', { ...SENT, path: undefined }, 'out:eth0', 'sent by eth0'],
  // what comes in again does so here too
  ['output', '', { ...SENT, out: 'lo' }, '', 'delivered by lo'],
  ['output', '', { ...SENT, dst: '255.255.255.255', out: 'eth0' }, '', 'sent by eth0 2 copies'],
  // a changed mark does not lead away from the interface that was given
  ['marks', '', { ...SENT, out: 'eth0' }, '', 'sent by eth0'],
]);

rows('the address that a translation takes', [
  ['masquerade', '', THROUGH, '', 'unknown host:out'],
  ['masquerade', '', { ...THROUGH, out: 'eth0' }, '', 'unknown host:addresses'],
  ['masquerade', '', THROUGH, 'out:eth0', 'unknown host:addresses'],
  ['masquerade', 'local', { ...THROUGH, out: 'eth0' }, '', 'unknown host:addresses'],
  ['masquerade', 'addr', { ...THROUGH, out: 'eth0' }, '', 'forwarded rule 1 by eth0'],
  // of two subnets the gateway's is taken, which nobody told; a link that no text names may have any address
  ['masquerade', 'addr', { ...THROUGH, out: 'eth1' }, '', 'unknown host:routes'],
  ['masquerade', 'addr', { ...THROUGH, out: 'ppp0' }, '', 'unknown host:addresses'],
  ['redirect', '', { ...THROUGH, path: 'input' }, '', 'unknown host:addresses'],
]);

// a way that was given tells it of the destination from routing on: before, nat may still change it
rows('whether a destination is an own address', [
  ['own', '', { ...THROUGH, path: 'input' }, '', 'dropped rule 1'],
  ['own', '', THROUGH, '', 'dropped rule 1'],
  ['own', '', { ...THROUGH, path: undefined }, '', 'unknown host:addresses'],
  ['own', '', { ...THROUGH, path: 'input' }, 'local:8.8.8.8=no', 'delivered by eth1'],
  ['before', '', { ...THROUGH, path: 'input' }, '', 'unknown local:8.8.8.8'],
  ['moved', '', THROUGH, '', 'dropped rule 1'],
]);

const ROUTED = { ...THROUGH, path: undefined };
const NEAR = { ...ROUTED, in: 'eth0', src: '8.8.8.8', dst: '10.0.0.9' };

// a route names the source that its link's address is; a destination on a link of which none is named may be one
rows('the addresses of a host whose routes alone were given', [
  ['none', 'route', ROUTED, '', 'forwarded by eth0'],
  ['none', 'route', { ...NEAR, dst: '10.0.0.254' }, '', 'delivered by eth0'],
  ['none', 'route', { ...NEAR, dst: '10.0.0.255' }, '', 'delivered by eth0'],
  ['none', 'route', { ...NEAR, dst: '127.0.0.1' }, '', 'dropped martian-destination'],
  ['none', 'route', NEAR, '', 'forwarded by eth1'],
  ['none', 'route', { ...NEAR, src: '10.0.0.254' }, '', 'dropped martian-source'],
  ['none', 'route', { ...SENT, path: undefined, dst: '10.0.0.254' }, '', 'delivered by lo'],
  ['none', 'route', NEAR, 'local:10.0.0.9', 'delivered by eth0'],
  ['none', 'bare', ROUTED, '', 'forwarded by eth0'],
  ['none', 'bare', ROUTED, 'local:8.8.8.8', 'delivered by eth1'],
  ['none', 'bare', ROUTED, 'local', 'forwarded by eth0'],
  ['none', 'bare', NEAR, '', 'unknown host:addresses'],
  ['none', 'bare', NEAR, 'local:10.0.0.9', 'delivered by eth0'],
  ['none', 'bare', NEAR, 'local:10.0.0.9=no', 'forwarded by eth1'],
  ['none', 'bare', NEAR, 'local', 'delivered by eth0'],
  ['none', 'bare', NEAR, 'local=no', 'forwarded by eth1'],
  ['none', 'bare', { ...SENT, path: undefined, dst: '10.0.0.9' }, '', 'unknown host:addresses'],
  ['none', 'bare', { ...SENT, path: undefined, dst: '10.0.0.9' }, 'local:10.0.0.9', 'delivered by lo'],
  ['none', 'bare', { ...SENT, path: undefined, dst: '10.0.0.9' }, 'local=no', 'sent by eth1'],
  ['before', 'bare', NEAR, '', 'unknown local:10.0.0.9'],
  ['before', 'bare', ROUTED, '', 'forwarded by eth0'],
  ['masquerade', 'route', { ...NEAR, dst: '10.0.0.7' }, '', 'forwarded rule 1 by eth1'],
  ['masquerade', 'route', ROUTED, '', 'unknown host:addresses'],
  ['redirect', 'route', ROUTED, '', 'delivered rule 1 by eth1'],
  ['redirect', 'route', { ...ROUTED, in: 'eth0', src: '8.8.4.4' }, '', 'unknown host:addresses'],
  ['rpfilter', 'bare', { ...ROUTED, in: 'eth0' }, '', 'dropped rule 1'],
]);

// the kernel hears a group that a socket has joined, and copies to itself what it sends there
rows('multicast groups', [
  ['none', '', GROUP, '', 'unknown joined:224.0.0.251'],
  ['none', 'local', GROUP, '', 'unknown joined:224.0.0.251'],
  ['none', '', { ...GROUP, path: 'input' }, '', 'delivered by eth1'],
  ['none', '', GROUP, 'joined:224.0.0.251', 'delivered by eth1'],
  ['none', '', GROUP, 'joined:224.0.0.251=no', 'dropped not-joined'],
  ['none', '', GROUP, 'joined:224.0.0.9', 'unknown joined:224.0.0.251'],
  ['none', '', GROUP, 'joined', 'delivered by eth1'],
  ['none', '', GROUP, 'joined joined:224.0.0.251=no', 'dropped not-joined'],
  ['none', '', { ...GROUP, dst: '224.0.0.1' }, '', 'delivered by eth1'],
  ['none', 'addr', GROUP, '', 'dropped not-joined'],
  ['none', 'addr', { ...GROUP, path: 'input' }, '', 'dropped not-joined'],
  ['none', 'addr', GROUP, 'joined:224.0.0.251', 'delivered by eth1'],
  ['none', 'addr route', { ...SENT, dst: '224.0.0.251' }, '', 'sent by eth1'],
  ['none', 'addr route', { ...SENT, dst: '224.0.0.251' }, 'joined:224.0.0.251', 'sent by eth1 2 copies'],
  ['none', '', { ...SENT, dst: '224.0.0.251', out: 'eth0' }, '', 'sent by eth0'],
  ['none', '', { ...SENT, dst: '224.0.0.251', out: 'eth0' }, 'joined:224.0.0.251', 'sent by eth0 2 copies'],
]);

rows('the reverse path filter', [
  ['rpfilter', '', { ...THROUGH, path: 'input' }, '', 'unknown match:rpfilter'],
  ['rpfilter', 'local', { ...THROUGH, path: 'input' }, '', 'unknown match:rpfilter'],
  // the addresses show the way back into their own subnets, and no other
  ['rpfilter', 'addr', { ...THROUGH, dst: '192.0.2.1' }, '', 'delivered by eth1'],
  ['rpfilter', 'addr', { ...THROUGH, in: 'eth0', dst: '192.0.2.1' }, '', 'dropped rule 1'],
  ['rpfilter', 'addr', { ...THROUGH, src: '8.8.4.4', dst: '192.0.2.1' }, '', 'unknown match:rpfilter'],
  ['rpfilter', 'addr', { ...THROUGH, src: '8.8.4.4', dst: '192.0.2.1' }, 'match:rpfilter=no', 'dropped rule 1'],
  ['rpfilter', 'addr route', { ...THROUGH, src: '8.8.4.4', dst: '192.0.2.1' }, '', 'dropped rule 1'],
]);

test('a packet leaves by one interface', async () => {
  const input = parseTexts([{ name: 'rules', text: RULES.forward }], { add: () => {} });
  const facts = { 'out:tun0': false, 'out:ppp0': true, 'out:ppp+': true, 'out:eth0': true };
  const loaded = await (await createEngine()).load({ ...input, assume: new Map(Object.entries(facts)) });
  const problems = Object.keys(facts).filter((fact) => loaded.from.problemOf(fact) !== undefined);
  expect(problems).toEqual(['out:eth0']);
});
