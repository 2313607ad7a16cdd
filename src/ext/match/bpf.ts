import { question } from '../../model/question.js';
import type { Word } from '../../model/ruleset.js';
import { match } from '../define.js';
import { type Listed, quotedOrWord } from '../listed.js';
import { text } from '../values.js';
import { faultOf, program, readsBeyond, wordsOf } from './bpf-program.js';

/** XT_BPF_PATH_MAX, with the end of the text. */
const MOST_PATH = 511;

/** bpf_mt_v1 in net/netfilter/xt_bpf.c: the program gives other than 0. */
export const bpf = match({
  name: 'bpf',
  about: "a BPF program over the packet's bytes",
  options: {
    bytecode: { value: program, excludes: ['object-pinned'] },
    'object-pinned': { value: text('PATH', MOST_PATH), excludes: ['bytecode'] },
  },
  check(given, rule) {
    if (!given.bytecode && !given['object-pinned']) rule.refuse('needs one of --bytecode, --object-pinned');
    if (given['object-pinned']?.value === '') rule.refuse('is empty', 'object-pinned');
    const fault = given.bytecode && faultOf(given.bytecode.value);
    if (fault !== undefined) rule.refuse(fault, 'bytecode');
  },
  lower: (given, build, { family }) => [
    build.when(given.bytecode, (all) =>
      readsBeyond(all)
        ? build.ask(question.bpf(program.print(all, { family })[0]!.slice(1, -1)))
        : build.bpf(wordsOf(all, family === 6 ? 0x86dd : 0x800)),
    ),
    build.when(given['object-pinned'], (path) => build.ask(question.bpf(path))),
  ],
});

/** Instructions stand there without their number; iptables 1.8.9 puts a NUL behind the last. */
export const bpfListed: Listed = {
  begins: ['match bpf'],
  read(text) {
    if (!text.take('match bpf')) return undefined;
    if (text.take('pinned')) {
      const path = quotedOrWord(text);
      return path && [{ text: '--object-pinned', at: path.at }, path];
    }
    const words: (Word | undefined)[] = [text.word()];
    let count = 0;
    // behind a comma the next one's code
    do {
      words.push(text.word(), text.word(), text.word('\0'));
      count++;
    } while (words.at(-1)?.text.includes(',') === true);
    text.takeStart('\0');
    const last = words.at(-1);
    const first = words[0]?.at.column;
    if (last === undefined || first === undefined) return undefined;
    const at = { column: first, length: last.at.column + last.at.length - first };
    return [
      { text: '--bytecode', at },
      { text: `${count},${words.map((word) => word?.text).join(' ')}`, at },
    ];
  },
};
