/**
 * What the rules of Android's netd have that no other kernel takes, as its iptables-save prints it: net/netfilter/xt_qtaguid.c of
 * Android's kernels, which no kernel here has, says what owner is there.
 */
import { describe, expect, test } from 'vitest';
import { createEngine, parse, printSave, readPacket } from '../src/index.js';
import { programOf } from '../src/run/host-program.js';

const netd = (chain = 'bw_INPUT', more = '') => `*raw
:PREROUTING ACCEPT [0:0]
:bw_raw_PREROUTING - [0:0]
:idletimer_raw_PREROUTING - [0:0]
-A PREROUTING -j bw_raw_PREROUTING
-A PREROUTING -j idletimer_raw_PREROUTING
-A bw_raw_PREROUTING -m owner --socket-exists
-A idletimer_raw_PREROUTING -i wlan0 -j IDLETIMER --timeout 15 --label 1 --send_nl_msg 1
COMMIT
*filter
:INPUT ACCEPT [0:0]
:${chain} - [0:0]
:fw_dozable - [0:0]
-A INPUT -j ${chain}
-A INPUT -j fw_dozable
${more}-A ${chain} -m quota2 ! --name globalAlert --quota 2097152
-A ${chain} -m owner --socket-exists
-A fw_dozable -m owner --uid-owner 10003 -j RETURN
-A fw_dozable -j DROP
COMMIT
`;
const parsed = (text: string) => parse([{ name: 'rules', text }]);
const codes = (text: string) =>
  parsed(text).findings.map(({ severity, code, place }) => `${severity} ${code} ${place?.line}`);

test('a save of netd is read, and what it has of its own is noted', () => {
  const own = [7, 8, 17, 18].map((line) => `note android-only ${line}`);
  expect(codes(netd())).toEqual(own);
  expect(printSave(parsed(netd()).tables, { counters: false })).toContain(
    '-A bw_INPUT -m quota2 --name globalAlert ! --quota 2097152\n',
  );
});
test('in a built-in chain too, and what else is wrong stays so', () => {
  const lines = netd(
    'bw_INPUT',
    '-A INPUT -m owner --uid-owner 5 -j DROP\n-A bw_INPUT -m owner --uid-owner 5 -j TPROXY --on-port 1\n',
  );
  expect(codes(lines)).toContain('note android-only 16');
  expect(codes(lines)).toContain('error wrong-table 17');
  expect(codes(netd('bw_INPUT', '-A bw_INPUT -m owner --uid-owner 5 -j CLASSIFY --set-class 1:1\n'))).toContain(
    'error wrong-chain 16',
  );
});
test('without the chains of netd the table is refused', () => {
  expect(codes(netd('INPUT2'))).toEqual([
    ...['note android-only 7', 'note android-only 8'],
    ...['error wrong-chain 17', 'error wrong-chain 18'],
  ]);
});

describe('what comes in has the socket that it is told to be for', () => {
  test.each([
    [{}, 'unknown'],
    [{ socket: false }, 'dropped'],
    [{ uid: 10003 }, 'delivered'],
    [{ uid: 10004 }, 'dropped'],
  ])('%j', async (told, fate) => {
    const host = await (await createEngine()).load(programOf(parsed(netd())));
    const packet = { in: 'eth0', src: '192.0.2.5', dst: '10.0.0.1', proto: 'udp', sport: 5, dport: 53, path: 'input' };
    expect(host.walk(readPacket({ ...packet, ...told } as never).packet).fate).toBe(fate);
  });
});
