/** Why a test of IPv6's extension headers did not come out as wanted. Pages load it with rules of IPv6. */
import { HeaderAsk } from '../abi.js';
import type { ReadWord, Test } from '../model/condition.js';
import { extensionLength, headerNames } from '../net/ipv6-headers.js';
import type { HeaderWord, Message } from './lang/messages.js';
import { say } from './story.js';

/** `read`: what it read; undefined: there is no such place. */
export function headerText({ record, what }: Extract<Test, { kind: 'header6' }>, read: number | undefined): Message {
  const [how = 0, ...rest] = record;
  const number = (how >>> 8) & 255;
  const ask: HeaderAsk = how & 255;
  const header = HEADER_WORDS[number] ?? 'other';
  switch (ask) {
    case HeaderAsk.There:
      return read === undefined ? say('why.header', { header }) : say('why.broken', { header });
    case HeaderAsk.Options:
      return say('why.options', { header });
    case HeaderAsk.Addresses:
      return say('why.addresses', {});
    case HeaderAsk.Segment:
      return say('why.segment', {});
    case HeaderAsk.Headers: {
      if (read === undefined) return say('why.bytes', {});
      return read === CUT ? say('why.cut', {}) : say('why.headers', { headers: headerNames(read) });
    }
    case HeaderAsk.Value: {
      if (what === undefined || read === undefined) return say('why.bytes', {});
      const lowest = Math.clz32(1) - Math.clz32(rest[1]! & -rest[1]!);
      return readWord(what, IN_PLACE.has(what) ? read : read >>> lowest, number);
    }
  }
}
const CUT = 0xffffffff;
/** Bits that lie apart, and bytes that are counted by the eight. */
const IN_PLACE: ReadonlySet<ReadWord> = new Set(['reserved', 'fragment-offset']);

const HEADER_WORDS: Readonly<Record<number, HeaderWord>> = {
  0: 'hop-by-hop',
  43: 'routing',
  44: 'fragment',
  51: 'authentication',
  60: 'destination',
  135: 'mobility',
};

function readWord(what: ReadWord, read: number, header: number): Message {
  const value = (): string => {
    switch (what) {
      case 'header-length':
        return String(extensionLength(header, read));
      case 'reserved':
        return `0x${read.toString(16)}`;
      // iptables takes its bytes the other way round
      case 'tag':
        return String((read >>> 8) | ((read & 255) << 8));
      default:
        return String(read);
    }
  };
  return say('why.read', { what, value: value() });
}
