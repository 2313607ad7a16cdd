/**
 * Listings of what the kernel that made test/listed is without (ipvs, LED, ULOG), as the functions of iptables 1.8.9 say that
 * print them; and of what a listing leaves out (osf).
 */
import { expect, test } from 'vitest';
import type { Family } from '../src/net/address.js';
import { CHAIN, listedRules } from './listed.js';

const HEAD = `Chain ${CHAIN} (0 references)\n    pkts      bytes target     prot opt in     out     source               destination         \n`;

test.each<[target: string, text: string, rule: string, family?: Family]>([
  ['', 'ipvs', '-m ipvs --ipvs'],
  ['', '! ipvs', '-m ipvs ! --ipvs'],
  ['', '! vproto 6 vport 80', '-m ipvs ! --vproto 6 --vport 80'],
  [
    '',
    'vaddr 10.0.0.0/8 vdir REPLY ! vmethod IPIP vportctl 21',
    '-m ipvs --vaddr 10.0.0.0/8 --vdir REPLY ! --vmethod IPIP --vportctl 21',
  ],
  ['', 'vaddr fe80::/64', '-m ipvs --vaddr fe80::/64', 6],
  ['', 'OS fingerprint match ! Linux', '-m osf ! --genre Linux'],
  ['LED', 'led-trigger-id:"a \\"b" led-delay:0ms', '-j LED --led-trigger-id "a \\"b"'],
  [
    'LED',
    'led-trigger-id:"" led-delay:42ms led-always-blink',
    '-j LED --led-trigger-id "" --led-delay 42 --led-always-blink',
  ],
  ['LED', 'led-trigger-id:"x" led-delay:inf', '-j LED --led-trigger-id "x" --led-delay -1'],
  ['LED', 'led-trigger-id:"x" led-delay:-2ms', '-j LED --led-trigger-id "x" --led-delay -2'],
  ['ULOG', 'ULOG copy_range 0 nlgroup 1 queue_threshold 1', '-j ULOG'],
  [
    'ULOG',
    'ULOG copy_range 100 nlgroup 32 prefix "in: " queue_threshold 50',
    '-j ULOG --ulog-prefix "in: " --ulog-nlgroup 32 --ulog-cprange 100 --ulog-qthreshold 50',
  ],
])('%s %s', (target, text, rule, family = 4) => {
  const protocol = text.startsWith('OS') ? '6' : '0';
  const everywhere =
    family === 4 ? '0.0.0.0/0            0.0.0.0/0           ' : '::/0                 ::/0                ';
  const line = `       0        0 ${target.padEnd(10)} ${protocol.padEnd(4)} --  *      *       ${everywhere} ${text}\n`;
  const head = protocol === '6' ? ' -p tcp' : '';
  expect(listedRules(HEAD + line, 'filter', family)).toEqual([`-A ${CHAIN}${head} ${rule}`]);
});
