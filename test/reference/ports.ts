/** What the matches over a transport header share: that it is there, and the ports that it begins with. */
import type { Test } from './core.js';
import type { Packet } from './packet.js';
import { type Options, rangeOf, refuse } from './words.js';

/** Whether so many bytes of the transport header are there: skb_header_pointer, and what all of them do without. */
export function reads(packet: Packet, bytes: number): boolean {
  const there = packet.head + bytes <= packet.length;
  if (!there) packet.hotDrop = true;
  return there;
}

export const port = (text: string): readonly [number, number] =>
  /^[\dxa-f]*:?[\dxa-f]*$/i.test(text) && text !== '' ? rangeOf(text, 65535) : refuse(`the port ${text}`);

/** --sport and --dport: the header stands where the ports are the first four bytes. */
export function portsTest(options: Options): Test {
  const sides = [options.take('--sport', '--source-port'), options.take('--dport', '--destination-port')];
  const ranges = sides.map((side) => side && port(side.value));
  return (packet) =>
    ranges.every((range, i) => {
      if (range === undefined) return true;
      const value = packet.half(packet.head + 2 * i);
      return (value >= range[0] && value <= range[1]) !== sides[i]!.not;
    });
}
