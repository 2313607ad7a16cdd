/** `trace`: many packets, one line of JSON for each, in order. */
import type { Command } from 'commander';
import { PacketwalkError } from '../errors.js';
import { Facts } from '../report/facts.js';
import { worded } from '../report/render.js';
import { lineOf } from '../report/trace.js';
import type { LoadedHost } from '../run/engine.js';
import { Hosts } from './hosts.js';
import { readInput } from './input.js';
import { wordsInJson } from './language.js';
import { addHostOptions, connectionsOption, type HostOptions } from './load.js';
import { sayTakenAsNo } from './open-questions.js';
import type { PacketItem, PacketSource } from './packet-source.js';
import { addPacketOptions, openPackets, type PacketOptions } from './packets.js';
import { checkSave, type SaveOptions, saveConnections, saveConnectionsOption } from './save-connections.js';
import { refuseRepeated } from './usage.js';

interface TraceOptions extends HostOptions, PacketOptions, SaveOptions {
  readonly packets: string;
}

export function addTrace(program: Command, done: (code: number) => void): void {
  const command = addHostOptions(
    program
      .command('trace')
      .description('many packets, one JSON object each')
      .argument('[FILES...]', 'rules, sets and the host: files or folders')
      .requiredOption(
        '--packets <FILE>',
        'JSON packets, one a line, CSV, or a capture (pcap, pcapng); - for standard input',
      )
      .addOption(connectionsOption().default('on'))
      .addOption(saveConnectionsOption()),
  );
  addPacketOptions(command);
  refuseRepeated(command);
  command
    .addHelpText(
      'after',
      '\nExamples:\n  packetwalk trace host/ --packets packets.jsonl\n  tcpdump -w - -c 100 | packetwalk trace host/ --in eth0 --packets -',
    )
    .action(async (files: string[], options: TraceOptions) => {
      if (options.packets === '-' && files.includes('-'))
        throw new PacketwalkError('--packets -: standard input is named among the files already', {
          code: 'bad-usage',
        });
      checkSave(options);
      const packets = await openPackets(options.packets, options);
      const hosts = await Hosts.load(readInput(files), options);
      const all = hosts.all.map(({ host }) => host);
      if (options.lenient) for (const host of all) sayTakenAsNo(host);
      const asked = new Map(all.map((host) => [host, new Facts(host)]));
      const clock = new CommonClock(all);
      for await (const item of packets.items(hosts.origins)) {
        const host = 'error' in item ? hosts.first : hosts.of(item.packet);
        const told = answer(host, clock.timed(item), packets, asked.get(host)!);
        // rules of both families have the same names
        const named = hosts.all.length > 1 && !('error' in told) ? { ...told, family: host.from.family } : told;
        const text = `${JSON.stringify(named)}\n`;
        // a slow reader is waited for, so that memory stays flat
        if (!process.stdout.write(text)) await new Promise((resume) => process.stdout.once('drain', resume));
      }
      saveConnections(all, options);
      if (!packets.finish()) done(2);
    });
}

/** The packets' time, where the rules of each family have a clock of their own: it goes on with packets of the other too. */
class CommonClock {
  #now: number | undefined;

  constructor(private readonly hosts: readonly LoadedHost[]) {}

  timed(item: PacketItem): PacketItem {
    if ('error' in item || this.hosts.length === 1) return item;
    const time = item.packet.time ?? this.#now ?? 0;
    if (this.#now === undefined) for (const host of this.hosts) host.begin(time);
    this.#now = time;
    return { ...item, packet: { ...item.packet, time } };
  }
}

/** A packet that cannot be read has its error in its place. */
function answer(host: LoadedHost, item: PacketItem, packets: PacketSource, facts: Facts): object {
  if ('error' in item) return refusal(item, item.error);
  try {
    const walked = host.walk(item.packet);
    const assumed = [...item.assumed, ...facts.of(item.packet, walked.events)].map(worded(wordsInJson().language));
    return { ...lineOf(host, item, walked), ...(assumed.length === 0 ? {} : { assumed }) };
  } catch (error) {
    return refusal(item, packets.refused(item, error));
  }
}

function refusal(item: PacketItem, { code, message, place, hint }: PacketwalkError): object {
  const where = 'line' in item ? { line: item.line, column: place?.column } : { record: item.record };
  const { say } = wordsInJson();
  return {
    schema: 1,
    error: { code, message: say(message), ...where, hint: hint === undefined ? undefined : say(hint) },
  };
}
