/** A thread of `classify --workers`: loads the same host, and does the tasks that it is handed. */
import { parentPort, workerData } from 'node:worker_threads';
import { createEngine } from '../run/engine.js';
import type { HostProgram } from '../run/host-program.js';
import { type Task, work } from './crew.js';

const port = parentPort!;
const host = await (await createEngine()).load(workerData as HostProgram);
port.on('message', (task: Task) => {
  port.postMessage(work(host, task));
});
