/** The worker's side of messages.ts: what was read, and packets that are told of. */
import {
  explain,
  explainFlow,
  hints,
  type LoadedHost,
  PacketwalkError,
  renderFlow,
  renderStory,
  type Story,
  wayIn,
} from '../../index.js';
import { familyOfPacket } from '../../input/encode.js';
import { packetFromOptions } from '../../input/options.js';
import type { ReadPacket } from '../../input/resolve.js';
import type { Packet } from '../../model/packet.js';
import { withoutOption } from '../../model/question.js';
import { formatAddress, type Words } from '../../net/address.js';
import { hasPorts, protocolName } from '../../net/protocol.js';
import { endText } from '../../report/fields.js';
import { type Language, textIn } from '../../report/lang/messages.js';
import { LANGUAGES, type LanguageName } from '../../report/lang/spoken.js';
import { SOMEBODY, withLikely } from '../../report/likely.js';
import { flowWithWords, type Worded, type WordedStory, withWords } from '../../report/render.js';
import { allWays } from '../../report/ways/index.js';
import { PERIOD } from '../counting.js';
import { Requests } from '../requests.js';
import { withParts } from '../with-parts.js';
import { mapOf } from './chain-map.js';
import { chipsOf } from './chips.js';
import { compare, count } from './many.js';
import { type Asked, type DeskAnswer, type DeskRequest, MOST_FINDINGS, type Question, type Told } from './messages.js';
import { packetInLine } from './packet-words.js';
import { Side } from './side.js';
import { stepsOf } from './steps.js';
import { suggestionsOf } from './suggest.js';
import { whyOf } from './why.js';

type Of<T extends DeskRequest['type']> = Extract<DeskRequest, { type: T }>;
/** Columns of a text without colours. */
const WIDTH = 100;

export class Desk {
  readonly #requests: Requests<DeskRequest>;
  readonly #sides = { first: new Side(), second: new Side() };

  /** that was asked in last. */
  #language: LanguageName = 'en';

  /** `pause` lets messages in. */
  constructor(
    private readonly post: (answer: DeskAnswer) => void,
    private readonly pause: () => Promise<void>,
  ) {
    this.#requests = new Requests((request) => this.#answer(request), post);
  }

  /** Resolves once the request is answered; never throws. */
  take(request: DeskRequest): Promise<void> {
    return this.#requests.take(request);
  }

  async #answer(request: Exclude<DeskRequest, { type: 'cancel' }>): Promise<void> {
    try {
      await this.#take(request);
    } catch (error) {
      if (!(error instanceof PacketwalkError)) throw error;
      const { say } = await LANGUAGES[this.#language]();
      const { message, code, place, hint } = error;
      throw new PacketwalkError(say(message), { code, place, hint: hint && say(hint), cause: error });
    }
  }

  #take(request: Exclude<DeskRequest, { type: 'cancel' }>): Promise<void> {
    switch (request.type) {
      case 'read':
        return this.#read(request);
      case 'ask':
        return this.#ask(request);
      case 'why':
        return this.#why(request);
      case 'map':
        return this.#map(request);
      case 'count':
        return this.#count(request);
      case 'compare':
        return this.#compare(request);
    }
  }

  async #read({ id, texts, side, language }: Of<'read'>): Promise<void> {
    this.#language = language;
    const { say } = await LANGUAGES[language]();
    // the other rules are the same host's, as far as they do not say otherwise
    const beside = side === 'first' ? [] : this.#sides.first.textsWithoutRules();
    const read = await this.#sides[side].read([...texts, ...beside]);
    const findings = read.findings.slice(0, MOST_FINDINGS).map(({ severity, code, message, hint, place }) => ({
      severity,
      code,
      message: say(message),
      hint: hint && say(hint),
      at: place && { file: place.file, line: place.line, column: place.column, length: place.length },
    }));
    const found = read.findings.length;
    this.post({ type: 'read', id, chips: chipsOf(read), findings, found, suggestions: suggestionsOf(read) });
  }

  async #ask({ id, question }: Of<'ask'>): Promise<void> {
    const { language } = await LANGUAGES[question.language]();
    const { packet, host } = await this.#scene(question);
    const { packet: placed, assumed } = wayIn(host, withLikely(host, packet));
    const asked = { assumed, ways: allWays, hints: await hints(host, placed) };
    const style = { colour: false, width: WIDTH };
    const { family } = host.from;
    if (question.until === 'first') {
      const story = explain(host, placed, asked);
      const json = withWords(story, language);
      const text = renderStory(story, language, style);
      const packets = [tellingOf('first', placed, story, json, language)];
      this.post({ type: 'told', id, packets, flow: [], after: json.after, text, json, family });
      return;
    }
    const met: Packet[] = [];
    const flow = explainFlow(host, placed, { ...asked, to: question.until, met: (one) => met.push(one) });
    const json = flowWithWords(flow, language);
    const text = renderFlow(flow, language, style, 'both');
    const packets = flow.packets.map((story, i) => tellingOf(PARTS[i]!, met[i]!, story, json.packets[i]!, language));
    this.post({ type: 'told', id, packets, flow: json.headline, after: json.after, text, json, family });
  }

  async #why({ id, question, at }: Of<'why'>): Promise<void> {
    const { language } = await LANGUAGES[question.language]();
    const { packet, host } = await this.#scene(question);
    const { packet: placed } = wayIn(host, withLikely(host, packet));
    const story = explain(host, placed, { all: true });
    this.post({ type: 'why', id, why: whyOf(host, stepsOf(story.walk, language), at) });
  }

  async #map({ id, family, open }: Of<'map'>): Promise<void> {
    const tables = this.#sides.first.texts.evaluated.filter((table) => table.family === family);
    this.post({ type: 'map', id, map: mapOf(tables, new Set(open)) });
  }

  async #count({ id, packets, assume }: Of<'count'>): Promise<void> {
    const counted = await count(this.#sides.first, packets, assume, this.#watch(id));
    this.post({ type: 'counted', id, ...counted });
  }

  async #compare({ id, packets, assume }: Of<'compare'>): Promise<void> {
    const compared = await compare(this.#sides, packets, assume, this.#watch(id));
    this.post({ type: 'compared', id, ...compared });
  }

  #watch(id: number) {
    return {
      progress: (packets: number, part: number) => this.post({ type: 'progress', id, packets, part }),
      pause: this.pause,
      isCancelled: () => this.#requests.isCancelled(id),
      period: PERIOD,
    };
  }

  /** The packet, and the host whose rules it meets. */
  async #scene({ packet, side, assume, language }: Asked): Promise<ReadPacket & { readonly host: LoadedHost }> {
    this.#language = language;
    const read = await withParts(() =>
      'line' in packet
        ? packetInLine(String(packet.line))
        : packetFromOptions({}, { description: packet, placeOf: () => undefined, notes: [] }, SOMEBODY),
    );
    const rules = this.#sides[side];
    return { ...read, host: await rules.host(rules.familyFor(familyOfPacket(read.packet)), assume) };
  }
}

const PARTS = ['first', 'answer', 'next'] as const;

function tellingOf(
  part: Told['packets'][number]['part'],
  packet: Packet,
  story: Story,
  { headline, ways, assumed, hints: helps = [], asks = [] }: WordedStory,
  language: Language,
): Told['packets'][number] {
  return {
    part,
    fate: story.fate,
    headline,
    ways,
    asks: asks.map((ask) => questionOf(ask, language)),
    assumed,
    hints: helps,
    fields: fieldsOf(packet),
    steps: stepsOf(story.walk, language),
  };
}

/** Of `asks`: a fact that yes or no settles, or a value, or a command alone. */
function questionOf(ask: Worded, language: Language): Question {
  if (ask.key !== 'way.ask') return { text: ask.text, fact: undefined, by: 'command', get: getOf(ask) };
  const { question, fact, get } = ask.params;
  const text = textIn(language, { key: 'way.question', params: { question } });
  const isValue = question.kind === 'address' || question.kind === 'name';
  return isValue ? { text, fact: withoutOption(fact), by: 'value', get } : { text, fact, by: 'yes-or-no', get };
}
const getOf = (ask: Worded): string => (ask.key === 'way.ask.host' ? ask.params.get : '');

/** What is shown of a packet before its walk. */
function fieldsOf(packet: Packet): Record<string, string> {
  if (packet.kind === 'raw') return {};
  const { in: iface, src, dst, protocol } = packet;
  const end = (address: Words, port: number) =>
    hasPorts(protocol) && packet.frag === 0 ? endText({ address, port }) : formatAddress(address);
  return {
    ...(typeof iface === 'string' && { in: iface }),
    proto: protocolName(protocol),
    src: end(src, packet.sport),
    dst: end(dst, packet.dport),
  };
}
