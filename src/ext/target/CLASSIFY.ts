import { target, ValueError, type ValueKind } from '../define.js';
import { listed, piece } from '../listed.js';

const half = (value: number) => value.toString(16).padStart(4, '0');

/** Two numbers, hex whatever they begin with, of which sixteen bits are left: sscanf's `%x:%x`. */
const handle: ValueKind<readonly [major: number, minor: number]> = {
  words: 1,
  shape: 'MAJOR:MINOR',
  parse([word]) {
    const parts = /^\s*\+?(?:0x)?([\da-f]{1,8}):\s*\+?(?:0x)?([\da-f]{1,8})$/i.exec(word!);
    if (parts === null) throw new ValueError(`"${word}" is not MAJOR:MINOR, two hex numbers`);
    const [major, minor] = parts.slice(1).map((part) => Number.parseInt(part, 16) & 0xffff);
    return [major!, minor!];
  },
  print: ([major, minor]) => [`${half(major)}:${half(minor)}`],
};

/** classify_tg in net/netfilter/xt_CLASSIFY.c: it sets the priority, which no match reads. */
export const CLASSIFY = target({
  name: 'CLASSIFY',
  about: 'puts the packet into a class of a queueing discipline',
  hooks: ['FORWARD', 'OUTPUT', 'POSTROUTING'],
  options: { 'set-class': { value: handle, required: true } },
  lower: () => [],
});

export const CLASSIFYListed = listed('CLASSIFY set', piece('set-class', ''));
