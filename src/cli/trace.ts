/** `trace`: many packets, one line of JSON for each, in order. */
import { open } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { PacketwalkError } from '../errors.js';
import { readJsonPacket } from '../input/json.js';
import { type InputLine, readLines } from '../input/lines.js';
import { refuseBinary, STANDARD_INPUT, unreadable } from '../input/node.js';
import { trace } from '../report/trace.js';
import type { LoadedHost } from '../run/engine.js';
import { readInput } from './input.js';
import { addHostOptions, type HostOptions, loadHost } from './load.js';
import { refuseRepeated } from './usage.js';

interface TraceOptions extends HostOptions {
  readonly packets: string;
}

export function addTrace(program: Command): void {
  const command = addHostOptions(
    program
      .command('trace')
      .description('many packets, one JSON object each')
      .argument('[FILES...]', 'rules, sets and the host: files or folders')
      .requiredOption('--packets <FILE>', 'a JSON packet a line; - for standard input')
      .addOption(new Option('--format <FORMAT>', 'how packets are written').choices(['auto', 'jsonl']).default('auto'))
      .addOption(
        new Option('--connections <MODE>', 'off: each packet is the first of its connection')
          .choices(['off'])
          .default('off'),
      ),
  );
  refuseRepeated(command);
  command
    .addHelpText('after', '\nExample:\n  packetwalk trace host/ --packets packets.jsonl')
    .action(async (files: string[], options: TraceOptions) => {
      if (options.packets === '-' && files.includes('-'))
        throw new PacketwalkError('--packets -: standard input is named among the files already', {
          code: 'bad-usage',
        });
      const packets = await openPackets(options.packets);
      const host = await loadHost(readInput(files), options);
      let all = 0;
      let unread = 0;
      let first = 0;
      for await (const line of readLines(packets)) {
        if (line.text.trim() === '') continue;
        const told = answer(host, line, options);
        all++;
        if ('error' in told && unread++ === 0) first = line.number;
        const text = `${JSON.stringify(told)}\n`;
        // a slow reader is waited for, so that memory stays flat
        if (!process.stdout.write(text)) await new Promise((resume) => process.stdout.once('drain', resume));
      }
      if (unread > 0)
        process.stderr.write(`${unread} of ${all} packets could not be read, the first in line ${first}\n`);
    });
}

/** The packets' bytes as they come. Throws before the first where there are none to be had. */
async function openPackets(path: string): Promise<AsyncIterable<Uint8Array>> {
  const name = path === '-' ? STANDARD_INPUT : path;
  if (path === '-') return checked(name, process.stdin);
  try {
    const file = await open(path);
    if ((await file.stat()).isDirectory()) {
      await file.close();
      throw Object.assign(new Error(), { code: 'EISDIR' });
    }
    return checked(name, file.createReadStream());
  } catch (cause) {
    throw unreadable(name, cause);
  }
}

async function* checked(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let first = true;
  try {
    for await (const chunk of chunks) {
      if (first) refuseBinary(name, chunk, 'a JSON packet a line was expected');
      first = false;
      yield chunk;
    }
  } catch (cause) {
    throw cause instanceof PacketwalkError ? cause : unreadable(name, cause);
  }
}

/** A packet that cannot be read has its error in its place. */
function answer(host: LoadedHost, line: InputLine, options: TraceOptions): object {
  try {
    const { packet, notes } = readJsonPacket(line, options.packets);
    return trace(host, { packet: { ...packet, path: packet.path ?? options.path }, notes });
  } catch (error) {
    if (!(error instanceof PacketwalkError)) throw error;
    const { code, message, place, hint } = error;
    return { schema: 1, error: { code, message, line: line.number, column: place?.column, hint } };
  }
}
