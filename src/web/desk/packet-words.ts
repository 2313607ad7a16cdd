/** A packet that a person typed as one line: options as iptables has them, a line of tcpdump, or JSON. */
import { PacketwalkError } from '../../errors.js';
import { PACKET_OPTIONS, packetFromOptions } from '../../input/options.js';
import { describedInLine } from '../../input/packet-line.js';
import type { ReadPacket } from '../../input/resolve.js';
import { SOMEBODY } from '../../report/likely.js';

const NAME = 'packet';

/** Throws a PacketwalkError that points into the line. */
export function packetInLine(line: string): ReadPacket {
  const text = line.trim();
  // no word is no option: any packet
  if (!/^(?:ip6?tables|-|$)/.test(text)) return packetFromOptions({}, describedInLine(text, NAME), SOMEBODY);
  return packetFromOptions(optionsIn(text), undefined, SOMEBODY);
}

/** By the names that packetFromOptions looks for. */
function optionsIn(text: string): Record<string, string | true> {
  const values: Record<string, string | true> = {};
  const words = [...text.matchAll(/\S+/g)];
  for (let i = 0; i < words.length; i++) {
    const { 0: word, index } = words[i]!;
    const fail = (message: string, hint?: string) =>
      new PacketwalkError(message, {
        code: 'bad-option',
        place: { file: NAME, line: 1, column: index + 1, length: word.length, source: text },
        hint,
      });
    if (i === 0 && !word.startsWith('-')) continue;
    const skipped = SKIPPED.get(word);
    if (skipped !== undefined) {
      i += skipped;
      continue;
    }
    const [name = '', inWord] = word.split(/=(.*)/s);
    const option = PACKET_OPTIONS.find(
      ({ name: long, short, aliases = [] }) =>
        name === `-${short}` || [long, ...aliases].some((one) => name === `--${one}`),
    );
    if (option === undefined)
      throw fail(
        `${word}: options of a packet were expected`,
        'as in -i eth0 -p tcp -s 8.8.8.8 -d 192.0.2.1 --dport 443 --syn',
      );
    const key = option.name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    if (values[key] !== undefined) throw fail(`${name}: given twice`);
    if (option.shape === '') values[key] = true;
    else {
      const value = inWord ?? words[++i]?.[0];
      if (value === undefined) throw fail(`${name}: ${option.shape} was expected behind it`);
      values[key] = value;
    }
  }
  return values;
}

/** Of a rule that was copied: words that say nothing of a packet, and how many words belong to them. */
const SKIPPED: ReadonlyMap<string, number> = new Map([
  ['-A', 1],
  ['-I', 1],
  ['-t', 1],
  ['-m', 1],
  ['-j', 1],
  ['-g', 1],
]);
