import { Emit } from '../../abi.js';
import { target, ValueError, type ValueKind } from '../define.js';
import { cutText, flag, readInteger } from '../values.js';

const LEVELS = new Map([
  ['alert', 1],
  ['crit', 2],
  ['debug', 7],
  ['emerg', 0],
  ['error', 3],
  ['info', 6],
  ['notice', 5],
  ['panic', 0],
  ['warning', 4],
]);
const USUAL = 4;

const level: ValueKind<number> = {
  words: 1,
  shape: 'LEVEL',
  parse([word]) {
    const value = readInteger(word!) ?? LEVELS.get(word!);
    if (value === undefined || value > 7)
      throw new ValueError(`"${word}" is neither in 0..7 nor one of ${[...LEVELS.keys()].join(', ')}`);
    return value;
  },
  print: (value) => [String(value)],
};

/** log_tg in net/netfilter/xt_LOG.c: the packet goes on. */
export const LOG = target({
  name: 'LOG',
  about: "writes the packet's headers to the kernel's log",
  options: {
    // char prefix[30] of xt_LOG.h ends in a zero byte
    'log-prefix': { value: cutText(29) },
    'log-level': { value: level },
    'log-tcp-sequence': { value: flag },
    'log-tcp-options': { value: flag },
    'log-ip-options': { value: flag },
    'log-uid': { value: flag },
    'log-macdecode': { value: flag },
  },
  canonical(given) {
    const { 'log-level': level, ...rest } = given;
    return level?.value === USUAL ? rest : given;
  },
  lower: (_, act) => [act.emit(Emit.Log)],
});
