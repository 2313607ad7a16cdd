/**
 * Sets that rules change. test/kernel/remembering/ has the types that the kernel at hand knows; here is what it cannot say, and what
 * goes on around packets. Members that hosts and texts are given again are held equal to those that packets have left.
 */
import { describe, expect, test } from 'vitest';
import { createEngine, parse, readPacket } from '../src/index.js';
import { Pack } from '../src/input/pack.js';
import { printIpset } from '../src/parse/ipset/print.js';
import { programOf } from '../src/run/host-program.js';
import { drawFrom } from './sets/slow.js';

const rulesOf = (...rules: string[]) =>
  `*filter\n:INPUT ACCEPT [0:0]\n${rules.map((rule) => `-A INPUT ${rule}\n`).join('')}COMMIT\n`;
const BLOCKING = rulesOf(
  '-m set --match-set s src -j DROP',
  '-p udp --dport 22 -j SET --add-set s src --exist',
  '-p udp --dport 23 -j SET --del-set s dst',
);

type Options = Parameters<typeof programOf>[1];
const LINKS = ['eth0', 'eth1', 'lan'].map((name, i) => `${i + 2}: ${name}: <UP> mtu 1500\n`).join('');
async function load(sets: string, rules = BLOCKING, options: Options = {}) {
  const texts = parse([
    { name: 'rules', text: rules },
    { name: 'links', text: LINKS },
    ...(sets === '' ? [] : [{ name: 'sets', text: sets }]),
  ]);
  return (await createEngine()).load(programOf(texts, { tracking: 'off', ...options }));
}
type Host = Awaited<ReturnType<typeof load>>;
const packet = (src: string, dport: number, time = 0, more: object = {}) =>
  readPacket({ in: 'eth0', src, dst: '10.0.0.1', proto: 'udp', sport: 9, dport, path: 'input', time, ...more }).packet;
const fate = (host: Host, ...of: Parameters<typeof packet>) => host.walk(packet(...of)).fate;
const setsOf = (host: Host) =>
  printIpset(host.setsNow)
    .split('\n')
    .filter((line) => line.startsWith('add'));

describe('what packets have done', () => {
  test('is forgotten by reset, and told', async () => {
    const host = await load('create s hash:ip timeout 60\n');
    for (let i = 0; i < 2; i++) {
      expect([fate(host, '192.0.2.1', 80), fate(host, '192.0.2.1', 22), fate(host, '192.0.2.1', 80)]).toEqual([
        'delivered',
        'delivered',
        'dropped',
      ]);
      expect(setsOf(host)).toEqual(['add s 192.0.2.1 timeout 60']);
      host.reset();
      expect(setsOf(host)).toEqual([]);
    }
  });

  test('is undone where a walk is tried again', async () => {
    const host = await load('create s hash:ip\nadd s 10.0.0.1\n');
    expect(host.walk(packet('192.0.2.1', 22), { everything: true }).fate).toBe('delivered');
    expect(host.again(() => fate(host, '192.0.2.1', 80))).toBe('delivered');
    expect(fate(host, '192.0.2.1', 80)).toBe('dropped');
    host.walk(packet('192.0.2.7', 23), { everything: true });
    expect(host.again(() => fate(host, '10.0.0.1', 80))).toBe('dropped');
    expect(fate(host, '10.0.0.1', 80)).toBe('delivered');
  });

  test('stays where rules change, with those that change no set as well', async () => {
    const host = await load('create s hash:ip timeout 60\n');
    fate(host, '192.0.2.1', 22, 10);
    await host.update(rulesOf('-m set --match-set s src -j REJECT'));
    expect([fate(host, '192.0.2.1', 80, 70), fate(host, '192.0.2.2', 80, 70)]).toEqual(['rejected', 'delivered']);
    await host.update(BLOCKING);
    fate(host, '192.0.2.2', 22, 70);
    expect([fate(host, '192.0.2.1', 80, 70), fate(host, '192.0.2.2', 80, 70)]).toEqual(['dropped', 'dropped']);
    expect([fate(host, '192.0.2.1', 80, 71), fate(host, '192.0.2.2', 80, 71)]).toEqual(['delivered', 'dropped']);
  });

  test('is what commands of ipset find', async () => {
    const host = await load('create s hash:ip\n');
    fate(host, '192.0.2.1', 22);
    await expect(host.updateSets('add s 192.0.2.1\n')).rejects.toThrow(/holds 192.0.2.1 already/);
    await host.updateSets('del s 192.0.2.1\nadd s 192.0.2.9\n');
    expect(['192.0.2.1', '192.0.2.9'].map((src) => fate(host, src, 80))).toEqual(['delivered', 'dropped']);
    fate(host, '192.0.2.1', 22);
    expect(setsOf(host)).toEqual(['add s 192.0.2.9', 'add s 192.0.2.1']);
  });

  test('is counted alike by all engines, and in the order of packets', async () => {
    const draw = drawFrom(7);
    const packets = Array.from({ length: 3000 }, (_, i) => ({
      src: 0x0a000000 + draw(40),
      dport: [22, 23, 80, 80][draw(4)]!,
      time: i / 100,
    }));
    const all = packets.map(({ src, dport, time }) => packet(`10.0.0.${src & 255}`, dport, time));
    const sets = 'create s hash:ip timeout 3\n';
    const summaries = [];
    for (const engine of ['auto', 'bytecode'] as const) {
      const host = await load(sets, BLOCKING, { engine });
      const pack = new Pack();
      // the arrays of a batch are those of the next
      for (const one of all) for (const batch of pack.add(one)) host.classify(batch);
      for (const batch of pack.take()) host.classify(batch);
      summaries.push([...BLOCKING.matchAll(/^-A/gm)].map((_, rule) => host.counter(rule).packets));
    }
    const one = await load(sets);
    for (const { src, dport, time } of packets) fate(one, `10.0.0.${src & 255}`, dport, time);
    const alone = [...BLOCKING.matchAll(/^-A/gm)].map((_, rule) => one.counter(rule).packets);
    expect(summaries).toEqual([alone, alone]);
    expect(alone.every((count) => count > 100n)).toBe(true);
  });
});

describe('whether a set holds a packet is what a host says that is given the set so', () => {
  test.each([
    ['hash:net,net', 'src,dst'],
    ['hash:net,net', 'src,dst', 'add s 10.0.0.0/29,10.1.0.0/30\nadd s 10.0.0.0/30,10.1.0.0/29\n'],
    ['hash:net,port,net', 'src,dst,dst', 'add s 10.0.0.0/29,udp:22,10.1.0.0/30\n'],
    ['hash:ip,mark markmask 0x3', 'src,src'],
    ['hash:mac', 'src'],
    ['hash:ip,mac', 'src,src'],
    ['bitmap:ip,mac range 10.0.0.0/28', 'src,src'],
    ['hash:net,iface', 'src,src', 'add s 10.0.0.0/30,eth wildcard\nadd s 10.0.0.0/29,lan\n'],
    ['hash:ip', 'src'],
  ])('%s %s %s', async (type, directions, members = '') => {
    const rules = rulesOf(
      `-m set --match-set s ${directions} -j ACCEPT`,
      `-m ttl --ttl-lt 30 -j SET --del-set s ${directions}`,
      `-m ttl --ttl-gt 60 -j SET --add-set s ${directions} --exist`,
      '-j DROP',
    );
    // what it accepts it does not change: the others are more
    const changing = rules.replace('-A INPUT -m set', '-A INPUT -m ttl --ttl-eq 40 -m set');
    const host = await load(`create s ${type}\n${members}`, changing);
    const draw = drawFrom(type.length * 31);
    const drawn = () =>
      packet(`10.0.0.${draw(12)}`, [22, 53][draw(2)]!, 0, {
        in: ['eth0', 'eth1', 'lan'][draw(3)],
        dst: `10.1.0.${draw(12)}`,
        mark: draw(5),
        mac: `02:00:00:00:00:0${draw(3)}`,
        ttl: [20, 64, 64][draw(3)],
      });
    const seen = { held: 0, not: 0 };
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 5; i++) host.walk(drawn());
      const same = await load(printIpset(host.setsNow), changing.replace(/.*-j SET.*\n/g, ''));
      for (let i = 0; i < 10; i++) {
        const one = { ...drawn(), ttl: 40 };
        const said = host.walk(one).fate;
        expect(said).toBe(same.walk(one).fate);
        seen[said === 'delivered' ? 'held' : 'not']++;
      }
    }
    expect(Math.min(seen.held, seen.not)).toBeGreaterThan(10);
  });
});

describe('what nobody knows', () => {
  const MATCHES = '-m set --match-set s src -j DROP';
  test('of a full set that takes others in place of its own', async () => {
    const host = await load('create s hash:ip maxelem 2 forceadd\n');
    expect(['1', '2', '1'].map((last) => fate(host, `192.0.2.${last}`, 22))).toEqual([
      'delivered',
      'delivered',
      'dropped',
    ]);
    fate(host, '192.0.2.3', 22);
    expect(host.walk(packet('192.0.2.1', 80))).toMatchObject({ fate: 'unknown', by: { why: 'set:s' } });
  });
  test('of frames that were not told', async () => {
    const rules = rulesOf('-p udp --dport 22 -j SET --add-set s src', MATCHES);
    const host = await load('create s hash:mac\n', rules);
    expect(fate(host, '192.0.2.1', 80, 0, { mac: '02:00:00:00:00:01' })).toBe('delivered');
    fate(host, '192.0.2.1', 22);
    expect(host.walk(packet('192.0.2.1', 80, 0, { mac: '02:00:00:00:00:01' })).by.why).toBe('set:s');
  });
  test('of a set that nobody gave', async () => {
    const host = await load('', rulesOf('-p udp --dport 22 -j SET --add-set s src', MATCHES));
    expect(host.walk(packet('192.0.2.1', 22)).by.why).toBe('set:s');
    const marks = '*mangle\n-A INPUT -j SET --map-set s src --map-mark\nCOMMIT\n';
    expect((await load('', marks)).walk(packet('192.0.2.1', 22)).by.why).toBe('target:SET');
    const priority = '*mangle\n-A FORWARD -j SET --map-set s src --map-prio\nCOMMIT\n';
    expect((await load('', priority)).walk(packet('192.0.2.1', 22, 0, { path: 'forward', out: 'eth1' })).fate).toBe(
      'forwarded',
    );
  });
  test('all of it is no, but what the host knows', async () => {
    const options: Options = { lenient: true };
    const host = await load('create s hash:ip\n', BLOCKING, options);
    fate(host, '192.0.2.1', 22);
    expect(fate(host, '192.0.2.1', 80)).toBe('dropped');
    const forced = await load('create s hash:ip maxelem 1 forceadd\n', BLOCKING, options);
    for (const last of ['1', '2']) fate(forced, `192.0.2.${last}`, 22);
    expect(fate(forced, '192.0.2.1', 80)).toBe('delivered');
  });
});
