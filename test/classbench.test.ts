/** What bench/classbench/ reads, and that whoever classifies there gives each packet the same rule. */
import { describe, expect, test } from 'vitest';
import { drawTrace } from '../bench/classbench/draw.js';
import { packetwalk } from '../bench/classbench/entrants.js';
import { grow } from '../bench/classbench/grow.js';
import { fiveTuplesOf, printRule, readRules } from '../bench/classbench/rules.js';
import { printTrace, readTrace } from '../bench/classbench/trace.js';
import { firstByArrays, ruleColumns } from '../bench/peers/arrays.js';
import { firstByObjects, packetObjects } from '../bench/peers/objects.js';
import { parseIpv4 } from '../src/net/address.js';

const traceOf = (lines: string) => readTrace(new TextEncoder().encode(lines));

describe('rules', () => {
  test.each([
    ['with flags', '@10.1.2.3/32\t10.0.0.0/8\t0 : 65535\t80 : 443\t0x06/0xFF\t0x0000/0x0000\t'],
    ['without', '@10.1.2.3/32\t10.0.0.0/8\t0 : 65535\t80 : 443\t0x06/0xFF'],
    ['bits behind the prefix', '@10.1.2.3/32 10.255.1.1/8 0:65535 80:443 0x06/0xff'],
  ])('%s', (_, line) => {
    const { count, ...fields } = fiveTuplesOf(readRules(`${line}\n`));
    expect(count).toBe(1);
    const [srcMin, srcMax, dstMin, dstMax, ...rest] = Object.values(fields).map(([value]) => value);
    expect([srcMin, srcMax, dstMin, dstMax]).toEqual([0x0a010203, 0x0a010203, 0x0a000000, 0x0affffff]);
    expect(rest).toEqual([0, 65535, 80, 443, 6, 255]);
  });

  test.each([
    '10.1.2.3/32 10.0.0.0/8 0 : 65535 80 : 443 0x06/0xFF',
    '@10.1.2.3/33 10.0.0.0/8 0 : 65535 80 : 443 0x06/0xFF',
    '@10.1.2.3/32 10.0.0/8 0 : 65535 80 : 443 0x06/0xFF',
    '@10.1.2.3/32 10.0.0.0/8 0 : 65536 80 : 443 0x06/0xFF',
    '@10.1.2.3/32 10.0.0.0/8 0 : 65535 443 : 80 0x06/0xFF',
    '@10.1.2.3/32 10.0.0.0/8 0 : 65535 80 : 443',
  ])('%s: no rule', (line) => {
    const place = { file: 'acl', line: 2, column: 1, length: line.length, source: line };
    expect(() => readRules(`\n${line}\n`, 'acl')).toThrow(
      expect.objectContaining({ message: 'no rule of a ClassBench set', place }),
    );
  });

  test('a set without rules', () => {
    expect(() => readRules('\n', 'acl')).toThrow('acl: holds no rule');
  });
});

describe('packets', () => {
  test('a line each, what stands behind the protocol is not read', () => {
    expect(traceOf('4294967295\t1\t65535\t0\t255\n10\t20\t30\t40\t6\t1234567890123\t7\n1\t2\t3\t4\t5')).toEqual({
      count: 3,
      src: Uint32Array.of(4294967295, 10, 1),
      dst: Uint32Array.of(1, 20, 2),
      sport: Uint16Array.of(65535, 30, 3),
      dport: Uint16Array.of(0, 40, 4),
      proto: Uint8Array.of(255, 6, 5),
    });
  });

  test.each([
    ['1 2 3 4', 'protocol: a number from 0 to 255 was expected', 8, 0],
    ['1 2 3 4 256', 'protocol: a number from 0 to 255 was expected', 9, 3],
    ['4294967296 2 3 4 5', 'source: a number from 0 to 4294967295 was expected', 1, 10],
    ['', 'source: a number from 0 to 4294967295 was expected', 1, 0],
    ['1 2 65536 4 5', 'source port: a number from 0 to 65535 was expected', 5, 5],
    ['1.2.3.4 5.6.7.8 1 80 6', 'source: a number from 0 to 4294967295 was expected', 1, 7],
    ['1 2 3 -4 5', 'destination port: a number from 0 to 65535 was expected', 7, 2],
  ])('%s: no packet', (source, message, column, length) => {
    const place = { file: 'trace', line: 2, column, length, source };
    expect(() => traceOf(`1 2 3 4 5\n${source}\n1 2 3 4 5\n`)).toThrow(expect.objectContaining({ message, place }));
  });

  test('a trace without packets', () => {
    expect(() => traceOf('')).toThrow('trace: holds no packet');
  });
});

test('the first rule that takes a packet, by everyone', async () => {
  const rules = readRules(
    [
      '@10.1.2.3/32 192.0.2.0/24 0 : 65535 80 : 80 0x06/0xFF',
      '@10.0.0.0/8 0.0.0.0/0 1024 : 65535 53 : 99 0x00/0x00',
      '@10.0.0.0/8 192.0.2.128/25 0 : 65535 0 : 65535 0x11/0xFF',
      '@10.1.2.3/32 192.0.2.0/24 0 : 65535 80 : 80 0x06/0xFF',
      '@0.0.0.0/0 200.0.0.0/5 7 : 7 0 : 65535 0x01/0xFF',
    ].join('\n'),
  );
  const packets: readonly (readonly [string, string, number, number, number, number])[] = [
    ['10.1.2.3', '192.0.2.9', 1, 80, 6, 0],
    ['10.1.2.3', '192.0.3.9', 2000, 80, 6, 1],
    ['10.1.2.4', '192.0.2.9', 1023, 80, 6, 5],
    ['10.1.2.4', '192.0.2.9', 1024, 99, 132, 1],
    ['10.1.2.4', '192.0.2.9', 1024, 100, 17, 5],
    ['10.1.2.4', '192.0.2.200', 1024, 100, 17, 2],
    ['255.1.2.4', '207.255.255.255', 7, 3, 1, 4],
    ['255.1.2.4', '208.0.0.0', 7, 3, 1, 5],
    ['255.1.2.4', '207.255.255.255', 8, 3, 1, 5],
  ];
  const address = (text: string) => parseIpv4(text)![0];
  const trace = traceOf(
    packets.map(([src, dst, ...more]) => [address(src), address(dst), ...more].join('\t')).join('\n'),
  );
  const wanted = packets.map((packet) => packet[5]);
  const columns = ruleColumns(rules);
  expect(packets.map((_, i) => firstByArrays(columns, trace, i))).toEqual(wanted);
  expect(packetObjects(trace).map((packet) => firstByObjects(rules, packet))).toEqual(wanted);
  expect([...(await packetwalk(fiveTuplesOf(rules), trace)).results()]).toEqual(wanted);
});

describe('grown sets', () => {
  const text = [
    '@10.1.2.3/32 192.0.2.0/24 0 : 65535 80 : 80 0x06/0xFF',
    '@10.1.2.0/24 192.0.2.0/24 0 : 65535 80 : 443 0x06/0xFF',
    '@10.1.3.0/24 0.0.0.0/0 1024 : 65535 53 : 99 0x00/0x00',
    '@0.0.0.0/0 0.0.0.0/0 0 : 65535 0 : 65535 0x11/0xFF',
  ].join('\n');
  const rules = readRules(text);
  const setOf = (count: number, seed = 1) => grow(rules, count, seed).map(printRule);

  test('are read again', () => {
    expect(readRules(setOf(100).join('\n'))).toEqual(grow(rules, 100, 1));
  });

  test('are the same for a seed, have no rule twice, and the rules of the set in their order', () => {
    const grown = setOf(100);
    expect(setOf(100)).toEqual(grown);
    expect(setOf(100, 2)).not.toEqual(grown);
    expect(new Set(grown).size).toBe(100);
    expect(grown.filter((line) => setOf(4).includes(line))).toEqual(rules.map(printRule));
    expect(setOf(5).length).toBe(5);
  });

  test('keep how addresses nest, lengths, ports and protocols', () => {
    // one image of each rule but the last, which has none
    const one = grow(rules, 7, 3);
    const [, host, , net, , other] = one;
    expect(one.map(({ src, sport, dport, protocol }) => [src.mask, sport, dport, protocol])).toEqual(
      [0, 0, 1, 1, 2, 2, 3].map((i) => [rules[i]!.src.mask, rules[i]!.sport, rules[i]!.dport, rules[i]!.protocol]),
    );
    expect((host!.src.value & 0xffffff00) >>> 0).toBe(net!.src.value);
    expect(host!.dst).toEqual(net!.dst);
    expect(net!.src.value).not.toBe(rules[1]!.src.value);
    // 10.1.2.0/24 and 10.1.3.0/24 have 23 bits in common
    expect((net!.src.value ^ other!.src.value) >>> 0).toBe(0x100);
    expect(other!.dst).toEqual(rules[2]!.dst);
  });

  test('of rules that have no image do not grow', () => {
    expect(() => grow(rules.slice(3), 2, 1)).toThrow('does not grow to 2 rules: 1 are missing');
    expect(() => grow(rules, 3, 1)).toThrow('has 4 rules already');
  });
});

test('packets that are drawn: the same for a seed, printed and read again, three of four inside of rules', () => {
  const rules = readRules(
    '@10.1.2.0/24 192.0.2.7/32 1 : 9 80 : 443 0x06/0xFF\n@10.9.0.0/16 192.0.2.0/24 5 : 5 0 : 65535 0x00/0x00',
  );
  const trace = drawTrace(rules, 10_000, 1);
  expect(drawTrace(rules, 10_000, 1)).toEqual(trace);
  expect(drawTrace(rules, 10_000, 2)).not.toEqual(trace);
  expect(traceOf([...printTrace(trace)].join(''))).toEqual(trace);
  const columns = ruleColumns(rules);
  const counts = [0, 0, 0];
  for (let i = 0; i < trace.count; i++) counts[firstByArrays(columns, trace, i)]!++;
  for (const count of counts.slice(0, 2)) expect(Math.abs(count - 3750)).toBeLessThan(400);
  const anew = trace.src.filter((src, i) => i === 0 || src !== trace.src[i - 1]).length;
  expect(anew / trace.count).toBeGreaterThan(0.2);
  expect(anew / trace.count).toBeLessThan(0.5);
});
