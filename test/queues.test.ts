/** NFQUEUE: what becomes of packets hangs on who listens, which no text tells. */
import { describe, expect, test } from 'vitest';
import { createEngine, parse, readPacket } from '../src/index.js';
import { assumedOfAll } from '../src/report/assumptions.js';
import { Facts } from '../src/report/facts.js';
import { programOf } from '../src/run/host-program.js';

const RULES = `*filter
:INPUT DROP
:FORWARD ACCEPT
:OUTPUT ACCEPT
-A INPUT -p tcp -j NFQUEUE --queue-num 3
-A INPUT -p udp -j NFQUEUE --queue-balance 0:3 --queue-bypass
COMMIT
`;
const program = (assume: readonly string[]) => programOf(parse([{ name: 'rules', text: RULES }]), { assume });
const NOBODY = new Map([['queue', false]]);
const packetOf = (proto: string) => readPacket({ src: '192.0.2.1', dst: '192.0.2.2', proto, path: 'input' }).packet;

describe('a packet', () => {
  test.each<[proto: string, assume: string[], fate: string, why: string | undefined]>([
    ['tcp', [], 'unknown', 'queue:3'],
    ['udp', [], 'unknown', 'queue:0:3'],
    ['tcp', ['queue:3'], 'stolen', undefined],
    ['udp', ['queue:0:3'], 'stolen', undefined],
    ['tcp', ['queue'], 'stolen', undefined],
    ['tcp', ['queue:3=no'], 'dropped', undefined],
    ['udp', ['queue:0:3=no'], 'delivered', undefined],
    ['tcp', ['accepts:3'], 'delivered', undefined],
    ['tcp', ['accepts:3=no'], 'dropped', undefined],
    ['udp', ['accepts=no'], 'dropped', undefined],
    ['tcp', ['accepts:4'], 'unknown', 'queue:3'],
  ])('%s, %j: %s', async (proto, assume, fate, why) => {
    const host = await (await createEngine()).load(program(assume));
    const walked = host.walk(packetOf(proto));
    expect({ fate: walked.fate, why: walked.by.why }).toEqual({ fate, why });
  });
});

test('what it lets pass in nat is said not to be evaluated', () => {
  const text = '*nat\n:OUTPUT ACCEPT\n-A OUTPUT -j NFQUEUE --queue-bypass\nCOMMIT\n';
  const { findings } = parse([{ name: 'rules', text }]);
  expect(findings.map(({ code, place }) => [code, place?.line])).toContainEqual(['not-understood', 3]);
});

describe('where nobody listens as a rule', () => {
  test.each<[proto: string, assume: string[], fate: string, told: string[]]>([
    ['tcp', [], 'dropped', ['queue:3']],
    ['udp', [], 'delivered', ['queue:0:3']],
    ['icmp', [], 'dropped', []],
    ['tcp', ['queue:3'], 'stolen', ['queue:3']],
    ['tcp', ['accepts:3'], 'delivered', ['accepts:3']],
  ])('%s, %j: %s', async (proto, assume, fate, told) => {
    const host = await (await createEngine()).load({ ...program(assume), usual: NOBODY });
    const packet = packetOf(proto);
    const { fate: found, events } = host.walk(packet);
    const facts = new Facts(host).of(packet, events).map(({ params }) => (params as { fact: string }).fact);
    expect({ fate: found, told: facts }).toEqual({ fate, told });
  });

  test('it is told of many packets, beside what was said', async () => {
    const host = await (await createEngine()).load({ ...program(['queue:3']), usual: NOBODY });
    const { facts, others } = assumedOfAll(host, host.summary());
    expect(facts.map(({ params }) => params)).toEqual([{ fact: 'queue:3', answer: true }]);
    expect(others[0]?.params).toEqual({ fact: 'queue:0:3', answer: false });
  });
});

test('QUEUE is queue 0, without a bypass', async () => {
  const text = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j QUEUE\nCOMMIT\n';
  const fates = [[], ['queue:0=no'], ['accepts:0'], ['accepts:0=no']].map(async (assume) => {
    const host = await (await createEngine()).load(programOf(parse([{ name: 'rules', text }]), { assume }));
    return host.walk(packetOf('udp')).fate;
  });
  expect(await Promise.all(fates)).toEqual(['unknown', 'dropped', 'delivered', 'dropped']);
});
