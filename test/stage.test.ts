import { beforeAll, describe, expect, test } from 'vitest';
import { Decoded, Event, Field, TRACE_ALL, TRACE_HITS, Verdict } from '../src/abi.js';
import { type Compiled, compile } from '../src/compile/compile.js';
import type { HookName, TableName } from '../src/model/ruleset.js';
import { parseSave } from '../src/parse/rules/save.js';
import { Stages } from '../src/run/stage.js';
import type { TraceRecord } from '../src/run/trace-records.js';
import { loadCore } from '../src/run/wasm.js';
import { buildPacket } from './kernel/packets.js';

interface Walk {
  readonly hits: string[];
  readonly policies: string[];
  readonly verdict: Verdict;
  readonly mark: number;
  readonly events: Event[];
}

function compileText(text: string): Compiled {
  const errors: string[] = [];
  const tables = parseSave(text, 'x.rules', {
    add: (finding) => {
      if (finding.severity === 'error') errors.push(finding.message);
    },
  });
  expect(errors).toEqual([]);
  return compile(tables, 4);
}

let core: Awaited<ReturnType<typeof loadCore>>;
beforeAll(async () => {
  core = await loadCore();
});

/** Walks one packet through one chain and says what was hit. */
function walk(
  compiled: Compiled,
  packet: Uint8Array,
  { table = 'filter', hook = 'INPUT', iface = 'eth0', level = TRACE_HITS, out = '' } = {},
): Walk {
  const stages = new Stages(core, compiled, 4096, { fact: () => false });
  expect(stages.decode(0, packet)).toBe(Decoded.Ok);
  stages.setField(0, Field.InIf, stages.interfaces.number(iface));
  stages.setField(0, Field.OutIf, stages.interfaces.number(out));
  const records: TraceRecord[] = [];
  stages.walk(compiled.entry(table as TableName, hook as HookName)!, [0], level, (record) => records.push(record));
  const named = (id: number) => `${compiled.rules[id]!.chain}:${compiled.rules[id]!.number}`;
  const walked = {
    hits: records.filter((r) => r.event === Event.Hit).map((r) => named(r.before)),
    policies: records
      .filter((r) => r.event === Event.Policy)
      .map((r) => compiled.policies[r.before - compiled.program.rules]!.chain as string),
    verdict: stages.result(0).verdict,
    mark: stages.field(0, Field.Mark),
    events: records.map((r) => r.event),
  };
  const times = new Map<string, number>();
  for (const name of walked.hits) times.set(name, (times.get(name) ?? 0) + 1);
  const counted = compiled.rules.map((rule) => times.get(`${rule.chain}:${rule.number}`) ?? 0);
  expect(compiled.rules.map((_, id) => stages.counter(id))).toEqual(
    counted.map((count) => ({ packets: BigInt(count), bytes: BigInt(count * packet.length) })),
  );
  return walked;
}

const udp = (over: object = {}) =>
  buildPacket({ src: '10.0.0.1', dst: '192.168.1.1', proto: 17, sport: 5000, dport: 53, ...over } as never);
const filter = (...rules: string[]) =>
  ['*filter', ':INPUT DROP [0:0]', ':a - [0:0]', ':b - [0:0]', ':empty - [0:0]', ...rules, 'COMMIT'].join('\n');

describe('a walk', () => {
  test.each<[string, string[], string[], string[], Verdict]>([
    ['no rule: the policy', [], [], ['INPUT'], Verdict.Drop],
    ['a rule without target counts', ['-A INPUT', '-A INPUT -j ACCEPT'], ['INPUT:1', 'INPUT:2'], [], Verdict.Accept],
    ['an empty chain returns', ['-A INPUT -j empty', '-A INPUT -j ACCEPT'], ['INPUT:1', 'INPUT:2'], [], Verdict.Accept],
    [
      'RETURN in a built-in chain: the policy',
      ['-A INPUT -j RETURN', '-A INPUT -j ACCEPT'],
      ['INPUT:1'],
      ['INPUT'],
      Verdict.Drop,
    ],
    [
      'a jump comes back',
      ['-A INPUT -j a', '-A INPUT -j ACCEPT', '-A a'],
      ['INPUT:1', 'a:1', 'INPUT:2'],
      [],
      Verdict.Accept,
    ],
    [
      'a goto from a built-in chain: the policy',
      ['-A INPUT -g a', '-A INPUT -j ACCEPT', '-A a'],
      ['INPUT:1', 'a:1'],
      ['INPUT'],
      Verdict.Drop,
    ],
    [
      'a goto from a user chain comes back to its caller',
      ['-A INPUT -j a', '-A INPUT -j ACCEPT', '-A a -g b', '-A a -j DROP', '-A b -j RETURN'],
      ['INPUT:1', 'a:1', 'b:1', 'INPUT:2'],
      [],
      Verdict.Accept,
    ],
    [
      'the same chain twice',
      ['-A INPUT -j a', '-A INPUT -j a', '-A a'],
      ['INPUT:1', 'a:1', 'INPUT:2', 'a:1'],
      ['INPUT'],
      Verdict.Drop,
    ],
    ['a drop ends all', ['-A INPUT -j a', '-A INPUT -j ACCEPT', '-A a -j DROP'], ['INPUT:1', 'a:1'], [], Verdict.Drop],
  ])('%s', (_, rules, hits, policies, verdict) => {
    expect(walk(compileText(filter(...rules)), udp())).toMatchObject({ hits, policies, verdict });
  });

  const cases: [string, object, boolean][] = [
    ['-s 10.0.0.0/8', {}, true],
    ['! -s 10.0.0.0/8', {}, false],
    ['-s 10.0.0.1/255.0.0.255', { src: '10.9.9.1' }, true],
    ['-s 10.0.0.1/255.0.0.255', { src: '10.9.9.2' }, false],
    ['-d 192.168.1.1', {}, true],
    ['-i eth0', {}, true],
    ['-i eth+', {}, true],
    ['! -i eth+', {}, false],
    ['-i eth', {}, false],
    ['-p udp', {}, true],
    ['-p tcp', {}, false],
    ['-p udp -m udp --dport 53', {}, true],
    ['-p udp -m udp --dport 54:', {}, false],
    ['-p udp -m udp ! --dport 54:', {}, true],
    ['-p udp -m udp --sport :4999', {}, false],
    ['-p udp -m udp --sport 5000 --dport 53', {}, true],
    ['-m mark --mark 0x0/0xff', {}, true],
    ['-m mark ! --mark 0x0', {}, false],
    ['-f', { frag: 8 }, true],
    ['-f', {}, false],
    ['! -f', {}, true],
  ];
  test.each(cases)('%s on %o: %s', (rule, over, held) => {
    const { hits } = walk(compileText(filter(`-A INPUT ${rule}`)), udp(over));
    expect(hits).toEqual(held ? ['INPUT:1'] : []);
  });

  test('a later fragment has no ports, negated or not', () => {
    const compiled = compileText(filter('-A INPUT -p udp -m udp --dport 53', '-A INPUT -p udp -m udp ! --dport 53'));
    expect(walk(compiled, udp({ frag: 8 })).hits).toEqual([]);
  });

  test('a cut header is a hot drop: nothing counted, no policy', () => {
    const cut = udp().slice(0, 24);
    cut[3] = 24;
    const sum = checksum(cut.subarray(0, 20));
    cut[10] = sum >>> 8;
    cut[11] = sum & 255;
    const compiled = compileText(filter('-A INPUT -p udp', '-A INPUT -p udp -m udp', '-A INPUT -j ACCEPT'));
    expect(walk(compiled, cut)).toMatchObject({ hits: ['INPUT:1'], policies: [], verdict: Verdict.HotDrop });
  });

  test.each([
    ['--set-mark 0x5/0xf', 0x5],
    ['--set-xmark 0xff/0x0', 0xff],
    ['--or-mark 0x10', 0x10],
  ])('MARK %s', (options, mark) => {
    const compiled = compileText(`*mangle\n-A INPUT -j MARK ${options}\nCOMMIT\n`);
    expect(walk(compiled, udp(), { table: 'mangle' })).toMatchObject({ mark, hits: ['INPUT:1'], policies: ['INPUT'] });
  });

  test('an unknown match stops the walk at an open question', () => {
    const compiled = compileText(filter('-A INPUT -p tcp -m layer9 --x', '-A INPUT -p udp -m layer9 --x -j ACCEPT'));
    expect(compiled.questions).toEqual(['match:layer9']);
    expect(walk(compiled, udp())).toMatchObject({ hits: [], policies: [], verdict: Verdict.Open });
  });

  test('a trace longer than its ring is whole', () => {
    const rules = new Array<string>(9000).fill('-A INPUT -p udp');
    const { hits, events } = walk(compileText(filter(...rules)), udp(), { level: TRACE_ALL });
    expect(hits.length).toBe(9000);
    expect(events.filter((event) => event === Event.Rule).length).toBe(9000);
    expect(events.filter((event) => event === Event.Held).length).toBe(9000);
  });

  test('a loop of chains that a hook reaches is refused by name', () => {
    expect(() => compileText(filter('-A INPUT -j a', '-A a -j b', '-A b -g a'))).toThrow(/in a circle: a → b → a/);
    expect(() => compileText(filter('-A a -j b', '-A b -g a'))).not.toThrow();
  });
});

function checksum(header: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < 20; i += 2) if (i !== 10) sum += (header[i]! << 8) | header[i + 1]!;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
