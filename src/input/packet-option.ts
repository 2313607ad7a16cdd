/** How a field of a packet is written on the command line. */
import type { FieldName } from './fields.js';

export interface PacketOption {
  /** without the dashes. */
  readonly name: string;
  readonly short?: string;
  /** iptables' other names for it. */
  readonly aliases?: readonly string[];
  readonly field: FieldName;
  /** what its value looks like; '' where it takes none, and then stands for `means`. */
  readonly shape: string;
  readonly means?: unknown;
  readonly about: string;
}
