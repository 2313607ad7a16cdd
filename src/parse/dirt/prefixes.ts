/** What other programs and people put before a line: quote marks, line numbers, time stamps, names of pods, diff marks, bullets. */
import { type CleanLine, cut } from './drawn.js';

interface Prefix {
  readonly sign: RegExp;
  /** the lines below one that has it are taken to have it too. */
  readonly goesOn: boolean;
}

const TIME = String.raw`\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z| ?[+-]\d\d:?\d\d)?|(?:[A-Z][a-z]{2} +\d{1,2} )?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?`;

const PREFIXES: readonly Prefix[] = [
  { sign: /^ {0,12}(?:> ?){1,10}/, goesOn: true },
  // docker compose, kubectl logs --prefix
  { sign: /^[\w./-]{1,80} +\| ?/, goesOn: true },
  { sign: /^\[[\w./-]{1,120}\] ?(?=[^#$% ])/, goesOn: true },
  {
    sign: new RegExp(
      `^[[(<]?(?:${TIME})[\\])>]?[ \\t]+(?:(?:[\\w.-]{1,64} +)?[\\w./-]{1,64}(?:\\[\\d{1,10}\\])?: +)?(?:(?:std(?:out|err)) [FP] )?`,
    ),
    goesOn: true,
  },
  { sign: /^\[ {0,8}\d{1,8}\.\d{1,9}\] +/, goesOn: true },
  // grep -n, cat -n, what editors and pages show
  { sign: /^(?:[\w./-]{1,120}[:-])?\d{1,7}[:-](?=[^\d:])/, goesOn: true },
  { sign: /^ {0,12}\d{1,7}(?:[.):|│]|\t)? +[|│]? ?/, goesOn: true },
  { sign: /^[│┃║|] ?/, goesOn: true },
  { sign: /^ {0,12}(?:[-*•‣▪·–] {1,4}|\(?\d{1,3}[.)] {1,4}|[→⇒]|->|=>) {0,4}/, goesOn: false },
  { sign: /^\+ ?/, goesOn: false },
  // tasks of Ansible, images, units, interfaces
  {
    sign: /^ {0,40}(?:- )?(?:[\w.]{0,40}(?:shell|command|cmd|raw)|Post-?[Uu]p|Pre-?[Uu]p|post-up|pre-up|up|ExecStart(?:Pre|Post)?|RUN|@reboot(?: root)?)(?: *[:=] *| +)-?['"]?/,
    goesOn: false,
  },
];

/** What is taken away again, or when something ends. */
const UNDONE = /^ {0,40}(?:Post-?[Dd]own|Pre-?[Dd]own|post-down|pre-down|down|ExecStop(?:Post)?)(?: *= *| +)-?(?=\S)/;

/** What stands in every line that is looked for behind a prefix. */
const MAY_BE = /-[AIPN] |tables|Chain |target +prot|\*[a-z]|COMMIT|create |add |:[\w-]+ [A-Z-]|Name: |\$/;

/** Takes prefixes off the lines of a text, one line after another. */
export class Prefixes {
  private last: Prefix | undefined;

  /** `known`: whether a text, without blanks around it, is a line that somebody reads. */
  constructor(private readonly known: (text: string) => boolean) {}

  /** `undone`: a command that takes rules away when a link or unit goes; `removed`: a line that a diff takes out. */
  strip(line: CleanLine): CleanLine | 'undone' | 'removed' {
    const { text } = line;
    const before = this.last;
    this.last = undefined;
    if (text === '' || (before === undefined && !MAY_BE.test(text)) || this.known(text.trim())) return line;
    const undone = UNDONE.exec(text);
    if (undone !== null && this.known(text.slice(undone[0].length).trim())) return 'undone';
    if (text.startsWith('-') && text[1] !== '-' && this.known(text.slice(1).trim()) && text[1] !== ' ')
      return 'removed';
    if (text.startsWith('--A ') || text.startsWith('-:') || text.startsWith('-['))
      return this.known(text.slice(1)) ? 'removed' : line;
    const taken = this.prefixOf(text, before, MOST);
    if (taken === 0) return line;
    return cut(line, taken, text.length, text.startsWith('+') ? 'added' : 'prefix');
  }

  /** How long the prefixes of a line are together; 0: nothing that is known stands behind them. */
  private prefixOf(text: string, before: Prefix | undefined, depth: number): number {
    for (const prefix of PREFIXES) {
      const found = prefix.sign.exec(text.slice(0, 400))?.[0] ?? '';
      if (found === '') continue;
      const rest = text.slice(found.length);
      if (rest === '') continue;
      if (this.known(rest.trim()) || prefix === before) {
        if (prefix.goesOn && depth === MOST) this.last = prefix;
        return found.length;
      }
      const more = depth === 1 ? 0 : this.prefixOf(rest, undefined, depth - 1);
      if (more > 0) return found.length + more;
    }
    return 0;
  }
}

/** Prefixes of one line, at most. */
const MOST = 3;
