/** What `trace` and `classify` share: the packets that they are given, in whatever form. */
import { accessSync, constants, createReadStream, fstatSync, open, statSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { PacketwalkError } from '../errors.js';
import { detectFormat, type PacketFormat } from '../input/detect.js';
import { FIELDS } from '../input/fields.js';
import { gunzip, STANDARD_INPUT, unreadable } from '../input/node.js';
import { peek } from '../input/unpack.js';
import type { PacketPath } from '../model/packet.js';
import { type Form, type Meter, PacketSource } from './packet-source.js';

export interface PacketOptions {
  readonly format: 'auto' | Form;
  readonly in?: string;
  readonly path?: PacketPath;
}

export function addPacketOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--format <FORMAT>', 'how they are written').choices(['auto', 'jsonl', 'csv', 'pcap']).default('auto'),
    )
    .addOption(
      new Option('--in <NAME>', 'the interface that packets came in on which do not name one').argParser(interfaceOf),
    );
}

function interfaceOf(text: string): string {
  const name = FIELDS.in.read(text);
  if (typeof name === 'string') return name;
  throw new InvalidArgumentError('The name of an interface was expected.');
}

/** Throws where a file is not there, or may not be read: better before the first packet than behind a million. */
export function checkPackets(paths: readonly string[]): void {
  for (const path of paths) {
    if (path === '-') continue;
    try {
      accessSync(path, constants.R_OK);
      if (statSync(path).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    } catch (cause) {
      throw unreadable(path, cause);
    }
  }
}

/**
 * Opens packets, `-` for standard input, and sees what they are. Throws where there are none to be had. Once `signal`
 * says so nothing is read any more.
 */
export async function openPackets(path: string, options: PacketOptions, signal?: AbortSignal): Promise<PacketSource> {
  if (options.in !== undefined && options.path === 'output')
    throw new PacketwalkError('--in: packets that this host sends (--path output) come in on no interface', {
      code: 'bad-usage',
    });
  const name = path === '-' ? STANDARD_INPUT : path;
  const meter = { read: 0, size: undefined as number | undefined };
  const stream = path === '-' ? process.stdin : await openFile(path, meter);
  // a pipe that is silent would be waited for at the command's end
  signal?.addEventListener('abort', () => stream.destroy());
  const chunks = checked(name, stream, meter);
  // a pipe may have no more to give for now
  const packed = await peek(chunks, LONGEST_MARK);
  const zipped = detectFormat(packed.first).format === 'gzip';
  const { first, all } = zipped ? await peek(gunzip(name, packed.all), LONGEST_MARK) : packed;
  const { format, what } = detectFormat(first);
  const form = formOf(format, options.format);
  if (form !== undefined) return new PacketSource(name, form, all, options, meter);
  await all.return();
  const wanted = options.format === 'pcap' ? 'a capture was' : 'packets were';
  throw new PacketwalkError(`${name}: is ${what}, and ${wanted} expected`, {
    code: 'bad-packets',
    hint: 'packets are JSON objects, one a line, or CSV, or a capture: pcap or pcapng; gzipped or not',
  });
}

/** How packets are read that look like `found`; undefined where they cannot be read as `asked`. */
function formOf(found: PacketFormat | undefined, asked: PacketOptions['format']): Form | undefined {
  if (found === undefined || found === 'gzip') return undefined;
  const capture = found === 'pcap' || found === 'pcapng';
  if (asked === 'auto') return capture ? 'pcap' : found;
  return capture === (asked === 'pcap') ? asked : undefined;
}

/** Bytes that tell what a file is, if it has so many. */
const LONGEST_MARK = 16;

async function openFile(path: string, meter: Meter): Promise<Readable> {
  try {
    const fd = await promisify(open)(path, 'r');
    const stat = fstatSync(fd);
    // a read of it that waits could not be given up
    if (stat.isFIFO()) return new Socket({ fd, readable: true, writable: false });
    if (stat.isFile()) meter.size = stat.size;
    return createReadStream(path, { fd, highWaterMark: 1 << 20 });
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function* checked(name: string, chunks: AsyncIterable<Uint8Array>, meter: Meter): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of chunks) {
      meter.read += chunk.length;
      yield chunk;
    }
  } catch (cause) {
    throw unreadable(name, cause);
  }
}
