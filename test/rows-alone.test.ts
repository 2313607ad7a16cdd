/** Rows of a listing without the line that names their chain, as in what grep leaves. */
import { describe, expect, test } from 'vitest';
import { printSave } from '../src/parse/rules/print-save.js';
import { compileHost } from '../src/run/host-program.js';
import { parse } from '../src/run/host-texts.js';

const NAT = `KUBE-MARK-MASQ             all  --  10.50.192.1          anywhere             /* web:8080 */
DNAT                       tcp  --  anywhere             anywhere             /* web:8080 */ tcp to:10.0.0.1:80
KUBE-SVC-3ZVO6MMCRQUXYOC5  tcp  --  anywhere             10.105.131.148       tcp dpt:http-alt
`;
const codes = (text: string) =>
  parse([{ name: 'x', text }]).findings.map(({ code, place }) => `${code} ${place?.line}`);
const rulesOf = (text: string) => printSave(parse([{ name: 'x', text }]).tables).match(/^(?:\*|-A ).*$/gm)!;

describe('rows without a chain', () => {
  test.each<[what: string, text: string, rules: string[]]>([
    [
      'of nat, by their targets',
      NAT,
      [
        '*nat',
        '-A ? -s 10.50.192.1/32 -m comment --comment "web:8080" -j KUBE-MARK-MASQ',
        '-A ? -p tcp -m comment --comment "web:8080" -m tcp -j DNAT --to-destination 10.0.0.1:80',
        '-A ? -d 10.105.131.148/32 -p tcp -m tcp --dport 8080 -j KUBE-SVC-3ZVO6MMCRQUXYOC5',
      ],
    ],
    [
      'with counters and interfaces',
      '    5   300 DROP  udp  --  eth0   any     anywhere  anywhere\n',
      ['*filter', '-A ? -i eth0 -p udp -j DROP'],
    ],
    ['with numbers, without a target', '3  all  --  anywhere  192.0.2.0/24\n', ['*filter', '-A ? -d 192.0.2.0/24']],
    [
      'below a command',
      '$ iptables -t mangle -L | grep MARK\nMARK all -- anywhere anywhere MARK or 0x1\n',
      ['*mangle', '-A ? -j MARK --set-xmark 0x1/0x1'],
    ],
    [
      'below their columns',
      'target prot opt source destination\nDROP all -- anywhere 192.0.2.1\n',
      ['*filter', '-A ? -d 192.0.2.1/32 -j DROP'],
    ],
    [
      'above a chain of the same listing',
      'DROP all -- anywhere 192.0.2.1\n\nChain FORWARD (policy ACCEPT)\ntarget prot opt source destination\nDROP all -- anywhere 192.0.2.2\n',
      ['*filter', '-A FORWARD -d 192.0.2.2/32 -j DROP', '-A ? -d 192.0.2.1/32 -j DROP'],
    ],
    [
      'whose numbers begin again: the next line of a chain was lost',
      'Chain INPUT (policy DROP)\nnum target prot opt source destination\n1 DROP all -- anywhere 192.0.2.1\n2 DROP all -- anywhere 192.0.2.2\n1 DROP all -- anywhere 192.0.2.3\n\nChain OUTPUT (policy ACCEPT)\nnum target prot opt source destination\n1 DROP all -- anywhere 192.0.2.4\n',
      [
        '*filter',
        '-A INPUT -d 192.0.2.1/32 -j DROP',
        '-A INPUT -d 192.0.2.2/32 -j DROP',
        '-A OUTPUT -d 192.0.2.4/32 -j DROP',
        '-A ? -d 192.0.2.3/32 -j DROP',
      ],
    ],
    [
      'of two chains that lost their lines',
      'Chain INPUT (policy DROP)\nnum target prot opt source destination\n1 DROP all -- anywhere 192.0.2.1\n1 DROP all -- anywhere 192.0.2.2\n1 DROP all -- anywhere 192.0.2.3\n',
      ['*filter', '-A INPUT -d 192.0.2.1/32 -j DROP', '-A ? -d 192.0.2.2/32 -j DROP', '-A ? -d 192.0.2.3/32 -j DROP'],
    ],
    [
      'in prose',
      'I have\nDROP tcp -- anywhere anywhere tcp dpt:22\nbut no\n',
      ['*filter', '-A ? -p tcp -m tcp --dport 22 -j DROP'],
    ],
  ])('%s', (_, text, rules) => {
    expect([...rulesOf(text)].sort()).toEqual([...rules].sort());
    expect(codes(text).filter((one) => one.startsWith('no-chain'))).toHaveLength(1);
  });

  test('a row that stands twice is of its chain', () => {
    const row = '1 DROP all -- anywhere 192.0.2.1\n';
    const text = `Chain INPUT (policy DROP)\nnum target prot opt source destination\n${row}${row}`;
    expect(rulesOf(text)).toEqual(['*filter', ...Array(2).fill('-A INPUT -d 192.0.2.1/32 -j DROP')]);
  });

  test('a chain that lost its line is asked', () => {
    const row = (n: number) => `${n} DROP all -- any any anywhere 192.0.2.${n}\n`;
    const text = `Chain INPUT (policy DROP)\n${row(1)}${row(2)}${row(1)}Chain OUTPUT (policy DROP)\n${row(1)}`;
    expect(codes(text)).toContain('no-chain 4');
    expect(compileHost(parse([{ name: 'x', text }])).compiled.questions).toEqual(['gap:FORWARD:4']);
  });

  test('prose with two hyphens is none', () => {
    expect(() => codes('it works for all -- see you anywhere else\nmany thanks tcp -- bye\n')).toThrow(
      /nothing in this text/,
    );
  });

  test('each built-in chain may have them', () => {
    const { questions } = compileHost(parse([{ name: 'x', text: NAT }])).compiled;
    const hooks = ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'];
    expect(questions.filter((one) => one.startsWith('gap:')).sort()).toEqual(
      hooks.map((hook) => `gap:${hook}:1`).sort(),
    );
    // those that the text lists have their own
    const listed = 'DROP all -- any any anywhere 192.0.2.1\nChain INPUT (policy DROP)\n';
    expect(compileHost(parse([{ name: 'x', text: listed }])).compiled.questions).toEqual([
      'gap:FORWARD:1',
      'gap:OUTPUT:1',
    ]);
  });

  const SAVE =
    '*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A FORWARD -d 192.0.2.1/32 -j DROP\nCOMMIT\n';
  test.each([
    ['192.0.2.1', []],
    ['192.0.2.2', ['listing-differs 1']],
  ])('beside a save, wherever there: %s', (address, said) => {
    const { findings, evaluated } = parse([
      { name: 'save', text: SAVE },
      { name: 'x', text: `DROP all -- anywhere ${address}\n` },
    ]);
    expect(evaluated.map(({ origin }) => origin)).toEqual(['save']);
    expect(
      findings.filter(({ code }) => code === 'listing-differs').map(({ code, place }) => `${code} ${place!.line}`),
    ).toEqual(said);
  });
});
