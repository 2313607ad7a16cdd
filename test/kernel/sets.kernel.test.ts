/**
 * Sets before the kernel itself: random sets are loaded in a network namespace, a rule in raw OUTPUT asks each of them
 * in several directions, packets are sent, and every rule's counter must say what the core says. Sets that the kernel
 * here has no module for are left out.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { SET_RETURN_NOMATCH } from '../../src/abi.js';
import type { Direction } from '../../src/model/condition.js';
import { printIpset } from '../../src/parse/ipset/print.js';
import { type CoreModule, compileSets, SetsCore, type TestPacket } from '../sets/core.js';
import { readSets } from '../sets/read.js';
import { drawFrom, drawSet, setText, TYPES } from '../sets/slow.js';
import { kernelMissing, kernelTitle } from './kernel.js';

const MISSING = ['hash:net,net', 'hash:net,port,net', 'hash:ip,mark', 'hash:mac', 'hash:ip,mac'];
const IFACES = ['lo', 'eth0', 'eth1', 'wlan0'];
/** What the namespaces begin with: three links, each the way to eight addresses, of which the fourth is the host's. */
const LINKS = ['eth0', 'eth1', 'wlan0'];

const missing = kernelMissing();

interface Asked {
  readonly set: string;
  readonly directions: readonly Direction[];
  readonly flags: number;
}

function shell(family: 4 | 6): { address: (n: number) => string; setup: string[]; iptables: string } {
  const address = (n: number) => (family === 4 ? `10.0.0.${n}` : `2001:db8::${n.toString(16)}`);
  const ip = family === 4 ? 'ip -4' : 'ip -6';
  const setup = ['ip link set lo up'];
  for (const [i, link] of LINKS.entries()) {
    const own = address(8 * i + 3);
    setup.push(`ip tuntap add ${link} mode tun`, `ip link set ${link} up`);
    setup.push(`${ip} addr add ${own}/${family === 4 ? 32 : '128 nodad'} dev ${link}`);
    setup.push(`${ip} route add ${address(8 * i)}/${family === 4 ? 29 : 125} dev ${link} src ${own}`);
  }
  return { address, setup, iptables: family === 4 ? 'iptables-legacy' : 'ip6tables-legacy' };
}

/** The packet that the host sends to its n-th address of the range. */
function packetTo(address: (n: number) => string, n: number, dport: number): TestPacket {
  const link = n >> 3;
  const local = n % 8 === 3;
  const src = address(local ? n : 8 * link + 3);
  return {
    src,
    dst: address(n),
    proto: 17,
    sport: 40000,
    dport,
    in: '',
    out: local ? 'lo' : LINKS[link]!,
    transportLen: 9,
  };
}

/** Counters of all rules after each packet. */
function askKernel(family: 4 | 6, sets: string, asked: readonly Asked[], packets: readonly TestPacket[]): boolean[][] {
  const { setup, iptables } = shell(family);
  const folder = mkdtempSync(join(tmpdir(), 'packetwalk-kernel-'));
  const rules = asked.map(({ set, directions, flags }) => {
    const turned = flags === SET_RETURN_NOMATCH ? ' --return-nomatch' : '';
    return `-A OUTPUT -p udp -m set --match-set ${set} ${directions.join(',')}${turned}`;
  });
  try {
    writeFileSync(join(folder, 'sets'), sets);
    writeFileSync(join(folder, 'rules'), `*raw\n:OUTPUT ACCEPT [0:0]\n${rules.join('\n')}\nCOMMIT\n`);
    const script = ['set -e', ...setup, `ipset restore < ${folder}/sets`, `${iptables}-restore < ${folder}/rules`];
    for (const { dst, dport } of packets) {
      script.push(`${iptables} -t raw -Z`, `echo > /dev/udp/${dst}/${dport}`);
      script.push(`echo packet >> ${folder}/out`, `${iptables}-save -t raw -c | grep '^\\[' >> ${folder}/out`);
    }
    execFileSync('unshare', ['-n', 'bash'], { input: script.join('\n'), stdio: ['pipe', 'ignore', 'pipe'] });
    const blocks = readFileSync(join(folder, 'out'), 'utf8').split('packet\n').slice(1);
    return blocks.map((block) =>
      block
        .trimEnd()
        .split('\n')
        .map((line) => !line.startsWith('[0:')),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let module: CoreModule;
beforeAll(async () => {
  module = await compileSets();
});

/** Compares all answers, and returns how many were yes. */
function compare(family: 4 | 6, text: string, asked: readonly Asked[], packets: readonly TestPacket[]): number {
  const { sets, findings } = readSets(text);
  expect(findings).toEqual([]);
  const core = new SetsCore(module);
  core.load(sets, IFACES);
  const kernel = askKernel(family, printIpset(sets), asked, packets);
  expect(kernel.map((answers) => answers.length)).toEqual(packets.map(() => asked.length));
  let held = 0;
  for (const [i, packet] of packets.entries())
    for (const [j, question] of asked.entries()) {
      const holds = core.holds(question.set, packet, question.directions, question.flags);
      const lines = text.split('\n').filter((line) => line.split(' ')[1] === question.set);
      const what = { packet, question, lines };
      expect({ ...what, holds }).toEqual({ ...what, holds: kernel[i]![j] });
      if (holds) held++;
    }
  return held;
}

describe.skipIf(missing !== undefined)(kernelTitle('the kernel and the core'), () => {
  it.each([4, 6] as const)('agree on random sets of IPv%i', { timeout: 60000 }, (family) => {
    const { address } = shell(family);
    const texts: string[] = [];
    const asked: Asked[] = [];
    const types = TYPES.filter((type) => !MISSING.includes(type));
    for (let seed = 1; texts.length < 40; seed++) {
      const draw = drawFrom(seed * 104729);
      const set = drawSet(draw, `s${seed}`, types[seed % types.length]!);
      if (set.timeouts || set.family !== family) continue;
      texts.push(setText(set));
      const dims = set.type.split(',').length;
      for (let i = 0; i < 3; i++)
        for (const flags of [0, SET_RETURN_NOMATCH]) {
          const directions = Array.from(
            { length: dims + (i === 2 ? 1 : 0) },
            (): Direction => (draw(3) === 0 ? 'src' : 'dst'),
          );
          asked.push({ set: set.name, directions, flags });
        }
    }
    const packets = Array.from({ length: 24 }, (_, n) => packetTo(address, n, 1 + (n % 3)));
    expect(compare(family, texts.join(''), asked, packets)).toBeGreaterThan(100);
  });

  const one = (set: string, directions: string, flags = 0): Asked => ({
    set,
    directions: directions.split(',') as Direction[],
    flags,
  });
  it.each([
    ['a lone prefix of length 0', 'create s hash:net,iface\nadd s 0.0.0.0/0,eth0\n', one('s', 'dst,dst')],
    [
      'a prefix of length 0 among others',
      'create s hash:net,iface\nadd s 0.0.0.0/0,eth0\nadd s 10.0.0.8,eth0\n',
      one('s', 'dst,dst'),
    ],
    [
      'a bridge port in the way',
      'create s hash:net,iface\nadd s 10.0.0.0/24,eth0\nadd s 10.0.0.1,physdev:eth0\n',
      one('s', 'dst,dst'),
    ],
    [
      'a list',
      'create a hash:net\nadd a 10.0.0.0/30 nomatch\ncreate b hash:ip,port\nadd b 10.0.0.0/29,udp:2\ncreate s list:set\nadd s a\nadd s b\n',
      one('s', 'dst,dst'),
    ],
    [
      'a list, turned',
      'create a hash:net\nadd a 10.0.0.0/30 nomatch\ncreate b hash:ip,port\nadd b 10.0.0.0/29,udp:2\ncreate s list:set\nadd s a\nadd s b\n',
      one('s', 'dst,dst', SET_RETURN_NOMATCH),
    ],
    [
      'a list asked with one direction',
      'create b hash:ip,port\nadd b 10.0.0.0/29,udp:2\ncreate s list:set\nadd s b\n',
      one('s', 'dst'),
    ],
    ['a bitmask', 'create s hash:ip bitmask 255.255.255.5\nadd s 10.0.0.5\n', one('s', 'dst')],
    ['a netmask of a port set', 'create s hash:ip,port netmask 30\nadd s 10.0.0.5,udp:2\n', one('s', 'dst,dst')],
    ['a bitmap with netmask', 'create s bitmap:ip range 10.0.0.0/24 netmask 30\nadd s 10.0.0.5\n', one('s', 'dst')],
    ['a bitmap of ports', 'create s bitmap:port range 2-9\nadd s 2\n', one('s', 'dst')],
  ])('agree on %s', { timeout: 60000 }, (_, text, question) => {
    const { address } = shell(4);
    const packets = Array.from({ length: 24 }, (_, n) => packetTo(address, n, 1 + (n % 3)));
    compare(4, text, [question], packets);
  });

  it('print the same sets', () => {
    const text = TYPES.filter((type) => !MISSING.includes(type))
      .flatMap((type, i) => [1, 2, 3].map((seed) => drawSet(drawFrom(seed * 31337 + i), `s${i}x${seed}`, type)))
      .filter((set) => !set.timeouts)
      .map(setText)
      .join('');
    const ours = printIpset(readSets(text).sets);
    const saved = execFileSync('unshare', ['-n', 'bash', '-c', 'ipset restore && ipset save'], {
      input: text,
    }).toString();
    // members of a hash come in no order, and sizes and seeds of tables are the kernel's own
    const plain = (save: string) =>
      save
        .replace(/ (bucketsize|initval|hashsize) \S+/g, '')
        .trimEnd()
        .split('\n')
        .sort();
    expect(plain(ours)).toEqual(plain(saved));
  });
});
