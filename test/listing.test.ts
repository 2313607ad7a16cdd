/** Listings as people paste them. test/kernel/listing.kernel.test.ts holds what iptables itself prints against its saves. */
import { describe, expect, it } from 'vitest';
import type { Extension } from '../src/ext/define.js';
import { LISTED_MATCHES, LISTED_TARGETS } from '../src/ext/listings.js';
import { MATCHES, TARGETS } from '../src/ext/registry.js';
import type { Finding } from '../src/model/finding.js';
import { familyOfListing, parseListing } from '../src/parse/rules/listing/reader.js';
import { printSave } from '../src/parse/rules/print-save.js';
import { linesOf } from '../src/parse/text.js';
import { parse } from '../src/run/host-texts.js';

function read(text: string) {
  const findings: Finding[] = [];
  const lines = linesOf(text);
  const family = familyOfListing(lines) ?? 4;
  return { tables: parseListing(lines, 'paste', { add: (finding) => findings.push(finding) }, family, []), findings };
}

/** Table and rule, and chains with their policies. */
const told = (text: string): string[] => {
  const out: string[] = [];
  let table = '';
  for (const line of printSave(read(text).tables).split('\n')) {
    if (line.startsWith('*')) table = line.slice(1);
    else if (/^(-A|:\S+ DROP)/.test(line)) out.push(`${table} ${line.replace(/ \[\d+:\d+\]$/, '')}`);
  }
  return out;
};
const codes = (text: string): string[] => read(text).findings.map(({ code }) => code);

const VERBOSE = `num   pkts bytes target     prot opt in     out     source               destination`;
const PLAIN = `target     prot opt source               destination`;
/** A chain INPUT of filter with lines. */
const input = (columns: string, ...lines: string[]) =>
  ['Chain INPUT (policy ACCEPT 0 packets, 0 bytes)', columns, ...lines, ''].join('\n');

describe('a rule of a listing', () => {
  it.each([
    ['1  0  0 ACCEPT  tcp  --  any any anywhere anywhere tcp dpt:https', '-p tcp -m tcp --dport 443 -j ACCEPT'],
    ['1 0 0 ACCEPT 6 -- * * 0.0.0.0/0 0.0.0.0/0 tcp dpt:443', '-p tcp -m tcp --dport 443 -j ACCEPT'],
    ['1 0 0 all -- any any anywhere anywhere', ''],
    ['1 0 0 tcp -- any any anywhere anywhere', '-p tcp'],
    ['1 142K 12M DROP all -f !eth0 any anywhere !loopback/8', '! -d 127.0.0.0/8 ! -i eth0 -f -j DROP'],
    ['1 0 0 DROP !tcp !f any any localhost 10.0.0.0/8', '-s 127.0.0.1/32 -d 10.0.0.0/8 ! -p tcp ! -f -j DROP'],
    ['1 0 0 LOG all -- any any anywhere anywhere LOG level warning prefix "a  b: "', '-j LOG --log-prefix "a  b: "'],
    ['1 0 0 LOG all -- any any anywhere anywhere LOG level warning prefix "cut  o', '-j LOG --log-prefix "cut  o"'],
    ['1 0 0 web all -- any any anywhere anywhere [goto] ', '-g web'],
    // of a kernel that had it: libipt_CLUSTERIP.c says what is printed
    [
      '1 0 0 CLUSTERIP all -- eth0 any anywhere 10.1.2.3 CLUSTERIP hashmode=sourceip-sourceport clustermac=01:00:5E:00:00:20 total_nodes=2 local_node=1 hash_init=7',
      '-d 10.1.2.3/32 -i eth0 -j CLUSTERIP --new --hashmode sourceip-sourceport --clustermac 01:00:5E:00:00:20 --total-nodes 2 --local-node 1 --hash-init 7',
    ],
    ['1 0 0 CLUSTERIP all -- any any anywhere 10.1.2.3 CLUSTERIP', '-d 10.1.2.3/32 -j CLUSTERIP'],
    ['1 0 0 REJECT tcp -- any any anywhere anywhere tcp dpt:ssh flags:FIN,SYN,RST,ACK/SYN #conn', undefined],
    [
      '1 0 0 DROP all -- any any anywhere anywhere /* a */ /* b */',
      '-m comment --comment a -m comment --comment b -j DROP',
    ],
    [
      '1 0 0 DROP tcp -- any any anywhere anywhere tcp spts:1024:65535 dpt:!ssh',
      '-p tcp -m tcp --sport 1024:65535 ! --dport 22 -j DROP',
    ],
    [
      '1 0 0 DROP tcp -- any any anywhere anywhere tcp dpt:22flags: 0x17/0x02',
      '-p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j DROP',
    ],
    [
      '1 0 0 DROP tcp -- any any anywhere anywhere tcpflags:! 0x17/0x02 state NEW',
      '-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -m state --state NEW -j DROP',
    ],
    ['1 0 0 DROP all -- any any web.example.com anywhere', '-s web.example.com -j DROP'],
    ['1 0 0 DROP tcp -- any any anywhere anywhere tcp dpt:mystery', '-p tcp -m tcp --dport mystery -j DROP'],
    [
      '1 0 0 RETURN all -- any any anywhere anywhere mark match ! 0x4000/0x4000',
      '-m mark ! --mark 0x4000/0x4000 -j RETURN',
    ],
    [
      '1 0 0 RETURN all -- any any anywhere anywhere MARK match !0x4000/0x4000',
      '-m mark ! --mark 0x4000/0x4000 -j RETURN',
    ],
  ])('%s', (line, rule) => {
    if (rule === undefined) return expect(codes(input(VERBOSE, line))).toContain('not-understood');
    expect(told(input(VERBOSE, line))).toEqual([`filter -A INPUT${rule === '' ? '' : ` ${rule}`}`]);
  });

  it('says a security context, which no kernel here takes', () => {
    const line = '1 0 0 SECMARK all -- any any anywhere anywhere SECMARK selctx system_u:object_r:a_t:s0';
    expect(told(`# iptables -t mangle -L\n${input(VERBOSE, line)}`)).toEqual([
      'mangle -A INPUT -j SECMARK --selctx system_u:object_r:a_t:s0',
    ]);
  });

  it.each([
    [
      'DNAT tcp -- any any anywhere anywhere tcp dpt:80 DNAT [unsupported revision]',
      '-p tcp -m tcp --dport 80 -j DNAT? --not-shown',
    ],
    [
      'DNAT tcp -- any any anywhere anywhere tcp dpt:80 [unsupported revision]',
      '-p tcp -m tcp --dport 80 -j DNAT? --not-shown',
    ],
    ['DNAT tcp -- any any anywhere anywhere [8 bytes of unknown target data]', '-p tcp -j DNAT? --not-shown'],
    ["FOO tcp -- any any anywhere anywhere UNKNOWN target `FOO'", '-p tcp -j FOO? --not-shown'],
    ['MARK tcp -- any any anywhere anywhere MARK [unsupported revision]', '-p tcp -j MARK? --not-shown'],
    ['DNAT tcp -- any any anywhere anywhere tcp dpt:80', '-p tcp -m tcp --dport 80 -j DNAT? --not-shown'],
    ['ACCEPT tcp -- any any anywhere anywhere [unsupported revision]', '-p tcp -m unknown --not-shown -j ACCEPT'],
    [
      'ACCEPT tcp -- any any anywhere anywhere multiport [unsupported revision] tcp dpt:80',
      '-p tcp -m multiport? --not-shown -m tcp --dport 80 -j ACCEPT',
    ],
    [
      "DNAT tcp -- any any anywhere anywhere UNKNOWN match `foo' tcp dpt:80 to:10.0.0.1",
      '-p tcp -m foo --not-shown -m tcp --dport 80 -j DNAT --to-destination 10.0.0.1',
    ],
  ])('is an open question where iptables does not show it: %s', (line, rule) => {
    const text = `# iptables -t nat -L\nChain PREROUTING (policy ACCEPT)\n${VERBOSE}\n1 0 0 ${line}\n`;
    expect(told(text)).toEqual([`nat -A PREROUTING ${rule}`]);
    const { findings } = read(text);
    expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(['warning not-shown']);
    expect(findings[0]!.hint).toContain('is an open question');
  });

  it('keeps what nobody here prints as an open question, and reads on behind it', () => {
    const line =
      '1 0 0 DROP tcp -- any any anywhere anywhere lately: UPDATE seconds: 60 name: ssh side: source tcp dpt:ssh';
    expect(told(input(VERBOSE, line))).toEqual([
      'filter -A INPUT -p tcp -m lately UPDATE seconds: 60 name: ssh side: source -m tcp --dport 22 -j DROP',
    ]);
    expect(codes(input(VERBOSE, line))).toEqual(['table-guessed', 'not-understood']);
  });

  it.each([
    [
      'columns that are told by the words alone',
      'Chain INPUT (policy ACCEPT)\nACCEPT tcp -- anywhere anywhere tcp dpt:ssh\n',
    ],
    ['the match alone on the next line', input(PLAIN, 'ACCEPT tcp -- anywhere anywhere', '   tcp dpt:ssh')],
    ['wrapped inside its columns', input(VERBOSE, '1 0 0 ACCEPT tcp -- any any anywhere', 'anywhere tcp dpt:ssh')],
    ['wrapped twice', input(VERBOSE, '1 0 0 ACCEPT tcp -- any', 'any anywhere', 'anywhere tcp', ' dpt:ssh')],
    ['200 blanks in the middle', input(PLAIN, `ACCEPT tcp -- anywhere${' '.repeat(200)}anywhere tcp dpt:ssh`)],
    [
      'a chain whose head is wrapped',
      `Chain INPUT (policy ACCEPT 0 packets,\n 0 bytes)\n${VERBOSE}\n1 0 0 ACCEPT tcp -- any any anywhere anywhere tcp dpt:22\n`,
    ],
  ])('%s', (_, text) => {
    expect(told(text)).toEqual(['filter -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT']);
    expect(codes(text).filter((code) => code !== 'table-guessed')).toEqual([]);
  });

  it.each([
    ['1 12 720 DROP', 12n, 720n],
    ['1 4566K 396M DROP', 4566000n, 396000000n],
    ['1 3G 2T DROP', 3000000000n, 2000000000000n],
  ])('%s: its counters', (start, packets, bytes) => {
    const { tables } = read(input(VERBOSE, `${start} all -- any any anywhere anywhere`));
    expect(tables[0]!.chains.get('INPUT')!.rules[0]!.counters).toEqual({ packets, bytes });
  });

  it.each<[what: string, line: string, rules: string[]]>([
    ['is damaged', '> hain FORWARD (policy DROP)', ['-A INPUT -j ACCEPT', '-A FORWARD -s 10.0.0.1/32 -j DROP']],
    [
      'has a slip',
      'FOWARD (policy DROP 7 packets, 99 bytes)',
      ['-A INPUT -j ACCEPT', '-A FORWARD -s 10.0.0.1/32 -j DROP'],
    ],
    ['is of a chain of its own', 'hain web (2 references)', ['-A INPUT -j ACCEPT', '-A web -s 10.0.0.1/32 -j DROP']],
    ['is lost', '', ['-A INPUT -j ACCEPT', '-A ? -s 10.0.0.1/32 -j DROP']],
    ['is not to be made out', 'Cha (p', ['-A INPUT -j ACCEPT', '-A ? -s 10.0.0.1/32 -j DROP']],
  ])('a chain whose line %s begins at its columns', (_, line, rules) => {
    const text = `${input(PLAIN, 'ACCEPT all -- anywhere anywhere')}${line}\n${PLAIN}\nDROP all -- 10.0.0.1 anywhere\n`;
    expect(
      printSave(parse([{ name: 'x', text }]).tables)
        .match(/^-A .*$/gm)!
        .sort(),
    ).toEqual(rules.sort());
    const guessed = rules.some((rule) => rule.includes('?')) ? 'no-chain' : 'chain-guessed';
    expect(parse([{ name: 'x', text }]).findings.map(({ code }) => code)).toContain(guessed);
  });

  it.each([
    'Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n0.0.0.0         192.168.0.1     0.0.0.0         UG    100    0        0 eth0',
    'static IP 192.168.1.5 255.255.255.0',
  ])('%s: no rule of the chain above', (prose) => {
    const text = `${input(PLAIN, 'DROP all -- 10.0.0.1 anywhere')}\n${prose}\n`;
    expect(told(text)).toEqual(['filter -A INPUT -s 10.0.0.1/32 -j DROP']);
  });

  it.each([
    ['ctstate N          EW', '-m conntrack --ctstate NEW'],
    [
      'ctstate R          ELATED,ESTABLISHED tcp dpt:22',
      '-m conntrack --ctstate RELATED,ESTABLISHED -m tcp --dport 22',
    ],
    ['tcp dpt:4    43', '-m tcp --dport 443'],
    ['tcp dpt:443   state N    EW', '-m tcp --dport 443 -m state --state NEW'],
  ])('a word that many blanks part: %s', (behind, words) => {
    const text = input(PLAIN, `ACCEPT tcp -- anywhere anywhere   ${behind}`);
    expect(told(text)).toEqual([`filter -A INPUT -p tcp ${words} -j ACCEPT`]);
    expect(codes(text)).toContain('cleaned-joined');
  });

  it.each([
    ['one      two', '-m one two'],
    ['tcp dpt:22     FOO', '-m tcp --dport 22 -m foo'],
    ['state NEW      quota9: 5 bytes', '-m state --state NEW -m quota9 5 bytes'],
  ])('blanks that part two texts stay: %s', (behind, words) => {
    const text = input(PLAIN, `ACCEPT tcp -- anywhere anywhere   ${behind}`);
    expect(told(text)).toEqual([`filter -A INPUT -p tcp ${words} -j ACCEPT`]);
  });

  it.each([
    ['BASE-ADDRESS.MCAST.NET/4', '224.0.0.0/4'],
    ['all-systems.mcast.net', '224.0.0.1/32'],
    ['localhost', '127.0.0.1/32'],
    ['!loopback/8', '127.0.0.0/8'],
  ])('a name of one number everywhere: %s', (name, address) => {
    const not = name.startsWith('!') ? '! ' : '';
    expect(told(input(PLAIN, `DROP all -- ${name} anywhere............`))).toEqual([
      `filter -A INPUT ${not}-s ${address} -j DROP`,
    ]);
  });

  it('columns that stand twice are those of one chain', () => {
    const text = input(PLAIN, PLAIN, 'DROP all -- 10.0.0.1 anywhere');
    expect(told(text)).toEqual(['filter -A INPUT -s 10.0.0.1/32 -j DROP']);
  });

  it('names the line and column where a wrapped rule is not understood', () => {
    const { findings } = read(input(VERBOSE, '1 0 0 DROP all -- any any anywhere', '  anywhere  quota9: 5 bytes'));
    expect(findings.map(({ code, place }) => [code, place!.line, place!.column])).toContainEqual([
      'not-understood',
      4,
      13,
    ]);
  });

  it('does not show interfaces without -v: each rule asks', () => {
    const text = input(PLAIN, 'ACCEPT all -- anywhere anywhere');
    const [rule] = read(text).tables[0]!.chains.get('INPUT')!.rules;
    expect(rule!.unsaid!.map(({ question }) => question)).toEqual(['interface:INPUT:3']);
    const shown = read(input(VERBOSE, '1 0 0 ACCEPT all -- any any anywhere anywhere')).tables[0]!;
    expect(shown.chains.get('INPUT')!.rules[0]!.unsaid).toBeUndefined();
  });
});

describe('extensions', () => {
  it('each says what a listing prints of it', () => {
    // of other projects: what prints nothing, as another one, or in a way that no source at hand shows
    const UNTOLD = ['dstlimit', 'id', 'iplimit', 'unclean'];
    const told = ({ name, foreign }: Extension) => !(foreign && UNTOLD.includes(name));
    // one without options prints nothing
    const targets = TARGETS.filter((one) => told(one) && Object.keys(one.options).length > 0).map(({ name }) => name);
    // some have one for each family
    const how = 'src/ext/listings.ts names what says it of each, src/ext/third-party/listed.ts of other projects';
    expect([...LISTED_MATCHES.keys()].sort(), how).toEqual(
      [...new Set(MATCHES.filter(told).map(({ name }) => name))].sort(),
    );
    expect([...LISTED_TARGETS.keys()].sort(), how).toEqual(targets.sort());
  });
});

describe('tables of listings', () => {
  const chains = (...names: string[]) =>
    names.map((name) => `Chain ${name} (policy ACCEPT)\n${PLAIN}\nDROP all -- anywhere anywhere\n`).join('\n');
  const tables = (text: string) =>
    read(text).tables.map(
      ({ name, chains: all }) => `${name} ${[...all.values()].filter((one) => one.rules.length > 0).length}`,
    );
  const NAT = ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'];
  const MANGLE = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'];
  const FILTER = ['INPUT', 'FORWARD', 'OUTPUT'];

  it.each([
    ['by its chains', chains(...NAT), ['nat 4'], false],
    ['nat of old', chains('PREROUTING', 'POSTROUTING', 'OUTPUT'), ['nat 3'], false],
    ['mangle', chains(...MANGLE), ['mangle 5'], false],
    ['raw', chains('PREROUTING', 'OUTPUT'), ['raw 2'], false],
    ['filter', chains(...FILTER), ['filter 3'], false],
    ['one chain: a guess', chains('INPUT'), ['filter 1'], true],
    ['the prompt says it', `root@h:~# iptables -t nat -L -n\n${chains('OUTPUT')}`, ['nat 1'], false],
    ['a heading says it', `Table: nat\n${chains('OUTPUT')}`, ['nat 1'], false],
    ['and another', `### table mangle\n${chains('OUTPUT')}`, ['mangle 1'], false],
    ['two glued together', chains(...FILTER, ...NAT), ['filter 3', 'nat 4'], false],
    ['the same twice', chains(...FILTER, ...FILTER), ['filter 3', 'filter 3'], false],
    [
      'two commands',
      `# iptables -L\n${chains('INPUT')}\n# iptables -t nat -L\n${chains('OUTPUT')}`,
      ['filter 1', 'nat 1'],
      false,
    ],
  ])('%s', (_, text, wanted, guessed) => {
    expect(tables(text)).toEqual(wanted);
    expect(codes(text).includes('table-guessed')).toBe(guessed);
  });

  it('says the policies', () => {
    expect(told(`Chain INPUT (policy DROP 5K packets, 1M bytes)\n${VERBOSE}\n`)).toEqual(['filter :INPUT DROP']);
  });

  it('knows a chain that a name was cut of, where only one begins so', () => {
    const text = (target: string) =>
      `Chain INPUT (policy ACCEPT)\n${PLAIN}\n${target} all -- anywhere anywhere\n\nChain ufw-before-logging-input (1 references)\n${PLAIN}\n`;
    expect(told(text('ufw-before-l'))).toEqual(['filter -A INPUT -j ufw-before-logging-input']);
    expect(codes(text('ufw-before-l'))).toContain('cut-name');
    expect(told(text('fail2ban'))).toEqual(['filter -A INPUT -j fail2ban']);
    expect(codes(text('fail2ban'))).toContain('no-such-chain');
  });

  it.each([
    ['::/0', 6],
    ['fe80::/10', 6],
    ['10.0.0.1', 4],
    ['anywhere', undefined],
  ])('%s: of family %s', (address, family) => {
    expect(familyOfListing(linesOf(input(PLAIN, `DROP all -- ${address} anywhere`)))).toBe(family);
  });

  it('stands beside a save of the same table, which is taken', () => {
    const save =
      '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -j DROP\nCOMMIT\n';
    const { findings } = parse([{ name: 'paste', text: `${chains(...FILTER)}\nroot@h:~# iptables-save\n${save}` }]);
    expect(findings.map(({ code }) => code)).toContain('table-again');
  });

  it('a rule that cannot be read, in a chain whose own line was refused', () => {
    const { findings } = parse([
      { name: 'x', text: `Chain POSTROUTING (policy ACCE)\n${PLAIN}\nMASQUERADE all -- 0.0.0.0/0 0\n` },
    ]);
    expect(findings.map(({ code }) => code)).toEqual(expect.arrayContaining(['bad-policy', 'like-a-rule']));
  });
});
