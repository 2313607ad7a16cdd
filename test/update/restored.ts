/**
 * What a host counts that is given other rules between packets. iptables-restore and the kernel say so
 * (test/kernel/update.kernel.test.ts), and LoadedHost.update has to (test/update.test.ts).
 */
import { join } from 'node:path';
import type { UpdateOptions } from '../../src/run/update.js';
import { ROOT } from '../root.js';

/** Two packets of a connection have a token in mangle, three in filter. */
export const RULES = `*mangle
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -p udp -m limit --limit 1/hour --limit-burst 2 -j MARK --set-xmark 0x1/0xffffffff
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -p udp -m udp --dport 7 -j REDIRECT --to-ports 9
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:own - [0:0]
-A INPUT -m mark --mark 0x1 -j own
-A INPUT -p udp -m udp --dport 9 -m limit --limit 1/hour --limit-burst 3 -j ACCEPT
-A INPUT -p udp -m statistic --mode nth --every 2 --packet 0 -j ACCEPT
-A INPUT -j DROP
-A own -p udp -m conntrack --ctstate NEW
COMMIT
`;
const tableOf = (name: string) => `*${RULES.split('*').find((block) => block.startsWith(`${name}\n`))}`;
export const FILTER = tableOf('filter');

/** Sent before and after, in this order; `dport`: of UDP from 198.51.100.1:4000. */
export const SENT = [7, 7, 7, 7, 7]
  .map((dport) => ({ dst: '192.0.2.1', dport }))
  .concat({ dst: '10.0.0.9', dport: 80 });

export const savedIn = (what: string): string => join(ROOT, `test/update/saves/${what.replaceAll(/\W+/g, '-')}.save`);

/** By the text that is given in between. */
export const RESTORED: Readonly<Record<string, { readonly text: string; readonly options?: UpdateOptions }>> = {
  'the same of one table': { text: FILTER },
  'the same of all': { text: RULES },
  'counters in the text': {
    text: FILTER.replace('-A own', '[5:500] -A own').replace('FORWARD DROP [0:0]', 'FORWARD DROP [7:700]'),
  },
  'counters in the text that count': {
    text: FILTER.replace('-A own', '[5:500] -A own').replace('FORWARD DROP [0:0]', 'FORWARD DROP [7:700]'),
    options: { counters: true },
  },
  'no line of a chain': { text: '*filter\n-A INPUT -p udp -j ACCEPT\nCOMMIT\n' },
  'no line of a chain, and counters that count': {
    text: '*filter\n-A INPUT -p udp -j ACCEPT\nCOMMIT\n',
    options: { counters: true },
  },
  'a chain without a policy': {
    text: '*filter\n:INPUT DROP [4:400]\n:FORWARD - [3:300]\nCOMMIT\n',
    options: { counters: true },
  },
  'another translation': { text: tableOf('nat').replace('-j REDIRECT --to-ports 9', '-j REDIRECT --to-ports 10') },
  'a table that was not there': {
    text: '*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING -p udp\nCOMMIT\n',
  },
  'a table twice': { text: `${FILTER}${FILTER.replace('-A INPUT -j DROP\n', '')}` },
};
