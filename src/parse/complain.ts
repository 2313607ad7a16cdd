/** What the parsers of a host's texts share: findings about a line or an object, and words read one after another. */
import type { Place } from '../errors.js';
import type { Findings, Severity } from '../model/finding.js';
import { type Line, placeOfLine, placeOfWord, type Word, wordsOf } from './text.js';

/** Findings about one thing: about a word of it, or about all of it. */
export interface Complaints {
  word(word: Word, code: string, message: string, severity?: Severity): void;
  all(code: string, message: string, severity?: Severity): void;
}

/** About a line of a text. */
export class LineComplaints implements Complaints {
  constructor(
    private readonly file: string,
    private readonly line: Line,
    private readonly findings: Findings,
  ) {}

  word(word: Word, code: string, message: string, severity: Severity = 'warning'): void {
    this.findings.add({ severity, code, message, place: placeOfWord(this.file, this.line, word) });
  }

  all(code: string, message: string, severity: Severity = 'warning'): void {
    this.findings.add({ severity, code, message, place: placeOfLine(this.file, this.line) });
  }
}

/** About an object of a JSON text, whose words have no places of their own. */
export class ObjectComplaints implements Complaints {
  constructor(
    private readonly place: Place,
    private readonly findings: Findings,
  ) {}

  word(_word: Word, code: string, message: string, severity: Severity = 'warning'): void {
    this.all(code, message, severity);
  }

  all(code: string, message: string, severity: Severity = 'warning'): void {
    this.findings.add({ severity, code, message, place: this.place });
  }
}

/** A line that was typed at a prompt, such as `root@host:~# ip route`: it says nothing of the host. */
export const isCommandLine = (line: string): boolean =>
  PROMPTED.test(line.slice(0, LONGEST_PROMPT)) || /^(sudo\s+)?(ip|sysctl)\s+[-a-z]/.test(line);

const PROMPTED = /^(\S.*)?[#$>]\s*(sudo\s+)?(\/\S*\/)?(ip|sysctl)(\s|$)/;
/** A prompt is looked for in so much of a line: beyond it, lines made of prompts would take for ever. */
const LONGEST_PROMPT = 300;

export class WordReader {
  readonly #words: readonly Word[];
  #at = 0;

  constructor(words: readonly Word[]) {
    this.#words = words;
  }

  /** The words of a line behind its first `skip` characters. One-line output marks left-out line breaks by backslashes. */
  static of(line: string, skip = 0): WordReader {
    return new WordReader(wordsOf(' '.repeat(skip) + line.slice(skip).replaceAll('\\', ' ')));
  }

  peek(): Word | undefined {
    return this.#words[this.#at];
  }
  next(): Word | undefined {
    return this.#words[this.#at++];
  }
  /** what is still to be read. */
  rest(): readonly Word[] {
    return this.#words.slice(this.#at);
  }
}
