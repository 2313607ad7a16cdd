/** How long the entry of a first packet lasts, where connections are remembered and where they are not. */
import { expect, test } from 'vitest';
import { readPacket } from '../src/input/json.js';
import { Pack } from '../src/input/pack.js';
import { createEngine } from '../src/run/engine.js';
import { programOf } from '../src/run/host-program.js';
import { parse } from '../src/run/host-texts.js';

const ADDRESSES = '1: lo: <LOOPBACK,UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n';
/** A packet of this host to itself is confirmed on its way out, and tracked before it comes back in. */
const rules = (seconds: number) =>
  `*mangle\n:PREROUTING DROP [0:0]\n-A PREROUTING -m conntrack --ctexpire ${seconds} -j ACCEPT\nCOMMIT\n`;
const SELF = { in: null, src: '127.0.0.1', dst: '127.0.0.1' };
const INIT = '01000014000000010000ffff0001000100000001';

const ROWS: readonly (readonly [fields: object, seconds: number, setting: string])[] = [
  [{ proto: 'tcp', sport: 1000, dport: 80, flags: 'S' }, 120, 'tcp_timeout_syn_sent'],
  [{ proto: 'udp', sport: 1000, dport: 53 }, 30, 'udp_timeout'],
  [{ proto: 'icmp', type: 8 }, 30, 'icmp_timeout'],
  [{ proto: 'gre' }, 30, 'gre_timeout'],
  [{ proto: 'sctp', sport: 4096, dport: 8192, payload: INIT }, 10, 'sctp_timeout_closed'],
  [{ proto: 'esp' }, 600, 'generic_timeout'],
];
/** Of TCP the kernel makes no more than 300 where what was sent is not acknowledged. */
const given = (fields: object, setting: string) => {
  const seconds = setting.startsWith('tcp') ? 299 : 70000;
  return [fields, seconds, `net.netfilter.nf_conntrack_${setting} = ${seconds}\n`] as const;
};
const CASES = ROWS.flatMap(([fields, seconds, setting]) => [
  [fields, seconds, ''] as const,
  given(fields, setting),
  [fields, seconds, 'net.netfilter.nf_conntrack_tcp_timeout_close = 70000\n'] as const,
]);

test.each(CASES)('%j: %i s, by %j', async (fields, seconds, sysctl) => {
  const { packet } = readPacket({ ...SELF, ...fields });
  for (const connections of ['on', 'off'] as const) {
    const texts = [rules(seconds), ADDRESSES, sysctl].filter((text) => text !== '');
    const program = programOf(parse(texts.map((text, i) => ({ name: `${i}`, text }))), { connections });
    const host = await (await createEngine()).load({ ...program, engine: 'columns' });
    // somebody is told of a packet that is walked, and nobody of those that are classified
    expect(host.walk(packet).fate, connections).toBe('delivered');
    host.reset();
    host.forgetConnections();
    const pack = new Pack(1, 2048);
    pack.add(packet).next();
    for (const batch of pack.take()) host.classify(batch);
    expect(host.summary().fates.delivered, connections).toBe(1);
  }
});
