/** Packets on standard input are counted as they come: ten times as many take no more memory. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, expect, test } from 'vitest';
import { bytesOf, pcap } from './captures.js';
import { ROOT } from './root.js';

const cwd = mkdtempSync(join(tmpdir(), 'packetwalk-stream-'));
afterAll(() => rmSync(cwd, { recursive: true }));
writeFileSync(
  join(cwd, 'ok.rules'),
  '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n',
);

/** Said at the end of the command: the most memory that it held at once, in KiB. */
const TELL = "data:text/javascript,process.on('exit',()=>process.stderr.write(String(process.resourceUsage().maxRSS)))";

const PACKETS = 1000;
const HEADER = 24;

/** MiB that a run over so many thousands of packets took. */
async function memoryOf(thousands: number): Promise<number> {
  const packet = bytesOf({ in: 'eth0', src: '8.8.8.8', dst: '192.0.2.1', proto: 'tcp', dport: 80, length: 1000 });
  const file = pcap(Array.from({ length: PACKETS }, () => ({ frame: packet })));
  const records = file.subarray(HEADER);
  const options = ['classify', 'ok.rules', '--packets', '-', '--in', 'eth0', '--path', 'input', '--json'];
  const child = spawn(process.execPath, ['--import', TELL, join(ROOT, 'bin/packetwalk.js'), ...options], { cwd });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      texts[name] += chunk;
    });
  const ended = new Promise((resolve) => child.on('close', resolve));
  await pipeline(
    Readable.from(
      (function* () {
        yield file.subarray(0, HEADER);
        for (let i = 0; i < thousands; i++) yield records;
      })(),
    ),
    child.stdin,
  );
  expect(await ended).toBe(0);
  expect(JSON.parse(texts.stdout)).toMatchObject({ packets: PACKETS * thousands });
  return Number(texts.stderr) / 1024;
}

test('packets by the hundred megabytes', { timeout: 120_000 }, async () => {
  const [little, much] = [await memoryOf(40), await memoryOf(400)];
  expect(much - little).toBeLessThan(100);
});
