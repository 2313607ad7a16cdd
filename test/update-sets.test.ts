/** Members that come to sets of a loaded host and go: ipset's commands, taken or not as the kernel takes them, and what rules find then. */
import { expect, test } from 'vitest';
import { createEngine, type LoadedHost, parse, readPacket } from '../src/index.js';
import { printIpset } from '../src/parse/ipset/print.js';
import { compileHost, programOf } from '../src/run/host-program.js';
import { HOST } from './classify/steps.js';
import { FATES, load } from './classify/ways.js';
import { packed } from './flow-packets.js';
import { Random } from './kernel/generate/random.js';
import { counts } from './update/afresh.js';
import { COMMANDS, NAMING, SETS } from './update/set-commands.js';

const FIRST = Number(process.env.PACKETWALK_SEED ?? 1);
const texts = (rules: string, sets: string) => [{ name: 'rules', text: rules }, { name: 'sets', text: sets }, ...HOST];

test.each(Object.entries(COMMANDS))('%s: taken, or refused and nothing changed', async (_, { text, exist, code }) => {
  const host = await (await createEngine()).load(compileHost(parse(texts(NAMING, SETS))));
  const { from } = host;
  const before = printIpset(from.setsGiven);
  const done = host.updateSets(text, exist === undefined ? {} : { exist });
  if (code === undefined) await done;
  else await expect(done).rejects.toMatchObject({ code, place: { file: 'ipset' } });
  // the host that it was goes on as it was, whoever has it
  expect(printIpset(from.setsGiven)).toBe(before);
  expect(host.from === from).toBe(code !== undefined);
  if (exist !== undefined || code !== undefined) return;
  const read = parse(texts(NAMING, `${SETS}${text}`));
  const lines = (sets: string) => sets.split('\n').sort();
  expect(lines(printIpset(host.from.setsGiven))).toEqual(lines(printIpset(read.sets)));
});

const RULES = `*raw
-A PREROUTING -m set --match-set hosts src -m limit --limit 1/hour --limit-burst 3
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
-A INPUT -m set --match-set nets src -j DROP
-A INPUT -m set --match-set pairs src,src -j DROP
-A INPUT -m set --match-set all src
-A FORWARD -m set ! --match-set hosts src -m set --match-set ports dst -j DROP
-A FORWARD -m set --match-set links src,src -j DROP
COMMIT
`;
const DRAWN = `create hosts hash:ip family inet
create nets hash:net family inet
create pairs hash:ip,port family inet
create ports bitmap:port range 0-1023
create links hash:net,iface family inet
create all list:set size 8
add all hosts
add all nets
`;

/** Elements of a set, of few addresses. */
function elementOf(r: Random, set: string): string {
  const address = `198.51.100.${r.below(16)}`;
  if (set === 'hosts') return address;
  if (set === 'nets') return `198.51.100.${16 * r.below(2) + 4 * r.below(4)}/${r.pick([28, 30, 32])}`;
  if (set === 'pairs') return `${address},${r.pick(['tcp', 'udp'])}:${r.pick([1000, 1001])}`;
  return set === 'ports' ? `${r.pick([80, 81, 443])}` : `${address}/${r.pick([30, 32])},${r.pick(['eth0', 'eth1'])}`;
}

test.each(['columns', 'bytecode'] as const)(
  'members that come and go at random: each packet as of a host that is loaded then, by %s',
  { timeout: 60_000 },
  async (engine) => {
    for (let seed = FIRST; seed < FIRST + 3; seed++) {
      const r = new Random(seed);
      let sets = DRAWN;
      const program = () => ({ ...programOf(parse(texts(RULES, sets)), { connections: 'off' }), engine });
      const host = await load(program(), engine);
      const packets = Array.from(
        { length: 400 },
        () =>
          readPacket({
            in: r.pick(['eth0', 'eth1']),
            src: `198.51.100.${r.below(24)}`,
            dst: r.pick(['192.0.2.1', '10.0.0.9']),
            proto: r.pick(['tcp', 'udp']),
            sport: r.pick([1000, 1001, 1002]),
            dport: r.pick([80, 81, 443, 8080]),
          }).packet,
      );
      const batches = packed(packets, 150);
      const fates = (one: LoadedHost) =>
        batches.flatMap((batch) => Array.from(one.classify(batch), (fate) => FATES[fate]));
      let tokens = 3;
      for (let step = 0; step < 8; step++) {
        const names = ['hosts', 'nets', 'pairs', 'ports', 'links'];
        const commands = Array.from({ length: 1 + r.below(6) }, () => {
          const set = r.pick(names);
          return `${r.pick(['add', 'add', 'del'])} ${set} ${elementOf(r, set)} -exist\n`;
        }).join('');
        sets += commands;
        await host.updateSets(commands);
        const again = `PACKETWALK_SEED=${seed}, step ${step}`;
        const fresh = await load(program(), 'bytecode');
        const before = counts(host.summary());
        expect(fates(host), again).toEqual(fates(fresh));
        for (const [rule, { packets }] of counts(fresh.summary())) {
          const own = counts(host.summary()).get(rule)!.packets - before.get(rule)!.packets;
          // a limit goes on where sets alone are others
          if (rule !== 'raw PREROUTING 1') expect(own, `${again}, ${rule}`).toBe(packets);
          else {
            expect(own, again).toBe(Math.min(packets, tokens));
            tokens -= own;
          }
        }
      }
    }
  },
);

test('times count from the last packet', async () => {
  const host = await (await createEngine()).load(
    compileHost(parse(texts('*raw\n-A PREROUTING -m set --match-set timed src -j DROP\nCOMMIT\n', SETS))),
  );
  const isHeld = (src: string, time: number) =>
    host.walk(readPacket({ in: 'eth0', src, dst: '192.0.2.1', proto: 'udp', dport: 53, time }).packet).hits.length > 0;
  expect([isHeld('10.0.0.1', 1000), isHeld('10.0.0.3', 1000.5), isHeld('10.0.0.4', 1030)]).toEqual([
    true,
    false,
    false,
  ]);
  await host.updateSets('add timed 10.0.0.3\nadd timed 10.0.0.4 timeout 5\nadd timed 10.0.0.5 timeout 0\n');
  const at = (time: number) => [1, 2, 3, 4, 5].filter((n) => isHeld(`10.0.0.${n}`, time));
  expect([at(1034.9), at(1035.1), at(1059.9), at(1060.1), at(1089.9), at(1090.1)]).toEqual([
    [1, 2, 3, 4, 5],
    [1, 2, 3, 5],
    [1, 2, 3, 5],
    [2, 3, 5],
    [2, 3, 5],
    [2, 5],
  ]);
  // one whose time is over is there no more
  await expect(host.updateSets('del timed 10.0.0.1\n')).rejects.toMatchObject({ code: 'no-such-member' });
  await host.updateSets('add timed 10.0.0.1\n');
  expect(at(1091)).toEqual([1, 2, 5]);
});

test('a set that nobody gave is known once it is made', async () => {
  const host = await (await createEngine()).load(
    compileHost(parse(texts('*raw\n-A PREROUTING -m set --match-set new src -j DROP\nCOMMIT\n', SETS))),
  );
  expect(host.open).toEqual(['set:new']);
  await host.updateSets('create new hash:ip\nadd new 10.0.0.1\n');
  const fate = (src: string) => host.walk(readPacket({ in: 'eth0', src, dst: '192.0.2.1' }).packet).fate;
  expect([host.open, fate('10.0.0.1'), fate('10.0.0.2')]).toEqual([[], 'dropped', 'delivered']);
});
