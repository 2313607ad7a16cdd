/** tshark and tcpdump, asked about captures; both need no root. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why a program cannot be asked here; undefined where it can. */
export const lacks = (program: string): string | undefined =>
  spawnSync(program, ['--version']).error === undefined ? undefined : `${program} is not installed`;

/** A folder for captures, and programs that read them. */
export class CaptureFolder {
  private readonly path = mkdtempSync(join(tmpdir(), 'packetwalk-'));

  write(name: string, bytes: Uint8Array): string {
    const file = join(this.path, name);
    writeFileSync(file, bytes);
    return file;
  }

  read(name: string): Uint8Array {
    return readFileSync(join(this.path, name));
  }

  /** What a program prints on standard output; throws where it fails. */
  run(program: string, args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync(program, args, {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      cwd: this.path,
      // nobody's own settings
      env: { PATH: process.env.PATH, HOME: this.path, TZ: 'UTC', LC_ALL: 'C', RES_OPTIONS: 'timeout:1 attempts:1' },
    });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  /** Fields of each record of a capture as tshark sees them: the first of each where there are more, '' where none is. */
  tshark(file: string, fields: readonly string[]): string[][] {
    const wanted = fields.flatMap((field) => ['-e', field]);
    const as = ['-T', 'fields', '-E', 'separator=/t', '-E', 'occurrence=f', '-o', 'ip.defragment:FALSE', '-n'];
    const out = this.run('tshark', ['-r', file, ...as, ...wanted]);
    return out
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t'));
  }

  close(): void {
    rmSync(this.path, { recursive: true });
  }
}
