/** Looks for a fault by tests of the copy that has it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Search } from './find.js';

/** What vitest's reporter of that name writes, as far as it is read here. */
interface Report {
  readonly numTotalTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Found is what a test fails at; a file that cannot be run is an error. */
export async function searchTests(folder: string, file: string, named = ''): Promise<Search> {
  const project = file.startsWith('test/kernel/') ? 'kernel' : 'unit';
  const args = ['run', '--project', project, '--reporter', 'json', file, ...(named ? ['-t', named] : [])];
  const text = await output(folder, [join(folder, 'node_modules/vitest/vitest.mjs'), ...args]);
  const report = JSON.parse(text.slice(text.indexOf('{'))) as Report;
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const [failed] = results.filter(({ status }) => status === 'failed');
  const packets = report.numTotalTests - report.numPendingTests;
  if (packets === 0)
    throw new Error(`${file}: no test ran: ${report.testResults.map(({ message }) => message).join()}`);
  if (failed === undefined) return { packets, unjudged: [] };
  const lines = [`${failed.fullName}: ${failed.failureMessages[0]?.split('\n')[0]}`];
  return { packets, found: { seed: 0, packet: 0, lines }, unjudged: [] };
}

/** What it writes to standard output, however it ends. */
function output(folder: string, args: readonly string[]): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    child.on('error', fail).on('close', () => done(text));
  });
}
