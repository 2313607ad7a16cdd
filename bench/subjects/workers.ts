/** Packets that two threads classify at the same time, each with half of them, beside one that classifies all. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Contest } from '../contest.js';
import { loadReal } from './rules.js';

export const PACKETS = 65_536;
/** Times that each of two classifies its packets. */
const PASSES = 4;
const NAMES = ['docker', 'drop list'];

export async function* workers(): AsyncGenerator<Contest> {
  for (const name of NAMES) {
    const rules = (await loadReal(name, 'columns')).compiled.rules.length;
    const two = [newWorker(name), newWorker(name)];
    for (const one of two) await ask(one, 1);
    yield {
      subject: 'workers',
      kind: name,
      rules,
      amount: two.length * PASSES * PACKETS,
      unit: 'packets',
      entrants: {
        packetwalk: () => Promise.all(two.map((one) => ask(one, PASSES))),
        one: () => ask(two[0]!, two.length * PASSES),
      },
    };
    for (const one of two) await one.terminate();
  }
}

const newWorker = (name: string) => new Worker(new URL('../workers-thread.js', import.meta.url), { workerData: name });

async function ask(worker: Worker, passes: number): Promise<void> {
  worker.postMessage(passes);
  await once(worker, 'message');
}
