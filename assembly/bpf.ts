/**
 * A classic BPF program (abi.ts, BPF_JUMP) over the packet from its IP header on: what bpf_convert_filter of
 * net/core/filter.c makes of one. It ends with 0 where it loads from beyond the packet or divides by 0. The verifier has
 * proved that jumps lead forward and that a return is the last instruction.
 */
import { BPF_JUMP, BPF_MARK, BPF_RETURN, Field } from '../src/abi';
import { load16, load32 } from './checksum';
import { bytesAt, getField } from './packet';

/** Sixteen words that a program may store to; the compiler wants each written before it is read. */
const MEMORY: usize = memory.data(64);
/** SKF_NET_OFF: from here on places count from the IP header, as the small ones do. */
const NET_OFF: u32 = 0xfff00000;

export function bpfHolds(packet: u32, program: usize): bool {
  const bytes = bytesAt(packet);
  if (bytes == 0) return false;
  const length = <u64>getField(packet, Field.Length);
  let a: u32 = 0;
  let x: u32 = 0;
  let at = program;
  while (true) {
    const word = load<u32>(at);
    let k = load<u32>(at, 4);
    at += 8;
    const code = word & 0xffff;
    const memoryAt = MEMORY + ((k & 15) << 2);
    // BPF_SRC: the other operand
    const other = (code & 8) != 0 ? x : k;
    switch (code & 7) {
      case 0:
      case 1: {
        const mode = code & 0xe0;
        let value = k;
        if (mode == 0x60) value = load<u32>(memoryAt);
        else if (mode == 0x80) value = <u32>length;
        else if (code == BPF_MARK) value = getField(packet, Field.Mark);
        else if (mode != 0) {
          if (mode == 0x40) k += x;
          if (k >= NET_OFF) k -= NET_OFF;
          const size = <u64>(4 >> ((code >> 3) & 3));
          if (k + size > length) return false;
          const place = bytes + k;
          value = size == 4 ? load32(place) : size == 2 ? load16(place) : load<u8>(place);
          if (mode == 0xa0) value = (value & 15) << 2;
        }
        if ((code & 1) == 0) a = value;
        else x = value;
        break;
      }
      case 2:
        store<u32>(memoryAt, a);
        break;
      case 3:
        store<u32>(memoryAt, x);
        break;
      case 4:
        if (other == 0 && ((code & 0xf0) == 0x30 || (code & 0xf0) == 0x90)) return false;
        a = computed(code & 0xf0, a, other);
        break;
      case BPF_JUMP:
        at += (jumps(code & 0xf0, a, other) ? ((code & 0xf0) == 0 ? k : (word >> 16) & 255) : word >> 24) << 3;
        break;
      case BPF_RETURN:
        return ((code & 0x10) != 0 ? a : k) != 0;
      default:
        if ((code & 0x80) != 0) a = x;
        else x = a;
    }
  }
}

function computed(op: u32, a: u32, other: u32): u32 {
  switch (op) {
    case 0x00:
      return a + other;
    case 0x10:
      return a - other;
    case 0x20:
      return a * other;
    case 0x30:
      return a / other;
    case 0x40:
      return a | other;
    case 0x50:
      return a & other;
    // by the low five bits of a count, as machines shift
    case 0x60:
      return a << other;
    case 0x70:
      return a >> other;
    case 0x80:
      return 0 - a;
    case 0x90:
      return a % other;
    default:
      return a ^ other;
  }
}

function jumps(op: u32, a: u32, other: u32): bool {
  if (op == 0x10) return a == other;
  if (op == 0x20) return a > other;
  if (op == 0x30) return a >= other;
  return op == 0 || (a & other) != 0;
}
