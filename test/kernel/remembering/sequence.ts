/** Rules that remember, and packets one behind the other. */
import type { PacketLine } from '../scenario.js';

export interface Sequence {
  readonly name: string;
  readonly family?: 4 | 6;
  /** of iptables-restore; each is counted by some packet, but for those of `never`: `mangle PREROUTING 8`. */
  readonly rules: string;
  readonly never?: readonly string[];
  /** each packet, and how many milliseconds pass before it: far from where an answer would turn. */
  readonly steps: readonly (readonly [gap: number, line: PacketLine])[];
  /** connections are remembered, and are there for the next packet. */
  readonly connected?: true;
  /** ipset restore text. */
  readonly sets?: string;
  /** commands after those of HOST. */
  readonly setup?: readonly string[];
  /** what of that no text of the host shows but this. */
  readonly text?: string;
}

/** One table and chain of rules. */
export const chainOf = (at: string, rules: readonly string[]): string => {
  const [table, chain] = at.split(' ');
  return `*${table}\n:${chain} ACCEPT [0:0]\n${rules.map((rule) => `-A ${chain} ${rule}\n`).join('')}COMMIT\n`;
};
