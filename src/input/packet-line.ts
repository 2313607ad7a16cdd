/** What one line says of a packet: a tcpdump line, or JSON. */
import { type DescribedPacket, describedInJson } from './json.js';
import { readTcpdump } from './tcpdump/line.js';

/** Throws a PacketwalkError with its place in the text, which is called `name`. */
export const describedInLine = (text: string, name: string): DescribedPacket =>
  text.trimStart().startsWith('{') ? describedInJson({ number: 1, text, cut: false }, name) : readTcpdump(text, name);
