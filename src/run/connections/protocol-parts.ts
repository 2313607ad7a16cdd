import { type EntryMemory, EntryWord } from './entry-words.js';

/**
 * What the trackers of protocols remember of an entry: some words and bytes of it, which each protocol uses in its own
 * way (union nf_conntrack_proto of include/net/netfilter/nf_conntrack.h). GRE, ICMP and the rest remember nothing.
 */

/** Small values of TCP: struct ip_ct_tcp. */
export enum TcpByte {
  /** TcpState; SCTP's state lies at the same place. */
  State = 0,
  /** of the last segment that was taken or ignored: direction, Segment, and how often it came again. */
  LastDirection = 1,
  LastSegment = 2,
  Retransmitted = 3,
  /** of an ignored SYN: its window scale and TcpFlag. */
  LastScale = 4,
  LastFlags = 5,
  /** of each side: window scale, TcpFlag. */
  Scale = 6,
  Flags = 8,
  Count = 10,
}

/** TCP's 32-bit words. */
export enum TcpWord {
  LastSeq = 0,
  LastAck = 1,
  LastEnd = 2,
  LastWindow = 3,
  /** of each side: the end of what it sent, how far the other lets it go, its widest window, the highest byte that it acknowledged. */
  End = 4,
  MaxEnd = 6,
  MaxWindow = 8,
  MaxAck = 10,
  Count = 12,
}

/** IP_CT_TCP_FLAG_*, and those of the last segment alone. */
export enum TcpFlag {
  WindowScale = 1,
  SackPermitted = 2,
  CloseInit = 4,
  Liberal = 8,
  Unacknowledged = 16,
  MaxAckSet = 32,
  ChallengeAck = 64,
  SimultaneousOpen = 128,
}

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

/** UDP's words. */
export enum UdpWord {
  /** when packets in both directions make it a stream: milliseconds on the packets' clock, modulo 2^32. */
  Stream = 0,
}

export class ProtocolParts {
  constructor(private memory: EntryMemory) {}

  /** Where entries are from now on. */
  use(memory: EntryMemory): void {
    this.memory = memory;
  }

  clear(entry: number): void {
    const first = EntryWord.Count * entry;
    this.memory.words.fill(0, first + EntryWord.Parts, first + EntryWord.Count);
  }

  byte(entry: number, byte: number): number {
    return this.memory.bytes[4 * (EntryWord.Count * entry + EntryWord.PartBytes) + byte]!;
  }
  setByte(entry: number, byte: number, value: number): void {
    this.memory.bytes[4 * (EntryWord.Count * entry + EntryWord.PartBytes) + byte] = value;
  }
  word(entry: number, word: number): number {
    return this.memory.words[EntryWord.Count * entry + EntryWord.Parts + word]!;
  }
  setWord(entry: number, word: number, value: number): void {
    this.memory.words[EntryWord.Count * entry + EntryWord.Parts + word] = value;
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
