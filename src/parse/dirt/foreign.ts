/** Texts that people give of a host and its rules and that nobody reads: what they are, and what to give instead. */
import type { Finding, Findings } from '../../model/finding.js';
import { type Line, linesOf, placeOfLine } from '../text.js';
import { sayOnce } from './notes.js';

interface Foreign {
  /** what a line of it has that no other text has. */
  readonly sign: RegExp;
  /** its lines, where it stands among other texts. */
  readonly lines?: RegExp;
  readonly message: string;
  readonly hint: string;
}

const ADDRESSES_HINT = 'ip addr and ip route print what the host has made of it';

const FOREIGN: readonly Foreign[] = [
  {
    sign: /^To +Action +From *$/m,
    message: 'this is what ufw status prints, which is not read',
    hint: 'iptables-save prints the rules that ufw made of it',
  },
  {
    sign: /^table (ip6?|inet|arp|bridge|netdev) \S+ \{/m,
    message: 'this is a ruleset of nft, which is not read',
    hint: 'where iptables-nft made its tables, the output of iptables-save tells the same',
  },
  {
    sign: /^[ \t]*(\[\d+\.\d+[ \t]*\][ \t]*)?\[(NEW|UPDATE|DESTROY)\][ \t]+[a-z]/m,
    message: 'these are events of conntrack -E, which are not read',
    hint: 'conntrack -L -o extended,id prints the connections that there are',
  },
  {
    sign: /^<conntrack>/m,
    message: 'this is the XML form of conntrack, which is not read',
    hint: 'conntrack -L -o extended,id tells the same',
  },
  {
    sign: /^[ \t]*iface[ \t]+\S+[ \t]+inet6?[ \t]+(?:static|dhcp|manual|loopback|ppp)\b/m,
    lines:
      /^[ \t]*(?:(?:auto|allow-\w+|iface|mapping|source)[ \t]|(?:address|netmask|network|broadcast|gateway|hwaddress|metric|mtu|pointopoint|dns-\w+|vlan[-_]\w+|bridge[-_]\w+|bond-\w+|(?:pre-|post-)?(?:up|down))[ \t]+\S)/,
    message: 'these are settings of /etc/network/interfaces, which are not read',
    hint: ADDRESSES_HINT,
  },
  {
    sign: /^[ \t]*(?:ethernets|renderer):/m,
    lines:
      /^[ \t]*(?:(?:network|version|renderer|ethernets|bridges|vlans|bonds|nameservers|addresses|routes|dhcp[46]|gateway[46]|optional|search|via|to|\w{2,15}):|- )/,
    message: 'these are settings of netplan, which are not read',
    hint: ADDRESSES_HINT,
  },
  {
    sign: /^[ \t]*(?:BOOTPROTO|ONBOOT|IPADDR\d?)=/m,
    lines: /^[ \t]*[A-Z][A-Z\d_]{1,30}=/,
    message: 'these are settings of an ifcfg file, which are not read',
    hint: ADDRESSES_HINT,
  },
];

/** Of a text in which nothing was recognised. */
export function unrecognised(file: string, text: string): Finding {
  const lines = linesOf(text);
  const line = lines.find((one) => one.text.trim() !== '');
  const foreign = line && FOREIGN.find(({ sign }) => sign.test(text));
  return {
    severity: 'note',
    code: 'nothing-recognised',
    message: foreign?.message ?? (line ? 'nothing in this text is recognised' : 'the text is empty'),
    place: placeOfLine(file, line ?? lines[0] ?? { number: 1, text: '', offset: 0 }),
    hint:
      foreign?.hint ??
      'the output of iptables-save, iptables -S, iptables -L, ipset save, ip addr, ip route, ip rule, ip link, ifconfig, route -n, sysctl and conntrack -L is read, and commands of iptables',
  };
}

/** Says what stands among other texts; the lines that are left come back. */
export function sayForeign(lines: readonly Line[], file: string, findings: Findings): Line[] {
  let left = [...lines];
  for (const { sign, lines: own, message, hint } of FOREIGN) {
    if (own === undefined || !left.some((line) => sign.test(line.text))) continue;
    sayOnce(
      'note',
      'not-a-rule',
      message,
      left.filter(({ text }) => own.test(text)),
      file,
      findings,
      hint,
    );
    left = left.filter(({ text }) => !own.test(text));
  }
  return left;
}
