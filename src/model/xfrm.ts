/** Policies of IPsec of what a host sends or forwards, as `ip xfrm policy` prints them. */
import type { Family, Words } from '../net/address.js';

interface Prefix {
  readonly address: Words;
  readonly prefix: number;
}

export interface XfrmPolicy {
  readonly family: Family;
  readonly src: Prefix;
  readonly dst: Prefix;
  /** undefined: any. */
  readonly proto: number | undefined;
  /** ports may have masks, which are not printed. */
  readonly sport: number | undefined;
  readonly dport: number | undefined;
  /** it asks for more, such as a mark. */
  readonly asksMore: boolean;
  /** of one socket, and not of the host. */
  readonly ofSocket: boolean;
  /** what meets it is dropped. */
  readonly blocks: boolean;
  /** the lowest comes first. */
  readonly priority: number;
  /** in the order in which they are made. */
  readonly templates: readonly XfrmTemplate[];
}

/** What a transformation has to be like. */
export interface XfrmTemplate {
  readonly src: string;
  readonly dst: string;
  readonly proto: string;
  readonly spi: number;
  readonly reqid: number;
  readonly mode: string;
  /** without such a state the packet goes on all the same. */
  readonly optional: boolean;
}
