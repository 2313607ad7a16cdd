/** Connections that have ended make room: many of them, one after another, take no more memory than some. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { PacketColumns } from '../src/model/batch.js';
import { HOST, rulesOf } from './classify/steps.js';
import { loadFlows } from './flow-packets.js';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const MANY = 200_000;
const BATCH = 10_000;
/** Seconds between two packets: of connections of 30 s, 300 are there at a time. */
const APART = 0.1;

/** Each opens a connection. */
function batchOf(first: number): PacketColumns {
  const each = (of: (i: number) => number) => (_: unknown, row: number) => of(first + row);
  const length = { length: BATCH };
  return {
    kind: 'columns',
    count: BATCH,
    interfaces: ['eth1'],
    in: new Uint16Array(BATCH),
    src: new Uint32Array(BATCH).fill(0x0a000009),
    dst: Uint32Array.from(
      length,
      each((i) => 0xc6336400 + (i >>> 14)),
    ),
    proto: new Uint8Array(BATCH).fill(17),
    sport: Uint16Array.from(
      length,
      each((i) => 2000 + (i & 0x3fff)),
    ),
    dport: new Uint16Array(BATCH).fill(53),
    time: Float64Array.from(
      length,
      each((i) => 1000 + APART * i),
    ),
  };
}

// by one engine from the first packet on: what columns take is taken once
test.each(['columns', 'bytecode'] as const)(
  'two hundred thousand connections, of which a thousand fit in: %s',
  { timeout: 300_000 },
  async (engine) => {
    const host = await loadFlows([rulesOf({ nat: ['POSTROUTING -o eth0 -j MASQUERADE'] }), ...HOST], {
      sysctl: ['net.netfilter.nf_conntrack_max=1000'],
      engine,
    });
    const held = () => {
      // what arrays took is given back by a later one
      for (let time = 0; time < 3; time++) collect();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    let before = 0;
    for (let first = 0; first < MANY; first += BATCH) {
      host.classify(batchOf(first));
      if (first === BATCH) before = held();
    }
    expect(held() - before).toBeLessThan(1 << 20);
    expect(host.connections()).toHaveLength(30 / APART);
    // none had to go before its time, and none found the table full
    expect(host.summary().fates).toEqual({ forwarded: MANY });
  },
);
