import { ConnWord, TcpByte, type TcpFlag } from '../../abi.js';
import type { EntryMemory } from './entry-words.js';

/**
 * What the trackers of protocols remember of an entry: some words and bytes of it, which each protocol uses in its own
 * way (union nf_conntrack_proto of include/net/netfilter/nf_conntrack.h). GRE, ICMP and the rest remember nothing.
 */

/** Small values of SCTP: struct ip_ct_sctp. */
export enum SctpByte {
  /** SctpState. */
  State = 0,
  /** SctpFlag. */
  Flags = 1,
  /** direction of the heartbeat whose tag was another. */
  LastDirection = 2,
  /** of each side: 1 where it has sent an INIT that is not answered yet. */
  Init = 3,
}

/** SCTP's words. */
export enum SctpWord {
  /** of each side: the verification tag that its packets bear. */
  Tag = 0,
}

export enum SctpFlag {
  /** a heartbeat had another tag. */
  HeartbeatFailed = 1,
  /** nobody has said which tag the original direction bears; shifted left by one: the reply. */
  TagUnknown = 2,
}

export class ProtocolParts {
  constructor(private memory: EntryMemory) {}

  /** Where entries are from now on. */
  use(memory: EntryMemory): void {
    this.memory = memory;
  }

  clear(entry: number): void {
    const first = ConnWord.Count * entry;
    this.memory.words.fill(0, first + ConnWord.Parts, first + ConnWord.Count);
  }

  byte(entry: number, byte: number): number {
    return this.memory.bytes[4 * (ConnWord.Count * entry + ConnWord.PartBytes) + byte]!;
  }
  setByte(entry: number, byte: number, value: number): void {
    this.memory.bytes[4 * (ConnWord.Count * entry + ConnWord.PartBytes) + byte] = value;
  }
  word(entry: number, word: number): number {
    return this.memory.words[ConnWord.Count * entry + ConnWord.Parts + word]!;
  }
  setWord(entry: number, word: number, value: number): void {
    this.memory.words[ConnWord.Count * entry + ConnWord.Parts + word] = value;
  }

  /** Of a side's TcpFlag, as the next two. */
  hasFlag(entry: number, side: number, flag: TcpFlag): boolean {
    return (this.byte(entry, TcpByte.Flags + side) & flag) !== 0;
  }
  setFlag(entry: number, side: number, flag: TcpFlag): void {
    this.setByte(entry, TcpByte.Flags + side, this.byte(entry, TcpByte.Flags + side) | flag);
  }
  clearFlag(entry: number, side: number, flag: TcpFlag): void {
    this.setByte(entry, TcpByte.Flags + side, this.byte(entry, TcpByte.Flags + side) & ~flag);
  }
}
