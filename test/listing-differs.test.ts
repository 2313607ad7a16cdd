/** A listing and a save of the same chains: what one says otherwise is told, and nothing else. */
import { describe, expect, test } from 'vitest';
import { parse } from '../src/run/host-texts.js';

const SAVE = `*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:web - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -m comment --comment "by hand" -j ACCEPT
-A INPUT -s 192.0.2.7/32 -j web
-A INPUT -j REJECT --reject-with icmp-port-unreachable
-A web -p tcp -m tcp --dport 80 -j ACCEPT
COMMIT
`;
const LISTING = `Chain INPUT (policy DROP)
target     prot opt source               destination
ACCEPT     all  --  anywhere             anywhere
ACCEPT     tcp  --  anywhere             anywhere             tcp dpt:ssh /* by hand */
web        all  --  web.example.com      anywhere
REJECT     all  --  anywhere             anywhere             reject-with icmp-port-unreachable

Chain FORWARD (policy ACCEPT)
target     prot opt source               destination

Chain OUTPUT (policy ACCEPT)
target     prot opt source               destination

Chain web (1 references)
target     prot opt source               destination
ACCEPT     tcp  --  anywhere             anywhere             tcp dpt:http
`;

function differences(listing: string, save = SAVE): string[] {
  const { findings, evaluated } = parse([
    { name: 'save', text: save },
    { name: 'list', text: listing },
  ]);
  expect(evaluated.map(({ origin }) => origin)).toEqual(['save']);
  return findings
    .filter(({ code }) => code === 'listing-differs')
    .map(({ place, message }) => `${place!.file}:${place!.line} ${message}`);
}
/** The listing with a line changed. */
const changed = (from: string | RegExp, to: string) => {
  const text = LISTING.replace(from, to);
  expect(text).not.toBe(LISTING);
  return text;
};
const SSH = /ACCEPT +tcp.*ssh.*\n/;

describe('a listing beside a save', () => {
  test.each<[what: string, listing: string]>([
    ['the same, without -v and with a name', LISTING],
    ['a part of it', LISTING.slice(0, LISTING.indexOf('REJECT'))],
    ['a chain of it', LISTING.slice(LISTING.indexOf('Chain web'))],
    ['a match that nobody here knows', changed('/* by hand */', 'frobnicate 7 /* by hand */')],
  ])('%s: no difference', (_, listing) => {
    expect(differences(listing)).toEqual([]);
  });

  test.each<[what: string, listing: string, said: string[]]>([
    ['a rule less', changed(SSH, ''), ['save:7 chain INPUT: the listing lacks this rule']],
    [
      'a rule more',
      changed(SSH, '$&DROP       udp  --  anywhere             anywhere\n'),
      ['list:5 chain INPUT: the table at save:1 lacks this rule of the listing'],
    ],
    [
      'rules more, and a policy',
      changed(SSH, '$&DROP udp -- anywhere anywhere\nDROP icmp -- anywhere anywhere\n').replace(
        'policy DROP',
        'policy ACCEPT',
      ),
      [
        'list:1 the listing has policy ACCEPT for chain INPUT, and DROP stands at save:2',
        'list:5 chain INPUT: the table at save:1 lacks this rule of the listing (and 1 more)',
      ],
    ],
    ['another port', changed('dpt:ssh', 'dpt:2222'), ['list:4 chain INPUT: the rule at save:7 is another one']],
    ['another target', changed(/web +all/, 'ACCEPT all'), ['list:5 chain INPUT: the rule at save:8 is another one']],
    [
      'another remark in a rule with a name',
      changed('anywhere\nREJECT', 'anywhere /* x */\nREJECT'),
      ['list:5 chain INPUT: the rule at save:8 is another one'],
    ],
    [
      'another order',
      changed(/(ACCEPT +all.*\n)(ACCEPT +tcp.*\n)/, '$2$1'),
      [
        'save:7 chain INPUT: the listing lacks this rule',
        'list:3 chain INPUT: the table at save:1 lacks this rule of the listing',
      ],
    ],
    [
      'a chain less',
      LISTING.slice(0, LISTING.indexOf('Chain web')),
      ['save:10 chain web of save:5 is not in the listing'],
    ],
    [
      'a chain more',
      `${LISTING}\nChain old (0 references)\ntarget     prot opt source               destination\nDROP all -- anywhere anywhere\n`,
      ['list:20 chain old of the listing is not in the table at save:1'],
    ],
    [
      'a chain with other rules',
      LISTING.slice(LISTING.indexOf('Chain web')).replace('http', 'https'),
      ['list:3 chain web: the rule at save:10 is another one'],
    ],
  ])('%s', (_, listing, said) => {
    expect(differences(listing)).toEqual(said);
  });

  test('with -v interfaces are compared', () => {
    const verbose = (name: string) =>
      `Chain INPUT (policy DROP 0 packets, 0 bytes)\n pkts bytes target prot opt in out source destination\n 0 0 ACCEPT all -- ${name} any anywhere anywhere\n`;
    expect(differences(verbose('lo'))).toEqual([]);
    expect(differences(verbose('eth0'))).toEqual(['list:3 chain INPUT: the rule at save:6 is another one']);
  });

  test.each([
    ['up to 5/min burst 5 mode srcip', []],
    ['up to 6/min burst 5 mode srcip', ['list:4 chain INPUT: the rule at save:7 is another one']],
  ])('a name that no listing shows is not compared: %s', (text, said) => {
    const limit = '--hashlimit-upto 5/min --hashlimit-burst 5 --hashlimit-mode srcip --hashlimit-name web';
    const save = SAVE.replace('-m comment --comment "by hand"', `-m hashlimit ${limit}`);
    expect(differences(changed('/* by hand */', `limit: ${text}`), save)).toEqual(said);
  });

  test('a listing that is like the save is left out without a word more', () => {
    const { findings } = parse([
      { name: 'save', text: SAVE },
      { name: 'list', text: LISTING },
    ]);
    expect(findings.filter(({ code, severity }) => code === 'table-again' && severity === 'note')).toHaveLength(1);
  });
});
