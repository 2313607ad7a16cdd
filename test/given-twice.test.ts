import { describe, expect, test } from 'vitest';
import { parse } from '../src/run/host-texts.js';

const CHAINS = [':INPUT DROP [0:0]', ':FORWARD ACCEPT [0:0]', ':OUTPUT ACCEPT [0:0]'];
const cut = (...rules: string[]) => ['*filter', ...CHAINS, ...rules, ''].join('\n');
const save = (...rules: string[]) => `${cut(...rules)}COMMIT\n`;
const LISTED = '-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n-A INPUT -j DROP\n';
const QUOTE = '*filter\n-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\nCOMMIT\n';
const FORWARD = '-P FORWARD ACCEPT\n-A FORWARD -j DROP\n';
const WEB = '-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT';
const OTHER = '-A INPUT -p tcp -m tcp --dport 81 -j ACCEPT';

function read(...texts: string[]) {
  const { evaluated, findings } = parse(texts.map((text, i) => ({ name: `${i}`, text })));
  const [taken, ...more] = evaluated.map(({ file, opened }) => `${file}:${opened.line}`);
  expect(more).toEqual([]);
  return {
    taken,
    findings,
    said: findings.map(({ severity, code, place }) => `${severity} ${code} ${place!.file}:${place!.line}`),
  };
}

describe('a table given twice', () => {
  test.each([
    ['two saves: the later', [save(), save(WEB)], '1:1', ['warning table-again 0:1']],
    ['a rule in another place', [save(WEB, OTHER), save(OTHER, WEB)], '1:1', ['warning table-again 0:1']],
    ['two saves with other policies', [save(), save().replace('DROP', 'ACCEPT')], '1:1', ['warning table-again 0:1']],
    ['a save twice', [save(WEB), save(WEB).replace('0:0', '5:300')], '1:1', ['note table-again 0:1']],
    ['a save, then a cut one', [save(), cut(WEB)], '0:1', ['warning no-commit 1:1', 'warning table-again 1:5']],
    ['a cut save, then a whole one', [cut(WEB), save()], '1:1', ['warning no-commit 0:1', 'warning table-again 0:5']],
    ['a cut save, then iptables -S', [cut(WEB), LISTED], '0:1', ['warning no-commit 0:1', 'warning table-again 1:1']],
    ['a save, then iptables -S', [save(), LISTED], '0:1', ['warning table-again 1:1']],
    ['a save, then iptables -S in one text', [save() + LISTED], '0:1', ['warning table-again 0:6']],
    ['iptables -S, then one chain of it', [LISTED + FORWARD], '0:1', ['warning rules-left-out 0:6']],
    ['the same in two texts', [LISTED, FORWARD], '0:1', ['warning rules-left-out 1:2']],
    ['one chain, then iptables -S', [FORWARD + LISTED], '0:3', ['warning rules-left-out 0:2']],
    ['a rule, then iptables -S', [`-A FORWARD -j DROP\n${LISTED}`], '0:2', ['warning rules-left-out 0:1']],
    ['iptables -S, then a policy', [LISTED, '-P INPUT DROP\n'], '0:1', ['warning rules-left-out 1:1']],
    ['iptables -S, then a policy of it', [LISTED, '-P INPUT ACCEPT\n'], '0:1', ['note quoted-rules 1:1']],
    ['iptables -S, then a chain', [LISTED, '-P INPUT ACCEPT\n-N a\n'], '0:1', ['warning rules-left-out 1:1']],
    [
      'a cut save, then a policy',
      [cut(), '-P INPUT ACCEPT\n'],
      '0:1',
      ['warning no-commit 0:1', 'warning rules-left-out 1:1'],
    ],
    ['a save, then a quoted table', [save(WEB), QUOTE], '0:1', ['note quoted-rules 1:1']],
    ['a quoted table, then a save', [QUOTE, save()], '1:1', ['warning rules-left-out 0:2']],
    ['iptables -S, then a quoted table', [LISTED, QUOTE], '0:1', ['warning rules-left-out 1:2']],
    [
      'a quoted table that leads to a chain of the save',
      [save(WEB), QUOTE.replace('ACCEPT', 'a')],
      '0:1',
      ['warning rules-left-out 1:2'],
    ],
    ['iptables -S, then a save', [LISTED, save()], '1:1', ['warning table-again 0:1']],
    ['three', [save(), LISTED, save()], '2:1', ['note table-again 0:1', 'warning table-again 1:1']],
    [
      'rules alone, twice',
      [WEB, `${OTHER}\n`],
      '1:1',
      ['note no-line-end 0:1', 'warning no-table 0:1', 'warning table-again 0:1', 'warning no-table 1:1'],
    ],
    ['a save, then a rule of it', [save(WEB), `${WEB}\n`], '0:1', ['note quoted-rules 1:1']],
    [
      'a rule of it as people write it',
      [save(WEB), '-A INPUT -p tcp --dport http -j ACCEPT\n'],
      '0:1',
      ['note quoted-rules 1:1'],
    ],
    ['a rule of it, then a save', [`${WEB}\n`, save(WEB)], '1:1', ['note quoted-rules 0:1']],
    ['a rule of iptables -S below it', [LISTED, '-A INPUT -j DROP\n'], '0:1', ['note quoted-rules 1:1']],
    ['a rule of a cut save', [cut(WEB), `${WEB}\n`], '0:1', ['warning no-commit 0:1', 'note quoted-rules 1:1']],
    ['rules that it has and has not', [save(WEB), `${OTHER}\n${WEB}\n`], '0:1', ['warning rules-left-out 1:1']],
    [
      'chains that it has not',
      [save(WEB), '-A a -j b\n-A b -m set --match-set s src\n'],
      '0:1',
      ['warning rules-left-out 1:1'],
    ],
    [
      'what cannot be read there',
      [save(WEB), '-A INPUT --dprt 80 -j ACCEPT\n'],
      '0:1',
      ['warning rules-left-out 1:1', 'note unknown-option 1:1'],
    ],
    [
      'what cannot be read in the save',
      [save('-A INPUT --x'), `${WEB}\n`],
      '0:1',
      ['error unknown-option 0:5', 'warning rules-left-out 1:1'],
    ],
  ])('%s', (_, texts, taken, said) => {
    expect(read(...texts)).toMatchObject({ taken, said });
  });

  test('each family has its own', () => {
    const header = (tool: string) => `# Generated by ${tool}-save v1.8.9\n`;
    const { findings } = parse([{ name: 'x', text: `${header('iptables')}${save()}${header('ip6tables')}${save()}` }]);
    expect(findings).toEqual([]);
  });

  const SIX = `# Generated by ip6tables-save v1.8.9\n${save(WEB)}`;
  test.each([
    ['a rule beside a save of IPv6', [SIX, `${WEB}\n`], '66'],
    ['the rule first', [`${WEB}\n`, SIX], '66'],
    ['a chain', [SIX, '-P INPUT DROP\n-A INPUT -j DROP\n'], '66'],
    ['a rule that tells its family', [SIX, '-A INPUT -s 10.0.0.1 -j DROP\n'], '64'],
    ['a rule below its command', [SIX, `$ iptables -S INPUT\n${WEB}\n`], '64'],
    ['all of a table', [SIX, LISTED], '64'],
    ['a table', [SIX, QUOTE], '64'],
    ['saves of both', [SIX, save(), `${WEB}\n`], '644'],
    ['rules alone, one of IPv6', ['-A INPUT -s fe80::1 -j DROP\n', `${WEB}\n`], '64'],
  ])('%s', (_, texts, families) => {
    const { tables } = parse(texts.map((text, i) => ({ name: `${i}`, text })));
    expect(tables.map(({ family }) => family).join('')).toBe(families);
  });

  test('lines that are left out are named', () => {
    const prose = `see\n${WEB}\nand\n${WEB}\nor better\n${OTHER}\n`;
    const { findings } = read(save(WEB) + prose);
    expect(findings.filter(({ code }) => code !== 'not-a-rule')).toMatchObject([
      { message: 'left out: table filter of 0:1 is taken, without what stands at line 12' },
    ]);
    const long = read(save() + `${WEB}\n`.repeat(500)).findings[0]!.message;
    expect(long).toMatch(/, without what stands at line 6, 7, [\d, ]+, 25, …$/);
  });

  test('many parts beside a long save are read in time', () => {
    const rules = Array.from({ length: 5_000 }, (_, i) => `-A INPUT -p tcp --dport ${i} -j ACCEPT`);
    const { findings } = read(save(...rules), '-P INPUT DROP\n'.repeat(5_000));
    expect(findings.filter(({ code }) => code === 'quoted-rules')).toHaveLength(5_000);
  });

  test.each([
    ['-P PREROUTING DROP\n-P OUTPUT ACCEPT\n-P POSTROUTING ACCEPT\n', 'nat without INPUT'],
    ['-P PREROUTING DROP\n-P INPUT ACCEPT\n-P OUTPUT ACCEPT\n-P POSTROUTING ACCEPT\n', 'nat'],
  ])('%j is the whole of %s', (policies) => {
    const part = '$ iptables -t nat -S POSTROUTING\n-P POSTROUTING ACCEPT\n';
    expect(read(`$ iptables -t nat -S\n${policies}${part}`)).toMatchObject({
      taken: '0:2',
      findings: [{ code: 'quoted-rules' }],
    });
  });

  test.each([
    ['iptables-save v1.8.9', 'iptables-nft-save v1.8.9 (nf_tables)', ['filter 0:2', 'nft filter 1:2']],
    ['iptables-save v1.8.10 (nf_tables)', 'iptables-legacy-save v1.8.10', ['filter 1:2', 'nft filter 0:2']],
    ['ip6tables-save v1.8.9', 'ip6tables-nft-save v1.8.9 (nf_tables)', ['filter 0:2', 'nft filter 1:2']],
    ['iptables-nft-save v1.8.9 (nf_tables)', 'iptables-save v1.8.10 (nf_tables)', ['filter 1:2']],
    ['iptables-save v1.8.9', 'ip6tables-save v1.8.9 (nf_tables)', ['filter 0:2', 'filter 1:2']],
  ])('%s, then %s: %j', (one, other, tables) => {
    const texts = [one, other].map((by) => `# Generated by ${by} on x\n${save()}`);
    const { evaluated, findings } = parse(texts.map((text, i) => ({ name: `${i}`, text })));
    expect(evaluated.map(({ name, file, opened }) => `${name} ${file}:${opened.line}`)).toEqual(tables);
    const code = tables.some((table) => table.startsWith('nft')) ? ['both-back-ends'] : ['table-again'];
    expect(findings.map((finding) => finding.code)).toEqual(one.slice(0, 4) === other.slice(0, 4) ? code : []);
    if (one.startsWith('iptables'))
      expect(read(save(), `# Generated by iptables-save (nf_tables) on x\n${save()}`).findings).toMatchObject([
        { code: 'table-again', severity: 'note' },
      ]);
  });

  describe('of two back ends one that is idle leaves all to the other', () => {
    const open = (...rules: string[]) => save(...rules).replace('DROP', 'ACCEPT');
    const legacy = (...rules: string[]) => `# Generated by iptables-save v1.8.9 on x\n${open(...rules)}`;
    const nft = (...rules: string[]) => `# Generated by iptables-save v1.8.9 (nf_tables) on x\n${open(...rules)}`;
    test.each([
      ['the second is idle', [legacy(WEB), nft()], '0:2', 'note'],
      ['the first is idle', [legacy(), nft(WEB)], '1:2', 'note'],
      ['both', [nft(), legacy()], '1:2', 'note'],
      ['the later is empty, of the same back end', [nft(WEB), nft()], '1:2', 'warning'],
    ])('%s', (_, texts, taken, severity) => {
      const seen = read(...texts);
      expect(seen).toMatchObject({ taken, findings: [{ code: 'table-again', severity }] });
    });

    test('one that drops is not', () => {
      const texts = [nft(WEB), legacy().replace(':INPUT ACCEPT', ':INPUT DROP')];
      const { evaluated } = parse(texts.map((text, i) => ({ name: `${i}`, text })));
      expect(evaluated.map(({ name }) => name)).toEqual(['filter', 'nft filter']);
    });

    test('each end is the best of its own blocks', () => {
      const texts = [legacy(OTHER), nft(OTHER), nft(WEB), legacy(WEB)];
      const { evaluated, findings } = parse(texts.map((text, i) => ({ name: `${i}`, text })));
      expect(evaluated.map(({ name, file }) => `${name} ${file}`)).toEqual(['filter 3', 'nft filter 2']);
      expect(findings.map(({ code, place }) => `${code} ${place!.file}`)).toEqual([
        'table-again 0',
        'table-again 1',
        'both-back-ends 2',
      ]);
    });
  });
});

describe('a listing and commands in one text', () => {
  const COLUMNS = 'target prot opt source destination';
  const listing = (...rows: string[]) =>
    `# iptables -L\nChain INPUT (policy DROP)\n${[COLUMNS, ...rows].join('\n')}\n\nChain FORWARD (policy DROP)\n${COLUMNS}\n\nChain OUTPUT (policy ACCEPT)\n${COLUMNS}\n`;
  const POLICIES = 'iptables -P INPUT DROP\niptables -P FORWARD DROP\niptables -P OUTPUT ACCEPT\n';
  const WEB_ROW = 'ACCEPT tcp -- anywhere anywhere tcp dpt:http';
  const ADD = 'iptables -A INPUT -i eth0 -p tcp --dport 80 -j ACCEPT\n';

  test.each<[what: string, text: string, taken: string, said: string]>([
    [
      'commands that reset it',
      `${listing(WEB_ROW)}\n${POLICIES.replaceAll('DROP', 'ACCEPT')}iptables -F\n`,
      'listing',
      'warning table-again',
    ],
    ['commands of a reply', `${listing()}\nTry this:\n${POLICIES}${ADD}`, 'listing', 'warning table-again'],
    ['the script that made it', `${POLICIES}${ADD}${listing(WEB_ROW)}`, 'script', 'note table-again'],
    ['a rule to add', `${listing(WEB_ROW)}\n# ${ADD.replace('80', '81')}`, 'listing', 'warning rules-left-out'],
  ])('%s', (_, text, taken, said) => {
    const { evaluated, findings } = parse([{ name: 'x', text }]);
    expect(evaluated.map(({ origin }) => origin)).toEqual([taken]);
    expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toContain(said);
  });

  test.each<[what: string, saved: string, added: string, hint: string | undefined]>([
    ['behind all', '-A INPUT -i lo -j ACCEPT', ADD, 'carried out behind that, it is rule 2 of INPUT'],
    [
      'behind a rule that takes every packet',
      '-A INPUT -i lo -j ACCEPT\n-A INPUT -m comment --comment x -j REJECT',
      ADD,
      'carried out behind that, it is rule 3 of INPUT, behind rule 2 (line 7), which takes every packet',
    ],
    ['before all', '-A INPUT -j REJECT', ADD.replace('-A', '-I'), undefined],
  ])('where a rule would stand: %s', (_, saved, added, hint) => {
    const text = `# Generated by iptables-save v1.8.7\n${save(...saved.split('\n'))}$ ${added}`;
    const { findings } = parse([{ name: 'x', text }]);
    const own = findings.find(({ code }) => code === 'rules-left-out')!;
    expect(own.hint).toBe(hint);
  });
});
