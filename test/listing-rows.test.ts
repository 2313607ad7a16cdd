/**
 * Each row beside an extension as iptables lists it (test/listed): what is read of the listing is what the row says that
 * iptables-save prints. A word that an extension expects there, and iptables does not print, is found here.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHAIN, listedRules, RECORDED, savedRules, withoutInterfaces } from './listed.js';
import { ROOT } from './root.js';

describe.each(RECORDED)('$name', ({ name, table, family, rows: recorded }) => {
  const [, save, numbers, names] = readFileSync(join(ROOT, 'test/listed', `${name}.txt`), 'utf8').split(/^# .*\n/m);
  const wanted = savedRules(save!, family);

  test('each row is there', () => {
    const there = new Set(wanted);
    const rows = recorded.map(({ expected }) => `-A ${CHAIN} ${expected}`);
    expect(
      rows.filter((rule) => !there.delete(rule)),
      `test/listed/${name}.txt lacks these: test/listed.ts says how it is made`,
    ).toEqual([]);
    expect([...there], `test/listed/${name}.txt has these, and no row`).toEqual([]);
  });

  test.each([
    ['with numbers', numbers!],
    ['with names', names!],
  ])('%s', (_, listing) => {
    expect(listedRules(listing, table, family)).toEqual(wanted.map(withoutInterfaces));
  });
});
