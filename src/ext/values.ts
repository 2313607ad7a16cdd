/** The kinds of values that options take. A kind reads words, says what was wrong, and prints what iptables-save prints. */
import type { NumberRange } from '../model/condition.js';
import { servicePort } from '../model/service.js';
import {
  type AddressRange,
  compareWords,
  formatAddress,
  type Masked,
  maskedBy,
  parseAddress,
  parseIpv4,
  prefixLength,
  prefixMask,
} from '../net/address.js';
import { plainDecimal } from '../net/decimal.js';
import { type PrintedForm, type ValueContext, ValueError, type ValueKind } from './define.js';

/** An option without a value. */
export const flag: ValueKind<true> = { words: 0, shape: '', parse: () => true, print: () => [] };

/** Any one word. */
export const text = (shape = 'TEXT', max = Number.POSITIVE_INFINITY): ValueKind<string> => ({
  words: 1,
  shape,
  parse([word]) {
    if (word!.length > max) throw new ValueError(`is longer than ${max} characters`);
    return word!;
  },
  print: (value) => [value],
});

/**
 * Decimal, or hex after 0x, or octal after 0, as strtoul with base 0 reads it, behind blanks and a `+`; undefined where
 * it is none of these.
 */
export function readInteger(text: string): number | undefined {
  // most words are plain decimals or names, which need none of the expressions below
  const plain = plainDecimal(text);
  if (plain !== undefined || /^[a-z]/i.test(text)) return plain;
  const word = text.replace(/^\s*\+?/, '');
  if (/^0x[0-9a-f]+$/i.test(word)) return Number.parseInt(word, 16);
  if (/^0[0-7]+$/.test(word)) return Number.parseInt(word, 8);
  return /^(0|[1-9]\d*)$/.test(word) ? Number(word) : undefined;
}

/** Reads a number within limits, or says why not; `what` names it in the message. */
export function integerOf(word: string, max: number, what = 'value', min = 0): number {
  const value = readInteger(word);
  if (word === '') throw new ValueError('a number is missing');
  if (value === undefined) throw new ValueError(`"${word}" is not a number`);
  if (value < min || value > max) throw new ValueError(`${what} ${word} is not in ${min}..${max}`);
  return value;
}

export const integer = (max: number, print: (value: number) => string = String, min = 0): ValueKind<number> => ({
  words: 1,
  shape: 'NUMBER',
  parse: ([word]) => integerOf(word!, max, 'value', min),
  print: (value) => [print(value)],
});

export const hex = (value: number): string => `0x${value.toString(16)}`;

const printedRange = (max: number): PrintedForm | undefined => (max === 65535 ? 'range' : undefined);

/** `a` or `a:b` within 0..max; `:b` and `a:` are open at the other end. */
export const numberRange = (max: number, what = 'value'): ValueKind<NumberRange> => ({
  words: 1,
  printed: printedRange(max),
  shape: 'NUMBER[:NUMBER]',
  parse: ([word]) => readRange(word!, max, (part) => integerOf(part, max, what)),
  print: ({ min, max: top }) => [min === top ? String(min) : `${min}:${top}`],
});

function readRange(word: string, top: number, read: (part: string) => number): NumberRange {
  const colon = word.indexOf(':');
  if (colon < 0) {
    const only = read(word);
    return { min: only, max: only };
  }
  if (word.includes(':', colon + 1)) throw new ValueError(`"${word}" is not a range: more than one ":"`);
  const min = colon === 0 ? 0 : read(word.slice(0, colon));
  const max = colon + 1 === word.length ? top : read(word.slice(colon + 1));
  if (min > max) throw new ValueError(`"${word}" is not a range: ${min} is greater than ${max}`);
  return { min, max };
}

/** getservbyname tells capitals from small letters. */
const servicePortOf = (word: string) => (/[A-Z]/.test(word) ? undefined : servicePort(word));

/** A port's number or the name of a service. */
export function portOf(word: string): number {
  const value = readInteger(word);
  if (value === undefined) {
    const named = servicePortOf(word);
    if (named === undefined)
      throw new ValueError(
        `"${word}" is neither a port nor the name of a service`,
        0,
        undefined,
        isName(word) ? 'port' : undefined,
      );
    return named;
  }
  if (value > 65535) throw new ValueError(`port ${word} is not in 0..65535`);
  return value;
}

/** `a`, `a:b`, `:b`, `a:`; the ends stay as they stand: where the first is the greater, no number lies between. */
export const unorderedRange = (max: number, shape: string, read: (word: string) => number): ValueKind<NumberRange> => ({
  words: 1,
  printed: printedRange(max),
  shape: `${shape}[:${shape}]`,
  parse([word]) {
    const ends = word!.split(':');
    if (ends.length > 2) throw new ValueError(`"${word}" is not a range: more than one ":"`);
    if (ends.length === 1) {
      const only = read(word!);
      return { min: only, max: only };
    }
    return { min: ends[0] === '' ? 0 : read(ends[0]!), max: ends[1] === '' ? max : read(ends[1]!) };
  },
  print: ({ min, max: top }) => [min === top ? String(min) : `${min}:${top}`],
});
/**
 * A port that getaddrinfo reads, as xtables_getportbyname asks it to: a decimal one, zeros before it or not. It takes
 * 65536 for 0 and so on; here that is refused.
 */
function resolvedPort(word: string): number {
  const plain = plainDecimal(word);
  if (plain !== undefined && plain <= 65535) return plain;
  const digits = /^\s*\+?(\d+)$/.exec(word)?.[1];
  if (digits === undefined && readInteger(word) !== undefined) throw new ValueError(`port ${word} is not decimal`);
  return portOf(digits?.replace(/^0+(?=\d)/, '') ?? word);
}
export const unorderedPorts = unorderedRange(65535, 'PORT', resolvedPort);
export const onePort: ValueKind<number> = {
  words: 1,
  shape: 'PORT',
  parse: ([word]) => resolvedPort(word!),
  print: (port) => [String(port)],
};

/** `80`, `http`, `1024:2000`, `:1023`, `1024:`. */
export const portRange: ValueKind<NumberRange> = {
  words: 1,
  printed: 'range',
  shape: 'PORT[:PORT]',
  parse: ([word]) => readRange(word!, 65535, portOf),
  print: ({ min, max }) => [min === max ? String(min) : `${min}:${max}`],
};

/** Ports and ranges joined by commas, at most `slots` of them; a range takes two. */
export const portList = (slots: number): ValueKind<readonly NumberRange[]> => ({
  words: 1,
  printed: 'list',
  shape: 'PORT[:PORT][,…]',
  parse([word]) {
    const ranges = word!.split(',').map((part) => readRange(part, 65535, portOf));
    // the kernel's struct holds fifteen numbers (xt_multiport_v1)
    const used = word!.split(',').reduce((sum, part) => sum + (part.includes(':') ? 2 : 1), 0);
    if (used > slots) throw new ValueError(`holds ${used} ports, more than ${slots} (a range counts as two)`);
    return ranges;
  },
  print: (ranges) => [ranges.map(({ min, max }) => (min === max ? `${min}` : `${min}:${max}`)).join(',')],
});

/** A value under a mask: `v` or `v/mask`, 32 bits. */
export interface MaskedNumber {
  readonly value: number;
  readonly mask: number;
}
export const maskedNumber: ValueKind<MaskedNumber> = {
  words: 1,
  shape: 'VALUE[/MASK]',
  parse([word]) {
    const parts = word!.split('/');
    if (parts.length > 2) throw new ValueError(`"${word}" holds more than one "/"`);
    const value = integerOf(parts[0]!, 0xffffffff);
    return { value, mask: parts.length === 2 ? integerOf(parts[1]!, 0xffffffff, 'mask') : 0xffffffff };
  },
  print: ({ value, mask }) => [mask === 0xffffffff ? hex(value) : `${hex(value)}/${hex(mask)}`],
};

/** An address with `/length`, `/mask` or neither. Bits beyond the mask are cleared, as iptables does. */
export function maskedOf(word: string, context: ValueContext): Masked {
  const slash = word.indexOf('/');
  const host = slash < 0 ? word : word.slice(0, slash);
  const bits = context.family === 4 ? 32 : 128;
  const tail = word.slice(slash + 1);
  const none = prefixMask(0, context.family);
  // under a mask of nothing any name stands, as in any/0 (xtables_ipparse_any)
  if (slash >= 0 && /^(0+|0\.0\.0\.0|::)$/.test(tail)) return { address: none, mask: none };
  const address = networkOf(host, context);
  if (slash < 0) return { address, mask: prefixMask(bits, context.family) };
  const length = readInteger(tail);
  if (length !== undefined) {
    if (length > bits) throw new ValueError(`prefix length ${tail} is not in 0..${bits}`);
    const mask = prefixMask(length, context.family);
    return { address: maskedBy(address, mask), mask };
  }
  const mask = parseAddress(tail);
  if (mask === undefined || mask.length !== address.length)
    throw new ValueError(`"${tail}" is neither a prefix length nor a mask`);
  return { address: maskedBy(address, mask), mask };
}

/**
 * An address whose last bytes may be missing, which are zeros then, and whose bytes may be octal or hex: `10/8`
 * (xtables_numeric_to_ipaddr). What this does not read is a host's address to iptables.
 */
export function networkOf(word: string, context: ValueContext): readonly number[] {
  const whole = context.family === 4 ? parseIpv4(word) : undefined;
  if (whole !== undefined) return whole;
  const bytes = word.split('.').map(readInteger);
  if (context.family !== 4 || bytes.length > 4 || !bytes.every((byte) => byte !== undefined && byte <= 255))
    return hostOf(word, context);
  return [bytes.reduce<number>((sum, byte, i) => sum + byte! * 256 ** (3 - i), 0)];
}

/** What begins as an address does was meant to be one, unless signs hide a part of it: `1.2.3.xxx`, `*.*.*.*`. */
const isName = (word: string): boolean =>
  /^[a-z_][\w.-]*$|[*?#\xc0-\u1fff\u2040-\uffff]|^(?=.*x)(([\dx]+\.){3}[\dx]+|[\da-fx]*:[\da-fx:]*)$/i.test(word);

export function addressOf(word: string, context: ValueContext): readonly number[] {
  const address = parseAddress(word);
  if (address === undefined)
    throw new ValueError(
      `"${word}" is not an address`,
      0,
      // what begins as an address does was meant to be one
      isName(word) ? 'names are not looked up, since the answer depends on the resolver of the host' : undefined,
      isName(word) ? 'address' : undefined,
    );
  if (address.length !== (context.family === 4 ? 1 : 4))
    throw new ValueError(
      `${word} is an IPv${address.length === 1 ? 4 : 6} address, the rules are IPv${context.family}`,
    );
  return address;
}

/** `a` or `a-b`, least first. */
export const addressRange: ValueKind<AddressRange> = {
  words: 1,
  printed: 'addresses',
  shape: 'ADDRESS[-ADDRESS]',
  parse([word], context) {
    const dash = word!.indexOf('-');
    const min = addressOf(dash < 0 ? word! : word!.slice(0, dash), context);
    const max = dash < 0 ? min : addressOf(word!.slice(dash + 1), context);
    if (compareWords(min, max) > 0) throw new ValueError(`"${word}" is not a range: its first address is the greater`);
    return { min, max };
  },
  print: ({ min, max }) => [`${formatAddress(min)}-${formatAddress(max)}`],
};

/** One of a few words; printed as the first of its spellings. */
export function oneOf<T extends string>(table: Readonly<Record<T, readonly string[]>>, shape = 'NAME'): ValueKind<T> {
  const names = Object.keys(table) as T[];
  return {
    words: 1,
    shape,
    parse([word]) {
      const lower = word!.toLowerCase();
      const found = names.find((name) => name.toLowerCase() === lower || table[name].includes(lower));
      if (found === undefined) throw new ValueError(`"${word}" is none of ${names.join(', ')}`);
      return found;
    },
    print: (value) => [value],
  };
}

/** One of a few words, as they stand: capitals make another. */
export const oneWord = <T extends string>(...names: readonly T[]): ValueKind<T> => ({
  words: 1,
  shape: names.join('|'),
  parse([word]) {
    const found = names.find((name) => name === word);
    if (found === undefined) throw new ValueError(`"${word}" is none of ${names.join(', ')}`);
    return found;
  },
  print: (value) => [value],
});

/** A text as iptables-save quotes it (xtables_save_string): bare where it holds only letters, digits, `_` and `-`. */
export const quoted = (word: string): string =>
  /^[A-Za-z0-9_-]+$/.test(word) ? word : `"${word.replace(/[\\"']/g, '\\$&')}"`;

/** Two hex digits at least, as tos and dscp print them. */
export const hex2 = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;

/**
 * Some of a few words, joined by commas, in any case; a word may be cut short, and stands for the first name that begins
 * with it. Printed in the order of the table.
 */
export function beginnings<T extends string>(names: readonly T[], shape: string): ValueKind<readonly T[]> {
  return {
    words: 1,
    shape,
    parse: ([word]) =>
      word!.split(',').map((part) => {
        const found = names.find((name) => part !== '' && name.toLowerCase().startsWith(part.toLowerCase()));
        if (found === undefined) throw new ValueError(`"${part}" is none of ${names.join(', ')}`);
        return found;
      }),
    print: (values) => [names.filter((name) => values.includes(name)).join(',')],
  };
}

/**
 * A text that is cut after `max` bytes, as the kernel's struct cuts it, but never inside a character; quoted where need be. `breaks`:
 * iptables takes line breaks, which come of a quote that nothing closes.
 */
export const cutText = (max: number, breaks = false): ValueKind<string> => ({
  words: 1,
  shape: 'TEXT',
  parse([word]) {
    if (word === '') throw new ValueError('is empty');
    if (!breaks && word!.includes('\n')) throw new ValueError('holds a line break');
    if (word!.length <= max && /^[ -~]*$/.test(word!)) return word!;
    const letters = [...word!.slice(0, max)];
    while (utf8.encode(letters.join('')).length > max) letters.pop();
    return letters.join('');
  },
  print: (value) => [quoted(value)],
});
const utf8 = new TextEncoder();

/** The same printed without quotes: what needs them could not be read again. */
export const bareText = (max: number, shape = 'NAME'): ValueKind<string> => ({
  words: 1,
  shape,
  parse([word], context) {
    if (/[\s"']/.test(word!)) throw new ValueError('holds a blank or a quote');
    return cutText(max).parse([word!], context);
  },
  print: (value) => [value],
});

/** A host's address, as XTTYPE_HOST of libxtables reads it. */
export const host: ValueKind<readonly number[]> = {
  words: 1,
  shape: 'ADDRESS',
  parse: ([word], context) => hostOf(word!, context),
  print: (address) => [formatAddress(address)],
};

/** Missing bytes are zeros before the last one, as inet_aton has them: 10.1 is 10.0.0.1. */
export function hostOf(word: string, context: ValueContext): readonly number[] {
  const parts = word.split('.').map((part) => (/^\d/.test(part) ? readInteger(part) : undefined));
  const last = parts.at(-1);
  const room = 2 ** (8 * (5 - parts.length));
  if (context.family === 6 || parts.length > 4 || last === undefined || last >= room) return addressOf(word, context);
  let value = last;
  for (const [i, part] of parts.slice(0, -1).entries()) {
    if (part === undefined || part > 255) return addressOf(word, context);
    value += part * 256 ** (3 - i);
  }
  return [value];
}

/** An address with a mask as libxtables' HOSTMASK takes it: bits beyond the mask stay, and a mask that is no prefix stands for all bits. */
export const hostMasked: ValueKind<Masked> = {
  words: 1,
  shape: 'ADDRESS[/MASK]',
  parse([word], context) {
    const [host, ...behind] = word!.split('/');
    const address = hostOf(host!, context);
    const { mask } = maskedOf([formatAddress(address), ...behind].join('/'), context);
    const whole = prefixMask(context.family === 4 ? 32 : 128, context.family);
    return { address, mask: prefixLength(mask) === undefined ? whole : mask };
  },
  print({ address, mask }) {
    const length = prefixLength(mask);
    const whole = address.length === 1 ? 32 : 128;
    return [length === whole ? formatAddress(address) : `${formatAddress(address)}/${length}`];
  },
};
