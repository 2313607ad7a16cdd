/** The core's look-up of sets, against an evaluator that looks at every member, and rules of the kernel one by one. */
import { beforeAll, describe, expect, it } from 'vitest';
import { SET_RETURN_NOMATCH } from '../src/abi.js';
import type { Direction } from '../src/model/condition.js';
import { type CoreModule, compileSets, SetsCore, type TestPacket } from './sets/core.js';
import { readSets } from './sets/read.js';
import { type Draw, drawFrom, drawPacket, drawSet, setText, slowTest, TYPES } from './sets/slow.js';

let module: CoreModule;
beforeAll(async () => {
  module = await compileSets();
});

const IFACES = ['lo', 'eth0', 'eth1', 'wlan0'];
const direction = (draw: Draw): Direction => (draw(2) === 0 ? 'src' : 'dst');

describe('random sets and packets', () => {
  it.each(TYPES)('%s', (type) => {
    const core = new SetsCore(module);
    const seen = { held: 0, nomatch: 0, none: 0 };
    for (let seed = 1; seed <= 60; seed++) {
      const draw = drawFrom(seed * 7919);
      const set = drawSet(draw, 's', type);
      const { sets, findings } = readSets(setText(set));
      expect(findings).toEqual([]);
      core.load(sets, IFACES);
      for (let i = 0; i < 60; i++) {
        const family = draw(8) === 0 ? (set.family === 4 ? 6 : 4) : set.family;
        const packet = drawPacket(draw, family, set);
        const dims = type.split(',').length;
        const directions = Array.from({ length: draw(9) === 0 ? dims - 1 : dims + draw(2) }, () => direction(draw));
        if (directions.length === 0) continue;
        const want = slowTest(set, packet, directions);
        seen[want]++;
        const what = { seed, text: setText(set), packet, directions };
        expect({ ...what, holds: core.holds('s', packet, directions) }).toEqual({ ...what, holds: want === 'held' });
        // a type without nomatch takes no notice of the flag
        const turned = type.includes('net') ? want === 'nomatch' : want === 'held';
        const got = core.holds('s', packet, directions, SET_RETURN_NOMATCH);
        expect({ ...what, turned: got }).toEqual({ ...what, turned });
      }
    }
    expect(seen.held).toBeGreaterThan(20);
    if (type.includes('net')) expect(seen.nomatch).toBeGreaterThan(10);
  });
});

const TCP: TestPacket = { src: '10.0.0.1', dst: '10.9.0.1', proto: 6, sport: 1024, dport: 80, in: 'eth0', out: 'eth1' };

/** Sets, the set asked, directions, what differs from TCP, and what the kernel says. */
const CASES: readonly (readonly [
  what: string,
  text: string,
  directions: string,
  packet: Partial<TestPacket>,
  holds: boolean,
])[] = [
  ['source', 'create s hash:ip\nadd s 10.0.0.1', 'src', {}, true],
  ['destination', 'create s hash:ip\nadd s 10.0.0.1', 'dst', {}, false],
  ['more directions than dimensions', 'create s hash:ip\nadd s 10.0.0.1', 'src,dst', {}, true],
  ['fewer directions than dimensions', 'create s hash:ip,port\nadd s 10.0.0.1,80', 'src', {}, false],
  ['netmask', 'create s hash:ip netmask 24\nadd s 10.0.0.77', 'src', {}, true],
  ['bitmask', 'create s hash:ip bitmask 255.255.0.255\nadd s 10.0.7.1', 'src', {}, true],
  ['zeros under a netmask', 'create s hash:net\nadd s 0.0.0.0/8', 'src', { src: '0.0.0.0' }, true],
  ['bitmap with netmask', 'create s bitmap:ip range 10.0.0.0/8 netmask 16\nadd s 10.9.4.4', 'dst', {}, true],
  ['bitmap beyond its range', 'create s bitmap:ip range 10.0.0.0/24\nadd s 10.0.0.0/24', 'dst', {}, false],
  ['the last bit of a bitmap', 'create s bitmap:port range 1-65535\nadd s 65535', 'dst', { dport: 65535 }, true],
  ['a bitmap of ports and sctp', 'create s bitmap:port range 1-100\nadd s 80', 'dst', { proto: 132 }, false],
  ['an IPv6 set and an IPv4 packet', 'create s hash:net family inet6\nadd s 2001:db8::/32', 'src', {}, false],
  ['a timeout that has not ended', 'create s hash:ip timeout 9\nadd s 10.0.0.1', 'src', { time: 9000 }, true],
  ['a timeout that has ended', 'create s hash:ip timeout 9\nadd s 10.0.0.1', 'src', { time: 9001 }, false],
  ['a timeout of 0', 'create s hash:ip timeout 9\nadd s 10.0.0.1 timeout 0', 'src', { time: 99999999 }, true],
  ['a bit that has ended', 'create s bitmap:port range 1-99 timeout 9\nadd s 80', 'dst', { time: 9001 }, false],
  [
    'icmp type and code',
    'create s hash:ip,port\nadd s 10.0.0.1,icmp:3/1',
    'src,src',
    { proto: 1, sport: 3, dport: 1 },
    true,
  ],
  [
    'icmp whichever the direction',
    'create s hash:ip,port\nadd s 10.0.0.1,icmp:3/1',
    'src,dst',
    { proto: 1, sport: 3, dport: 1 },
    true,
  ],
  ['esp has port 0', 'create s hash:ip,port\nadd s 10.0.0.1,esp:0', 'src,dst', { proto: 50, sport: 0, dport: 0 }, true],
  ['a later fragment of tcp', 'create s hash:ip,port\nadd s 10.0.0.1,80', 'src,dst', { frag: 5 }, false],
  ['a later fragment of gre', 'create s hash:ip,port\nadd s 10.0.0.1,gre:0', 'src,dst', { proto: 47, frag: 5 }, true],
  ['a cut header', 'create s hash:ip,port\nadd s 10.0.0.1,80', 'src,dst', { transportLen: 19 }, false],
  ['nomatch', 'create s hash:net\nadd s 10.0.0.0/8\nadd s 10.0.0.0/24 nomatch', 'src', {}, false],
  ['a longer prefix than nomatch', 'create s hash:net\nadd s 10.0.0.0/8 nomatch\nadd s 10.0.0.0/24', 'src', {}, true],
  ['iface in', 'create s hash:net,iface\nadd s 10.0.0.0/8,eth0', 'src,src', {}, true],
  ['iface out', 'create s hash:net,iface\nadd s 10.0.0.0/8,eth1', 'src,dst', {}, true],
  ['no iface', 'create s hash:net,iface\nadd s 10.0.0.0/8,eth1', 'src,dst', { out: '' }, false],
  [
    'a longer prefix of another iface',
    'create s hash:net,iface\nadd s 10.0.0.0/8,eth0\nadd s 10.0.0.1,eth1',
    'src,src',
    {},
    false,
  ],
  [
    'a longer prefix of a bridge port',
    'create s hash:net,iface\nadd s 10.0.0.0/8,eth0\nadd s 10.0.0.1,physdev:eth0',
    'src,src',
    {},
    true,
  ],
  [
    'a longer prefix of an iface that is not there',
    'create s hash:net,iface\nadd s 10.0.0.0/8,eth0\nadd s 10.0.0.1,tun wildcard',
    'src,src',
    {},
    false,
  ],
  [
    'a longer prefix that has ended',
    'create s hash:net,iface timeout 0\nadd s 10.0.0.0/8,eth0\nadd s 10.0.0.1,eth1 timeout 1',
    'src,src',
    { time: 1001 },
    true,
  ],
  ['wildcard', 'create s hash:net,iface\nadd s 10.0.0.0/8,et wildcard', 'src,dst', {}, true],
  ['a name is no wildcard', 'create s hash:net,iface\nadd s 10.0.0.0/8,et', 'src,dst', {}, false],
  ['a MAC', 'create s hash:mac\nadd s 00:11:22:33:44:55', 'src', { mac: 0x001122334455 }, true],
  ['a packet without a frame', 'create s hash:mac\nadd s 00:11:22:33:44:55', 'src', {}, false],
  ["a MAC, not the source's", 'create s hash:mac\nadd s 00:11:22:33:44:55', 'dst', { mac: 0x001122334455 }, false],
  ['a MAC of zeros', 'create s hash:mac\nadd s 00:00:00:00:00:00', 'src', { mac: 0 }, false],
  [
    'a list',
    'create a hash:ip\ncreate b hash:ip,port\nadd b 10.0.0.1,80\ncreate s list:set\nadd s a\nadd s b',
    'src,dst',
    {},
    true,
  ],
  [
    'a list with too few directions for its set',
    'create b hash:ip,port\nadd b 10.0.0.1,80\ncreate s list:set\nadd s b',
    'src',
    {},
    false,
  ],
  [
    'nomatch in a list does not stop it',
    'create a hash:net\nadd a 10.0.0.0/8 nomatch\ncreate b hash:ip\nadd b 10.0.0.1\ncreate s list:set\nadd s a\nadd s b',
    'src',
    {},
    true,
  ],
  [
    'an ended entry of a list',
    'create b hash:ip\nadd b 10.0.0.1\ncreate s list:set timeout 5\nadd s b',
    'src',
    { time: 5001 },
    false,
  ],
  ['a set that is not given, in a list', 'create s list:set\nadd s nosuch', 'src', {}, false],
];

describe("the kernel's rules", () => {
  it.each(CASES)('%s', (_, text, directions, differs, holds) => {
    const core = new SetsCore(module);
    core.load(readSets(text).sets, IFACES);
    expect(core.holds('s', { ...TCP, ...differs }, directions.split(',') as Direction[])).toBe(holds);
  });
});

it('finds each of many members and none besides', () => {
  const text = `create s hash:ip maxelem 300000\nadd s 10.0.0.0-10.3.255.255\n`;
  const core = new SetsCore(module);
  core.load(readSets(text).sets);
  for (let i = 0; i < 5000; i++) {
    const n = (i * 2654435761) % (8 * 65536);
    const src = `10.${n >>> 16}.${(n >>> 8) & 255}.${n & 255}`;
    expect([src, core.holds('s', { ...TCP, src }, ['src'])]).toEqual([src, n < 4 * 65536]);
  }
});
