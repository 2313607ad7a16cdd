/** Texts from files, folders and standard input, for the command. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PacketwalkError } from '../errors.js';

export interface TextFile {
  readonly name: string;
  readonly text: string;
}

/** Reads files in order; a folder stands for the files in it, by name; `-` is standard input. */
export function readTexts(paths: readonly string[]): TextFile[] {
  return paths.flatMap((path) => {
    if (path === '-') return [readOne('-', 0)];
    let folder: boolean;
    try {
      folder = statSync(path).isDirectory();
    } catch (cause) {
      throw new PacketwalkError(`${path}: there is no such file or folder`, { code: 'no-such-file', cause });
    }
    if (!folder) return [readOne(path, path)];
    const names = readdirSync(path).filter((name) => !name.startsWith('.') && statSync(join(path, name)).isFile());
    if (names.length === 0)
      throw new PacketwalkError(`${path}: the folder holds no file`, {
        code: 'empty-folder',
        hint: 'put the output of iptables-save, ipset save, ip addr and ip route there, a file each',
      });
    return names.sort().map((name) => readOne(join(path, name), join(path, name)));
  });
}

function readOne(name: string, source: string | number): TextFile {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(source);
  } catch (cause) {
    throw new PacketwalkError(`${name}: cannot be read: ${(cause as Error).message}`, { code: 'unreadable', cause });
  }
  if (bytes.subarray(0, 4096).includes(0))
    throw new PacketwalkError(`${name}: is a binary file, and text was expected`, { code: 'binary-file' });
  return { name: name === '-' ? 'standard input' : name, text: new TextDecoder().decode(bytes) };
}
