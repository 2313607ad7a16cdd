import { describe, expect, it } from 'vitest';
import { compile, createEngine, parse, readPacket, trace } from '../src/index.js';
import type { Finding } from '../src/model/finding.js';
import { printRule } from '../src/parse/rules/print-rule.js';
import { parseSave } from '../src/parse/rules/save.js';

/** One rule of INPUT in a save. */
function read(rule: string) {
  const findings: Finding[] = [];
  const text = `*filter\n:INPUT ACCEPT [0:0]\n-A INPUT ${rule}\nCOMMIT\n`;
  const tables = parseSave(text, 'x.rules', { add: (finding) => findings.push(finding) });
  return { rule: tables[0]!.chains.get('INPUT')!.rules[0]!, findings, text };
}

/** `$` and `{IF}`. */
const BRACED = ['$', '{IF}'].join('');

describe('a name or variable in a rule is an open question', () => {
  it.each([
    ['-s web.example.com -j DROP', 'name:-s web.example.com', '-A INPUT -s web.example.com -j DROP'],
    ['! -d web.example.com -j DROP', 'name:-d web.example.com', '-A INPUT ! -d web.example.com -j DROP'],
    [
      '-s 192.0.2.1,web.example.com -j DROP',
      'name:-s 192.0.2.1,web.example.com',
      '-A INPUT -s 192.0.2.1,web.example.com -j DROP',
    ],
    ['-s $LAN -p tcp -j DROP', 'name:-s $LAN', '-A INPUT -p tcp -s $LAN -j DROP'],
    [`-i ${BRACED} -j DROP`, `name:-i ${BRACED}`, `-A INPUT -i ${BRACED} -j DROP`],
    ['-p $PROTO -j DROP', 'name:-p $PROTO', '-A INPUT -p $PROTO -j DROP'],
    ['-p tcp --dport $PORT -j DROP', 'name:--dport $PORT', '-A INPUT -p tcp -m tcp --dport $PORT -j DROP'],
    [
      '-p tcp ! --dport $PORT --sport 1:2 -j DROP',
      'name:! --dport $PORT',
      '-A INPUT -p tcp -m tcp --sport 1:2 ! --dport $PORT -j DROP',
    ],
    [
      '-p tcp -m multiport --dports $A,$B -j DROP',
      'name:--dports $A,$B',
      '-A INPUT -p tcp -m multiport --dports $A,$B -j DROP',
    ],
    ['-m limit --limit $RATE -j ACCEPT', 'name:--limit $RATE', '-A INPUT -m limit --limit $RATE -j ACCEPT'],
  ])('%s', (text, question, printed) => {
    const { rule, findings } = read(text);
    expect(rule.refused).toBe(false);
    expect(printRule(rule, 4)).toBe(printed);
    expect(read(printed.slice('-A INPUT '.length)).rule.refused).toBe(false);
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['name-not-known', 'warning']]);
    expect(findings[0]!.hint).toContain(`--assume '${question}=yes'`);
    expect(compile(parse([{ name: 'x.rules', text: read(text).text }])).compiled.questions).toEqual([question]);
  });

  it('a text that holds one is only a text', () => {
    for (const rule of ['-m comment --comment "opens $PORT" -j ACCEPT', '-j LOG --log-prefix "$IN: "'])
      expect(read(rule).findings).toEqual([]);
  });

  it.each(['-s 10.0.0.O -j DROP', '-p tcp --dport htpp -j DROP', '-s 10.0.0.1/web -j DROP'])(
    '%s stays refused',
    (text) => {
      expect(read(text).rule.refused).toBe(true);
    },
  );

  it.each([
    ['-s web.example.com -j DROP', 'name:web.example.com=yes', 'dropped'],
    ['-s web.example.com -j DROP', 'name:web.example.com=no', 'delivered'],
    ['! -s web.example.com -j DROP', 'name:web.example.com=yes', 'delivered'],
    ['-p tcp --dport $PORT -j DROP', 'name=yes', 'dropped'],
    // one name is several facts
    ['-s web.example.com -j DROP', 'name:-s web.example.com=yes', 'dropped'],
    ['-s web.example.com -j DROP', 'name:-d web.example.com=yes', 'unknown'],
    ['-s web.example.com -d web.example.com -j DROP', 'name:-s web.example.com=yes', 'unknown'],
    ['-s web.example.com -d web.example.com -j DROP', 'name:-s web.example.com=no', 'delivered'],
    ['-s web.example.com -d web.example.com -j DROP', 'name:web.example.com=yes', 'dropped'],
    // a match is asked as it stands
    ['-p tcp ! --dport $PORT -j DROP', 'name:! --dport $PORT=yes', 'dropped'],
    ['-p tcp ! --dport $PORT -j DROP', 'name:$PORT=yes', 'unknown'],
    // a value in its place
    ['-s web.example.com -d web.example.com -j DROP', 'name:web.example.com:192.0.2.0/24', 'dropped'],
    ['-s web.example.com -d web.example.com -j DROP', 'name:web.example.com:192.0.2.1', 'delivered'],
    ['-s web.example.com -d web.example.com -j DROP', 'name:-s web.example.com:192.0.2.1', 'unknown'],
    ['-s web.example.com -d web.example.com -j DROP', 'name:-s web.example.com:10.0.0.1', 'delivered'],
    ['-p tcp ! --dport $PORT -j DROP', 'name:! --dport $PORT:22', 'delivered'],
    ['-s web.example.com -j DROP', 'name:web.example.com:192.0.2.1', 'dropped'],
    ['-s web.example.com -j DROP', 'name:web.example.com:10.0.0.0/8', 'delivered'],
    ['! -s web.example.com -j DROP', 'name:web.example.com:192.0.2.1', 'delivered'],
    ['-s web.example.com -j DROP', 'name:web.example.com:10.0.0.1,192.0.2.1', 'dropped'],
    ['-i $IF -j DROP', 'name:$IF:eth0', 'dropped'],
    ['-p tcp --dport $PORT -m comment --comment "a port" -j DROP', 'name:$PORT:20:25', 'dropped'],
    ['-p tcp --dport $PORT -j DROP', 'name:$PORT:23', 'delivered'],
    ['-p tcp -m multiport --dports $A,$B -j DROP', 'name:$A,$B:21,22', 'dropped'],
    ['-p tcp --dport $PORT -j DROP', 'name:$OTHER:22', 'unknown'],
    ['-s $NET -p tcp --dport $PORT -j DROP', 'name:$PORT:22', 'unknown'],
    ['-s $NET -p tcp --dport $PORT -j DROP', 'name:$PORT:23', 'delivered'],
    // what fails anyway need not be asked
    ['-s web.example.com -p udp -j DROP', undefined, 'delivered'],
    ['-s web.example.com -p tcp -j DROP', undefined, 'unknown'],
  ])('%s under %s: %s', async (text, fact, fate) => {
    const assume = fact === undefined ? [] : [fact];
    const host = await (await createEngine()).load(
      compile(parse([{ name: 'x.rules', text: read(text).text }]), { assume }),
    );
    const packet = { in: 'eth0', src: '192.0.2.1', dst: '192.0.2.2', proto: 'tcp', dport: 22, path: 'input' };
    expect(trace(host, readPacket(packet)).fate).toBe(fate);
  });

  it.each([
    ['--dport $PORT', 'name:$PORT:70000', '--assume name:$PORT:70000: --dport: port 70000 is not in 0..65535'],
    ['--dport $PORT', 'name:$PORT:$OTHER', '--assume name:$PORT:$OTHER: $OTHER is a name too'],
  ])('%s cannot be read with %s', (text, fact, message) => {
    const texts = parse([{ name: 'x.rules', text: read(`-p tcp ${text} -j DROP`).text }]);
    expect(() => compile(texts, { assume: [fact] })).toThrow(message);
  });

  it('several names of one rule, which keeps its place; what is filled in is said', () => {
    const texts = parse([{ name: 'x.rules', text: read('-s $NET -p tcp --dport $PORT -j DROP').text }]);
    const assume = ['name:$PORT:22', 'name:$NET:192.0.2.0/24', 'name:$NO:1'];
    const host = compile(texts, { assume });
    expect(host.compiled.questions).toEqual([]);
    const { rule } = host.compiled.rules[0]!;
    expect(printRule(rule, 4)).toBe('-A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 22 -j DROP');
    expect(rule.line).toBe(3);
    expect(assume.map((fact) => host.asks(fact))).toEqual([true, true, false]);
  });

  it('what a listing hides stays hidden', () => {
    const text =
      'Chain INPUT (policy ACCEPT)\ntarget prot opt source destination\nDROP all -- web.example.com 0.0.0.0/0\n';
    const host = compile(parse([{ name: 'x', text }]), { assume: ['name:web.example.com:192.0.2.1'] });
    expect(host.compiled.questions).toEqual(['interface:INPUT:3', 'chain:FORWARD', 'chain:OUTPUT']);
  });
});
