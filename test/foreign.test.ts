/**
 * Extensions of other projects: how listings print them, chains that have their names, and options that nobody here knows. No
 * kernel here has them; what lists them is their own libxt_NAME.so under iptables 1.8.9, or where there is none their source.
 */
import { describe, expect, test } from 'vitest';
import { FOREIGN_MATCH_NAMES, FOREIGN_TARGET_NAMES, foreignName } from '../src/ext/third-party/names.js';
import { FOREIGN_WORDS } from '../src/ext/third-party/words.js';
import { parse } from '../src/index.js';
import type { TableName } from '../src/model/ruleset.js';
import { CHAIN, listedRules } from './listed.js';
import { readRule } from './rows.js';

const listed = (row: string, table: TableName = 'filter') => {
  const columns = 'target     prot opt source               destination         \n';
  return listedRules(`Chain ${CHAIN} (0 references)\n${columns}${row}\n`, table, 4)[0];
};

describe('as iptables -L prints them', () => {
  test.each([
    ['-m asn ! --src-asn 1234,5', '-m asn ! --src-asn 1234,5'],
    ['-m condition ! --condition "foo"', '-m condition ! --condition "foo"'],
    ['-m condition --condition "a b"', '-m condition --condition "a b"'],
    ['-m fuzzy --lower-limit 10  --upper-limit 32', '-m fuzzy --lower-limit 10 --upper-limit 32'],
    ['-m geoip ! --source-country DE,US', '-m geoip ! --source-country DE,US'],
    ['-m gradm --enabled', '-m gradm --enabled'],
    ['-m iface --dev-in ! --up --lower_up', '-m iface --dev-in ! --up --lower_up'],
    ['-m iface --iface eth0 --up', '-m iface --iface eth0 --up'],
    ['-m ipp2p  --edk  --bit  --debug', '-m ipp2p --edk --bit --debug'],
    ['-m ipv4options --flags !1,4 --any', '-m ipv4options --flags !1,4 --any'],
    ['layer3 length ! 4-9', '-m length2 --layer3 ! --length 4:9'],
    ['length 4', '-m length --length 4'],
    ['-m quota --packets  --name foo  ! --quota 99', '-m quota2 --packets --name foo ! --quota 99'],
    ['LAYER7 l7proto !ssh', '-m layer7 ! --l7proto ssh'],
    ['ndpi ! proto http,tls', '-m ndpi ! --proto http,tls'],
    ['every 3th packet #1', '-m nth --every 3 --counter 0 --packet 1'],
    ['!every 3th counter #2 start at 1', '-m nth ! --every 3 --counter 2 --start 1'],
    ['!srcpool a dstpool b', '-m pool ! --srcpool a --dstpool b'],
    ['random 25%', '-m random --average 25'],
    ['WEBSTR match host !example.com', '-m webstr ! --host example.com'],
    ['-m condition --condition "foo" mark match 0x1 ', '-m condition --condition "foo" -m mark --mark 0x1'],
  ])('%s', (text, rule) => {
    expect(listed(`ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0            ${text}`)).toBe(
      `-A ${CHAIN} ${rule} -j ACCEPT`,
    );
  });

  test.each([
    ['DROP', 'tcp', '-m lscan --stealth  --synscan', '-m lscan --stealth --synscan -j DROP'],
    ['DROP', 'udp', '-m dhcpmac --mac 00:50:56:00:00:00/48', '-m dhcpmac --mac 00:50:56:00:00:00/48 -j DROP'],
    [
      'DROP',
      'tcp',
      'pknock knockports 4002,4001 time 10 autoclose 60 name SSH strict',
      '-m pknock --knockports 4002,4001 --time 10 --autoclose 60 --name SSH --strict -j DROP',
    ],
    ['DROP', 'udp', 'mport dports 53,100:200', '-m mport --dports 53,100:200 -j DROP'],
    ['TARPIT', 'tcp', '-j TARPIT --honeypot', '-j TARPIT --honeypot'],
    ['TARPIT', 'tcp', 'tcp dpt:80 -j TARPIT --tarpit', '-m tcp --dport 80 -j TARPIT --tarpit'],
    ['DELUDE', 'tcp', '', '-j DELUDE'],
    ['ACCOUNT', 'all', 'ACCOUNT addr 192.168.1.0/24 tname sales', '-j ACCOUNT --addr 192.168.1.0/24 --tname sales'],
    ['CHAOS', 'all', '-j CHAOS --delude', '-j CHAOS --delude'],
    ['LOGMARK', 'all', '-j LOGMARK --log-level 5  --log-prefix "a b"', '-j LOGMARK --log-level 5 --log-prefix "a b"'],
    ['POOL', 'all', 'POOL --add-srcip a --del-dstip b', '-j POOL --add-srcip a --del-dstip b'],
    ['NETLINK', 'all', 'nldrop nlsize 16', '-j NETLINK --nldrop --nlsize 16'],
    [
      'TRIGGER',
      'tcp',
      'TRIGGER type:out tcp match:5 relate:6-7',
      '-j TRIGGER --trigger-type out --trigger-proto tcp --trigger-match 5-5 --trigger-relate 6-7',
    ],
  ])('%s %s %s', (target, proto, text, rule) => {
    expect(listed(`${target.padEnd(10)} ${proto}  --  0.0.0.0/0            0.0.0.0/0            ${text}`)).toBe(
      `-A ${CHAIN} -p ${proto} ${rule}`.replace(' -p all', ''),
    );
  });

  test.each<[TableName, string, string, string]>([
    [
      'mangle',
      'DHCPMAC',
      '-j DHCPMAC --set-mac AB:CD:EF:00:00:00/48',
      '-p udp -j DHCPMAC --set-mac AB:CD:EF:00:00:00/48',
    ],
    ['mangle', 'IPMARK', '-j IPMARK --addr dst  --and-mask 0xffff', '-p udp -j IPMARK --addr dst --and-mask 0xffff'],
    ['mangle', 'PROTO', 'PROTO set to 17', '-p udp -j PROTO --proto-set 17'],
    ['mangle', 'ROUTE', 'ROUTE oif:eth1 gw:192.0.2.1 continue', '-p udp -j ROUTE --oif eth1 --gw 192.0.2.1 --continue'],
    ['mangle', 'IMQ', 'IMQ: todev 1', '-p udp -j IMQ --todev 1'],
    ['mangle', 'XOR', 'key: secret block-size: 3', '-p udp -j XOR --key secret --block-size 3'],
    ['raw', 'RAWDNAT', 'to-destination 192.0.2.1/32', '-p udp -j RAWDNAT --to-destination 192.0.2.1/32'],
    ['raw', 'RAWSNAT', 'to-source 192.0.2.0/24', '-p udp -j RAWSNAT --to-source 192.0.2.0/24'],
    ['nat', 'DNETMAP', 'prefix 20.0.0.0/26 reuse 1 ttl default', '-p udp -j DNETMAP --prefix 20.0.0.0/26 --reuse'],
    ['nat', 'FULLCONENAT', 'masq ports: 1024-2048 random', '-p udp -j FULLCONENAT --to-ports 1024-2048 --random'],
    ['nat', 'BALANCE', 'balance 192.0.2.1-192.0.2.9', '-p udp -j BALANCE --to-destination 192.0.2.1-192.0.2.9'],
    ['nat', 'SAME', 'same:192.0.2.1-192.0.2.9 nodst', '-p udp -j SAME --to 192.0.2.1-192.0.2.9 --nodst'],
  ])('%s %s', (table, target, text, rule) => {
    expect(listed(`${target}  udp  --  0.0.0.0/0            0.0.0.0/0            ${text}`, table)).toBe(
      `-A ${CHAIN} ${rule}`,
    );
  });
});

describe('a chain of the same name', () => {
  const targetOf = (text: string) => {
    const { tables, findings } = parse([{ name: 'x', text }]);
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
    return tables[0]!.chains.get('INPUT')!.rules[0]!.target;
  };
  const jump = expect.objectContaining({ kind: 'jump', chain: 'ACCOUNT' });

  test('in a save', () => {
    expect(
      targetOf('*filter\n:INPUT ACCEPT [0:0]\n:ACCOUNT - [0:0]\n-A INPUT -j ACCOUNT\n-A ACCOUNT -j DROP\nCOMMIT\n'),
    ).toEqual(jump);
  });
  test('of iptables -S', () => {
    expect(targetOf('-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n-N ACCOUNT\n-A INPUT -j ACCOUNT\n')).toEqual(
      jump,
    );
  });
  test('in a listing, where it comes below', () => {
    const columns = 'pkts bytes target     prot opt in     out     source               destination\n';
    const heads = ['INPUT', 'FORWARD', 'OUTPUT'].map(
      (name) => `Chain ${name} (policy ACCEPT 0 packets, 0 bytes)\n${columns}`,
    );
    const row = '0 0 ACCOUNT  all  --  *      *       0.0.0.0/0            0.0.0.0/0\n\n';
    expect(targetOf(`${heads[0]}${row}${heads[1]}\n${heads[2]}\nChain ACCOUNT (1 references)\n${columns}`)).toEqual(
      jump,
    );
  });
  test('there is none', () => {
    expect(
      targetOf('*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j ACCOUNT --addr 10.0.0.0/8 --tname x\nCOMMIT\n'),
    ).toMatchObject({ kind: 'extension', use: { name: 'ACCOUNT', known: true } });
  });
});

test.each([
  ['-m ndpi --http -j DROP', '--http'],
  ['-p tcp -m ndpi --proto dns ! --http -m tcp --dport 5 -j DROP', '!'],
  ['-p tcp -j TARPIT --for 5', '--for'],
])('an option that is not known here is kept: %s', (text, word) => {
  const { printed, findings } = readRule(text);
  expect(printed).toBe(text);
  expect(findings.map(({ severity, code }) => [severity, code])).toEqual([['warning', 'not-understood']]);
  expect(findings[0]!.message).toContain(` ${word} `);
});

test('each has words for what it is, which pages load with those that few rules use', () => {
  const named = [...FOREIGN_MATCH_NAMES, ...FOREIGN_TARGET_NAMES].map(foreignName);
  expect([...new Set(named)].sort()).toEqual(Object.keys(FOREIGN_WORDS).sort());
  expect(foreignName('recent')).toBeUndefined();
});
