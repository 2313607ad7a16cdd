import { Emit } from '../../abi.js';
import { target, type ValueKind } from '../define.js';
import { flagPiece, type Listed, listed, piece, quotedOrWord } from '../listed.js';
import { flag, integerOf, text } from '../values.js';

/** `netfilter-` and a zero byte leave so many of char id[27] (xt_LED.h). */
const any = text('NAME', 16);
const trigger: ValueKind<string> = { ...any, print: (name) => [`"${name.replace(/["\\]/g, '\\$&')}"`] };

const FOREVER = 0xffffffff;
/** Milliseconds; what begins with `inf` is for ever. Printed with a sign, which iptables itself does not take back. */
const delay: ValueKind<number> = {
  words: 1,
  shape: 'MILLISECONDS|inf',
  parse([word]) {
    if (/^inf/i.test(word!)) return FOREVER;
    return /^-\d+$/.test(word!) ? 2 ** 32 - integerOf(word!.slice(1), 2 ** 31, 'value', 1) : integerOf(word!, FOREVER);
  },
  print: (value) => [String(value | 0)],
};

/** led_tg in net/netfilter/xt_LED.c: the packet goes on. */
export const LED = target({
  name: 'LED',
  about: 'lights an LED',
  options: {
    'led-trigger-id': { value: trigger, required: true },
    'led-delay': { value: delay },
    'led-always-blink': { value: flag },
  },
  canonical({ 'led-delay': given, ...rest }) {
    return given?.value ? { ...rest, 'led-delay': given } : rest;
  },
  lower: (_, act) => [act.emit(Emit.Led)],
});

const behind = listed(
  undefined,
  { ...piece('led-delay', 'led-delay:'), words: (value) => [value.replace(/ms$/, '')] },
  flagPiece('led-always-blink'),
);

/** `led-trigger-id:"name" led-delay:0ms led-always-blink`. */
export const LEDListed: Listed = {
  begins: ['led-trigger-id:'],
  read(listing) {
    const name = listing.takeStart('led-trigger-id:') ? quotedOrWord(listing) : undefined;
    if (name === undefined) return undefined;
    return [{ text: '--led-trigger-id', at: name.at }, name, ...(behind.read(listing) ?? [])];
  },
};
