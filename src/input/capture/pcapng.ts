/**
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng): several sections, each in its own byte order, with interfaces that
 * have a link type, a unit of time and a name each. Blocks of other kinds are passed over.
 */
import { UNSAID } from '../../model/batch.js';
import type { Draft } from './draft.js';
import { damage, get16, get32, type Scanner, tooLong } from './pcap.js';
import { MAX_RECORD, type Window } from './window.js';

const Block = { Section: 0x0a0d0d0a, Interface: 1, Packet: 2, Simple: 3, Enhanced: 6 } as const;
/** Bytes of a block without its body: type, length, and the length again. */
const FRAME = 12;
/** Bytes of a block without data and options; 0 for kinds that are passed over. */
function leastOf(type: number): number {
  switch (type) {
    case Block.Enhanced:
    case Block.Packet:
      return 32;
    case Block.Simple:
      return 16;
    case Block.Interface:
      return 20;
    case Block.Section:
      return 28;
    default:
      return 0;
  }
}
const BYTE_ORDER = 0x1a2b3c4d;
const Option = { End: 0, IfName: 2, IfTsresol: 9, IfTsoffset: 14, EpbFlags: 2 } as const;
/** epb_flags: the direction in its lowest two bits. */
const OUTBOUND = 2;
/** Interfaces of a section, and names of all: more of them than any host has. */
const MOST_INTERFACES = 0xf000;

const tooShort = (kept: number, room: number): string =>
  `it says that it holds ${kept} bytes, and its block ends after ${room}`;

interface Interface {
  readonly linkType: number;
  /** 0: no limit. */
  readonly snaplen: number;
  /** steps of its clock in a second, and seconds that are added. */
  readonly unit: number;
  readonly offset: number;
  /** place of its name in the draft, or UNSAID. */
  readonly name: number;
}

export class PcapngScanner implements Scanner {
  #little = true;
  /** a section has begun. */
  #section = false;
  #interfaces: Interface[] = [];
  readonly #names = new Map<string, number>();
  /** of a long block that is passed over: bytes still to come before its second length, and what that is to be. */
  #skip = 0;
  #tail = 0;

  scan(input: Window, draft: Draft): boolean {
    while (!draft.full && this.#block(input, draft));
    return draft.full;
  }

  begun({ bytes, start, end }: Window, record: number): ReturnType<Scanner['begun']> {
    if (this.#tail > 0) return { what: 'a block that is passed over', wanted: end - start + this.#skip + 4 };
    if (start === end && this.#section) return undefined;
    const wanted = end - start < FRAME ? FRAME : get32(bytes, start + 4, this.#little);
    return { what: record === 1 ? 'its first blocks' : `a block behind record ${record - 1}`, wanted };
  }

  /** One block, or a part of one that is passed over; false where the rest of it is still to come. */
  #block(input: Window, draft: Draft): boolean {
    if (this.#tail > 0) return this.#passOver(input, draft);
    const { bytes, start } = input;
    const there = input.end - start;
    if (there < FRAME) return false;
    if (get32(bytes, start, true) === Block.Section) this.#byteOrder(input, draft);
    const type = get32(bytes, start, this.#little);
    const length = get32(bytes, start + 4, this.#little);
    if (length < FRAME || length % 4 !== 0) throw damage(input, draft, `its block is said to take ${length} bytes`);
    const least = leastOf(type);
    if (length > MAX_RECORD) {
      if (least > 0) throw damage(input, draft, tooLong(length));
      this.#tail = length;
      this.#skip = length - 4;
      return true;
    }
    if (there < length) return false;
    const end = start + length - 4;
    const again = get32(bytes, end, this.#little);
    if (again !== length)
      throw damage(input, draft, `its block is said to take ${length} bytes, and at its end ${again}`);
    if (length < least)
      throw damage(input, draft, `its block takes ${length} bytes, and such a block takes ${least} or more`);
    if (type === Block.Enhanced || type === Block.Packet) this.#packet(type, input, end, draft);
    else if (type === Block.Simple) this.#simple(input, end, draft);
    else if (type === Block.Interface) this.#describe(input, end, draft);
    else if (type === Block.Section) this.#begin(input, draft);
    input.start = end + 4;
    return true;
  }

  #passOver(input: Window, draft: Draft): boolean {
    const step = Math.min(this.#skip, input.end - input.start);
    input.start += step;
    this.#skip -= step;
    if (input.end - input.start < 4) return false;
    const again = get32(input.bytes, input.start, this.#little);
    if (again !== this.#tail)
      throw damage(input, draft, `the block before it is said to take ${this.#tail} bytes, and at its end ${again}`);
    input.start += 4;
    this.#tail = 0;
    return true;
  }

  #byteOrder(input: Window, draft: Draft): void {
    const { bytes, start } = input;
    const little = get32(bytes, start + 8, true) === BYTE_ORDER;
    if (!little && get32(bytes, start + 8, false) !== BYTE_ORDER)
      throw damage(input, draft, 'a section begins that says no byte order');
    this.#little = little;
  }

  #begin(input: Window, draft: Draft): void {
    if (get16(input.bytes, input.start + 12, this.#little) !== 1)
      throw damage(input, draft, 'a section begins whose version is not 1');
    this.#section = true;
    this.#interfaces = [];
  }

  #packet(type: number, input: Window, end: number, draft: Draft): void {
    const little = this.#little;
    const { bytes, start } = input;
    const number = type === Block.Packet ? get16(bytes, start + 8, little) : get32(bytes, start + 8, little);
    const { linkType, unit, offset, name } = this.#known(number, input, draft);
    const kept = get32(bytes, start + 20, little);
    const data = start + 28;
    if (kept > end - data) throw damage(input, draft, tooShort(kept, end - data));
    const steps = get32(bytes, start + 12, little) * 0x100000000 + get32(bytes, start + 16, little);
    const options = data + ((kept + 3) & ~3);
    const outgoing = options < end && (this.#flags(bytes, options, end) & 3) === OUTBOUND;
    draft.add(data, kept, get32(bytes, start + 24, little), linkType, offset + steps / unit, name, outgoing);
  }

  #simple(input: Window, end: number, draft: Draft): void {
    const { linkType, snaplen, name } = this.#known(0, input, draft);
    const length = get32(input.bytes, input.start + 8, this.#little);
    const kept = Math.min(length, snaplen || length);
    const data = input.start + 12;
    if (kept > end - data) throw damage(input, draft, tooShort(kept, end - data));
    draft.add(data, kept, length, linkType, Number.NaN, name, false);
  }

  #known(number: number, input: Window, draft: Draft): Interface {
    const iface = this.#interfaces[number];
    if (iface !== undefined) return iface;
    const count = this.#interfaces.length;
    throw damage(input, draft, `it came in on interface ${number} of its section, which describes ${count}`);
  }

  #describe(input: Window, end: number, draft: Draft): void {
    if (this.#interfaces.length === MOST_INTERFACES)
      throw damage(input, draft, `more than ${MOST_INTERFACES} interfaces`);
    const { bytes, start } = input;
    let unit = 1e6;
    let offset = 0;
    let name = UNSAID;
    this.#options(bytes, start + 16, end, (code, from, length) => {
      if (code === Option.IfName) name = this.#nameOf(bytes.subarray(from, from + length), input, draft);
      else if (code === Option.IfTsresol && length === 1) {
        const power = bytes[from]! & 0x7f;
        unit = (bytes[from]! & 0x80) === 0 ? 10 ** power : 2 ** power;
      } else if (code === Option.IfTsoffset && length === 8) {
        const [low, high] = this.#little ? [from, from + 4] : [from + 4, from];
        offset = (get32(bytes, high, this.#little) | 0) * 0x100000000 + get32(bytes, low, this.#little);
      }
    });
    const linkType = get16(bytes, start + 8, this.#little);
    this.#interfaces.push({ linkType, snaplen: get32(bytes, start + 12, this.#little), unit, offset, name });
  }

  /** The place of an interface's name; UNSAID for what no link of Linux is called, and for `any`, which stands for all. */
  #nameOf(utf8: Uint8Array, input: Window, draft: Draft): number {
    const text = String.fromCharCode(...utf8.subarray(0, 16)).replace(/\0+$/, '');
    if (text === 'any' || !/^[!-.0-9;-~]{1,15}$/.test(text)) return UNSAID;
    const old = this.#names.get(text);
    if (old !== undefined) return old;
    const place = draft.interfaces.length;
    if (place === MOST_INTERFACES) throw damage(input, draft, `more than ${MOST_INTERFACES} names of interfaces`);
    draft.interfaces.push(text);
    this.#names.set(text, place);
    return place;
  }

  #flags(bytes: Uint8Array, at: number, end: number): number {
    let flags = 0;
    this.#options(bytes, at, end, (code, from, length) => {
      if (code === Option.EpbFlags && length === 4) flags = get32(bytes, from, this.#little);
    });
    return flags;
  }

  /** Hands on each option of a list; one that does not fit ends it, as its end does. */
  #options(bytes: Uint8Array, at: number, end: number, each: (code: number, at: number, length: number) => void): void {
    let place = at;
    while (place + 4 <= end) {
      const code = get16(bytes, place, this.#little);
      const length = get16(bytes, place + 2, this.#little);
      if (code === Option.End || place + 4 + length > end) return;
      each(code, place + 4, length);
      place += 4 + ((length + 3) & ~3);
    }
  }
}
