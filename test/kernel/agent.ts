/** Compiles the agent, starts it, and talks to it; the protocol stands at the head of agent.c. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { uptime } from 'node:os';
import { delimiter, join } from 'node:path';
import { ROOT } from '../root.js';

const SOURCES = join(ROOT, 'test/kernel');
const BUILD = join(ROOT, 'build');
const BINARY = join(BUILD, 'kernel-agent');
const PROGRAMS = ['gcc', 'iptables-legacy-restore', 'ip6tables-legacy-restore', 'ipset', 'nft', 'ip', 'conntrack'];
const PATH = [process.env.PATH ?? '', '/usr/sbin', '/sbin'].join(delimiter);
const ENVIRONMENT = { ...process.env, PATH, LC_ALL: 'C' };

const sources = (): string[] => readdirSync(SOURCES).filter((name) => /\.[ch]$/.test(name));

/** Builds the agent unless it is newer than its sources. Two runs at once each build their own and rename it. */
function compileAgent(): string {
  const changed = Math.max(...sources().map((name) => statSync(join(SOURCES, name)).mtimeMs));
  if ((statSync(BINARY, { throwIfNoEntry: false })?.mtimeMs ?? 0) > changed) return BINARY;
  mkdirSync(BUILD, { recursive: true });
  const fresh = `${BINARY}.${process.pid}`;
  const files = sources().filter((name) => name.endsWith('.c'));
  execFileSync('gcc', ['-O2', '-Wall', '-Wextra', '-o', fresh, ...files], {
    cwd: SOURCES,
    env: ENVIRONMENT,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  renameSync(fresh, BINARY);
  return BINARY;
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

let missing: { reason: string | undefined } | undefined;

function findMissing(): string | undefined {
  if (process.platform !== 'linux') return 'the kernel is asked on Linux only';
  if (process.getuid?.() !== 0) return 'the kernel is asked as root only';
  const folders = PATH.split(delimiter);
  const absent = PROGRAMS.filter((program) => !folders.some((folder) => executable(join(folder, program))));
  if (absent.length > 0) return `not installed: ${absent.join(', ')}`;
  try {
    const tried = spawnSync(compileAgent(), { input: 'fresh\ntun try0\n', encoding: 'utf8', env: ENVIRONMENT });
    if (tried.stdout === 'ok\nok\n') return undefined;
    return `no network namespace with a tun device here: ${tried.stderr.trim() || tried.stdout.trim()}`;
  } catch (error) {
    return `the agent does not compile: ${error instanceof Error ? error.message : error}`;
  }
}

/**
 * A first packet's connection keeps its timeout as a span, not as a moment, until it is confirmed, and --ctexpire takes
 * the kernel's clock off it (nf_ct_expires). That is 0, but for the first minutes after a start: the clock begins at
 * minus five minutes. What such a rule says then depends on the second in which it is asked.
 */
export const kernelIsYoung = (): boolean => uptime() < 300 + 600 + 60;

/** Why the kernel cannot be asked here; undefined when it can. */
export function kernelMissing(): string | undefined {
  missing ??= { reason: findMissing() };
  return missing.reason;
}

export interface Ran {
  status: number;
  output: string;
}

interface Waiting {
  /** Its answer is followed by as many bytes as its second word says. */
  withBytes: boolean;
  resolve(line: string, bytes: string): void;
  reject(error: Error): void;
}

export class Agent {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: Waiting[] = [];
  #received: Buffer[] = [];
  #complaint = '';
  #ended: Error | undefined;

  constructor() {
    const why = kernelMissing();
    if (why !== undefined) throw new Error(why);
    this.#child = spawn(compileAgent(), { env: ENVIRONMENT });
    this.#child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#complaint += chunk;
    });
    this.#child.stdin.on('error', () => {});
    this.#child.on('error', (error) => this.#end(error));
    this.#child.on('close', () => this.#end(new Error(this.#complaint.trim() || 'the kernel agent has ended')));
  }

  /** One request line, one answer line. Requests may be made before earlier ones are answered. */
  ask(line: string): Promise<string> {
    if (line.includes('\n')) throw new Error(`a request of two lines: ${line}`);
    return this.#request(Buffer.from(`${line}\n`), false, (answer) => answer);
  }

  /** Runs a program in the namespace. The words of its command line hold no spaces. */
  run(command: string[], input = ''): Promise<Ran> {
    const bytes = Buffer.from(input);
    const head = Buffer.from(`exec ${bytes.length} ${command.join(' ')}\n`);
    return this.#request(Buffer.concat([head, bytes]), true, (line, output) => ({
      status: Number(line.split(' ')[0]),
      output,
    }));
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#ended) return resolve();
      this.#child.on('close', () => resolve());
      this.#child.stdin.end();
    });
  }

  #request<T>(bytes: Buffer, withBytes: boolean, read: (line: string, bytes: string) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      this.#waiting.push({ withBytes, resolve: (line, output) => resolve(read(line, output)), reject });
      this.#child.stdin.write(bytes);
    });
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk);
    const first = this.#waiting[0];
    if (first && !first.withBytes && !chunk.includes(10)) return;
    const all = this.#received.length === 1 ? chunk : Buffer.concat(this.#received);
    let at = 0;
    while (this.#waiting.length > 0) {
      const end = all.indexOf(10, at);
      if (end < 0) break;
      const line = all.toString('utf8', at, end);
      const { withBytes, resolve } = this.#waiting[0]!;
      const length = withBytes ? Number(line.split(' ')[1]) : 0;
      if (all.length < end + 1 + length) break;
      at = end + 1 + length;
      this.#waiting.shift();
      resolve(line, all.toString('utf8', end + 1, at));
    }
    this.#received = at < all.length ? [all.subarray(at)] : [];
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
  }
}

/** The title of tests that ask the kernel, with the reason where they are skipped. */
export function kernelTitle(title: string): string {
  const reason = kernelMissing();
  return reason === undefined ? title : `${title} (skipped: ${reason})`;
}
