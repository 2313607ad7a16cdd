/** Rows in the form of iptables' own, with what they have more than those beside the extensions. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asExpected, corrected, read, rowFiles } from './compare.js';

const FILES: Readonly<Record<string, string>> = {
  'libxt_tcp.t': ':INPUT,FORWARD\n-p tcp --dport 80;-p tcp -m tcp --dport 80;OK\n-s 1.2.3.4/32 -p tcp -m tcp;=;OK\n',
  'libipt_ttl.t': ':INPUT\n*mangle\n-m ttl --ttl-eq 5;=;OK  \n',
  'libip6t_REJECT.t':
    ':INPUT\n@nfct helper add rpc inet tcp\n%iptables -N x\n-j REJECT --reject-with no-route;-j REJECT --reject-with icmp6-no-route;FAIL;NFT\n',
  'libxt_NFLOG.t': ':INPUT\n-j NFLOG --nflog-range 1;=;OK;LEGACY;NOMATCH\n-j NFLOG --nflog-size 1;=;NOMATCH;NFT;OK\n',
  'libxt_mark.t': ':INPUT\n-m mark --mark 1;-m mark --mark 1;NOMATCH\n-m mark --mark 0x1;=;NOMATCH\n',
  'iptables.t': ':FORWARD\n-i a-name-that-is-too-long;;FAIL\n',
  'libxt_nothing.t': ':INPUT\n-m nothing;=;OK\n',
  'libebt_ip.t': ':INPUT\n-p IPv4;=;OK\n',
  'hl.md': 'no rows',
};
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rows-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

const told = (families: readonly (4 | 6)[]) =>
  rowFiles(folder, families).map(
    ({ name, family, known, rows }) =>
      `${name} ${family}: ${known ? rows.map((row) => asExpected(row, read(row))) : `${rows.length} unknown`}`,
  );

describe('the rows of a folder', () => {
  test('of iptables', () => {
    expect(told([4])).toEqual([
      'iptables.t 4: true',
      'libipt_ttl.t 4: true',
      'libxt_NFLOG.t 4: true,true',
      'libxt_mark.t 4: true,false',
      'libxt_nothing.t 4: 1 unknown',
      'libxt_tcp.t 4: true,true,true,true',
    ]);
  });

  test('of ip6tables: without those that name an address of IPv4', () => {
    expect(told([6])).toEqual([
      'iptables.t 6: true',
      'libip6t_REJECT.t 6: true',
      'libxt_NFLOG.t 6: true,true',
      'libxt_mark.t 6: true,false',
      'libxt_nothing.t 6: 1 unknown',
      'libxt_tcp.t 6: true,true',
    ]);
  });
});

describe('iptables corrects a row', () => {
  const row = () => rowFiles(folder, [4]).find(({ name }) => name === 'libipt_ttl.t')!.rows[0]!;
  test.each([
    ['-m ttl --ttl-eq 5', true, '-m ttl --ttl-eq 5', false],
    ['-m ttl --ttl-eq 6', true, '-m ttl --ttl-eq 6', true],
    [undefined, false, '', true],
    [null, true, '-m ttl --ttl-eq 5', false],
  ])('%s', (answer, ok, expected, other) => {
    expect(corrected(row(), answer)).toMatchObject({ row: { ok, expected }, other });
  });
});
