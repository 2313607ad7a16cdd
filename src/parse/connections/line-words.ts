/** The words of a line one after another, where they stand: entries come by the million, and few words are needed as text. */
const BLANK = 0x20;

export class LineWords {
  /** of the word that was come to. */
  begin = 0;
  end = 0;
  private readonly text: string;
  /** of its `=`; beyond its end where it has none. */
  private equals = -1;

  constructor(line: string) {
    this.text = line.includes('\t') ? line.replaceAll('\t', ' ') : line;
  }

  /** Goes on to the next word; false behind the last one, where it stays. */
  next(): boolean {
    const { text } = this;
    let begin = this.end;
    while (begin < text.length && text.charCodeAt(begin) === BLANK) begin++;
    if (begin === text.length) return false;
    this.begin = begin;
    const end = text.indexOf(' ', begin);
    this.end = end < 0 ? text.length : end;
    // one that lies ahead is not looked for again: a line may be long and have none
    if (this.equals < begin) {
      const equals = text.indexOf('=', begin);
      this.equals = equals < 0 ? text.length : equals;
    }
    return true;
  }

  get word(): string {
    return this.text.slice(this.begin, this.end);
  }
  get isFlag(): boolean {
    return this.text.charCodeAt(this.begin) === 0x5b;
  }
  get hasValue(): boolean {
    return this.equals < this.end;
  }
  /** what stands before its `=`. */
  get key(): string {
    return this.text.slice(this.begin, this.equals);
  }
  get value(): string {
    return this.text.slice(this.equals + 1, this.end);
  }
  /** The number that its value is, or the word where it has none; -1: it is no decimal digits, or too many of them. */
  get number(): number {
    const from = this.hasValue ? this.equals + 1 : this.begin;
    const digits = this.end - from;
    if (digits === 0 || digits > 20) return -1;
    let value = 0;
    for (let at = from; at < this.end; at++) {
      const digit = this.text.charCodeAt(at) - 0x30;
      if (digit < 0 || digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value;
  }
}
