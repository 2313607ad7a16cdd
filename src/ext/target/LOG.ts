import { Emit } from '../../abi.js';
import type { Span, Word } from '../../model/ruleset.js';
import { target, ValueError, type ValueKind } from '../define.js';
import type { Listed, ListedText } from '../listed.js';
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

/** Bits of XT_LOG_MASK; 16 has no option. */
const FLAGS = ['tcp-sequence', 'tcp-options', 'ip-options', 'uid', '', 'macdecode'];

/** `LOG flags 7 level 4 prefix "a "`; without -n `LOG level warn tcp-sequence prefix "a "`. What is usual is printed too. */
export const LOGListed: Listed = {
  begins: ['LOG'],
  read(text) {
    if (!text.take('LOG')) return undefined;
    const words: Word[] = [];
    const put = (at: Span, ...texts: readonly string[]) => words.push(...texts.map((one) => ({ text: one, at })));
    for (;;) {
      const from = text.at;
      const name = text.word();
      if (name?.text === 'flags') {
        const bits = text.word();
        if (bits)
          for (const [bit, flag] of FLAGS.entries())
            if (Number(bits.text) & (1 << bit) && flag) put(bits.at, `--log-${flag}`);
      } else if (name?.text === 'level') {
        const level = text.word();
        if (level) put(level.at, '--log-level', LISTED_LEVELS[level.text] ?? level.text);
      } else if (name?.text === 'prefix') {
        const prefix = text.between('"', '"', true) ?? text.between('`', "'", true) ?? cutOff(text);
        if (prefix) put(prefix.at, '--log-prefix', prefix.text);
      } else if (name !== undefined && FLAGS.includes(name.text)) put(name.at, `--log-${name.text}`);
      else {
        text.at = from;
        return words;
      }
    }
  },
};

/** What is left of a prefix on a line that was cut off. */
function cutOff(text: ListedText): Word | undefined {
  if (!/^["`]/.test(text.peek())) return undefined;
  const rest = text.rest()!;
  return { ...rest, text: rest.text.slice(1) };
}

/** As priorities are called there (syslog.h). */
const LISTED_LEVELS: Readonly<Record<string, string>> = { warn: 'warning', err: 'error' };
