import { meaningOf } from '../../model/ruleset.js';
import { Protocol } from '../../net/protocol.js';
import type { FindingKind } from './kind.js';

export const addressZero: FindingKind = {
  code: 'address-zero',
  severity: 'warning',
  title: 'the address 0.0.0.0, which is not every address',
  about:
    'Without a mask the rule means the one address 0.0.0.0 (or ::), which hardly any packet bears: hosts use it as their source until DHCP has given them an address, and no packet goes there. Every address is 0.0.0.0/0, or no -s and -d at all.',
  example: ['*filter\n-A INPUT -s 0.0.0.0 -p tcp --dport 22 -j ACCEPT\nCOMMIT\n'],
  looksLike: [
    '*filter\n-A INPUT -s 0.0.0.0/0 -p tcp --dport 22 -j ACCEPT\n-A INPUT -s 0.0.0.0 -p udp --dport 67 -j ACCEPT\nCOMMIT\n',
  ],
  find(rules, report) {
    for (const { view } of rules.rules()) {
      const { target } = meaningOf(view.rule);
      // to drop it is a guard, and DHCP is UDP
      if (target?.kind !== 'verdict' || target.verdict !== 'ACCEPT') continue;
      const head = meaningOf(view.rule).head();
      const { protocol } = head;
      for (const side of ['src', 'dst'] as const) {
        const given = head[side];
        if (given === undefined || given.not || given.value.address.some((word) => word !== 0)) continue;
        if (given.value.mask.some((word) => word !== 0xffffffff)) continue;
        if (side === 'src' && protocol?.value === Protocol.Udp && !protocol.not) continue;
        report.rule(
          view.rule,
          `this is the one address ${given.value.address.length === 1 ? '0.0.0.0' : '::'}, and not every one`,
          view.rule.head[side]?.at,
          'every address is what is meant without the option, or with /0 behind it',
        );
      }
    }
  },
};
