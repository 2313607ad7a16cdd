/** One thread of comparers.ts: compares what it is sent, one after the other. */
import { parentPort } from 'node:worker_threads';
import { type Asked, compare } from './compare.js';
import type { Answered } from './comparers.js';

parentPort!.on('message', (asked: Asked) => {
  compare(asked).then(
    (compared) => answer({ compared }),
    (error) => answer({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});

const answer = (answered: Answered): void => parentPort!.postMessage(answered);
