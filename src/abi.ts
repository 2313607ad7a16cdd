/**
 * The one definition of what the compiler, the host and the WebAssembly core share: opcodes, field numbers, memory
 * layouts and versions. tsc and asc both compile this file, so it holds plain enums and integer constants only, built
 * from literals, `+`, `|` and small `<<`, none above 0x7fffffff: all else differs silently between the two compilers.
 *
 * An instruction is one to four 32-bit words. The first is drawn
 *
 *      31            16 15        9  8  7        0
 *     +----------------+-----------+---+----------+
 *     |      skip      |   field   |not|  opcode  |
 *     +----------------+-----------+---+----------+
 *
 * A condition that does not hold (`not` turns it round) goes on at its own address + skip words, or, where skip is 0,
 * at the next rule. `src/compile/opinfo.ts` says for each opcode what its words mean.
 */

/** Raised whenever a program made by an older compiler would mean something else, or a core would be called otherwise. */
export const ABI_VERSION = 12;
/** "PWLK" read as a little-endian word. */
export const PROGRAM_MAGIC = 0x4b4c5750;

/** The host lays out memory from here on; below lies the core's own static data. First comes the run's control block: Run. */
export const HOST_BASE = 65536;
/**
 * Then the columns of a batch, a word for each slot, by Field, Beside and Result: where they begin, and bytes from one to
 * the next. Columns that lie whole pages apart would share the few places of the first cache.
 */
export const COLUMNS_BASE = 65536 + 512;
export const BATCH_SLOTS = 2048;
export const COLUMN_BYTES = 8192 + 64;
/** Behind Result.Count of them lies what each host has of its own. */
export const FREE_BASE = 833856;

export const OP_NOT = 256;
export const FIELD_SHIFT = 9;
export const FIELD_MASK = 127;
export const SKIP_SHIFT = 16;

/**
 * In place of Op.Rule in the core's own copy of a program: a rule of a run of such as ask for one address each, and the first of them
 * (src/run/rule-runs.ts). No program has them.
 */
export const RULE_OF_RUN = 14;
export const RUN_OF_RULES = 15;
export enum RuleRunWord {
  /** the address that is asked for. */
  Field = 0,
  /** where the next rule is that asks for the same as the first, and what comes behind the run. */
  Next = 1,
  End = 2,
  /** 2 to the Bits slots by the hash of an address: itself, and 1 more than where the first rule is that asks for it; 0: none. */
  Slots = 3,
  Bits = 4,
  Size = 5,
}

export enum Op {
  /** rule id: a rule begins; the next one begins skip words on. */
  Rule = 1,
  /** count the packet and its bytes on the rule. */
  Hit = 2,
  /** go on at this address + skip. */
  Skip = 3,
  /** the end of a built-in chain: count the policy (word 1 its counter), and the hook's table ends with verdict `field`. */
  Policy = 4,
  /** pop a frame and go on there. */
  Return = 5,
  /** push the next rule's address, go on at word 1. */
  Jump = 6,
  /** go on at word 1. */
  Goto = 7,
  /** the hook's table ends with the verdict `field`. */
  Verdict = 8,

  /** never holds. */
  Never = 16,
  /** field & word 1 == word 2. */
  Masked = 17,
  /** field == word 1. */
  Equal = 18,
  /** low half of word 1 <= field <= high half. */
  Within = 19,
  /** word 1 <= field <= word 2. */
  Range = 20,
  /** bit `field` of the bitmap in data (word 1 its place, word 2 its bits) is set; beyond it none is. */
  Bitmap = 21,
  /** the address that begins at field lies in one of the word 2 intervals at word 1 in data, sorted, inclusive. */
  Intervals = 22,
  /** the interface whose number the field holds bears a name that pattern word 1 takes. */
  Iface = 23,
  /** the transport header is here (word 1: least bytes | NEED_* flags): hot drop where it is cut, false in later fragments. */
  Header = 24,
  /** the set word 1 holds the packet's dimensions (word 2: SET_* flags and directions). */
  Set = 25,
  /** the type of the address at field, per the local table, is one of word 1's bits (high half: ADDRTYPE_* flags). */
  AddrType = 26,
  /** the host answers fact `field` with word 1's flags; it is asked once a packet and place. */
  Fact = 27,
  /** the u32 program at word 1 in data (word 2 its words) holds on the packet's bytes. */
  U32 = 28,
  /** TCP option word 1 stands in the header; a header that is cut is a hot drop. */
  TcpOption = 29,
  /** the MSS option of a TCP segment lies in low half .. high half of word 1. */
  TcpMss = 30,
  /** the token bucket in cell word 1 has a token, which it spends. */
  Limit = 31,
  /** the counter in cell word 1 comes round. */
  Nth = 32,
  /** a draw of 31 bits from the run's seed is below word 1. */
  Random = 33,
  /** question word 1 is answered yes in the run's table; where it is open the core stops. */
  Ask = 34,
  /** the SCTP packet's chunks are as the record at word 1 in data (word 2 its words) wants: assembly/sctp-chunks.ts. */
  SctpChunks = 35,
  /** the classic BPF program at word 1 in data (word 2 its words) gives other than 0: assembly/bpf.ts. */
  Bpf = 36,
  /** the hash of the address at field under seed word 1, scaled to word 2 shares, falls to one of the bits of word 3. */
  Share = 37,
  /** an extension header of the IPv6 packet is as the record at word 1 in data (word 2 its words) asks: HeaderAsk. */
  Header6 = 40,
  /** DCCP option word 1 stands in the header; a header that is cut dooms the packet. */
  DccpOption = 38,
  /** the packet's bytes hold the pattern of the record at word 1 in data (word 2 its words): assembly/find.ts. */
  Find = 39,
  /** the last half of the source address is made of the frame's (Link, MacLow), as EUI-64. */
  Eui64 = 41,
  /** the host answers what text word 2 asks of the packet, each time that it is met, with what cell word 3 - 1 stands for; an answer to question word 1 comes before. */
  Host = 42,

  /** field = (field & word 1) ^ word 2. */
  Edit = 48,
  /** field = word 1 added, as signed; stays within 0..255. */
  AddTtl = 49,
  /** the hook's table ends with acceptance, and translation word 1 is asked of the host. */
  Translate = 50,
  /** mark of connection and packet: operation `field` (ConnMarkOp) under connection mask word 1 and packet mask word 2, shifted left by word 3, right where negative. */
  ConnMark = 51,
  /** the packet is not tracked, where it has neither a connection nor a template of one. */
  NoTrack = 52,
  /** a copy goes to somebody, and the packet goes on: `field` says to whom (Emit), word 1 is the rule. */
  Emit = 53,
  /** the hook's table ends: dropped, and the host answers with kind word 1. */
  Reject = 54,
  /** the packet gets the rule's template of the connection to be made, where it has none: zone and ZONE_* flags in word 1, its mark in cell word 2. */
  Zone = 55,
  /** the hook's table ends with verdict `field` where question word 1 is answered yes; the packet goes on where no. */
  AskTake = 56,
  /** bytes of the packet change: `field` says which (Mangle), the record at word 1 in data (word 2 its words) how; where it cannot be done the hook's table ends: dropped. */
  Mangle = 57,
  /** mark = a hash of the packet, or of its connection, by the record at word 1 in data (word 2 its words): HashWord. */
  HashMark = 58,
  /** the host does what text word 2 says, with what cell word 3 - 1 stands for: the packet goes on, or the hook's table ends as it says; question word 1 is what it may not know. */
  HostAct = 59,
}

/** What ends a table's walk. Continue is the state of a packet that still walks. */
export enum Verdict {
  Continue = 0,
  Accept = 1,
  Drop = 2,
  /** dropped by a match that cannot read its header: nothing counted, no policy. */
  HotDrop = 3,
  Reject = 4,
  Stolen = 5,
  /** stopped at an open question. */
  Open = 6,
}

/** What Fact.Host answers of a target beside these: the rule's other actions are left out. */
export const RULE_OVER = 16;

/** What each packet is to the rules: one column of 32-bit words each. Addresses take four, IPv4 the first. */
export enum Field {
  Src = 0,
  Dst = 4,
  Proto = 8,
  /** source port; ICMP: type. */
  Sport = 9,
  /** destination port; ICMP: code. */
  Dport = 10,
  TcpFlags = 11,
  Length = 12,
  Ttl = 13,
  Tos = 14,
  /** fragment word of the IP header: bit 13 more, bits 0..12 the offset in 8 bytes; bit 14 do not fragment. */
  Frag = 15,
  Mark = 16,
  /** interface numbers of the run's table; 0 stands for none. */
  InIf = 17,
  OutIf = 18,
  InGroup = 19,
  OutGroup = 20,
  /** where the packet's bytes lie in the run's byte area, and how many there are; 0 bytes: none were given. */
  Bytes = 21,
  BytesLen = 22,
  /** bytes of the IP header, and bytes behind it. */
  IpLen = 23,
  TransportLen = 24,
  /** STATE_* bit of the packet's connection. */
  CtState = 25,
  /** CT_STATUS_* bits. */
  CtStatus = 26,
  CtMark = 27,
  /** 0 original, 1 reply. */
  CtDir = 28,
  CtProto = 29,
  CtOrigSrc = 30,
  CtOrigDst = 34,
  CtReplSrc = 38,
  CtReplDst = 42,
  CtOrigSport = 46,
  CtOrigDport = 47,
  CtReplSport = 48,
  CtReplDport = 49,
  /** seconds to the entry's end. */
  CtExpire = 50,
  /** zone of the original direction; in the high half that of the reply. */
  CtZone = 51,
  /** milliseconds on the packets' clock since the run's first packet. */
  Time = 52,
  /** PACKET_* bits: what is wrong with it, what it is. */
  Flags = 53,
  /** user and group of the socket that sent it; 0xffffffff: none. */
  Uid = 54,
  Gid = 55,
  /** the packet's number in the run, and how many numbers were drawn for it so far: what is drawn depends on nothing else. */
  Serial = 56,
  Draws = 57,
  /** what the link layer said of it: LINK_* bits over the upper two bytes of its source address, whose other four are MacLow. */
  Link = 58,
  MacLow = 59,
  Count = 60,
}

/**
 * Columns behind those of the fields: what no rule reads of a packet, and the steps between the tables do. All are 0 of a
 * packet of which nothing is known.
 */
export enum Beside {
  /** what became of it: End. */
  Fate = 60,
  /** 1: sent by this host, and not come back to it. */
  Local = 61,
  /** 1: given by its bytes; what this host sends so goes through a raw socket. */
  Raw = 62,
  /** PATH_NUMBERS and STATE_NUMBERS of src/model/batch.ts, as they were given. */
  Path = 63,
  Given = 64,
  /** BOUND_* bits. */
  Bound = 65,
  /** AGAIN_*: how it comes in again once it has left. */
  Again = 66,
  /** numbers of interfaces: the one that it is said to leave by, if routing does not know; the one that routing chose. 0: nobody knows. */
  Out = 67,
  Oif = 68,
  /** the slot after which it is its turn: its own, or that of the packet which it is a copy of. */
  Turn = 69,
  /** number of its way (WayWord); 0: not known. While ways are looked up, WayWord says what else stands here. */
  Way = 70,
  /** where it goes behind PREROUTING: GOES_*. */
  Goes = 71,
  /** source, destination, mark and tos as the last look for a route saw them. */
  SeenSrc = 72,
  SeenDst = 73,
  SeenMark = 74,
  SeenTos = 75,
  /** why it ended: Why, or a number of src/run/reasons.ts. */
  Why = 76,
  /** number of the entry of its connection, and 1; 0: it has none that is remembered. */
  Entry = 77,
  /** of a packet that came in fragments: bytes of the largest, which decide whether it may leave whole. */
  Largest = 78,
  /** address of the mark of the template that stands in for its connection. */
  Template = 79,
  /** number of the interface whose address masqueraded its connection; 0: none did, or this is its first packet. */
  Masquerade = 80,
  /** of IPv6 the other words of SeenSrc and SeenDst: three and three. */
  SeenMore = 81,
  /**
   * Of a packet that came in fragments: where in the byte area a word for each says where it ends in the packet, LAST_PIECE of
   * the last, and 1; 0: they lie together. Of IPv6 the word behind is WholePacket's `before` (src/run/gathered.ts).
   */
  Pieces = 87,
  /** of IPv6 the hop limit that was seen with them. */
  SeenHops = 88,
  Count = 89,
}

export const LAST_PIECE = 0x7fffffff;

/** Columns of results, behind those: what the last table made of each packet. */
export enum Result {
  /** a Verdict; of packets that were just decoded, a Decoded. */
  Verdict = 89,
  /** the rule that gave it, the translation that is asked for, the question at which the packet stands or the answer of a rejection: -1 where there is none. */
  Rule = 90,
  Translation = 91,
  Question = 92,
  Count = 93,
}

/** Values of Beside.Fate, in the order of FATES in src/run/batch.ts. */
export enum End {
  Delivered = 0,
  Forwarded = 1,
  Sent = 2,
  Dropped = 3,
  Rejected = 4,
  Stolen = 5,
  Unknown = 6,
  Count = 7,
  /** none yet. */
  Walking = 255,
}

/** Values of Beside.Why that the core gives; those of routing and tracking come behind. */
export enum Why {
  None = 0,
  Rule = 1,
  Policy = 2,
  /** a match could not read its header. */
  HeaderCut = 3,
}
export const MOST_WHYS = 64;
export const WHY_BITS = 6;

/** Bits of Beside.Bound: the translation of source, of destination is settled. */
export const BOUND_SRC = 1;
export const BOUND_DST = 2;

/** Values of Beside.Again: it comes in itself, by the loopback link; a copy of it does. */
export const AGAIN_LO = 1;
export const AGAIN_COPY = 2;

export const GOES_IN = 1;
export const GOES_ON = 2;

/** Values of a batch's `in` that are no place among its interfaces: sent by this host; nobody said. */
export const FROM_HOST = 0xffff;
export const UNSAID = 0xfffe;
/** Value of Beside.Path: it was said to be sent by this host. */
export const PATH_OUTPUT = 3;

/** Number of the interface that a packet leaves by where nobody knows which. */
export const UNKNOWN_INTERFACE = 1;

/** Flags of Field.Flags. */
export const PACKET_BAD_CHECKSUM = 1;
/** there are fewer bytes of it than it had on the wire: its capture cut it. */
export const PACKET_CUT = 2;
/** it comes in again, having left this host before. */
export const PACKET_LOOPED = 4;
/** set by the core once NoTrack has run. */
export const PACKET_NOTRACK = 8;
/** the transport header contradicts itself: data offset, UDP length. */
export const PACKET_BAD_HEADER = 16;
/** set by the core once Zone has run, until the packet is tracked. */
export const PACKET_TEMPLATE = 128;
/** the template's zone is the packet's mark as it is tracked: of the original direction, of the reply. */
export const PACKET_MARK_ZONE = 512;
export const PACKET_MARK_ZONE_REPLY = 1024;
/** it came in fragments: Beside.Largest and Beside.Pieces tell of them. */
export const PACKET_GATHERED = 256;
/** its MSS was lowered to what its path takes, which nobody knows. */
export const PACKET_MSS_UNKNOWN = 2048;
/** a fragment header of IPv6 stands in it, be it that of a packet which is whole. */
export const PACKET_FRAGMENT = 4096;
/** an authentication header of IPv6 stands before its protocol. */
export const PACKET_AUTHENTICATED = 8192;
/** a socket of this host holds it (TPROXY): it goes to that or nowhere. */
export const PACKET_HELD = 16384;
/** those of them that its bytes say. */
export const PACKET_DECODED = 1 + 2 + 16 + 4096 + 8192;

/** Of Field.Link: a source address was given; there is none, since the device that the packet came in by has no Ethernet. */
export const LINK_MAC = 0x10000;
export const LINK_NONE = 0x20000;
/** what kind of frame it came in, as LinkType counts them. */
export const LINK_TYPE_SHIFT = 20;
export const LINK_TYPE_MASK = 0x700000;
/** Kinds of frames: one more than PACKET_HOST and its like of if_packet.h. */
export enum LinkType {
  Unknown = 0,
  Unicast = 1,
  Broadcast = 2,
  Multicast = 3,
  OtherHost = 4,
}

/** Connection states as bits, as xt_conntrack's XT_CONNTRACK_STATE_* orders them. */
export const STATE_INVALID = 1;
export const STATE_ESTABLISHED = 2;
export const STATE_RELATED = 4;
export const STATE_NEW = 8;
export const STATE_UNTRACKED = 64;
export const STATE_SNAT = 128;
export const STATE_DNAT = 256;

/** IPS_* of the kernel's nf_conntrack_common.h. */
export const CT_STATUS_EXPECTED = 1;
export const CT_STATUS_SEEN_REPLY = 2;
export const CT_STATUS_ASSURED = 4;
export const CT_STATUS_CONFIRMED = 8;
export const CT_STATUS_SRC_NAT = 16;
export const CT_STATUS_DST_NAT = 32;
export const CT_STATUS_SRC_NAT_DONE = 128;
export const CT_STATUS_DST_NAT_DONE = 256;
/** its time is not renewed. */
export const CT_STATUS_FIXED_TIMEOUT = 1024;
/** another entry has its original tuple, and only answers find it. */
export const CT_STATUS_NAT_CLASH = 4096;
/** IPS_TEMPLATE and IPS_CONFIRMED, which xt_CT.c sets on its templates. */
export const CT_STATUS_TEMPLATE = 2056;

/** Value of Field.Proto where the headers of an IPv6 packet lead to none: whoever asks for it drops the packet. */
export const NO_PROTOCOL = 256;

/** Flags of Op.Header's word 1, above the byte count in its low half. */
export const NEED_DROP_OFFSET_ONE = 0x10000;
/** no header, but that the headers of IPv6 lead to a protocol: hot drop where they do not. */
export const NEED_PROTOCOL = 0x20000;

/** Op.Set's word 2: bit i of the low six says that dimension i reads the source; bits 8..11 count them; flags above. */
export const SET_COUNT_SHIFT = 8;
/** true on a member marked nomatch, and only there (--return-nomatch). */
export const SET_RETURN_NOMATCH = 0x10000;

/** Flags of Op.Zone's word 1, above the zone: the directions that it serves, and that it is the packet's mark. */
export const ZONE_ORIGINAL = 0x10000;
export const ZONE_REPLY = 0x20000;
export const ZONE_MARK = 0x40000;

/** Of Field.Frag, the word of the IPv4 header: where the fragment lies, in eights of bytes; 0: it has the header. */
export const FRAG_OFFSET = 0x1fff;
/** more of the packet follows. */
export const FRAG_MORE = 0x2000;
/** the offset and the bit that more follow: 0 in a packet that is whole. */
export const FRAG_PART = 0x3fff;
/** the packet may not be cut into fragments. */
export const FRAG_DONT = 0x4000;

/**
 * Classic BPF, of which an instruction is two words, the kernel's sock_filter: code | jt << 16 | jf << 24, and k. These are
 * the classes of jumps and returns, in the low three bits of the code.
 */
export const BPF_JUMP = 5;
export const BPF_RETURN = 6;
/** A code that classic BPF lacks: load the packet's mark, which it has at a place among the ancillary ones. */
export const BPF_MARK = 0xa0;

/**
 * What a record of Op.Header6 asks, by the low byte of its first word. The next byte is the number of the header that is
 * meant, HEADER6_* stand above; what follows is said here. Of no value is what was not found to be there first.
 */
export enum HeaderAsk {
  /** the header is there, so many bytes of it at least: a hot drop where it is cut, or the headers before it are. */
  There = 0,
  /** four bytes of it under a mask: offset, mask, least and greatest. */
  Value = 1,
  /** its options begin with these: type << 8 | length each, of any length where that is 255. */
  Options = 2,
  /** it lists these addresses, four words each, and no others. */
  Addresses = 3,
  /** a segment's address: SEGMENT_*, the address, its mask. */
  Segment = 4,
  /** which headers the packet has, as bits of ip6t_ipv6header.h under a mask: the mask, the bits. */
  Headers = 5,
}
/** There: false where it is cut; cut where its own length leads beyond the packet; false where more segments are left than it lists. */
export const HEADER6_GENTLE = 0x10000;
export const HEADER6_WHOLE = 0x20000;
export const HEADER6_SEGMENTS = 0x40000;
/** Value: a hot drop where it is another. */
export const HEADER6_DROP = 0x80000;
/** Addresses: they stand there in this order, among others. */
export const HEADER6_LOOSE = 0x100000;
/** The segment that was visited before the present one, that comes next, and the last. */
export const SEGMENT_PREVIOUS = 0;
export const SEGMENT_NEXT = 1;
export const SEGMENT_LAST = 2;

/** Flags of Op.AddrType's word 1, above the sixteen type bits (RTN_* of rtnetlink.h). */
export const ADDRTYPE_LIMIT_IN = 0x10000;
export const ADDRTYPE_LIMIT_OUT = 0x20000;

export enum AddrType {
  Unspec = 0,
  Unicast = 1,
  Local = 2,
  Broadcast = 3,
  Anycast = 4,
  Multicast = 5,
  Blackhole = 6,
  Unreachable = 7,
  Prohibit = 8,
  Throw = 9,
  Nat = 10,
  Xresolve = 11,
  /** none of the kernel's: the host's addresses were not given. */
  Unknown = 15,
}

/** Run.FactAnswer while the host has not answered. */
export const NO_ANSWER = 0x7fffffff;

/** Facts that the host answers. */
export enum Fact {
  /** the reverse path filter passes; word 1: RPF_* flags. */
  RpFilter = 1,
  /** bytes of the largest packet that both its way and the way back to its source take; 0: nobody knows. */
  PathMtu = 2,
  /** of IPv6: the address is one of the types that the flags say, as those of Op.AddrType. */
  SrcType = 3,
  DstType = 4,
  /** what the Op.Host or Op.HostAct at the address asks that the flags are: a HostAnswer, or a Verdict, Continue among them. */
  Host = 5,
}
/** Words of an Op.Host or an Op.HostAct, behind that of the opcode. */
export enum HostWord {
  /** what it becomes where nobody knows. */
  Question = 1,
  /** the text that says what is asked, or to be done. */
  Asked = 2,
  /** one more than the cell of its state; 0: it remembers nothing. */
  State = 3,
}
/** What the host says to an Op.Host. */
export enum HostAnswer {
  No = 0,
  Yes = 1,
  /** the packet is dropped: the match could not do what it has to. */
  HotDrop = 2,
  /** nobody knows. */
  Open = 3,
}
export const RPF_LOOSE = 1;
export const RPF_VALID_MARK = 2;
export const RPF_ACCEPT_LOCAL = 4;
/** asks no more than whether the host's texts tell the answer. */
export const RPF_KNOWN = 8;

export enum ConnMarkOp {
  /** ct = ((ct & ~word 1) ^ word 2) << shift */
  Set = 0,
  /** ct = (ct & ~ctmask) ^ ((mark & nfmask) << shift) */
  Save = 1,
  /** mark = (mark & ~nfmask) ^ ((ct & ctmask) << shift) */
  Restore = 2,
}

/** What Op.Mangle changes, and its record. */
export enum Mangle {
  /** TCP flags = (flags & word 0) ^ word 1. */
  TcpFlags = 1,
  /** the MSS of TCP is at most word 0, or MSS_OF_PATH. */
  TcpMss = 2,
  /** TCP options are overwritten whose bit of eight words is set. */
  TcpOptions = 3,
  /** the source, the destination of IPv6 begins with word 0 bits of words 1 and 2, and word 3 is added behind; so do addresses in ICMPv6 errors that begin with word 4 bits of words 5 and 6. */
  SourcePrefix = 4,
  DestinationPrefix = 5,
}
/** XT_TCPMSS_CLAMP_PMTU: what the path takes, less the headers. */
export const MSS_OF_PATH = 0xffff;
/** Of Event.Mangled: nobody knows what the path takes. */
export const MSS_UNKNOWN = 0xffff;

/** Of Op.HashMark's record. */
export enum HashWord {
  /** 1: the connection is hashed, and not the packet. */
  Connection = 0,
  /** four words each, of IPv4 the first. */
  SrcMask = 1,
  DstMask = 5,
  /** of both ports as one word, the source's above: bits that are left, bits that are set. */
  PortMask = 9,
  PortSet = 10,
  ProtoMask = 11,
  Seed = 12,
  Modulus = 13,
  Offset = 14,
  Size = 15,
}

export enum Emit {
  Log = 1,
  Nflog = 2,
  Audit = 3,
  /** the rules that it meets from there on are logged. */
  Trace = 4,
  /** another host. */
  Gateway = 5,
  Ulog = 6,
  /** a timer, which begins anew. */
  Timer = 7,
  /** a light. */
  Led = 8,
}

/** Sections of a program, by their place in the header's table. Each entry there is (first word, words). */
export enum Section {
  /** five words a pair of table and hook that has a chain: EntryWord. */
  Entries = 0,
  Code = 1,
  /** ChainWord each. */
  Chains = 2,
  /** bitmaps, intervals, programs over bytes. */
  Data = 3,
  /** TranslationWord each. */
  Translations = 4,
  /** state cells as they start: CELL_WORDS each. */
  Cells = 5,
  /** texts: interface patterns, set names, questions, as (kind, bytes, then UTF-8 padded to words). */
  Strings = 6,
  Count = 7,
}
/** Header words before the section table. */
export enum Header {
  Magic = 0,
  Version = 1,
  Words = 2,
  Family = 3,
  Rules = 4,
  Depth = 5,
  /** none yet. */
  Flags = 6,
  /** policies, whose counters lie behind those of the rules. */
  Policies = 7,
  Sections = 8,
}

export enum EntryWord {
  Table = 0,
  Hook = 1,
  /** address of the chain's first instruction, and of its Policy. */
  Start = 2,
  Policy = 3,
  Chain = 4,
  Size = 5,
}

export enum ChainWord {
  Start = 0,
  FirstRule = 1,
  Rules = 2,
  /** Table << 8 | flags: 1 built-in. */
  Kind = 3,
  Size = 4,
}

export enum StringKind {
  Pattern = 1,
  Set = 2,
  Question = 3,
  /** HostTest or HostAct of src/model/host-test.ts, as JSON. */
  Host = 4,
}

export enum Table {
  Raw = 0,
  Mangle = 1,
  Nat = 2,
  Filter = 3,
  Security = 4,
  Count = 5,
}
export enum Hook {
  Prerouting = 0,
  Input = 1,
  Forward = 2,
  Output = 3,
  Postrouting = 4,
  Count = 5,
}

export enum TranslateKind {
  Source = 1,
  Destination = 2,
  Masquerade = 3,
  Redirect = 4,
  Netmap = 5,
  /** what the host has chosen for the packet, by Op.HostAct before it. */
  Chosen = 6,
}
/** A translation's record: kind, flags, least and greatest address (four words each), least and greatest port. */
export enum TranslationWord {
  Kind = 0,
  Flags = 1,
  MinAddress = 2,
  MaxAddress = 6,
  MinPort = 10,
  MaxPort = 11,
  Size = 12,
}
/** NF_NAT_RANGE_* of the kernel's nf_nat.h. */
export const NAT_MAP_IPS = 1;
export const NAT_PROTO_SPECIFIED = 2;
export const NAT_PROTO_RANDOM = 4;
export const NAT_PERSISTENT = 8;
export const NAT_PROTO_RANDOM_FULLY = 16;
export const NAT_PROTO_OFFSET = 32;

/** Credits that a token bucket gains in a millisecond (xt_limit.c: CREDITS_PER_JIFFY, at a thousand jiffies a second). */
export const LIMIT_CREDITS_PER_MS = 32;
/** Milliseconds in which any token bucket is full: no credit has more than 32 bits. */
export const LIMIT_FULL_MS = 134217728;

/** State cells: four words each; what they hold depends on the opcode that names them. */
export const CELL_WORDS = 4;
export enum CellWord {
  /** Limit: credit, cost, cap, last time (ms). Nth: count, every, -, -. Zone: the template's mark, -, -, -. */
  A = 0,
  B = 1,
  C = 2,
  D = 3,
}

/** What the run's table says of a question. */
export enum Answer {
  No = 0,
  Yes = 1,
  Open = 2,
}

/** Why the core came back. */
export enum Status {
  /** every selected packet has its verdict. */
  Done = 0,
  /** the trace ring is full: read it, set its end to its start, run again. */
  TraceFull = 1,
  /** a fact is wanted: write Run.FactAnswer, run again. */
  WantFact = 2,
  /** the core itself asks no more where only what values tell is wanted. */
  Unanswered = 3,
}

/** The run's control block: where everything lies (byte addresses), and how far the core has come. */
export enum Run {
  Code = 0,
  Data = 1,
  Counters = 2,
  Cells = 3,
  Answers = 4,
  /** Patterns of interfaces: for each interface number, IfaceWords words of bits. */
  Ifaces = 5,
  IfaceWords = 6,
  /**
   * AddrType intervals, by address: of IPv4 (first address, type | interface number << 8); of IPv6 (first address, types as
   * bits), seen from no interface, and none where the host is asked.
   */
  AddrTypes = 7,
  AddrTypeCount = 8,
  /** a word for each set: where its block begins. */
  Sets = 9,
  Bytes = 10,
  /** the selection: packet numbers, one word each, and how many. */
  Selection = 11,
  Selected = 12,
  Stack = 13,
  Trace = 14,
  TraceEnd = 15,
  TraceLimit = 16,
  TraceLevel = 17,
  /** the packet at which a stopped run goes on, by place in the selection, and its state. */
  Cursor = 18,
  Pc = 19,
  Depth = 20,
  NextRule = 21,
  RuleId = 22,
  /** the entry to run: address of its first instruction and of its policy. */
  EntryStart = 23,
  EntryPolicy = 24,
  FactKind = 25,
  FactFlags = 26,
  FactAnswer = 27,
  Seed = 28,
  Family = 29,
  /** 1: hits are counted. */
  Count = 30,
  /** 1: the packet is lost already, once the rule at hand has had its say. */
  Doomed = 31,
  /** 1: somebody is told of each packet: the steps between the tables hand them to the host. */
  Told = 32,
  /** packets that a step hands to the host, to do it for them, to tell of them, or because it was to find them: where their slots are listed, and how many there are. */
  Pending = 33,
  Pended = 34,
  /** a word for each interface: its group. */
  IfaceGroups = 35,
  /** a word for each protocol: PROTOCOL_*. */
  Protocols = 36,
  /** the state of a first packet that nothing is wrong with: for each byte of TCP flags, then each type of ICMP. */
  FirstStates = 37,
  /** 1: connections are tracked; 1: conditions read their tuples. */
  Tracking = 38,
  Tuples = 39,
  /** the program's translations: TranslationWord each. */
  Translations = 40,
  /** RoutesWord: where the ways of packets are looked up; 0: the host looks up each. */
  Routes = 41,
  /** WayWord.Size words for each way, by number; how many there are. */
  Ways = 42,
  WayCount = 43,
  /** packets by End and, in the low WHY_BITS, by why; then the bytes of all: 64 bits each. */
  Tally = 44,
  /** numbers of the interfaces that a batch names, by their place there. */
  BatchIfaces = 45,
  /** a bit for each address in code: a packet's values do not tell how the condition there comes out. */
  Unanswered = 46,
  /** what a condition last read of the packet's bytes, for the trace; 0: nothing. */
  Read = 47,
  ReadValue = 48,
  /** a byte for each slot: 1 where somebody follows its packet at TRACE_JOURNEY. */
  Followed = 49,
  /** by rule id, of rules of runs: where the next one is that asks for the same address; of the first of a run the address of RuleRunWord. */
  Runs = 50,
  Words = 51,
}

/** A word of Run.Protocols: bytes of the header that a packet in columns has; above them the least that tracking wants. */
export const PROTOCOL_HEADER = 255;
export const PROTOCOL_LEAST_SHIFT = 8;
/** connections, and so their translations, are told apart by ports. */
export const PROTOCOL_PORTS = 32768;
/** more than its header's fields tells whether a packet begins a connection: the host is asked. */
export const PROTOCOL_ASKED = 65536;
/** behind them, a word for each protocol: seconds until the entry of a first packet without an answer ends. */
export const PROTOCOL_TIMEOUTS = 256;

/** Source ports from which a translation takes one of the same class: 1 to 511, 600 to 1023, and those above. */
export const PORTS_LOW_END = 512;
export const PORTS_ROOT = 600;
export const PORTS_ROOT_END = 1024;

/** How much the core writes to the trace ring. */
export const TRACE_NONE = 0;
/** hits, policies, edits, verdicts. */
export const TRACE_HITS = 1;
/** every rule reached and the condition that failed, besides. */
export const TRACE_ALL = 2;
/** as TRACE_HITS, up to the first condition that values do not answer. */
export const TRACE_LEARN = 3;
/** as TRACE_HITS, and at each instruction of which a packet's values do not tell what it does. */
export const TRACE_JOURNEY = 4;

/** A trace record is TRACE_WORDS words: event | field << 8, packet, address in code, value before, value after. */
export const TRACE_WORDS = 5;
export enum Event {
  /** a rule is looked at (value: its id). */
  Rule = 1,
  /** the condition at the address did not hold (before: the packet's value where it is one word; after 1: what it read of its bytes). */
  Failed = 2,
  Hit = 3,
  Policy = 4,
  Jump = 5,
  Goto = 6,
  Return = 7,
  /** field changed (before, after). */
  Edited = 8,
  Verdict = 9,
  Emitted = 10,
  /** the connection's mark changed. */
  ConnMarked = 11,
  NotTracked = 12,
  HotDrop = 13,
  Open = 14,
  /** the condition at the address held. */
  Held = 15,
  /** by Mangle `field`: the MSS (before, 0: there was none; after), a TCP option (before) that is no more. */
  Mangled = 16,
  /** values do not tell what the instruction at the address does. */
  Unanswered = 17,
  /** the condition at the address, which hangs on order or chance, has come out (before: 1 where it held, not yet negated). */
  Forked = 18,
}

/** A set's block in memory; a word of Run.Sets says where it begins. What its words mean depends on SetWord.Kind. */
export enum SetKind {
  /** a bit for each address from First on. */
  Addresses = 1,
  /** a bit for each port from First on, tcp and udp. */
  Ports = 2,
  /** open addressing over SetWord.Count + 1 slots, a power of two. */
  Hash = 3,
  /** entries of two words: block of the set (0: none), expiry. */
  List = 4,
}
/** What a dimension of a hash reads of a packet. */
export enum SetDim {
  None = 0,
  Ip = 1,
  Net = 2,
  Port = 3,
  Iface = 4,
  Mark = 5,
  /** the frame's source, where it is asked for and known. */
  Mac = 6,
}
export enum SetWord {
  Kind = 0,
  /** dimensions: a test that gives fewer directions is false. */
  Dims = 1,
  /** 4, 6, or 0 for any. */
  Family = 2,
  /** SET_BLOCK_* bits. */
  Flags = 3,
  /** address of bits, slots or entries. */
  Rows = 4,
  /** bits, slots - 1, or entries. */
  Count = 5,
  /** bitmaps: address of an expiry word for each bit; 0: they have none. */
  Expiry = 6,
  /** bitmaps: the first address or port; the last that is in range; address bits that one bit stands for. */
  First = 7,
  Last = 8,
  Shift = 9,
  /** words of a slot and of its key. A slot: SET_SLOT_* and interface << 8 (0: free), key, expiry where there are. */
  SlotWords = 10,
  KeyWords = 11,
  /** SetDim of each dimension. */
  Dim = 12,
  /** netmask or bitmask of addresses, four words. */
  Mask = 15,
  MarkMask = 19,
  /** place of the first and second net in the key, and their lengths: address, how many, in descending order. */
  NetAt = 20,
  Lengths = 22,
  LengthCount = 24,
  /** room for the key of the packet at hand. */
  Key = 26,
  Size = 37,
}
/** the type knows nomatch, so that --return-nomatch turns its answer round. */
export const SET_BLOCK_NOMATCH = 1;
/** slots have an expiry: milliseconds on the run's clock, 0 for ever. */
export const SET_BLOCK_TIMEOUTS = 2;
/** an address of zeros is never held. */
export const SET_BLOCK_NO_ZERO = 4;
export const SET_SLOT_USED = 1;
export const SET_SLOT_NOMATCH = 2;

/** What the core makes of a packet's bytes. All but Ok, OtherFamily and Cut: ip_rcv_core, ip6_rcv_core drop it before any rule. */
export enum Decoded {
  Ok = 0,
  /** fewer bytes than the fixed part of the IP header. */
  TooShort = 1,
  /** the version is neither 4 nor 6. */
  Version = 2,
  /** the header length is less than 20 bytes, or more than there are. */
  HeaderLength = 3,
  /** the checksum of the IP header is wrong. */
  IpChecksum = 4,
  /** the total length says more bytes than there are. */
  Truncated = 5,
  /** the total length is less than the header. */
  TotalLength = 6,
  /** the packet is of another family than the run's rules, or of one that is not decoded. */
  OtherFamily = 7,
  /** its capture cut it before the end of its headers: nobody knows what it was. */
  Cut = 8,
}

/** What is remembered of a table at a hook: byte addresses of all that belongs to it, made by src/run/outcomes/. */
export enum PlanWord {
  /** PartWord.Size words for each field of which a packet's class goes into its key. */
  Parts = 0,
  PartCount = 1,
  /** for each key sixteen bits: the number of its outcome, or one of the KIND_* below. */
  Kinds = 2,
  /** OutcomeWord.Size words each, by number; the number of the next. */
  Outcomes = 3,
  Made = 4,
  /** sixteen bits for each of OUTCOME_SLOTS: the number of an outcome, by its hash; 0: free. */
  Index = 5,
  /** where the notes of the next outcome go, and the last place for them: of each its counters, its edits, its state. */
  Notes = 6,
  LastNotes = 7,
  /** a word for each packet of the selection, by its place there: its key, or KEY_NONE and more. */
  Keys = 8,
  /** how many packets were walked to learn what becomes of their kind. */
  Learnt = 9,
  Size = 10,
}
export enum PartWord {
  Kind = 0,
  Field = 1,
  /** what the class is multiplied by to go into the key. */
  Stride = 2,
  /** Table, Interfaces: for each 256 values the address of a word for each, which goes into the key. Of intervals such words. */
  Table = 3,
  /** Intervals, Addresses: where they begin. */
  Starts = 4,
  /** Values, Interfaces: those met, each of a class of its own: the address of their list, how many there may be. */
  Met = 5,
  Most = 6,
  /** how many there are: intervals, a power of two, those behind the last beginning at the greatest value; values met. */
  Count = 7,
  /** Interfaces: the bits of the patterns (Run.Ifaces) that tell them apart. */
  Mask = 8,
  Size = 9,
}
export enum PartKind {
  /** numbers of sixteen bits. */
  Table = 0,
  /** tables of which values are met one by one. */
  Interfaces = 1,
  Intervals = 2,
  /** the class of a value is its place among those met. */
  Values = 3,
  /** of addresses of IPv6; where one begins is two numbers of 64 bits, the upper one first. */
  Addresses = 4,
}
/** A packet has no key: a value of it was not met yet, or too many were. Some hundred of them still make no smaller number. */
export const KEY_NONE = 0x01000000;
/** No packet was of the kind; the bytecode walks each of it. The numbers above are those of outcomes. */
export const KIND_NEW = 0;
export const KIND_EACH = 1;
/** 32-bit numbers are looked up by their upper bits first. */
export const FIRSTS_SHIFT = 20;
export const MOST_OUTCOMES = 2048;
/** A power of two, more than there may be outcomes. */
export const OUTCOME_SLOTS = 4096;
/** An outcome with so many counters and frames is not remembered. */
export const MOST_NOTES = 16384;
export enum OutcomeWord {
  /** verdict, rule, translation, question. */
  Results = 0,
  /** the address of its edits (field, value), behind its counters, and how many there are of both. */
  Edits = 4,
  EditCount = 5,
  CounterCount = 6,
  /** frames with which it goes on at a condition that values do not answer: behind the edits Run.Pc to RuleId, and the frames. 0: it is whole. */
  Depth = 7,
  Hash = 8,
  /** of 64 bits each, of those that were given it. */
  Packets = 12,
  Bytes = 14,
  Size = 16,
}
/** Of its bytes. */
export const OUTCOME_SHIFT = 6;

/**
 * The column program: what becomes of a packet on all its way, by the classes of its values. Steps turn columns of values into
 * the key of a cell; the cell holds the number of the journey that all packets with such values go. src/run/columns/ makes it,
 * assembly/columns.ts runs it.
 */
export enum ColumnsWord {
  /** StepWord.Size words each, and how many there are. */
  Steps = 0,
  StepCount = 1,
  /** columns of words for sums of classes, the first two of which are the key. */
  Sums = 2,
  /** for each 256 keys the address of as many cells of sixteen bits: the number of a journey, or one of JOURNEY_NEW and JOURNEY_EACH. */
  Cells = 3,
  /** JourneyWord.Size words each, by number; their counters, COUNT_BANKS for each; a byte each: its fate, End.Walking of what has no end there. */
  Journeys = 4,
  Counts = 5,
  Ends = 6,
  /** room for the turns of one journey. */
  Turns = 7,
  /** TURN_*: which packets go on. */
  Turn = 8,
  /** Of packets that are no columns of the batch: where their fates go, a byte each, and where their lengths are, two bytes each. 0: they are. */
  Fates = 9,
  Lengths = 10,
  /** 0: Cells as above. Else keys are of two sums, and hashed: Cells are CellBuckets, one more than this, a power of two. */
  Mask = 11,
  /** the page behind all of Cells, which stands for what is no key. */
  Pages = 12,
  /** a word for each packet: the number of its journey. */
  Numbers = 13,
  /** four columns of words for the packets that are at a fork of chance, and the number of the first packet of all. */
  Lists = 14,
  Serial = 15,
  Size = 16,
}
export enum StepWord {
  Kind = 0,
  /** where the column of values begins, or of ColumnStep.Map the sum; bytes of a value. */
  From = 1,
  Width = 6,
  Table = 2,
  /** where the sum begins to which the class is added. */
  To = 3,
  /** Byte, Map: entries of the table, the last of which stands for all numbers behind it. */
  Count = 4,
  /** Tuples: what the class is multiplied by. */
  Stride = 5,
  /** Chain, Pair, Key: another column, and its table. */
  Other = 7,
  OtherTable = 8,
  /** Rows, Bounds, Pages: 1, where the sum is not begun by it. */
  Adds = 9,
  /** Key: entries of the other table; a third column, and its table. */
  OtherCount = 10,
  Third = 11,
  ThirdTable = 12,
  Size = 13,
}
export enum ColumnStep {
  /** a word for each number that is met below Count. */
  Byte = 0,
  /** numbers of sixteen bits: the address of 256 words for each 256 of them. */
  Half = 1,
  /** numbers of 32 bits: for each 65,536 the address of 256 addresses, for each 256 of 256 words. */
  Word = 2,
  /** a sum of classes becomes a class of its own. */
  Map = 3,
  /** a value is told by its place among sixteen that were met: at Table those, and 33 words, the last of which stands for all others. */
  Values = 4,
  /** some bits of it are the class: at Table, Count times a shift to the right, a mask, a shift to the left. */
  Bits = 5,
  /** the packet's tuple is looked up: Table is the address of TuplesWord, and Stride multiplies what is found. */
  Tuples = 6,
  /**
   * addresses of IPv6, by WideTable. Width 16: the words of each packet's lie together; 4: they are columns one behind the other.
   */
  Wide = 7,
  /** as Word, of two columns, whose sum it begins. */
  Pair = 8,
  /** Of sums of sixteen bits. Numbers of eight: at Table which row each high half takes, addends, Count rows of sixteen. */
  Rows = 9,
  /** numbers of sixteen bits: at Table addends, and Count bounds, eight times each. */
  Bounds = 10,
  /** the same by a table as of Half. */
  Pages = 11,
  /** a sum by a table of half words, and Pages of another column. */
  Chain = 12,
  /** a sum by a table of words, to one of 32 bits. */
  Last = 13,
  /** Map of a sum, Last of another, and Half of a third column at once, which begin the key. */
  Key = 14,
  /** begins a sum of 32 bits to which others add. */
  Clear = 15,
  /** the first rule of a list that takes the packet: Table is the address of FirstWord. */
  First = 16,
}
/** Where columns are, as of TuplesWord, and the look-ups of parts of the list. */
export enum FirstWord {
  Source = 0,
  Destination = 1,
  SourcePort = 2,
  DestinationPort = 3,
  Protocol = 4,
  Wide = 5,
  Found = 6,
  /** a column of words for the least that the parts add. */
  Least = 7,
  /** of each the address of MatchWord, and that of words by its result: what it adds. */
  Parts = 8,
  PartCount = 9,
  /** Wide: room for both ports and the protocol of all packets, as narrow as the look-up reads them. */
  Narrow = 10,
  Size = 11,
}
/** Where the columns of a tuple's fields are: words where Wide is 1, else as narrow as they may be. */
export enum TuplesWord {
  Source = 0,
  Destination = 1,
  SourcePort = 2,
  DestinationPort = 3,
  Protocol = 4,
  Wide = 5,
  /** a column of words for what is found. */
  Found = 6,
  /** TupleMaskWord.Size words each, and how many there are: what is found by a later one counts. */
  Masks = 7,
  MaskCount = 8,
  /** columns of words: two for the places of packets that are looked up, one for their hashes, and for their ports and protocols. */
  Places = 9,
  Hashes = 10,
  Ports = 11,
}
export const TUPLE_FILTER = 3;
export enum TupleMaskWord {
  /** four words: source, destination, both ports, protocol. */
  Mask = 0,
  /** of four words each: a tuple, and in the upper 24 bits of the last word its number, which is never 0; 2 to the Bits of them. */
  Slots = 4,
  Bits = 5,
  /** as many bits more as TUPLE_FILTER says: that of a hash is 0 where no tuple has such a hash. */
  Filter = 6,
  /** whether a packet has one of these tuples where it has one of the mask before alone. */
  Nested = 7,
  Size = 8,
}
/** A word for each upper half of an address' first word: a sixteenth of where its node is, which is one of upper halves. */
export enum WideTable {
  /** the block that is looked at first: its upper half, how far to shift the distance from there, and how many entries it has; 0: none. */
  First = 65536,
  Shift = 65538,
  Count = 65539,
  /** their address; behind them one for addresses of no block, WIDE_NODE. */
  Entries = 65540,
  /** the packets of a batch that are under way: two words each. */
  List = 65541,
}
/** Of numbers of 64 bits the lower word comes first. */
export enum WideNode {
  /** where the addresses begin that entries tell: its upper half; of a node of lower halves all of them have that one. */
  High = 0,
  Low = 2,
  /** how far to shift the distance from there to the right, and how many entries tell what lies behind. */
  Shift = 4,
  Count = 5,
  /** one entry for addresses below, one for those above, then those by distance. */
  Entries = 6,
}
/** An entry of a node that is no class but another one, which may be one of lower halves; below it, a sixteenth of where that is. */
export const WIDE_NODE = 0x40000000;
export const WIDE_LOW = 0x20000000;
export const WIDE_NODE_SHIFT = 30;
/** A sum of sixteen bits of what goes the long way each time. */
export const HALF_NEVER = 0xffff;
/** All whose journey is known; as long as it is, one behind the other; of those whose journey is known all that do not fork. */
export const TURN_ALL = 0;
export const TURN_EACH = 1;
export const TURN_STRAIGHT = 2;
/**
 * From these on a key says that a value was not met yet, and that the packet goes the long way each time. Classes add up to less than
 * KEY_UNMET; of summands that say NEVER as many as three are added up, those of ColumnStep.Key: all others are no more than one
 * (addOdd of assembly/columns.ts).
 */
export const KEY_UNMET = 0x08000000;
export const KEY_NEVER = 0x40000000;
/**
 * Four slots, which are compared at once: the sums of their keys, and the numbers of journeys; JOURNEY_NEW: the slot is free. Other keys
 * may be in the next bucket where this one is full: CELL_MORE, else JOURNEY_NEW.
 */
export enum CellBucket {
  Low = 0,
  High = 4,
  Journey = 8,
  Others = 12,
  Size = 16,
}
export const CELL_MORE = 0x40000000;
/** Keys whose cells lie together. */
export const CELL_PAGE = 256;
export const CELL_PAGE_SHIFT = 8;
/** No packet of the kind was met; each of it goes the long way. The numbers above are those of stages of journeys. */
export const JOURNEY_NEW = 0;
export const JOURNEY_EACH = 1;
/** With the place of a packet the number of a journey is one word. */
export const MOST_JOURNEYS = 0x200000;
export const PLACE_SHIFT = 21;
/** A journey with more turns is not remembered. */
export const MOST_TURNS = 32;
/** A stage of a journey: up to its end, or to an instruction whose outcome hangs on order or chance. */
export enum JourneyWord {
  /** of 64 bits each: the packets that ended there, and their bytes. */
  Packets = 0,
  Bytes = 2,
  /** address of the instruction where it forks, and 1; 0: it ends. */
  Fork = 4,
  /** where it ends: Beside.Fate, and above JOURNEY_WHY Beside.Why. Of a fork by chance alone: it holds for numbers of 31 bits below. Where
   * rules remember, of a fork: where it leads as long as limits are empty; 0: nowhere that is known. */
  End = 5,
  /** where it forks: the stage if the condition holds, and if it does not. */
  Held = 6,
  Failed = 7,
  Size = 8,
}
export const JOURNEY_WHY = 8;
/**
 * Of an end what was counted since the core gathered it last: packets and below them bytes, in one word of 64 bits, which holds
 * COUNT_MOST packets. Each has some such words, and packets that stand beside each other add to different ones: one alone would be
 * waited for where they are of one journey.
 */
export const COUNT_BANKS = 4;
export const COUNT_SHIFT = 5;
export const COUNT_PACKET_SHIFT = 40;
export const COUNT_MOST = 1 << 24;
/** Value of Result.Verdict of a packet that went a journey, which has counted it. */
export const JOURNEYED = 255;
/** Of its bytes. */
export const JOURNEY_SHIFT = 5;

/** Columns of packets that are classified where they are: byte addresses, by src/run/columns/intake.ts. */
export enum IntakeWord {
  Src = 0,
  Dst = 1,
  Proto = 2,
  Sport = 3,
  Dport = 4,
  TcpFlags = 5,
  Length = 6,
  Ttl = 7,
  Tos = 8,
  Frag = 9,
  /** places of interfaces, and FRAME_NUMBERS of frames. */
  InIf = 10,
  Frames = 11,
  Size = 12,
}
/** In Frag: a packet whose bytes say more than columns do, so that it has to walk. */
export const INTAKE_ODD = 0x8000;

/** The ways of packets by the kinds of their addresses: byte addresses of all that belongs to it, made by src/run/way-tables.ts. */
export enum RoutesWord {
  /** intervals of addresses: where they begin, of 4,096 parts of all numbers the first one, of each the kind of source and that of destination. */
  Starts = 0,
  Firsts = 1,
  Sources = 2,
  Destinations = 3,
  /** how many kinds of destinations there are, and how many pairs with one of a source. */
  Kinds = 4,
  Pairs = 5,
  /** lengths above which a packet fits one link or route less, in order. */
  Mtus = 6,
  MtuCount = 7,
  /** sixteen bits for each kind of packet, the number of its way, by RouteLook. */
  Tables = 8,
  Size = 11,
}
/** Where a packet's way is looked for. */
export enum RouteLook {
  Input = 0,
  Output = 1,
  /** a packet of this host, once more. */
  Reroute = 2,
}
/** Interfaces beyond these are looked up by the host. */
export const ROUTE_INTERFACES = 32;

/** What follows from a routing decision for each packet that takes that way. */
export enum WayWord {
  Kind = 0,
  /** number of the interface that it leaves by. */
  Oif = 1,
  /** Beside.Again. */
  Again = 2,
  /** the most bytes that go this way; 0: no limit. */
  Mtu = 3,
  /** the address that MASQUERADE gives, and 1 where there is one. */
  Masquerade = 4,
  Masquerades = 5,
  /** Beside.Why of those that it drops. */
  Why = 6,
  Size = 8,
}
export enum WayKind {
  /** the host has to look at each packet. */
  Ask = 0,
  Deliver = 1,
  Forward = 2,
  Drop = 3,
  Send = 4,
}

/** Steps of a u32 program: see assembly/u32.ts. */
export enum U32Step {
  /** take the word at this place. */
  Load = 0,
  And = 1,
  Left = 2,
  Right = 3,
  /** the value so far moves the base; then take the word at this place behind it. */
  At = 4,
  /** the transport header becomes the base; then take the word at this place behind it. */
  Header = 5,
}

/** Of Op.Find's record: the first words, of which the last two are tables of half words. */
export enum FindWord {
  /** where the pattern may begin at the earliest, and how far behind that it has to end at the latest. */
  From = 0,
  Room = 1,
  /** its bytes. */
  Size = 2,
  /** 1: it has to stand in one of the fragments that the packet came in. */
  ByPiece = 3,
  /** for each byte that a packet may hold: which one it counts as; in the high byte how far the pattern's last place may move on. */
  Bytes = 4,
  /** the pattern's bytes, the last one first; in the high byte how far that place may move on where they alone agree. */
  Pattern = 132,
}

/** How the chunks of an SCTP packet have to be among those wanted. */
export enum ChunkMatch {
  Any = 0,
  All = 1,
  Only = 2,
}
/** A record of wanted chunks: ChunkMatch, eight words of bits by type, then a word for each type whose flags matter. */
export const CHUNKS_BITMAP = 1;
export const CHUNKS_FLAGS = 9;

/** Rules of five fields that are compared one after another: made by src/run/first-match/scan.ts. */
export enum ScanWord {
  /** the address of the blocks (ScanBlock), and how many there are. */
  Blocks = 0,
  Count = 1,
  /** the result of a packet that no rule takes. */
  None = 2,
  Size = 3,
}
/** Where the columns of eight rules lie in a block, in bytes. */
export enum ScanBlock {
  /** a word for each rule: where the interval begins; then eight words: how far it goes on. */
  Sources = 0,
  Destinations = 64,
  /** the same, sixteen bits each. */
  SourcePorts = 128,
  DestinationPorts = 160,
  /** sixteen bits for each rule: the value; then the mask that bares it. */
  Protocols = 192,
  Bytes = 224,
}

/** Tables that tell the first rule of five fields: byte addresses of all that belongs to them, made by src/run/first-match/. */
export enum MatchWord {
  /**
   * for each 65,536th of the addresses a word: the address of its index of lines, and how far to shift the rest of an address
   * right to get the place there. Where that is 16, the word is the index: the address of the line, and 16.
   */
  SourceRoot = 0,
  DestinationRoot = 1,
  /** of each value its class, in `PortWidth` bytes, of protocols in one. 0: the column tells nothing, but never both of ports. */
  SourcePorts = 2,
  DestinationPorts = 3,
  Protocols = 4,
  /** sixteen bits for each sum of the classes times their factors. */
  YOf = 5,
  /** GroupWord.Size words each. */
  Groups = 6,
  GroupCount = 7,
  /** room for MATCH_BATCH packets: sixteen bits for the class of an address and for y, words for entries. */
  SourceClasses = 8,
  DestinationClasses = 9,
  Ys = 10,
  Entries = 11,
  /** a word for each run of packets: its result. A word stands before it, and three behind. */
  Found = 12,
  /** RunWord.Size words. */
  Runs = 13,
  PortWidth = 17,
  /** what classes of ports are multiplied by. */
  SourceFactor = 18,
  DestinationFactor = 19,
  Size = 20,
}
/** Where runs of equal packets are noted. */
export enum RunWord {
  /** sixteen bits for the place of each first packet in the batch. */
  List = 0,
  /** a bit for each packet, whether it begins a run. */
  Bits = 1,
  /** for each eight such bits the places of those that are set, sixteen bits each. */
  Places = 2,
  /** for each four bits which of four results each packet gets, as a swizzle has it. */
  Spreads = 3,
  Size = 4,
}
/** Rules among which the first is looked for. */
export enum GroupWord {
  Kind = 0,
  /** Direct: rows of numbers of tiles, and the bytes of one. */
  Rows = 1,
  RowBytes = 2,
  /**
   * for each class of an address the address of its row, and its column in sixteen bits. Sparse: two addresses, of cells and of
   * entries for short prefixes, and a word (SPARSE_SHIFT). Direct: none.
   */
  RowOf = 3,
  ColumnOf = 4,
  /** sixteen entries each: a pattern, and behind it, in `PatternShift` bits, where in the lists one begins. */
  Tiles = 5,
  PatternShift = 6,
  /** for each pattern and y a place in a list. */
  Patterns = 7,
  PatternStride = 8,
  Lists = 9,
  /** 1: rows are of destinations, and columns of sources. */
  Swapped = 10,
  /** 0: places in a list are bytes, and rules sixteen bits; 1: twice as many. */
  Wide = 11,
  Size = 12,
}
export enum GroupKind {
  /** one group: classes are rows and columns themselves. */
  Direct = 0,
  Tiled = 1,
  /** few columns: a row is its entries. */
  Flat = 2,
  /** cells of 8 bytes, the address of the row that has it and an entry; where a row has none, its entries of short prefixes tell. */
  Sparse = 3,
}
/** In the word of a column of cells: below it where the cell is in a row, in bytes, above it where the entry of its short prefix is. */
export const SPARSE_SHIFT = 20;
/**
 * Packets that go through a step at once, no more than sixteen bits number. Steps push each other's tables out of the caches:
 * 10,000 rules took a tenth longer by 4,096, 1,000 rules 2 %; 32,768 gained nothing more.
 */
export const MATCH_BATCH = 16384;

/**
 * What is known of a connection, in words one behind the other, two lines of memory: packets of most protocols need the first, those of
 * TCP both. Connections that are many stand in a memory of their own, with a core of its own (assembly/connections.ts).
 */
export enum ConnWord {
  /** of the original direction, then of the reply: four words each. */
  Tuples = 0,
  /** a float of 64 bits. */
  End = 8,
  Mark = 10,
  /** in its halves the status, and the number of the interface whose address masqueraded it. */
  Status = 11,
  /** the order in which it was confirmed; 0: it is not, or no longer. */
  Serial = 12,
  /** what its protocol remembers: TcpWord, and behind that the bytes of TcpByte. */
  Parts = 13,
  PartBytes = 28,
  Count = 32,
}
/** TCP's 32-bit words, those of the second line. */
export enum TcpWord {
  LastSeq = 3,
  LastAck = 4,
  LastEnd = 5,
  LastWindow = 6,
  /** of each side: the end of what it sent, how far the other lets it go, its widest window, the highest byte that it acknowledged. */
  End = 7,
  MaxEnd = 9,
  MaxWindow = 11,
  MaxAck = 13,
  Count = 15,
}
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
/** UDP's words. */
export enum UdpWord {
  /** when packets in both directions make it a stream: milliseconds on the packets' clock, modulo 2^32. */
  Stream = 0,
}
/** Of TCP_CONNTRACK_*, and the kind of a segment that acknowledges and no more. */
export const TCP_SYN_RECV = 2;
export const TCP_ESTABLISHED = 3;
export const SEGMENT_ACK = 3;
/** Bytes that an acknowledgement may lag behind (MAXACKWINCONST of nf_conntrack_proto_tcp.c). */
export const LEAST_ACK_WINDOW = 66000;

/** A packet as its connection sees it. */
export enum SeenWord {
  /** its tuple, in no zone. */
  Tuple = 0,
  Seq = 4,
  Ack = 5,
  Window = 6,
  /** bytes behind its header; above SEEN_SHIFT a Seen, and SEEN_LOCAL. */
  Payload = 7,
  Size = 8,
}
export const SEEN_SHIFT = 16;
export const SEEN_LOCAL = 0x1000000;
/** What the core can track, where its connection is as plain. */
export enum Seen {
  /** the host has to look at it. */
  Other = 0,
  /** its way has ended. */
  Ended = 1,
  Udp = 2,
  /** of TCP, without a selective acknowledgement: one that acknowledges and no more, one that begins a connection. */
  Acks = 3,
  Begins = 4,
}
/** The control block of the core of connections, at HOST_BASE of its memory. */
export enum TrackWord {
  /** where the table's slots begin, by how much a hash is shifted to be a place among them, and how many low bits say what stands there. */
  Slots = 0,
  Shift = 1,
  Bits = 2,
  Entries = 3,
  /** 1: zones of one direction let two have the same tuple. */
  Zones = 4,
  /** 1: before another begins the host has to look for room. */
  Full = 5,
  /** 1: rules see packets before they are tracked. */
  Raw = 6,
  /** seconds that an entry lasts. */
  Udp = 7,
  UdpStream = 8,
  TcpEstablished = 9,
  TcpSynRecv = 10,
  TcpRetransmitted = 11,
  TcpUnacknowledged = 12,
  /** how often a segment may come again before its entry lasts no longer than TcpRetransmitted. */
  MostRetransmitted = 13,
}
/** Where a batch's packets are in its memory: records of SeenWord, their times as floats, TrackColumn, then kinds, then the table. */
export const TRACK_SEEN = 131072;
export const TRACK_TIMES = 196608;
export const TRACK_COLUMNS = 212992;
export const TRACK_KINDS = 287360;
export const TRACK_FREE = 549504;
export enum TrackColumn {
  /** 2 * entry + direction; -1: none. */
  Found = 0,
  Hashes = 1,
  /** sums of keys: of the packet's own values, and of those behind the translation of its destination. */
  Lows = 2,
  Highs = 3,
  LowsBehind = 4,
  HighsBehind = 5,
  /** what its destination becomes; of the port 1 above its sixteen bits: it does. */
  Dsts = 6,
  Ports = 7,
  /** the journey of a packet that was tracked here; 0: it was not. */
  Numbers = 8,
}
/** Kinds of packets whose journey is known and does not fork: a slot has these words, and a kind stands in one of KIND_WAYS. */
export enum KindWord {
  Low = 0,
  High = 1,
  LowBehind = 2,
  HighBehind = 3,
  State = 4,
  Mark = 5,
  Journey = 6,
  Size = 8,
}
export const KIND_SLOTS = 8192;
export const KIND_WAYS = 4;
/** In place of the state of a connection: what becomes of packets up to where they are tracked; as a journey: they are. */
export const KIND_BEFORE = 0;
export const JOURNEY_TRACKED = 0x7fffffff;
/** What stands for a connection: its status, and above it its direction; the interface that masqueraded it lies behind. */
export const KIND_DIRECTION_SHIFT = 13;
export const STATE_KNOWN = 0x4000;
