/** A thread of `classify --workers`: loads the same hosts, and does the tasks that it is handed. */
import { parentPort, workerData } from 'node:worker_threads';
import { Members } from '../model/members.js';
import { createEngine } from '../run/engine.js';
import type { HostProgram } from '../run/host-program.js';
import { type Task, work } from './crew.js';

const port = parentPort!;
const engine = await createEngine();
const load = (program: HostProgram) => {
  const sets = program.sets.map((set) => ({ ...set, members: Members.revived(set.members) }));
  return engine.load({ ...program, sets });
};
const hosts = await Promise.all((workerData as readonly HostProgram[]).map(load));
port.on('message', (task: Task) => {
  port.postMessage(work(hosts[task.host]!, task));
});
