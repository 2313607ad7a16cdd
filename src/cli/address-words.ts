/** Addresses in a line of whatever text, and what the line says of them: networks, ranges, masks. */
import { familyOf, parseAddress, type Words } from '../net/address.js';

export interface AddressWord {
  readonly begin: number;
  readonly end: number;
  /** `mac`: of hardware. */
  readonly value: Words | 'mac';
  /** of the network that it stands for, as `/24` behind it says. */
  readonly length: number | undefined;
  /** what stands before it: the address whose mask it is, or from which on a range goes to it. */
  readonly behind: { readonly kind: 'mask' | 'range'; readonly address: Words } | undefined;
}

/** What may be an address: it begins where no word does, and is looked at more closely. A run of it is one. */
const MAY_BE =
  /(?:(?<![\w.:])|(?<=[g-zG-Z_]:)|(?<=\bMAC:?)|(?<=\b[\da-f]{4}\.)(?=[\da-f]{1,2}:))(?:\d{1,3}(?:\.\d{1,3}){3,}|[\da-fA-F]*:[\da-fA-F:.]*)|(?<=[A-Za-z_:])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])/g;
/** Of Ethernet, without zeros in a bridge's identity, and of InfiniBand; of others it reads as an address of IPv6. */
const MAC = /^[\da-fA-F]{1,2}(?:(?::[\da-fA-F]{1,2}){5}|(?::[\da-fA-F]{2}){19})$/;
/** As long as one of InfiniBand. */
const LONGEST = 59;
const LENGTH = /\/(\d{1,3})(?![\w.:])/y;

export function addressWords(line: string): AddressWord[] {
  if (!/[\da-fA-F:][.:]/.test(line)) return [];
  const found: AddressWord[] = [];
  for (const match of line.matchAll(MAY_BE)) {
    const known = addressOf(match[0]);
    if (known === undefined) continue;
    const begin = match.index;
    const end = begin + known.text.length;
    LENGTH.lastIndex = end;
    const length = LENGTH.exec(line)?.[1];
    const before = found.at(-1);
    found.push({
      begin,
      end,
      value: known.value,
      length: length === undefined ? undefined : Number(length),
      behind: before && relation(before, known.value, line.slice(before.end, begin)),
    });
  }
  return found;
}

/** The address that a run of its characters begins with; tcpdump puts a port behind a dot, hashlimit behind a colon, and sentences end in a dot. */
function addressOf(run: string): { readonly text: string; readonly value: Words | 'mac' } | undefined {
  if (run.length > LONGEST) return undefined;
  for (const text of [run, run.replace(/[.:]+$/, ''), run.replace(/\.\d+[.:]*$/, ''), run.replace(/:\d+$/, '')]) {
    if (MAC.test(text)) return { text, value: 'mac' };
    const address = parseAddress(text);
    if (address !== undefined) return { text, value: address };
  }
  return undefined;
}

function relation({ value }: AddressWord, own: Words | 'mac', between: string): AddressWord['behind'] {
  if (value === 'mac' || own === 'mac' || familyOf(value) !== familyOf(own)) return undefined;
  if (between === '/') return { kind: 'mask', address: value };
  return between === '-' || between === ']-[' ? { kind: 'range', address: value } : undefined;
}
