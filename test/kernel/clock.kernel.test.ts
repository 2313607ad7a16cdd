/** time by the kernel's own clock, in windows round the present, and cpu by the processor that the kernel says. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { date, timeOfDay } from '../../src/ext/match/time-values.js';
import { readJsonPacket } from '../../src/input/json.js';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { HOST, wire } from './matches/table.js';
import { countersOf, differences, ofKernel, ofWalk } from './observed.js';
import { loadCaptured } from './walked.js';

const missing = kernelMissing();
let kernel: Kernel;
beforeAll(() => {
  if (missing === undefined) kernel = openKernel();
});
afterAll(() => kernel?.close());

const HOUR = 3600;
const DAY = 24 * HOUR;
const FAMILY = { family: 4 } as const;
const WEEK = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Rules of which some hold at such a second, and some turn behind the next three. */
function rulesAt(now: number): string[] {
  const hour = (seconds: number) => timeOfDay.print((((now + seconds) % DAY) + DAY) % DAY, FAMILY)[0]!;
  const day = (seconds: number) => date.print(now + seconds, FAMILY)[0]!;
  const of = (days: number) => new Date(1000 * (now + DAY * days));
  const week = (days: number) => WEEK[of(days).getUTCDay()]!;
  const month = (days: number) => of(days).getUTCDate();
  const between = (from: number, to: number) => `--timestart ${hour(from)} --timestop ${hour(to)}`;
  return [
    ...['', between(-HOUR, HOUR), between(HOUR, 2 * HOUR), between(-2 * HOUR, -HOUR), between(HOUR, -HOUR)],
    ...[between(-HOUR, 3), between(3, HOUR), between(-7 * HOUR, 7 * HOUR), between(9 * HOUR, 7 * HOUR)],
    ...[`--datestart ${day(-9)}`, `--datestart ${day(3)}`, `--datestop ${day(3)}`, `--datestop ${day(-9)}`],
    ...[`--weekdays ${week(0)}`, `! --weekdays ${week(0)}`, `--weekdays ${week(-1)},${week(1)}`],
    ...[`--monthdays ${month(0)}`, `! --monthdays ${month(0)}`, `--monthdays ${month(-1)},${month(1)}`],
    ...[`--weekdays ${week(0)} --monthdays ${month(0)} ${between(-HOUR, HOUR)}`],
    // over midnight, and the day that this is said to belong to
    ...[23, 13, 5].flatMap((before) =>
      [week(0), week(-1)].flatMap((name) => [
        `${between(-HOUR * before, HOUR)} --weekdays ${name}`,
        ...(now % DAY < HOUR * before && now % DAY < 23 * HOUR
          ? [`${between(-HOUR * before, HOUR)} --weekdays ${name} --contiguous`]
          : []),
      ]),
    ),
    // the same in every zone
    ...['--kerneltz', `--kerneltz --datestop ${day(-3 * DAY)}`, `--kerneltz --datestart ${day(-3 * DAY)}`],
  ].map((text) => `-A PREROUTING -m time ${text}\n`);
}

const load = async (rules: readonly string[]) => {
  const text = `*mangle\n:PREROUTING ACCEPT [0:0]\n${rules.join('')}COMMIT\n`;
  await kernel.load({ family: 4, rules: text, sets: '', setup: [...HOST] });
  return loadCaptured({ ...(await kernel.capture()), 'rules.save': text });
};

describe.skipIf(missing !== undefined)(kernelTitle('the kernel and packetwalk agree on'), () => {
  test('time', { timeout: 60_000 }, async () => {
    const now = Math.floor(Date.now() / 1000);
    const host = await load(rulesAt(now));
    const met: (readonly number[])[] = [];
    // in the middle of a second, before and behind what turns
    for (const at of [1.5, 5.5]) {
      await new Promise((done) => setTimeout(done, 1000 * (now + at) - Date.now()));
      const time = Date.now() / 1000;
      const answer = await kernel.send(wire());
      const before = countersOf(host);
      const line = { number: 1, text: JSON.stringify({ ...wire(), time }), cut: false };
      const result = host.walk(readJsonPacket(line).packet, { bytes: true });
      const theirs = { counters: ofKernel(answer).counters, out: [] };
      const ours = { counters: ofWalk(result, host, before, countersOf(host)).counters, out: [] };
      expect(differences(theirs, ours)).toEqual([]);
      met.push(answer.hits.map(({ rule }) => rule));
    }
    expect(met[0]!.length).toBeGreaterThan(10);
    expect(met[0]!.length).toBeLessThan(host.compiled.rules.length - 10);
    expect(met[1]).not.toEqual(met[0]);
  });

  test('cpu', async () => {
    const host = await load(
      Array.from({ length: 256 }, (_, cpu) => [
        `-A PREROUTING -m cpu --cpu ${cpu}\n`,
        `-A PREROUTING -m cpu ! --cpu ${cpu}\n`,
      ]).flat(),
    );
    const { hits } = await kernel.send(wire());
    const theirs = hits.map(({ rule }) => rule);
    const cpu = (theirs.find((rule) => rule % 2 === 1)! - 1) / 2;
    const line = { number: 1, text: JSON.stringify({ ...wire(), cpu }), cut: false };
    const ours = host.walk(readJsonPacket(line).packet).hits.map((rule) => host.compiled.rules[rule]!.number);
    expect(ours).toEqual(theirs);
  });
});
