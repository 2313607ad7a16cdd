/** What a stream of packets is, by its first bytes. */

export type PacketFormat = 'pcap' | 'pcapng' | 'gzip' | 'jsonl' | 'csv';

export interface Detected {
  /** undefined: nothing that packets are read from. */
  readonly format: PacketFormat | undefined;
  /** finishes the sentence "it is …". */
  readonly what: string;
}

/** By the bytes that a file begins with, in hex. */
const MAGIC: readonly (readonly [hex: string, format: PacketFormat | undefined, what: string])[] = [
  ['a1b2c3d4', 'pcap', 'a pcap file'],
  ['d4c3b2a1', 'pcap', 'a pcap file'],
  ['a1b23c4d', 'pcap', 'a pcap file'],
  ['4d3cb2a1', 'pcap', 'a pcap file'],
  ['0a0d0d0a', 'pcapng', 'a pcapng file'],
  ['1f8b', 'gzip', 'gzipped'],
  ['a1b2cd34', undefined, 'a pcap file as patched by Kuznetzov (editcap -F pcap writes it anew)'],
  ['34cdb2a1', undefined, 'a pcap file as patched by Kuznetzov (editcap -F pcap writes it anew)'],
  ['736e6f6f70', undefined, 'a snoop file (editcap -F pcap writes it anew)'],
  ['474d4255', undefined, 'a file of Network Monitor (editcap -F pcap writes it anew)'],
  ['28b52ffd', undefined, 'compressed by zstd (zstdcat unpacks it)'],
  ['fd377a585a00', undefined, 'compressed by xz (xzcat unpacks it)'],
  ['425a68', undefined, 'compressed by bzip2 (bzcat unpacks it)'],
  ['04224d18', undefined, 'compressed by lz4 (lz4cat unpacks it)'],
  ['504b0304', undefined, 'a zip file (unzip -p unpacks it)'],
  ['fffe', undefined, 'a text in UTF-16 (iconv -f UTF-16 -t UTF-8 turns it)'],
  ['feff', undefined, 'a text in UTF-16 (iconv -f UTF-16 -t UTF-8 turns it)'],
];

/** Bytes that are looked at; more of them tell no more. */
export const DETECT_BYTES = 4096;

/** By the first bytes of a file, DETECT_BYTES of them or all that there are. */
export function detectFormat(first: Uint8Array): Detected {
  for (const [hex, format, what] of MAGIC) if (beginsWith(first, hex)) return { format, what };
  const head = first.subarray(0, DETECT_BYTES);
  if (head.includes(0)) return { format: undefined, what: 'a binary file of an unknown kind' };
  const text = String.fromCharCode(...head);
  const line = /[^\s\u00ef\u00bb\u00bf][^\r\n]*/.exec(text)?.[0] ?? '';
  // a header of columns; anything else is told what is wrong with it line by line
  if (/^[\w"-]+\s*[,;\t]/.test(line)) return { format: 'csv', what: 'a text with columns' };
  return { format: 'jsonl', what: 'a text' };
}

function beginsWith(bytes: Uint8Array, hex: string): boolean {
  if (bytes.length < hex.length / 2) return false;
  for (let i = 0; i < hex.length; i += 2) if (bytes[i / 2] !== Number.parseInt(hex.slice(i, i + 2), 16)) return false;
  return true;
}
