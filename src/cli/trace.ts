/** `trace`: many packets, one line of JSON for each, in order. */
import { createReadStream } from 'node:fs';
import { type Command, Option } from 'commander';
import { PacketwalkError } from '../errors.js';
import { readJsonPacket } from '../input/json.js';
import { type InputLine, readLines } from '../input/lines.js';
import { traceLine } from '../report/trace.js';
import type { LoadedHost } from '../run/engine.js';
import { readInput } from './input.js';
import { addHostOptions, type HostOptions, loadHost } from './load.js';

interface TraceOptions extends HostOptions {
  readonly packets: string;
}

export function addTrace(program: Command): void {
  addHostOptions(
    program
      .command('trace')
      .description('many packets, one JSON object each')
      .argument('[FILES...]', 'rules, sets and the host: files or folders')
      .requiredOption('--packets <FILE>', 'a JSON packet a line; - for standard input')
      .addOption(new Option('--format <FORMAT>', 'how packets are written').choices(['auto', 'jsonl']).default('auto')),
  )
    .addHelpText('after', '\nExample:\n  packetwalk trace host/ --packets packets.jsonl')
    .action(async (files: string[], options: TraceOptions) => {
      const host = await loadHost(readInput(files), options);
      const stream = options.packets === '-' ? process.stdin : createReadStream(options.packets);
      try {
        for await (const line of readLines(stream)) {
          if (line.text.trim() === '') continue;
          const text = `${JSON.stringify(answer(host, line, options))}\n`;
          // a slow reader is waited for, so that memory stays flat
          if (!process.stdout.write(text)) await new Promise((resume) => process.stdout.once('drain', resume));
        }
      } catch (cause) {
        if (cause instanceof PacketwalkError) throw cause;
        throw new PacketwalkError(`${options.packets}: cannot be read: ${(cause as Error).message}`, {
          code: 'unreadable',
          cause,
        });
      }
    });
}

/** A packet that cannot be read has its error in its place. */
function answer(host: LoadedHost, line: InputLine, options: TraceOptions): object {
  try {
    const { packet, notes } = readJsonPacket(line, options.packets);
    const path = packet.path ?? options.path;
    const result = traceLine(host.walk({ ...packet, path }), host.compiled);
    return notes.length === 0 ? result : { ...result, notes: notes.map(({ code, message }) => ({ code, message })) };
  } catch (error) {
    if (!(error instanceof PacketwalkError)) throw error;
    return { schema: 1, error: { code: error.code, message: error.message, line: line.number } };
  }
}
