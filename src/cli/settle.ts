/** `explain --interactive`: asks what the answer hangs on, one fact after the other, until it is settled. */
import { createInterface } from 'node:readline';
import { PacketwalkError } from '../errors.js';
import type { Packet } from '../model/packet.js';
import { withoutOption } from '../model/question.js';
import type { Family } from '../net/address.js';
import type { SourceText } from '../parse/index.js';
import { explain } from '../report/explain.js';
import { type Message, textIn } from '../report/lang/messages.js';
import { withLikely } from '../report/likely.js';
import { wayIn } from '../report/way-in.js';
import { allWays } from '../report/ways/index.js';
import { createEngine } from '../run/engine.js';
import { programOf } from '../run/host-program.js';
import { type HostTexts, parse } from '../run/host-texts.js';
import { problemText } from './findings.js';
import { familyFor } from './hosts.js';
import { readSources } from './input.js';
import { words } from './language.js';
import { type HostOptions, withLocal } from './load.js';

type Ask = Extract<Message, { key: 'way.ask' | 'way.ask.host' }>;

/** Answers come from standard input, and questions go to standard error. */
export async function settle(files: readonly string[], given: HostOptions, packet: Packet) {
  if (files.includes('-'))
    throw new PacketwalkError('--interactive reads answers from standard input, and - names it too', {
      code: 'bad-usage',
    });
  const { texts, host } = readSources(files);
  const asker = new Asker(texts, host, given, packet);
  const lines = new Lines();
  try {
    await asker.ask(lines);
  } finally {
    lines.close();
  }
  return asker.settled;
}

/** Questions that are answered by a value. */
const BY_VALUE: ReadonlySet<string> = new Set(['name', 'address']);

class Asker {
  /** what was asked, and answered or left. */
  readonly #asked = new Set<string>();
  readonly #family: Family;

  constructor(
    private texts: readonly SourceText[],
    private host: HostTexts,
    private given: HostOptions,
    private readonly packet: Packet,
  ) {
    this.#family = familyFor(host, packet);
  }

  /** All that was given, with the answers. */
  get settled(): { readonly input: HostTexts; readonly options: HostOptions } {
    return { input: this.host, options: this.given };
  }

  async ask(lines: Lines): Promise<void> {
    const { command } = words();
    for (let next = await this.#next(); next !== undefined; next = await this.#next()) {
      const named = next.key === 'way.ask' && BY_VALUE.has(next.params.question.kind);
      process.stderr.write(
        `${textIn(words().language, next)}\n  ${command.answers(next.key === 'way.ask.host' ? 'text' : named ? 'value' : 'fact')}\n`,
      );
      const answer = await lines.answer(named);
      if (answer === undefined) return;
      // what cannot be read is asked for again
      if (this.#take(next, answer)) this.#asked.add(keyOf(next));
    }
  }

  /** The first fact of those that settle it that was not asked for yet. */
  async #next(): Promise<Ask | undefined> {
    const host = await (await createEngine()).load(programOf(this.host, withLocal(this.given), this.#family));
    const { packet } = wayIn(host, withLikely(host, this.packet));
    const { asks = [] } = explain(host, packet, { ways: allWays });
    return (asks as readonly Ask[]).find((one) => !this.#asked.has(keyOf(one)));
  }

  /** Whether the answer could be read. */
  #take(ask: Ask, answer: string): boolean {
    if (answer === '') return true;
    const yesOrNo = /^(?:(y|yes)|n|no)$/i.exec(answer);
    try {
      if (ask.key === 'way.ask' && (yesOrNo !== null || BY_VALUE.has(ask.params.question.kind))) {
        const { fact } = ask.params;
        const assumed =
          yesOrNo === null ? `${withoutOption(fact)}:${answer.split(/\s/)[0]}` : `${fact}=${yesOrNo[1] ? 'yes' : 'no'}`;
        const options = { ...this.given, assume: [...(this.given.assume ?? []), assumed] };
        programOf(this.host, withLocal(options), this.#family);
        this.given = options;
      } else {
        const name = words().command.answers('name');
        const texts = [...this.texts, { name: `${name} ${this.texts.length + 1}`, text: `${answer}\n` }];
        // by itself, so that one in which nothing is known is refused
        parse(texts.slice(-1));
        const host = parse(texts);
        programOf(host, withLocal(this.given), this.#family);
        this.texts = texts;
        this.host = host;
      }
      return true;
    } catch (error) {
      if (!(error instanceof PacketwalkError)) throw error;
      process.stderr.write(`${problemText(error)}\n`);
      return false;
    }
  }
}

const keyOf = (ask: Ask): string => (ask.key === 'way.ask' ? ask.params.fact : ask.params.get);

/** Lines of standard input, and answers made of them. */
class Lines {
  readonly #reader = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  readonly #lines = this.#reader[Symbol.asyncIterator]();

  /**
   * A word or a text that an empty line ends, two of a listing, which has one between its chains. Empty: none is given.
   * undefined: the input has ended. `one`: it is one line.
   */
  async answer(one: boolean): Promise<string | undefined> {
    const first = await this.#line();
    if (first === undefined) return undefined;
    if (one || first.trim() === '' || /^\s*(y|yes|n|no)\s*$/i.test(first)) return first.trim();
    const lines = [first];
    const most = /^Chain /.test(first) ? 2 : 1;
    for (let empty = 0; empty < most; ) {
      const line = await this.#line();
      if (line === undefined) break;
      empty = line.trim() === '' ? empty + 1 : 0;
      lines.push(line);
    }
    return lines.join('\n').trimEnd();
  }

  close(): void {
    this.#reader.close();
  }

  async #line(): Promise<string | undefined> {
    if (process.stdin.isTTY) process.stderr.write('> ');
    const { done, value } = await this.#lines.next();
    return done ? undefined : value;
  }
}
