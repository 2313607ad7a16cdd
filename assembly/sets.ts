/** The set look-up, as net/netfilter/ipset of the kernel does it. `src/run/sets.ts` lays the sets out. */
import {
  Field,
  FRAG_OFFSET,
  LINK_MAC,
  Run,
  SET_BLOCK_NO_ZERO,
  SET_BLOCK_NOMATCH,
  SET_BLOCK_TIMEOUTS,
  SET_COUNT_SHIFT,
  SET_RETURN_NOMATCH,
  SET_SLOT_NOMATCH,
  SetDim,
  SetKind,
  SetWord,
} from '../src/abi';
import { getField, ofRun, word } from './packet';

/** What a look-up finds: a member, a member marked nomatch, none; or none, and shorter prefixes are not tried. */
const HELD: i32 = 1;
const NOMATCH: i32 = -1;
const NONE: i32 = 0;
const BLOCKED: i32 = 2;

function at(block: usize, index: i32): usize {
  return block + ((<usize>index) << 2);
}

/** What a packet has nothing of that a set asks for. */
const NO_KEY: i32 = -1;

/** Whether the set holds the packet; `directions` is word 2 of Op.Set. */
export function setHolds(packet: u32, set: u32, directions: u32): bool {
  return findSet(packet, load<u32>(ofRun(Run.Sets) + (set << 2)), directions) !== 0;
}

/** ip_set_test of ip_set_core.c: the block of the set that holds the packet, of a list that of one in it, where its key stands then; 0: none. */
export function findSet(packet: u32, block: usize, directions: u32): usize {
  if (!isFor(block, directions)) return 0;
  const kind = word(block, SetWord.Kind);
  if (kind === SetKind.List) return findInList(packet, block, directions);
  let holds = false;
  if (kind === SetKind.Hash) {
    const found = hashTest(packet, block, directions);
    const turned = (directions & SET_RETURN_NOMATCH) !== 0 && (word(block, SetWord.Flags) & SET_BLOCK_NOMATCH) !== 0;
    holds = found === (turned ? NOMATCH : HELD);
  } else if (kind === SetKind.Addresses || kind === SetKind.Ports) {
    if (setKey(packet, block, directions) !== NO_KEY) holds = bitHolds(packet, block, bitOf(block));
  }
  return holds ? block : 0;
}

/** A packet's key, with the addresses whole, comes to stand in the set's block: what kadt of the set's type would add. The number of its interface comes back, where there is one. */
export function setKey(packet: u32, block: usize, directions: u32): i32 {
  if (!isFor(block, directions)) return NO_KEY;
  const kind = word(block, SetWord.Kind);
  if (kind === SetKind.Hash) return hashKey(packet, block, directions);
  const source = (directions & 1) !== 0;
  if (kind === SetKind.Addresses) return addressKey(packet, block, source);
  if (kind === SetKind.Ports) return portKey(packet, block, source);
  return NO_KEY;
}

/** What ip_set_add, ip_set_del and ip_set_test ask first. */
function isFor(block: usize, directions: u32): bool {
  if (((directions >> SET_COUNT_SHIFT) & 15) < word(block, SetWord.Dims)) return false;
  const family = word(block, SetWord.Family);
  return family === 0 || family === ofRun(Run.Family);
}

/** list_set_ktest of ip_set_list_set.c: the first set that holds it. */
function findInList(packet: u32, block: usize, directions: u32): usize {
  const end = word(block, SetWord.Rows) + (word(block, SetWord.Count) << 3);
  for (let entry = word(block, SetWord.Rows); entry < end; entry += 8) {
    const member = load<u32>(entry);
    if (member === 0 || expired(packet, load<u32>(entry, 4))) continue;
    const found = findSet(packet, member, directions);
    if (found !== 0) return found;
  }
  return 0;
}

function expired(packet: u32, expiry: u32): bool {
  return expiry !== 0 && getField(packet, Field.Time) > expiry;
}

function bitHolds(packet: u32, block: usize, bit: u32): bool {
  if (((load<u32>(word(block, SetWord.Rows) + ((bit >> 5) << 2)) >> (bit & 31)) & 1) === 0) return false;
  const expiry = word(block, SetWord.Expiry);
  return expiry === 0 || !expired(packet, load<u32>(expiry + (bit << 2)));
}

/** The bit of the key that stands in a bitmap's block. */
function bitOf(block: usize): u32 {
  return (load<u32>(at(block, SetWord.Key)) - word(block, SetWord.First)) >> word(block, SetWord.Shift);
}

/** bitmap_ip_kadt of ip_set_bitmap_ip.c. */
function addressKey(packet: u32, block: usize, source: bool): i32 {
  const address = getField(packet, source ? Field.Src : Field.Dst);
  const shift = word(block, SetWord.Shift);
  return keepBit(block, address, (address >> shift) << shift);
}

/** bitmap_port_kadt of ip_set_bitmap_port.c; ip_set_get_ip_port of ip_set_getport.c: tcp and udp alone. */
function portKey(packet: u32, block: usize, source: bool): i32 {
  const key = at(block, SetWord.Key);
  if (!readPort(packet, source, key)) return NO_KEY;
  const protocol = load<u32>(key) >> 16;
  if (protocol !== 6 && protocol !== 17) return NO_KEY;
  const port = load<u32>(key) & 0xffff;
  return keepBit(block, port, port);
}

/** What a bitmap has a bit for, if the value lies within its range. */
function keepBit(block: usize, value: u32, key: u32): i32 {
  if (value < word(block, SetWord.First) || value > word(block, SetWord.Last)) return NO_KEY;
  store<u32>(at(block, SetWord.Key), key);
  return 0;
}

function hashTest(packet: u32, block: usize, directions: u32): i32 {
  const iface = hashKey(packet, block, directions);
  if (iface === NO_KEY) return NONE;
  return word(block, SetWord.NetAt) === 0xffffffff
    ? probe(packet, block, iface)
    : netsTest(packet, block, directions, iface);
}

/** The kadt functions of the hash types. */
function hashKey(packet: u32, block: usize, directions: u32): i32 {
  const dims = word(block, SetWord.Dims);
  let key = at(block, SetWord.Key);
  let iface: u32 = 0;
  for (let i: u32 = 0; i < dims; i++) {
    const kind = word(block, SetWord.Dim + i);
    const source = ((directions >> i) & 1) !== 0;
    if (kind === SetDim.Ip || kind === SetDim.Net) {
      const bits = readAddress(packet, block, source, key);
      if (bits === 0 && kind === SetDim.Ip && (word(block, SetWord.Flags) & SET_BLOCK_NO_ZERO) !== 0) return NO_KEY;
      key += ofRun(Run.Family) === 6 ? 16 : 4;
    } else if (kind === SetDim.Port) {
      if (!readPort(packet, source, key)) return NO_KEY;
      key += 4;
    } else if (kind === SetDim.Mark) {
      store<u32>(key, getField(packet, Field.Mark) & word(block, SetWord.MarkMask));
      key += 4;
    } else if (kind === SetDim.Mac) {
      if (!readMac(packet, source, key)) return NO_KEY;
      key += 8;
    } else {
      iface = getField(packet, source ? Field.InIf : Field.OutIf);
      if (iface === 0) return NO_KEY;
    }
  }
  return <i32>iface;
}

/** Of frames the source alone is known; one of zeros is never held (hash_mac4_kadt of ip_set_hash_mac.c and its like). */
function readMac(packet: u32, source: bool, to: usize): bool {
  const link = getField(packet, Field.Link);
  const high = link & 0xffff;
  const low = getField(packet, Field.MacLow);
  store<u32>(to, high);
  store<u32>(to + 4, low);
  return source && (link & LINK_MAC) !== 0 && (high | low) !== 0;
}

/** mtype_test_cidrs of ip_set_hash_gen.h: the lengths of the first net from the longest on, for each those of the second. */
function netsTest(packet: u32, block: usize, directions: u32, iface: u32): i32 {
  const key = at(block, SetWord.Key);
  const lengthsAt = key + ((word(block, SetWord.KeyWords) - 1) << 2);
  const first = key + (word(block, SetWord.NetAt) << 2);
  const two = word(block, SetWord.NetAt + 1) !== 0xffffffff;
  const second = two ? key + (word(block, SetWord.NetAt + 1) << 2) : 0;
  // the second net is the last dimension
  const source = ((directions >> (word(block, SetWord.Dims) - 1)) & 1) !== 0;
  const count = word(block, SetWord.LengthCount);
  const others: u32 = two ? word(block, SetWord.LengthCount + 1) : 1;
  for (let i: u32 = 0; i < count; i++) {
    const length = load<u32>(word(block, SetWord.Lengths) + (i << 2));
    maskAddress(first, length);
    if (two) readAddress(packet, block, source, second);
    for (let j: u32 = 0; j < others; j++) {
      let lengths = length;
      if (two) {
        const other = load<u32>(word(block, SetWord.Lengths + 1) + (j << 2));
        maskAddress(second, other);
        lengths |= other << 8;
      }
      store<u32>(lengthsAt, lengths);
      const found = probe(packet, block, iface);
      if (found === BLOCKED) return NONE;
      if (found !== NONE) return found;
    }
  }
  return NONE;
}

/** Writes the masked address; all its bits together come back, 0 for the address of zeros. */
function readAddress(packet: u32, block: usize, source: bool, to: usize): u32 {
  const words: u32 = ofRun(Run.Family) === 6 ? 4 : 1;
  let all: u32 = 0;
  for (let i: u32 = 0; i < words; i++) {
    const value = getField(packet, (source ? Field.Src : Field.Dst) + i) & word(block, SetWord.Mask + i);
    store<u32>(to + (i << 2), value);
    all |= value;
  }
  return all;
}

function maskAddress(address: usize, length: u32): void {
  const words: u32 = ofRun(Run.Family) === 6 ? 4 : 1;
  for (let i: u32 = 0; i < words; i++) {
    const bits = <i32>length - <i32>(i << 5);
    if (bits >= 32) continue;
    const mask: u32 = bits <= 0 ? 0 : 0xffffffff << (32 - bits);
    store<u32>(address + (i << 2), load<u32>(address + (i << 2)) & mask);
  }
}

/**
 * Writes protocol << 16 | port, as ip_set_get_ip4_port and ip_set_get_ip6_port have it: a protocol without ports has
 * port 0, ICMP its type and code. False where the header is not there or cut.
 */
function readPort(packet: u32, source: bool, to: usize): bool {
  const protocol = getField(packet, Field.Proto);
  const later = (getField(packet, Field.Frag) & FRAG_OFFSET) !== 0;
  if (protocol === 0 || (later && ofRun(Run.Family) === 6)) return false;
  let port: u32 = 0;
  const least = headerBytes(protocol);
  // an IPv4 fragment has no ICMPv6 header that the kernel would look for
  if (least !== 0 && !(later && protocol === 58)) {
    if (later || getField(packet, Field.TransportLen) < least) return false;
    const sport = getField(packet, Field.Sport);
    const dport = getField(packet, Field.Dport);
    port = protocol === 1 || protocol === 58 ? (sport << 8) | dport : source ? sport : dport;
  }
  store<u32>(to, (protocol << 16) | port);
  return true;
}

/** Bytes of transport header that get_port of ip_set_getport.c wants; 0: it reads none. */
function headerBytes(protocol: u32): u32 {
  if (protocol === 6) return 20;
  if (protocol === 132) return 12;
  return protocol === 17 || protocol === 136 || protocol === 1 || protocol === 58 ? 8 : 0;
}

/**
 * The key in a hash. Of hash:net,iface any interface's member under the prefix keeps shorter ones from being tried
 * (`multi` in mtype_test_cidrs), and the first that fits counts. An expired member is gone.
 */
function probe(packet: u32, block: usize, iface: u32): i32 {
  const key = at(block, SetWord.Key);
  const keyWords = word(block, SetWord.KeyWords);
  const slotBytes = word(block, SetWord.SlotWords) << 2;
  const mask = word(block, SetWord.Count);
  const rows = word(block, SetWord.Rows);
  const timeouts = (word(block, SetWord.Flags) & SET_BLOCK_TIMEOUTS) !== 0;
  let seen = NONE;
  let slot = hash(key, keyWords) & mask;
  let row = rows + slot * slotBytes;
  // there is always a free slot
  for (let meta = load<u32>(row); meta !== 0; meta = load<u32>(row)) {
    let i: u32 = 0;
    while (i < keyWords && load<u32>(row + 4 + (i << 2)) === load<u32>(key + (i << 2))) i++;
    if (i === keyWords && !(timeouts && expired(packet, load<u32>(row + 4 + (keyWords << 2))))) {
      if (meta >> 8 === iface) return (meta & SET_SLOT_NOMATCH) !== 0 ? NOMATCH : HELD;
      seen = BLOCKED;
    }
    slot = (slot + 1) & mask;
    row = rows + slot * slotBytes;
  }
  return seen;
}

/** As `hashKey` in src/model/members.ts. */
function hash(key: usize, words: u32): u32 {
  let value: u32 = 0x2545f491;
  for (let i: u32 = 0; i < words; i++) {
    value = (value ^ load<u32>(key + (i << 2))) * 0x5bd1e995;
    value ^= value >> 15;
    value *= 0x27d4eb2d;
    value ^= value >> 13;
  }
  return value;
}
