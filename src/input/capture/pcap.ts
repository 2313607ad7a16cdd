/** Records of a pcap file (pcap-savefile(5)): both byte orders, microseconds and nanoseconds. */
import { PacketwalkError } from '../../errors.js';
import { UNSAID } from '../../model/batch.js';
import type { Draft } from './draft.js';
import { LINK_TYPES } from './link.js';
import { MAX_RECORD, type Window } from './window.js';

/** Reads what stands in the window. */
export interface Scanner {
  /** Drafts records until the draft is full (true), or what is left is less than a record; throws where it is damaged. */
  scan(input: Window, draft: Draft): boolean;
  /** What has begun and is not all there, and the bytes that it takes, as far as they tell it; `record` is the next. */
  begun(input: Window, record: number): { readonly what: string; readonly wanted: number } | undefined;
}

const HEADER = 24;
const RECORD = 16;
const MICRO = 0xa1b2c3d4;
const NANO = 0xa1b23c4d;

/** The header's byte order and unit of time; undefined: no pcap file. */
function kindOf(bytes: Uint8Array, at: number): { little: boolean; unit: number } | undefined {
  for (const little of [true, false]) {
    const magic = get32(bytes, at, little);
    if (magic === MICRO || magic === NANO) return { little, unit: magic === MICRO ? 1e6 : 1e9 };
  }
  return undefined;
}

export class PcapScanner implements Scanner {
  #linkType = -1;
  #little = true;
  #unit = 1e6;

  scan(input: Window, draft: Draft): boolean {
    if (this.#linkType < 0 && !this.#header(input, draft.name)) return false;
    const { view, end } = input;
    const little = this.#little;
    const unit = this.#unit;
    const linkType = this.#linkType;
    while (end - input.start >= RECORD && !draft.full) {
      const at = input.start;
      const kept = view.getUint32(at + 8, little);
      if (kept > MAX_RECORD - RECORD) throw damage(input, draft, tooLong(kept));
      if (end - at - RECORD < kept) break;
      const time = view.getUint32(at, little) + view.getUint32(at + 4, little) / unit;
      draft.add(at + RECORD, kept, view.getUint32(at + 12, little), linkType, time, UNSAID, false);
      input.start = at + RECORD + kept;
    }
    return draft.full;
  }

  begun({ bytes, start, end }: Window, record: number): ReturnType<Scanner['begun']> {
    if (this.#linkType < 0) return { what: 'its header', wanted: HEADER };
    if (start === end) return undefined;
    const kept = end - start < RECORD ? 0 : get32(bytes, start + 8, this.#little);
    return { what: `record ${record}`, wanted: RECORD + kept };
  }

  #header(input: Window, name: string): boolean {
    const { bytes, start } = input;
    if (input.end - start < HEADER) return false;
    const { little, unit } = kindOf(bytes, start)!;
    const version = `${get16(bytes, start + 4, little)}.${get16(bytes, start + 6, little)}`;
    if (version !== '2.4')
      throw new PacketwalkError(`${name}: is a pcap file of version ${version}, and 2.4 was expected`, {
        code: 'bad-capture',
        hint: `editcap -F pcap ${name} NEW writes it anew`,
      });
    // the upper bits tell of a checksum behind each frame
    this.#linkType = get32(bytes, start + 20, little) & 0xffff;
    if (!LINK_TYPES.has(this.#linkType)) throw unknownLinkType(name, this.#linkType);
    this.#little = little;
    this.#unit = unit;
    input.start = start + HEADER;
    return true;
  }
}

const unknownLinkType = (name: string, linkType: number): PacketwalkError =>
  new PacketwalkError(`${name}: its frames are of link type ${linkType}, which is not read`, {
    code: 'unknown-link-type',
    hint: `link types that are read: ${[...LINK_TYPES].map(([number, what]) => `${what} (${number})`).join(', ')}`,
  });

export const tooLong = (length: number): string =>
  `it says that it takes ${length} bytes, and none takes more than ${MAX_RECORD}`;

/** Of the record or block that begins where the window stands. */
export const damage = (input: Window, draft: Draft, what: string): PacketwalkError =>
  new PacketwalkError(
    `${draft.name}: record ${draft.record + 1}, at byte ${input.placeOf(input.start)}, is damaged: ${what}`,
    {
      code: 'bad-capture',
    },
  );

export const get32 = (bytes: Uint8Array, at: number, little: boolean): number =>
  (little
    ? bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    : bytes[at + 3]! | (bytes[at + 2]! << 8) | (bytes[at + 1]! << 16) | (bytes[at]! << 24)) >>> 0;

export const get16 = (bytes: Uint8Array, at: number, little: boolean): number =>
  little ? bytes[at]! | (bytes[at + 1]! << 8) : (bytes[at]! << 8) | bytes[at + 1]!;
