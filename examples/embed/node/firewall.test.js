/** Made rules are tested before any host loads them: no root, no kernel, no network. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { compile, createEngine, parse, readPacket, synthesise, syntheticSpec, trace } from 'packetwalk';
import { firewall } from './firewall.js';

const rules = firewall([
  { port: 22, clients: '192.0.2.0/28' },
  { port: 443, clients: '0.0.0.0/0' },
]);
const program = compile(parse([{ name: 'firewall', text: rules }]), {
  local: ['203.0.113.10'],
  strict: true,
  connections: 'off',
});
const host = await (await createEngine()).load(program);

const SSH = { in: 'eth0', dst: '203.0.113.10', proto: 'tcp', dport: 22 };
const CASES = [
  [{ ...SSH, src: '192.0.2.15' }, 'delivered'],
  [{ ...SSH, src: '192.0.2.16' }, 'dropped'],
  [{ ...SSH, src: '198.51.100.7', dport: 443 }, 'delivered'],
  [{ ...SSH, src: '198.51.100.7', dport: 80 }, 'dropped'],
];
for (const [packet, fate] of CASES)
  test(`${packet.src} to port ${packet.dport}: ${fate}`, () => {
    assert.equal(trace(host, readPacket(packet)).fate, fate);
  });

test('each rule takes a packet of 100,000 near to what the rules ask for', () => {
  host.reset();
  host.classify(synthesise(syntheticSpec(program, { profile: 'near', seed: 1 }), 0, 100_000));
  const { packets, rules } = host.summary();
  assert.equal(packets, 100_000);
  // every packet is the first of its connection: the second rule has none to take
  assert.deepEqual(
    rules.filter((rule) => rule.packets === 0).map(({ rule }) => rule),
    [2],
  );
});
