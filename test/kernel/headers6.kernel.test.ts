/** The kernel is asked about the rules and packets of test/headers6/table.ts; test/headers6.test.ts asks the core. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Answers, FILE, textOf } from '../headers6/answers.js';
import { PACKETS, RULES } from '../headers6/table.js';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';

const missing = kernelMissing();
let kernel: Kernel;
beforeAll(() => {
  if (missing === undefined) kernel = openKernel();
});
afterAll(() => kernel?.close());

const SETUP = [
  ...['eth0 2001:db8::1/64', 'eth1 2001:db8:1::1/64'].flatMap((line) => {
    const [name, address] = line.split(' ');
    return [`ip tuntap add ${name} mode tun`, `ip -6 addr add ${address} nodad dev ${name}`, `ip link set ${name} up`];
  }),
];
const ALL = Object.values(PACKETS);

/** What became of packets by rules in one chain, where each of them goes on; the first rule there takes any. */
async function ask(rules: readonly string[], packets: readonly string[]): Promise<Answers> {
  const text = ['*mangle', ':PREROUTING ACCEPT', ...['', ...rules].map((rule) => `-A PREROUTING ${rule}`), 'COMMIT\n'];
  await kernel.load({ family: 6, rules: text.join('\n'), sets: '', setup: SETUP });
  const answers = await Promise.all(packets.map((hex) => kernel.send({ in: 'eth0', hex })));
  return rules.map((_, i) =>
    answers.map(({ hits, policies }): Answer => {
      const hit = (rule: number) => hits.some((one) => one.rule === rule);
      return hit(i + 2) ? 'y' : policies.length > 0 ? '.' : hit(1) ? 'x' : '-';
    }),
  );
}

describe.skipIf(missing !== undefined)(kernelTitle('extension headers of IPv6'), () => {
  test('what became of each packet is kept', { timeout: 300_000 }, async () => {
    const together = await ask(RULES, ALL);
    const dropped = ALL.flatMap((_, i) => (together.some((row) => row[i] === 'x') ? [i] : []));
    const answers = together.map((row) => [...row]);
    // where one rule drops a packet, those behind it never see it
    for (const [i, rule] of RULES.entries()) {
      const [alone] = await ask(
        [rule],
        dropped.map((at) => ALL[at]!),
      );
      for (const [k, at] of dropped.entries()) answers[i]![at] = alone![k]!;
    }
    await expect(textOf(answers)).toMatchFileSnapshot(FILE);
  });
});
