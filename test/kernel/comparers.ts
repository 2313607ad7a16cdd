/** Threads that compare, so that packets that have to go at their time need not wait for it. */
import { Worker } from 'node:worker_threads';
import type { Asked, Compare, Compared } from './compare.js';

export interface Comparers {
  readonly compare: Compare;
  close(): Promise<void>;
}

/** What a thread answers. */
export type Answered = { readonly compared: Compared } | { readonly error: string };

/** A thread that ends with an error takes the run with it. They are started from what the compiler has made of compare-worker.ts, beside this file. */
export function openComparers(count: number): Comparers {
  const idle = Array.from({ length: count }, () => new Worker(new URL('./compare-worker.js', import.meta.url)));
  const workers = [...idle];
  const waiting: ((worker: Worker) => void)[] = [];
  const take = (): Promise<Worker> => {
    const worker = idle.pop();
    return worker === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(worker);
  };
  const give = (worker: Worker): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  };
  const compare = async (asked: Asked): Promise<Compared> => {
    const worker = await take();
    const answered = await new Promise<Answered>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', (answer: Answered) => {
        worker.off('error', reject);
        resolve(answer);
      });
      worker.postMessage(asked);
    });
    give(worker);
    if ('error' in answered) throw new Error(answered.error);
    return answered.compared;
  };
  return {
    compare,
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
