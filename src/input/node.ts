/** Texts and streams from files, folders and standard input, for the command. */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { PacketwalkError } from '../errors.js';
import type { Findings } from '../model/finding.js';

export interface TextFile {
  readonly name: string;
  readonly text: string;
}

export const STANDARD_INPUT = 'standard input';

/**
 * Reads files in order; `-` is standard input; a folder stands for the files in it, by name. Throws for what was named
 * and cannot be read; a file of a folder that cannot is a finding, unless none can.
 */
export function readTexts(paths: readonly string[], findings: Findings): TextFile[] {
  if (paths.filter((path) => path === '-').length > 1)
    throw new PacketwalkError('standard input is named twice, and can be read once', { code: 'bad-usage' });
  return paths.flatMap((path) => {
    if (path === '-') return [readText(STANDARD_INPUT, 0)];
    return isFolder(path) ? readFolder(path, findings) : [readText(path, path)];
  });
}

function readFolder(path: string, findings: Findings): TextFile[] {
  const texts: TextFile[] = [];
  for (const name of namesIn(path)) {
    try {
      const file = join(path, name);
      if (!isFolder(file)) texts.push(readText(file, file));
    } catch (error) {
      if (!(error instanceof PacketwalkError)) throw error;
      findings.add({ severity: 'note', code: error.code, message: `${error.message}; left out`, hint: error.hint });
    }
  }
  if (texts.length === 0)
    throw new PacketwalkError(`${path}: the folder holds no text that can be read`, {
      code: 'empty-folder',
      hint: 'put the output of iptables-save, ipset save, ip addr and ip route there, a file each',
    });
  return texts;
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(path, cause);
    throw new PacketwalkError(`${path}: there is no such file or folder`, { code: 'no-such-file', cause });
  }
}

function readText(name: string, source: string | 0): TextFile {
  let bytes: Uint8Array;
  try {
    bytes = readAll(source);
  } catch (cause) {
    throw unreadable(name, cause);
  }
  const [first, second] = bytes;
  // what Windows' shells write where a command's output is sent to a file
  const wide = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : '';
  if (wide !== '') return { name, text: new TextDecoder(wide).decode(bytes) };
  if (first === 0x1f && second === 0x8b)
    throw new PacketwalkError(`${name}: is compressed by gzip`, {
      code: 'binary-file',
      hint: name === STANDARD_INPUT ? 'zcat unpacks it' : `zcat ${name} | packetwalk … - reads it`,
    });
  refuseBinary(name, bytes, 'the output of iptables-save, ipset save, ip addr or ip route was expected');
  return { name, text: new TextDecoder().decode(bytes) };
}

/** Throws where the beginning of a file is no text. */
export function refuseBinary(name: string, bytes: Uint8Array, hint: string): void {
  if (bytes.subarray(0, BEGINNING).includes(0))
    throw new PacketwalkError(`${name}: is a binary file, and text was expected`, { code: 'binary-file', hint });
}
const BEGINNING = 4096;

export const unreadable = (name: string, cause: unknown): PacketwalkError => {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return new PacketwalkError(`${name}: cannot be read: ${REASONS[code] ?? message}`, { code: 'unreadable', cause });
};
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EISDIR: 'it is a folder, and a file was expected',
  ENOENT: 'there is no such file',
  ENXIO: 'nothing is there to read',
  EBADF: 'it is closed',
};

/** All of a file; of a pipe that has nothing to give yet, what comes until its end. */
function readAll(source: string | 0): Uint8Array {
  const file = source === 0 ? 0 : openSync(source, 'r');
  const parts: Buffer[] = [];
  try {
    for (;;) {
      const part = Buffer.allocUnsafe(1 << 16);
      const length = readSome(file, part);
      if (length === 0) return Buffer.concat(parts);
      parts.push(part.subarray(0, length));
    }
  } finally {
    if (file !== 0) closeSync(file);
  }
}

function readSome(file: number, into: Buffer): number {
  for (;;) {
    try {
      return readSync(file, into);
    } catch (error) {
      // a pipe that whoever started us made non-blocking
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

/**
 * The bytes of a gzipped stream, of all its members, which the standard's DecompressionStream refuses; zeros behind them
 * are left out, as gzip does. Throws behind all that could be unpacked.
 */
export async function* gunzip(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = createGunzip();
  const ready: Uint8Array[] = [];
  let over = false;
  let damage: unknown;
  const ended = new Promise<void>((resolve) => {
    stream
      .on('data', (bytes: Uint8Array) => ready.push(bytes))
      .on('error', (cause) => {
        damage = cause;
      })
      .on('close', () => {
        over = true;
        resolve();
      });
  });
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length && !over; at += PIECE) {
        const written = new Promise<void>((resolve) => stream.write(chunk.subarray(at, at + PIECE), () => resolve()));
        // no write comes back that has zeros behind the last member
        await Promise.race([written, ended]);
        yield* ready.splice(0);
      }
      if (over) break;
    }
    stream.end();
    await ended;
    yield* ready;
  } finally {
    stream.destroy();
  }
  if (damage !== undefined)
    throw new PacketwalkError(`${name}: its gzip data is damaged, or ends in the middle`, {
      code: 'bad-gzip',
      cause: damage,
    });
}
/** Bytes that are unpacked at a time: they may become a thousand times as many. */
const PIECE = 1 << 14;
