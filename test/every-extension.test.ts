/** What each extension has to have beside its rows of each kind (rows.test.ts): words for what it makes of a packet, and a test before the kernel. */
import { describe, expect, test } from 'vitest';
import { NOBODY_LISTENS } from '../src/cli/load.js';
import type { Extension } from '../src/ext/define.js';
import { MATCHES, TARGETS } from '../src/ext/registry.js';
import { createEngine, en, explain, parse, readPacket } from '../src/index.js';
import { textIn } from '../src/report/lang/messages.js';
import type { Node } from '../src/report/story.js';
import { programOf } from '../src/run/host-program.js';
import { PACKETS } from './headers6/table.js';
import { drawnExtensions } from './kernel/extensions.js';
import { UNJUDGED } from './kernel/unjudged.js';
import { allRowTables, type Row } from './rows.js';

const tables = allRowTables();
const rowsOf = ({ kind, name }: Extension): readonly Row[] =>
  tables.find((table) => table.kind === kind && table.name === name)?.rows.filter(({ ok }) => ok) ?? [];
const named = (list: readonly Extension[]) =>
  [...new Map(list.map((one) => [`${one.kind} ${one.name}`, one] as const))] as const;

/** What each asks is an open question where nothing more is known of the host. */
const ASKED = [
  // of estimators that have to be there before: test/kernel/remembering/limits.ts
  'match rateest',
];
/** Of other projects, which are told of as what they are asked for is assumed (test/foreign.test.ts). */
const ASKED_OF_OTHERS = ['BALANCE', 'DNETMAP', 'TRIGGER'].map((name) => `target ${name}`);

describe('a row that is printed otherwise', () => {
  // flags, and values that have one spelling
  const ONE_WAY = ['match comment', 'match devgroup', 'target BALANCE'];
  const valued = (extension: Extension) => Object.values(extension.options).some(({ value }) => value.words !== 0);
  test.each(named([...MATCHES, ...TARGETS].filter(valued)).filter(([name]) => !ONE_WAY.includes(name)))(
    '%s',
    (_, extension) => {
      const others = rowsOf(extension).filter(({ rule, expected }) => rule !== expected);
      expect(others.length, `no row in ${extension.name}.t has another spelling than it is printed in`).toBeGreaterThan(
        0,
      );
    },
  );
});

test('random rules before the kernel ask for each', { timeout: 60_000 }, () => {
  const drawn = drawnExtensions(30);
  const names = named([...MATCHES, ...TARGETS].filter(({ foreign }) => !foreign)).map(([name]) => name);
  expect(
    names.filter((name) => !drawn.has(name)).sort(),
    'what no drawer of test/kernel/generate/ makes is what stands in test/kernel/unjudged.ts',
  ).toEqual([...UNJUDGED].sort());
});

const all = (nodes: readonly Node[]): Node[] => nodes.flatMap((node) => [node, ...all(node.children)]);

/** What rules ask beside the bytes: frames, and what lies outside of packets. */
const FRAMES = {
  ...{ mac: '02:00:00:00:00:01', pkttype: 'unicast' },
  ...{ policy: 'none', ipvs: 'none', socket: false, os: 'unknown' },
  ...{ uid: 7, gid: 7, groups: [7], cgroup: '/other', classid: 7, cpu: 7, realm: 7, time: '2026-02-28T12:00:00Z' },
};
const DESCRIBED: Readonly<Record<4 | 6, readonly object[]>> = {
  4: [
    { src: '192.0.2.5', dst: '198.51.100.9', proto: 'udp', sport: 5, dport: 6, ...FRAMES },
    { src: '192.0.2.5', dst: '198.51.100.9', proto: 'tcp', sport: 5, dport: 6, flags: 'S', ...FRAMES },
    { src: '192.0.2.5', dst: '198.51.100.9', proto: 'icmp', type: 13, ...FRAMES },
    { src: '192.0.2.5', dst: '198.51.100.9', proto: 'sctp', sport: 5, dport: 6, ...FRAMES },
    { src: '192.0.2.5', dst: '198.51.100.9', proto: 'udplite', sport: 5, dport: 6, ...FRAMES },
    {
      src: '192.0.2.5',
      dst: '198.51.100.9',
      proto: 'dccp',
      payload: '0005000602000000000000000000000100000000',
      ...FRAMES,
    },
    { src: '192.0.2.5', dst: '198.51.100.9', proto: 'ipcomp', payload: '0400000200', ...FRAMES },
    { src: '192.0.2.5', dst: '198.51.100.9', proto: 'esp', payload: '00012345000000010000', ...FRAMES },
    {
      src: '192.0.2.5',
      dst: '198.51.100.9',
      proto: 'ah',
      payload: '060400000001234500000001000000000000000000000000',
      ...FRAMES,
    },
  ],
  6: [
    ...Object.values(PACKETS).map((hex) => ({ hex, ...FRAMES })),
    { src: '2001:db8::5', dst: '2001:db8:1::9', proto: 'mobility-header', payload: '3b00090000000000', ...FRAMES },
    { src: '2001:db8::5', dst: '2001:db8:1::9', proto: 'icmpv6', type: 133, ...FRAMES },
  ],
};

/** None of the packets is to this host by these, so that a rule of INPUT goes without them. */
const HOST: Readonly<Record<4 | 6, readonly { name: string; text: string }[]>> = {
  4: [
    { name: 'a', text: '2: eth0: <UP> mtu 1500\n    inet 203.0.113.1/24 scope global eth0\n' },
    { name: 'r', text: 'default via 203.0.113.9 dev eth0\n192.0.2.0/24 dev eth1 scope link\n' },
  ],
  6: [
    { name: 'a', text: '2: eth0: <UP> mtu 1500\n    inet6 2001:db8:77::1/64 scope global\n' },
    { name: 'r', text: 'default via fe80::9 dev eth0\n2001:db8::/64 dev eth1 metric 256\n' },
  ],
};

/** What is told of a row's rule, in its own table and chain, packet by packet. */
async function* told({ family, table, chain, rule }: Row): AsyncGenerator<Node[]> {
  const head = family === 6 ? '# Generated by ip6tables-save v1.8.9\n' : '';
  const own = /^[A-Z]+$/.test(chain) ? chain : 'PREROUTING';
  const text = `${head}*${table}\n:${own} ACCEPT [0:0]\n-A ${own} ${rule}\nCOMMIT\n`;
  const sets = [...rule.matchAll(/-set (\w+)/g)].map(([, name]) => `create ${name} hash:ip\n`).join('');
  const texts = parse([
    { name: 'x', text },
    ...(own === 'INPUT' ? [] : HOST[family]),
    ...(sets === '' ? [] : [{ name: 's', text: sets }]),
  ]);
  const program = programOf(texts, { tracking: 'on' }, family);
  const usual = new Map([...NOBODY_LISTENS, ['match', false], ['target', false]]);
  const host = await (await createEngine()).load({ ...program, usual });
  const paths: Readonly<Record<string, string>> = { INPUT: 'input', OUTPUT: 'output' };
  const path = paths[own] ?? 'forward';
  for (const packet of DESCRIBED[family]) {
    const { packet: read } = readPacket({
      in: path === 'output' ? null : 'eth0',
      out: 'eth1',
      path,
      ...packet,
    });
    yield all(explain(host, read, { all: true }).walk);
  }
}

describe('why it does not match, in words', () => {
  // no packet is without the first; the other takes what is drawn
  const ALWAYS = ['match comment', 'match id', ...ASKED];
  test.each(named(MATCHES).filter(([name]) => !ALWAYS.includes(name)))('%s', async (_, extension) => {
    const options = [`-m ${extension.name}`, ...Object.keys(extension.options).map((key) => `--${key}`)];
    for (const row of rowsOf(extension))
      for await (const nodes of told(row))
        for (const { message, children } of nodes) {
          if (message.key !== 'rule.missed') continue;
          const { option } = message.params;
          if (!options.some((one) => `${option} `.replace(/^! /, '').startsWith(`${one} `))) continue;
          expect(textIn(en, children[0]!.message)).not.toMatch(/^its bytes do not say so|^undefined/);
          return;
        }
    expect.fail('no row of it is missed by any packet');
  });
});

test('fields are named as the family names them', async () => {
  const { rows } = tables.find(({ kind, name }) => kind === 'match' && name === 'hl')!;
  const said: string[] = [];
  for (const row of rows.filter(({ ok }) => ok))
    for await (const nodes of told(row))
      for (const { message, children } of nodes)
        if (message.key === 'rule.missed') said.push(...children.map((child) => textIn(en, child.message)));
  expect([...new Set(said)].filter((text) => !text.startsWith('the packet has hop limit '))).toEqual([]);
  expect(said).not.toEqual([]);
});

const UNDONE = ['rule.missed', 'rule.cut', 'rule.open', 'rule.any', 'rule.passes', 'rule.takes', 'rule.counts'];

describe('what it does, in words', () => {
  test.each(named(TARGETS).filter(([name]) => ![...ASKED, ...ASKED_OF_OTHERS].includes(name)))(
    '%s',
    async (_, extension) => {
      for (const row of rowsOf(extension))
        for await (const nodes of told(row))
          for (const { rule, message } of nodes) if (rule !== undefined && !UNDONE.includes(message.key)) return;
      expect.fail('nothing is told of it');
    },
  );
});
