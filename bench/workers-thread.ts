/** A thread of subjects/workers.ts: has a host and packets of its own, and classifies them as often as it is told. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadReal, packetsOf } from './subjects/rules.js';
import { PACKETS } from './subjects/workers.js';

const host = await loadReal(workerData as string, 'columns');
const packets = packetsOf(host, PACKETS);
parentPort!.on('message', (passes: number) => {
  for (let pass = 0; pass < passes; pass++) host.classify(packets);
  parentPort!.postMessage(passes);
});
