/** The worker's side of messages.ts, whatever carries the messages. */
import { knowsRareExtensions } from '../ext/registry.js';
import {
  compile,
  createEngine,
  type LoadedHost,
  loadIpv6,
  type PacketBatch,
  PacketwalkError,
  parse,
  printRule,
  readPacket,
  wayIn,
} from '../index.js';
import { familyOfPacket } from '../input/encode.js';
import type { Totals } from '../model/summary.js';
import type { Family } from '../net/address.js';
import { familiesOf } from '../run/host-program.js';
import { later } from '../run/later.js';
import { addTotals } from '../run/merge.js';
import { placeOf } from '../run/parting.js';
import { countBatches, PERIOD } from './counting.js';
import type { Answer, OfFamily, Request, SummaryOfAll, Synthetic } from './messages.js';
import { Requests } from './requests.js';
import { madeUp } from './synthetic.js';
import { withParts } from './with-parts.js';

/** Columns of a text without colours. */
const WIDTH = 100;

type Of<T extends Request['type']> = Extract<Request, { type: T }>;
/** The rules of each family that has some, IPv4 first. */
type Hosts = readonly [LoadedHost, ...LoadedHost[]];

export class Session {
  #loaded: Hosts | undefined;
  readonly #requests: Requests<Request>;

  /** `pause` lets messages in; `period`: milliseconds between two answers that tell progress. */
  constructor(
    private readonly post: (answer: Answer) => void,
    private readonly pause: () => Promise<void>,
    private readonly period = PERIOD,
  ) {
    this.#requests = new Requests((request) => this.#answer(request), post);
  }

  /** Resolves once the request is answered; never throws. */
  take(request: Request): Promise<void> {
    return this.#requests.take(request);
  }

  #answer(request: Exclude<Request, { type: 'cancel' }>): Promise<void> {
    switch (request.type) {
      case 'load':
        return this.#load(request);
      case 'classify':
        return this.#classify(request);
      case 'explain':
        return this.#explain(request);
      default:
        throw new PacketwalkError(`there is no request ${JSON.stringify((request as Request).type)}`, {
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
    const count = await countBatches(hosts, batches, {
      progress: (packets) => this.post({ type: 'progress', id, packets, of }),
      pause: this.pause,
      isCancelled: () => this.#requests.isCancelled(id),
      period: this.period,
    });
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
