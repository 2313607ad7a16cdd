/** The worker's side of messages.ts, whatever carries the messages. */
import { RareExtensionsWanted } from '../ext/registry.js';
import {
  compile,
  createEngine,
  explain,
  type LoadedHost,
  type PacketBatch,
  PacketwalkError,
  PROFILES,
  parse,
  printRule,
  readPacket,
  wayIn,
} from '../index.js';
import { learnServices, ServicesWanted } from '../net/service.js';
import { later } from '../run/later.js';
import { loadExtensions, loadReaders } from '../run/rare-readers.js';
import { askedOf } from '../run/synthetic-spec.js';
import type { Answer, Failure, Request, Synthetic } from './messages.js';

/** Packets that are counted in one go: some hundredths of a second. */
const BATCH = 16_384;
/** Columns of a text without colours. */
const WIDTH = 100;

type Of<T extends Request['type']> = Extract<Request, { type: T }>;

export class Session {
  #loaded: LoadedHost | undefined;
  /** what was asked before is answered first. */
  #last: Promise<void> = Promise.resolve();
  readonly #cancelled = new Set<number>();
  readonly #waiting = new Set<number>();

  /** `pause` lets messages in; `period`: milliseconds between two answers that tell progress. */
  constructor(
    private readonly post: (answer: Answer) => void,
    private readonly pause: () => Promise<void>,
    private readonly period = 100,
  ) {}

  /** Resolves once the request is answered; never throws. */
  take(request: Request): Promise<void> {
    const { type, id } = request;
    if (type === 'cancel') {
      if (this.#waiting.has(id)) this.#cancelled.add(id);
      return Promise.resolve();
    }
    this.#waiting.add(id);
    this.#last = this.#last.then(async () => {
      try {
        await this.#answer(request);
      } catch (error) {
        this.post({ type: 'failed', id, error: failureOf(error) });
      }
      this.#waiting.delete(id);
      this.#cancelled.delete(id);
    });
    return this.#last;
  }

  #answer(request: Request): Promise<void> {
    switch (request.type) {
      case 'load':
        return this.#load(request);
      case 'classify':
        return this.#classify(request);
      case 'explain':
        return this.#explain(request);
      default:
        throw new PacketwalkError(`there is no request ${JSON.stringify(request.type)}`, {
          code: 'bad-request',
          hint: 'load, classify, explain and cancel are answered',
        });
    }
  }

  async #load({ id, texts, options }: Of<'load'>): Promise<void> {
    this.#loaded = undefined;
    const read = await withParts(() => parse(texts));
    const connections = options?.connections ?? (read.connections === undefined ? 'off' : 'on');
    const compiled = await withParts(() => compile(read, { ...options, connections }));
    this.#loaded = await (await createEngine()).load(compiled);
    const { questions } = compiled.compiled;
    const rules = compiled.compiled.rules.map(({ table, chain, number, rule }) => {
      const { file, line } = rule;
      return { table, chain, rule: number, file, line, text: printRule(rule, 4) };
    });
    const findings = [...read.findings, ...compiled.notes];
    this.post({ type: 'loaded', id, findings, rules, sets: read.sets.length, questions });
  }

  async #classify({ id, packets }: Of<'classify'>): Promise<void> {
    const host = this.#ready();
    const [batches, of] = isSynthetic(packets) ? await madeUp(host, packets) : [packets, sum(packets)];
    host.reset();
    let said = Date.now();
    let count = 0;
    for (const batch of batches) {
      host.classify(batch);
      count += batch.count;
      if (Date.now() - said >= this.period) {
        this.post({ type: 'progress', id, packets: count, of });
        said = Date.now();
      }
      await this.pause();
      if (this.#cancelled.has(id)) break;
    }
    this.post({ type: 'classified', id, summary: host.summary(), partial: count < of });
  }

  async #explain({ id, packet, all = false }: Of<'explain'>): Promise<void> {
    const host = this.#ready();
    const read = await withParts(() => readPacket(packet));
    const { packet: placed, assumed } = wayIn(host, read.packet);
    const { renderStory, withWords, words } = await later('words.js', import('../report/words.js'));
    const story = explain(host, placed, { all, assumed });
    const text = renderStory(story, words, { colour: false, width: WIDTH });
    this.post({ type: 'explained', id, story: withWords(story, words), text });
  }

  #ready(): LoadedHost {
    if (this.#loaded === undefined)
      throw new PacketwalkError('no rules are loaded', { code: 'not-loaded', hint: 'load comes first' });
    return this.#loaded;
  }
}

/** What `act` returns. Where it asks for what this worker is built without, that is loaded, and it begins again. */
async function withParts<T>(act: () => T): Promise<T> {
  for (;;)
    try {
      return act();
    } catch (error) {
      if (error instanceof RareExtensionsWanted) await loadExtensions();
      else if (error instanceof PacketwalkError && error.code === 'readers-wanted') await loadReaders();
      else if (error instanceof ServicesWanted) learnServices(await later('services.js', import('../net/services.js')));
      else throw error;
    }
}

const isSynthetic = (packets: readonly PacketBatch[] | Synthetic): packets is Synthetic => 'count' in packets;
const sum = (batches: readonly PacketBatch[]): number => batches.reduce((all, { count }) => all + count, 0);

const MOST_PACKETS = 2 ** 32;

async function madeUp(
  { from }: LoadedHost,
  { count, profile = 'near', seed = 1 }: Synthetic,
): Promise<[Iterable<PacketBatch>, number]> {
  const isWhole = (number: number, least: number, most: number) =>
    Number.isInteger(number) && number >= least && number <= most;
  const wanted = (what: string) => new PacketwalkError(`${what} was expected`, { code: 'bad-request' });
  if (!isWhole(count, 1, MOST_PACKETS)) throw wanted(`count: a number of packets from 1 to ${MOST_PACKETS}`);
  if (!isWhole(seed, 0, 0xffffffff)) throw wanted('seed: a number from 0 to 4294967295');
  if (!PROFILES.includes(profile)) throw wanted(`profile: ${PROFILES.join(', ')}`);
  const { specOf, synthesise } = await later('made-up.js', import('../run/made-up.js'));
  const spec = await withParts(() => specOf(from, { profile, seed }, askedOf(from)));
  const batches = function* () {
    for (let first = 0; first < count; first += BATCH) yield synthesise(spec, first, Math.min(BATCH, count - first));
  };
  return [batches(), count];
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof PacketwalkError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { code: 'fault', message, text: `this is a fault of packetwalk: ${message}` };
  }
  const { code, message, place, hint } = error;
  return { code, message, place, hint, text: error.format() };
}
