/**
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng): several sections, each in its own byte order, with interfaces that
 * have a link type, a unit of time and a name each. Blocks of other kinds are passed over.
 */
import { UNSAID } from '../../model/batch.js';
import type { Draft } from './draft.js';
import { damaged, get16, get32, type Scanner, tooLong } from './pcap.js';
import { MAX_RECORD, type Window } from './window.js';

const Block = { Section: 0x0a0d0d0a, Interface: 1, Packet: 2, Simple: 3, Enhanced: 6 } as const;
/** Bytes of a block without its body: type, length, and the length again. */
const FRAME = 12;
/** Bytes of a block of each kind without data and options. */
const LEAST: ReadonlyMap<number, number> = new Map<number, number>([
  [Block.Section, 28],
  [Block.Interface, 20],
  [Block.Packet, 32],
  [Block.Simple, 16],
  [Block.Enhanced, 32],
]);
const BYTE_ORDER = 0x1a2b3c4d;
const Option = { End: 0, IfName: 2, IfTsresol: 9, IfTsoffset: 14, EpbFlags: 2 } as const;
/** epb_flags: the direction in its lowest two bits. */
const OUTBOUND = 2;
/** Interfaces of a section, and names of all: more of them than any host has. */
const MOST_INTERFACES = 0xf000;

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
    const fail = (what: string) => damaged(what, draft.record + 1, input.placeOf(start));
    if (length < FRAME || length % 4 !== 0) throw fail(`its block is said to take ${length} bytes`);
    const least = LEAST.get(type);
    if (length > MAX_RECORD) {
      if (least !== undefined) throw tooLong(length, draft.record + 1, input.placeOf(start));
      this.#tail = length;
      this.#skip = length - 4;
      return true;
    }
    if (there < length) return false;
    const again = get32(bytes, start + length - 4, this.#little);
    if (again !== length) throw fail(`its block is said to take ${length} bytes, and at its end ${again}`);
    if (least !== undefined) {
      if (length < least) throw fail(`its block takes ${length} bytes, and such a block takes ${least} or more`);
      this.#read(type, bytes, start, start + length - 4, draft, fail);
    }
    input.start = start + length;
    return true;
  }

  #passOver(input: Window, draft: Draft): boolean {
    const step = Math.min(this.#skip, input.end - input.start);
    input.start += step;
    this.#skip -= step;
    if (input.end - input.start < 4) return false;
    const again = get32(input.bytes, input.start, this.#little);
    if (again !== this.#tail)
      throw damaged(
        `the block before it is said to take ${this.#tail} bytes, and at its end ${again}`,
        draft.record + 1,
        input.placeOf(input.start),
      );
    input.start += 4;
    this.#tail = 0;
    return true;
  }

  #byteOrder(input: Window, draft: Draft): void {
    const { bytes, start } = input;
    const little = get32(bytes, start + 8, true) === BYTE_ORDER;
    if (!little && get32(bytes, start + 8, false) !== BYTE_ORDER)
      throw damaged('a section begins that says no byte order', draft.record + 1, input.placeOf(start));
    this.#little = little;
  }

  /** A whole block of a known kind that stands in at..end, its second length left out. */
  #read(type: number, bytes: Uint8Array, at: number, end: number, draft: Draft, fail: (what: string) => Error): void {
    switch (type) {
      case Block.Section:
        if (get16(bytes, at + 12, this.#little) !== 1) throw fail('a section begins whose version is not 1');
        this.#section = true;
        this.#interfaces = [];
        return;
      case Block.Interface:
        if (this.#interfaces.length === MOST_INTERFACES) throw fail(`more than ${MOST_INTERFACES} interfaces`);
        this.#interfaces.push(this.#interface(bytes, at, end, draft, fail));
        return;
      case Block.Simple:
        return this.#simple(bytes, at, end, draft, fail);
      default:
        return this.#packet(type, bytes, at, end, draft, fail);
    }
  }

  #packet(type: number, bytes: Uint8Array, at: number, end: number, draft: Draft, fail: (what: string) => Error): void {
    const little = this.#little;
    const number = type === Block.Packet ? get16(bytes, at + 8, little) : get32(bytes, at + 8, little);
    const iface = this.#known(number, fail);
    const kept = get32(bytes, at + 20, little);
    const data = at + 28;
    if (kept > end - data) throw fail(`it says that it holds ${kept} bytes, and its block ends after ${end - data}`);
    const steps = get32(bytes, at + 12, little) * 0x100000000 + get32(bytes, at + 16, little);
    const time = iface.offset + steps / iface.unit;
    const options = data + ((kept + 3) & ~3);
    const outgoing = options < end && (this.#flags(bytes, options, end) & 3) === OUTBOUND;
    draft.add(data, kept, get32(bytes, at + 24, little), iface.linkType, time, iface.name, outgoing);
  }

  #simple(bytes: Uint8Array, at: number, end: number, draft: Draft, fail: (what: string) => Error): void {
    const { linkType, snaplen, name } = this.#known(0, fail);
    const length = get32(bytes, at + 8, this.#little);
    const kept = Math.min(length, snaplen || length);
    const data = at + 12;
    if (kept > end - data) throw fail(`it says that it holds ${kept} bytes, and its block ends after ${end - data}`);
    draft.add(data, kept, length, linkType, Number.NaN, name);
  }

  #known(number: number, fail: (what: string) => Error): Interface {
    const iface = this.#interfaces[number];
    if (iface === undefined)
      throw fail(`it came in on interface ${number} of its section, which describes ${this.#interfaces.length}`);
    return iface;
  }

  #interface(bytes: Uint8Array, at: number, end: number, draft: Draft, fail: (what: string) => Error): Interface {
    let unit = 1e6;
    let offset = 0;
    let name = UNSAID;
    this.#options(bytes, at + 16, end, (code, from, length) => {
      if (code === Option.IfName) name = this.#nameOf(bytes.subarray(from, from + length), draft, fail);
      else if (code === Option.IfTsresol && length === 1) {
        const power = bytes[from]! & 0x7f;
        unit = (bytes[from]! & 0x80) === 0 ? 10 ** power : 2 ** power;
      } else if (code === Option.IfTsoffset && length === 8) {
        const [low, high] = this.#little ? [from, from + 4] : [from + 4, from];
        offset = (get32(bytes, high, this.#little) | 0) * 0x100000000 + get32(bytes, low, this.#little);
      }
    });
    const linkType = get16(bytes, at + 8, this.#little);
    return { linkType, snaplen: get32(bytes, at + 12, this.#little), unit, offset, name };
  }

  /** The place of an interface's name; UNSAID for what no link of Linux is called, and for `any`, which stands for all. */
  #nameOf(utf8: Uint8Array, draft: Draft, fail: (what: string) => Error): number {
    const text = String.fromCharCode(...utf8.subarray(0, 16)).replace(/\0+$/, '');
    if (text === 'any' || !/^[!-.0-9;-~]{1,15}$/.test(text)) return UNSAID;
    const old = this.#names.get(text);
    if (old !== undefined) return old;
    const place = draft.interfaces.length;
    if (place === MOST_INTERFACES) throw fail(`more than ${MOST_INTERFACES} names of interfaces`);
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
