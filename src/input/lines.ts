/**
 * Numbered lines out of a stream of text or UTF-8 bytes. Memory stays flat however long the stream is, and however
 * long one of its lines: what goes beyond MAX_LINE is left out, and the line says so.
 */

// the library is built without the types of a browser or of Node; both have it
declare class TextDecoder {
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string;
}

export interface InputLine {
  /** counts from 1. */
  readonly number: number;
  /** without its end. */
  readonly text: string;
  /** the line was longer than MAX_LINE, and this is only its beginning. */
  readonly cut: boolean;
}

/** UTF-16 units; the longest IP packet takes 131,070 as hex. */
export const MAX_LINE = 1 << 20;

/** Lines end in LF, CRLF or a lone CR. A last line that is empty does not count as one. */
export async function* readLines(
  chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): AsyncGenerator<InputLine> {
  const decoder = new TextDecoder();
  const splitter = new LineSplitter();
  for await (const chunk of chunks)
    yield* splitter.push(typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }));
  yield* splitter.push(decoder.decode());
  yield* splitter.end();
}

class LineSplitter {
  #number = 0;
  #text = '';
  #long = false;
  #begun = false;
  /** the last chunk ended in CR: a LF that comes first now belongs to it. */
  #afterCr = false;

  *push(given: string): Generator<InputLine> {
    if (given === '') return;
    let from = 0;
    if (!this.#begun && given.charCodeAt(0) === 0xfeff) from = 1;
    if (this.#afterCr && given[0] === '\n') from = 1;
    this.#begun = true;
    const end = /\r\n|\n|\r/g;
    end.lastIndex = from;
    for (let match = end.exec(given); match !== null; match = end.exec(given)) {
      this.#add(given.slice(from, match.index));
      from = end.lastIndex;
      yield this.#line();
    }
    this.#add(given.slice(from));
    this.#afterCr = given.endsWith('\r');
  }

  *end(): Generator<InputLine> {
    if (this.#text !== '') yield this.#line();
  }

  #add(part: string): void {
    const room = MAX_LINE - this.#text.length;
    if (part.length > room) this.#long = true;
    this.#text += part.length > room ? part.slice(0, room) : part;
  }

  #line(): InputLine {
    this.#number++;
    const line = { number: this.#number, text: this.#text, cut: this.#long };
    this.#text = '';
    this.#long = false;
    return line;
  }
}
