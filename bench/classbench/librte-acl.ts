/** DPDK's librte_acl beside us: builds bench/peers/librte_acl.c where it has to be built, and talks to its process. */
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { ROOT } from '../../test/root.js';

const SOURCE = join(ROOT, 'bench/peers/librte_acl.c');
const PROGRAM = join(ROOT, 'build/peers/librte_acl');
const INSTALL = 'apt-get install -y --no-install-recommends libdpdk-dev pkg-config gcc';

/** One way of its to classify. */
export interface Configuration {
  readonly number: number;
  readonly method: string;
  readonly maxSize: number;
  readonly bytes: number;
  readonly buildSeconds: number;
}

/** Throws where it cannot be built, and says what is missing. */
export function buildLibrteAcl(): void {
  if (existsSync(PROGRAM) && statSync(PROGRAM).mtimeMs > statSync(SOURCE).mtimeMs) return;
  const asked = spawnSync('pkg-config', ['--cflags', '--libs-only-L', 'libdpdk'], { encoding: 'utf8' });
  if (asked.status !== 0) throw new Error(`pkg-config finds no DPDK; on Debian: ${INSTALL}`);
  mkdirSync(join(PROGRAM, '..'), { recursive: true });
  const flags = asked.stdout.trim().split(/\s+/);
  const built = spawnSync('gcc', ['-O3', SOURCE, '-o', PROGRAM, ...flags, '-lrte_acl', '-lrte_eal'], {
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`gcc does not build ${SOURCE} (${INSTALL}): ${built.error ?? built.stderr}`);
}

/** A process that holds a set's tables and a trace. */
export class LibrteAcl {
  private constructor(
    private readonly process: ChildProcessByStdio<Writable, Readable, null>,
    private readonly lines: AsyncIterator<string>,
    readonly configurations: readonly Configuration[],
  ) {}

  static async start(rules: string, trace: string): Promise<LibrteAcl> {
    const process = spawn(PROGRAM, [rules, trace], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
    const configurations: Configuration[] = [];
    for (;;) {
      const line = await lineOf(lines);
      if (line === 'ready') return new LibrteAcl(process, lines, configurations);
      const [, number, method, maxSize, bytes, buildSeconds] = line.split(' ');
      configurations.push({
        number: Number(number),
        method: method!,
        maxSize: Number(maxSize),
        bytes: Number(bytes),
        buildSeconds: Number(buildSeconds),
      });
    }
  }

  /** Millions of packets a second. */
  async turn({ number }: Configuration, ms: number): Promise<number> {
    return Number(await this.ask(`run ${number} ${ms}`));
  }

  async results({ number }: Configuration, count: number): Promise<Uint32Array> {
    const folder = mkdtempSync(join(tmpdir(), 'packetwalk-bench-'));
    try {
      const file = join(folder, 'results');
      await this.ask(`results ${number} ${count} ${file}`);
      return new Uint32Array(new Uint8Array(readFileSync(file)).buffer);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** Lets the process end. */
  stop(): void {
    this.process.stdin.end();
  }

  private ask(task: string): Promise<string> {
    this.process.stdin.write(`${task}\n`);
    return lineOf(this.lines);
  }
}

async function lineOf(lines: AsyncIterator<string>): Promise<string> {
  const { value, done } = await lines.next();
  if (done) throw new Error('librte_acl ended, and said why above');
  return value;
}
