/** The worker's side of messages.ts, whatever carries the messages. */
import { knowsRareExtensions, RareExtensionsWanted } from '../ext/registry.js';
import {
  compile,
  createEngine,
  type LoadedHost,
  loadIpv6,
  type PacketBatch,
  PacketwalkError,
  PROFILES,
  parse,
  printRule,
  readPacket,
  wayIn,
} from '../index.js';
import { familyOfPacket } from '../input/encode.js';
import { sharesOf } from '../input/synthetic/shares.js';
import { learnServices, ServicesWanted } from '../model/service.js';
import type { Totals } from '../model/summary.js';
import type { Family } from '../net/address.js';
import { familiesOf } from '../run/host-program.js';
import { later } from '../run/later.js';
import { addTotals } from '../run/merge.js';
import { Parting, placeOf } from '../run/parting.js';
import { loadExtensions, loadReaders } from '../run/rare-readers.js';
import { askedOf } from '../run/synthetic-spec.js';
import type { Answer, Failure, OfFamily, Request, SummaryOfAll, Synthetic } from './messages.js';

/** Packets that are counted in one go: some hundredths of a second. */
const BATCH = 16_384;
/** Columns of a text without colours. */
const WIDTH = 100;

type Of<T extends Request['type']> = Extract<Request, { type: T }>;
/** The rules of each family that has some, IPv4 first. */
type Hosts = readonly [LoadedHost, ...LoadedHost[]];

export class Session {
  #loaded: Hosts | undefined;
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
    const [family = 4, ...others] = familiesOf(read);
    if ([family, ...others].includes(6)) await loadIpv6();
    const compiled = (one: Family) => withParts(() => compile(read, { ...options, connections }, one));
    const [first, ...more] = [await compiled(family), ...(await Promise.all(others.map(compiled)))] as const;
    const engine = await createEngine();
    const load = (one: typeof first) => engine.load(one, { few: true });
    this.#loaded = [await load(first), ...(await Promise.all(more.map(load)))];
    const rules = this.#loaded.flatMap((host) =>
      host.compiled.rules.map(({ table, chain, number, rule }) => {
        const { file, line } = rule;
        return { ...familyOf(host), table, chain, rule: number, file, line, text: printRule(rule, host.from.family) };
      }),
    );
    const questions = [...new Set(this.#loaded.flatMap(({ compiled: { questions } }) => questions))];
    const findings = [...read.findings, ...first.notesBeside(more)];
    this.post({ type: 'loaded', id, findings, rules, sets: read.sets.length, questions });
  }

  async #classify({ id, packets }: Of<'classify'>): Promise<void> {
    const hosts = this.#ready();
    await Promise.all(hosts.map((host) => host.expectMany()));
    const [batches, of] = isSynthetic(packets) ? await madeUp(hosts, packets) : [packets, sum(packets)];
    for (const host of hosts) host.reset();
    const parting = new Parting((family) => placeOf(hosts, family));
    let said = Date.now();
    let count = 0;
    for (const batch of batches) {
      if (hosts.length === 1) hosts[0].classify(batch);
      else for (const { place, batch: share, epoch } of parting.part(batch)) hosts[place]!.classify(share, { epoch });
      count += batch.count;
      if (Date.now() - said >= this.period) {
        this.post({ type: 'progress', id, packets: count, of });
        said = Date.now();
      }
      await this.pause();
      if (this.#cancelled.has(id)) break;
    }
    this.post({ type: 'classified', id, summary: summaryOf(hosts), partial: count < of });
  }

  async #explain({ id, packet, all = false }: Of<'explain'>): Promise<void> {
    const hosts = this.#ready();
    const read = await withParts(() => readPacket(packet));
    const host = hosts[placeOf(hosts, familyOfPacket(read.packet))]!;
    const { packet: placed, assumed } = wayIn(host, read.packet);
    const {
      explain,
      loadExtensions: also,
      renderStory,
      withWords,
      words,
    } = await later('words.js', import('../report/words.js'));
    // it prints rules by extensions of its own
    if (knowsRareExtensions()) await also();
    const story = explain(host, placed, { all, assumed });
    const text = renderStory(story, words, { colour: false, width: WIDTH });
    this.post({ type: 'explained', id, story: withWords(story, words), text });
  }

  #ready(): Hosts {
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
      else if (error instanceof ServicesWanted) learnServices(await later('services.js', import('../net/services.js')));
      else if (error instanceof PacketwalkError && error.code === 'readers-wanted') await loadReaders();
      else throw error;
    }
}

const familyOf = ({ from: { family } }: LoadedHost): OfFamily => ({ family });

function summaryOf(hosts: Hosts): SummaryOfAll {
  const all = hosts.map((host) => ({ host, summary: host.summary() }));
  return {
    ...all.map(({ summary }): Totals => summary).reduce(addTotals),
    rules: all.flatMap(({ host, summary }) => summary.rules.map((one) => ({ ...familyOf(host), ...one }))),
    policies: all.flatMap(({ host, summary }) => summary.policies.map((one) => ({ ...familyOf(host), ...one }))),
  };
}

const isSynthetic = (packets: readonly PacketBatch[] | Synthetic): packets is Synthetic => 'count' in packets;
const sum = (batches: readonly PacketBatch[]): number => batches.reduce((all, { count }) => all + count, 0);

const MOST_PACKETS = 2 ** 32;

async function madeUp(
  hosts: Hosts,
  { count, profile = 'near', seed = 1 }: Synthetic,
): Promise<[Iterable<PacketBatch>, number]> {
  const isWhole = (number: number, least: number, most: number) =>
    Number.isInteger(number) && number >= least && number <= most;
  const wanted = (what: string) => new PacketwalkError(`${what} was expected`, { code: 'bad-request' });
  if (!isWhole(count, 1, MOST_PACKETS)) throw wanted(`count: a number of packets from 1 to ${MOST_PACKETS}`);
  if (!isWhole(seed, 0, 0xffffffff)) throw wanted('seed: a number from 0 to 4294967295');
  if (!PROFILES.includes(profile)) throw wanted(`profile: ${PROFILES.join(', ')}`);
  const { specOf, synthesise } = await later('made-up.js', import('../run/made-up.js'));
  const specs = await Promise.all(
    hosts.map(({ from }) => withParts(() => specOf(from, { profile, seed }, askedOf(from)))),
  );
  const step = specs.length;
  const batches = function* () {
    for (let first = 0; first < count; first += BATCH)
      for (const share of sharesOf(step, first, Math.min(BATCH, count - first)))
        yield synthesise(specs[share.host]!, share.first, share.count, step);
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
