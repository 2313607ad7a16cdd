/** Marks that nobody sets, or nobody looks at. */
import type { FindingKind } from './kind.js';
import { markUses } from './mark-use.js';

const hex = (bits: number): string => `0x${(bits >>> 0).toString(16)}`;

export const markNeverSet: FindingKind = {
  code: 'mark-never-set',
  severity: 'note',
  title: 'a mark that is tested, and that no rule sets',
  about:
    'The rule wants bits of a mark that no rule of any table sets (MARK, CONNMARK, marks restored from connections). Packets of this host may bear a mark from elsewhere: a program that sets SO_MARK (WireGuard, OpenVPN, proxies), tc, eBPF, nft. Where none of them is meant, the rule that sets the mark was lost, or value or mask differ between the two. Said only where all tables are known.',
  example: [
    '*mangle\n-A PREROUTING -i eth0 -j MARK --set-mark 0x1\nCOMMIT\n*filter\n-A FORWARD -m mark --mark 0x2 -j DROP\n-A FORWARD -m mark --mark 0x1 -j ACCEPT\nCOMMIT\n',
  ],
  looksLike: [
    '*mangle\n-A PREROUTING -j CONNMARK --restore-mark\n-A PREROUTING -i eth0 -j CONNMARK --set-mark 0x2\nCOMMIT\n*filter\n-A FORWARD -m mark --mark 0x2 -j DROP\nCOMMIT\n',
  ],
  find(rules, report) {
    const uses = markUses(rules);
    if (uses === undefined) return;
    for (const { rule, of, bits, at } of uses.tests) {
      const missing = bits & ~uses.made[of];
      if (missing !== 0)
        report.rule(rule, `no rule sets ${hex(missing)} in the mark of the ${of}, which is tested here`, at);
    }
  },
};

export const markNeverTested: FindingKind = {
  code: 'mark-never-tested',
  severity: 'note',
  title: 'a mark that is set, and that no rule tests',
  about:
    'The rule sets bits of a mark that no rule of any table looks at, nor a policy rule (ip rule … fwmark) where those were given. tc filters, eBPF and programs may read it. Otherwise the rule does nothing: what should have looked at the mark was lost, or has another value or mask. Said only where all tables are known.',
  example: [
    '*mangle\n-A PREROUTING -i eth0 -j MARK --set-xmark 0x10/0xf0\nCOMMIT\n*filter\n-A FORWARD -m mark --mark 0x1/0xf -j ACCEPT\nCOMMIT\n',
  ],
  looksLike: [
    '*mangle\n-A PREROUTING -i eth0 -j MARK --set-xmark 0x10/0xf0\n-A PREROUTING -i eth1 -j MARK --set-mark 0x1\nCOMMIT\n*filter\n-A FORWARD -m mark --mark 0x1/0xf -j ACCEPT\nCOMMIT\n',
    '0:\tfrom all lookup local\n100:\tfrom all fwmark 0x10/0xf0 lookup 100\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n',
  ],
  find(rules, report) {
    const uses = markUses(rules);
    if (uses === undefined) return;
    for (const { rule, of, bits } of uses.sets)
      if (bits !== 0 && (bits & uses.seen[of]) === 0)
        report.rule(rule, `no rule tests ${hex(bits)} in the mark of the ${of}, which is set here`);
  },
};
