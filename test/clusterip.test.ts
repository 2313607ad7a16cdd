/**
 * CLUSTERIP, from net/ipv4/netfilter/ipt_CLUSTERIP.c: no kernel at hand has it. The nodes are those of a C program that hashes as
 * include/linux/jhash.h does, on a little-endian machine.
 */
import { describe, expect, test } from 'vitest';
import { createEngine, parse, readPacket } from '../src/index.js';
import { programOf } from '../src/run/host-program.js';

const MODES = ['sourceip', 'sourceip-sourceport', 'sourceip-sourceport-destport'];
const OWN = '10.9.9.9';
const UDP = { in: 'eth0', src: '10.0.0.2', dst: OWN, proto: 'udp', sport: 1000, dport: 80, path: 'input' };

const cluster = (mode: number, seed: number, total: number, local: number, address = OWN) =>
  `-d ${address}/32 -i eth0 -j CLUSTERIP --new --hashmode ${MODES[mode - 1]} --clustermac 01:00:5E:00:00:20 --total-nodes ${total} --local-node ${local} --hash-init ${seed}`;

/** Where the packet ends: `on` and its connection's mark where it comes behind the rules. */
async function walked(rules: readonly string[], packet: object = UDP, assume: [string, boolean][] = [], nodes = '') {
  const text = `*filter\n:INPUT DROP [0:0]\n${rules.map((rule) => `-A INPUT ${rule}\n`).join('')}-A INPUT -m connmark --mark 0x0 -j REJECT\n-A INPUT -j ACCEPT\nCOMMIT\n`;
  const given = [{ name: 'rules', text }, ...(nodes === '' ? [] : [{ name: 'nodes', text: nodes }])];
  const host = await (await createEngine()).load({ ...programOf(parse(given), {}), assume: new Map(assume) });
  const { fate, by } = host.walk(readPacket(packet as never).packet);
  if (fate === 'delivered') return 'on, marked';
  return fate === 'rejected' ? 'on' : fate === 'unknown' ? by.why : fate;
}

describe('the node that a packet falls to', () => {
  test.each<[mode: number, seed: number, src: string, sport: number, dport: number, node: number]>([
    [1, 0, '10.0.0.2', 1000, 80, 7],
    [1, 0, '10.0.0.2', 1001, 443, 7],
    [1, 0, '203.0.113.200', 1000, 80, 3],
    [1, 1, '10.0.0.3', 1000, 80, 15],
    [1, 4294967295, '203.0.113.200', 1001, 80, 16],
    [2, 0, '10.0.0.2', 1000, 443, 11],
    [2, 1, '10.0.0.2', 1001, 80, 12],
    [2, 4294967295, '10.0.0.2', 1000, 80, 11],
    [2, 4294967295, '10.0.0.3', 1001, 80, 5],
    [2, 1, '192.0.2.77', 0, 0, 1],
    [3, 0, '10.0.0.3', 1000, 80, 9],
    [3, 0, '192.0.2.77', 1001, 80, 2],
    [3, 1, '203.0.113.200', 1001, 80, 14],
    [3, 4294967295, '10.0.0.2', 1000, 443, 10],
    [3, 4294967295, '203.0.113.200', 1000, 80, 13],
  ])('mode %i, seed %i, %s:%i to port %i: %i', async (mode, seed, src, sport, dport, node) => {
    const packet = { ...UDP, src, sport, dport };
    expect(await walked([cluster(mode, seed, 16, node)], packet)).toBe('on, marked');
    expect(await walked([cluster(mode, seed, 16, 1 + (node % 16))], packet)).toBe('dropped');
    const marked = `-m connmark ! --mark ${node} -j DROP`;
    expect(await walked([cluster(mode, seed, 16, node), marked], packet)).toBe('on, marked');
  });

  // 0 for ports, as of the line above that has them so
  const PING = { in: 'eth0', src: '192.0.2.77', dst: OWN, proto: 'icmp', type: 8, code: 0, id: 77, path: 'input' };
  test.each<[string, object, string]>([
    ['a ping has none', PING, 'on, marked'],
    ['GRE has none', { ...PING, proto: 'gre', payload: '03e8005000000000' }, 'on, marked'],
  ])('%s', async (_, packet, wanted) => {
    expect(await walked([cluster(2, 1, 16, 1)], packet)).toBe(wanted);
  });
});

describe('connections', () => {
  const icmp = { ...UDP, proto: 'icmp', type: 3, code: 1, state: 'RELATED' };
  test.each<[string, object, number, string]>([
    ['a known one keeps its mark', { ...UDP, state: 'ESTABLISHED' }, 7, 'on'],
    ['and is hashed as well', { ...UDP, state: 'ESTABLISHED' }, 8, 'dropped'],
    ['none', { ...UDP, state: 'INVALID' }, 7, 'dropped'],
    ['not tracked', { ...UDP, state: 'UNTRACKED' }, 7, 'dropped'],
    ['an error about one, whose share it may be', icmp, 8, 'on'],
    ['one that is expected is hashed, and gets no mark', { ...UDP, state: 'RELATED' }, 7, 'on'],
    ['of another node', { ...UDP, state: 'RELATED' }, 8, 'dropped'],
  ])('%s', async (_, packet, local, wanted) => {
    expect(await walked([cluster(1, 0, 16, local)], packet)).toBe(wanted);
  });
});

test('a template in the place of a connection is a question', async () => {
  const text = `*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j CT --zone 1\n-A PREROUTING ${cluster(1, 0, 16, 7)}\nCOMMIT\n`;
  const host = await (await createEngine()).load(programOf(parse([{ name: 'rules', text }]), {}));
  expect(host.walk(readPacket(UDP as never).packet).by.why).toBe(`share:${OWN}`);
});

describe('what the cluster is like', () => {
  const [OURS, OTHERS] = [cluster(1, 0, 16, 7), cluster(1, 0, 16, 8)];
  const LATER = `-d ${OWN}/32 -j CLUSTERIP`;
  test.each<[string, string[], string | undefined, [string, boolean][]]>([
    ['says the first rule of its address', [OURS, LATER], 'on, marked', []],
    ['whatever the next says', [OURS, OTHERS], 'on, marked', []],
    ['not that of another address', [cluster(1, 0, 16, 8, '10.9.9.8'), OURS], 'on, marked', []],
    ['also where its own rule is for other packets', [`-s 192.0.2.1/32 ${OTHERS}`, LATER], 'dropped', []],
    ['or for all that go elsewhere', [`! ${cluster(1, 0, 16, 7, '10.9.9.8')}`], 'on, marked', []],
    ['a question where none does', [LATER], `share:${OWN}`, []],
    ['of this host', [LATER], 'on', [[`share:${OWN}`, true]]],
    ['of another', [LATER], 'dropped', [[`share:${OWN}`, false]]],
    ['among no nodes all falls to the first', [cluster(1, 0, 0, 1)], 'on, marked', []],
  ])('%s', async (_, rules, wanted, assume) => {
    expect(await walked(rules, UDP, assume)).toBe(wanted);
  });
});

describe('the nodes of this host, as /proc has them', () => {
  const FILE = `/proc/net/ipt_CLUSTERIP/${OWN}`;
  const OTHER = '/proc/net/ipt_CLUSTERIP/10.9.9.8';
  test.each<[string, string, 7 | 8, string]>([
    ['below its command', `# cat ${FILE}\n3,7\n`, 8, 'on, marked'],
    ['below a prompt', `root@gw:~# cat ${FILE}\n7\n`, 8, 'on, marked'],
    ['below its name', `==> ${OTHER} <==\n8\n\n==> ${FILE} <==\n7,9\n`, 8, 'on, marked'],
    ['behind its name', `${OTHER}:8\n${FILE}:7,12\n`, 8, 'on, marked'],
    [
      'among others',
      `# ip rule\n0:\tfrom all lookup local\n# cat ${FILE}\n7\n# ip xfrm state count\n`,
      8,
      'on, marked',
    ],
    ['before one of another', `# cat ${FILE}\n7\n# cat ${OTHER}\n8\n`, 8, 'on, marked'],
    ['no more than they say', `# cat ${FILE}\n3,8\n`, 7, 'dropped'],
    ['none', `# cat ${FILE}\n# ip rule\n0:\tfrom all lookup local\n`, 7, 'dropped'],
    ['of another cluster', `# cat ${OTHER}\n8\n`, 7, 'on, marked'],
  ])('%s', async (_, text, local, wanted) => {
    expect(await walked([cluster(1, 0, 16, local)], UDP, [], text)).toBe(wanted);
    expect(parse([{ name: 'nodes', text }]).findings.filter(({ code }) => code !== 'no-rules')).toEqual([]);
  });

  test('a line that is none is named', () => {
    const { findings } = parse([{ name: 'nodes', text: `${FILE}:7\n${FILE}:seven\n` }]);
    expect(findings.map(({ code, place }) => [code, place?.line])).toContainEqual(['unreadable-line', 2]);
  });
});
