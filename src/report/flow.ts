/** A packet, its answer and the packet after it as one story: what the rules decide, and what the connection's entry. */
import { AddrType, Field } from '../abi.js';
import { PacketwalkError } from '../errors.js';
import type { Connection } from '../model/connection.js';
import type { Packet } from '../model/packet.js';
import type { PacketOut, WalkResult } from '../model/trace.js';
import { formatAddress, parseAddress } from '../net/address.js';
import type { LoadedHost } from '../run/engine.js';
import { isLinkLocal } from '../run/ipv6/kinds.js';
import { endsAfter, filterAfter } from './after.js';
import { answerTo, type Sender } from './answer.js';
import {
  type ConnectionJson,
  connectionJson,
  connectionNote,
  entryOf,
  isConfirmed,
  statusNames,
} from './connection.js';
import { type ExplainOptions, storyOf, storyWithWays } from './explain.js';
import { leavesText, wordsAt } from './fields.js';
import type { Message, NoAnswer } from './lang/messages.js';
import { answeredDirectly, assumedChecks } from './past-host.js';
import { type Walked, walkPast } from './past-questions.js';
import { shorten } from './shorten.js';
import { type Story, say } from './story.js';

export type FlowPart = 'first' | 'answer' | 'next';

export interface FlowOptions extends ExplainOptions {
  /** the last packet that is told; `next` where it is left out. */
  readonly to?: 'answer' | 'next';
  /** hears of each packet before its walk. */
  readonly met?: (packet: Packet) => void;
}

export interface FlowStory {
  readonly schema: 1;
  /** whether the answer gets back, and why there is none. */
  readonly headline: readonly Message[];
  /** the packet, its answer and the packet after it, as far as they come. */
  readonly packets: readonly Story[];
  /** the entry as the last packet leaves it; absent: none is remembered. */
  readonly connection?: ConnectionJson;
  readonly after: readonly Message[];
}

/** Seconds between two packets. */
const STEP = 0.01;

interface Told {
  readonly part: FlowPart;
  readonly walked: Walked;
  readonly story: Story;
}

/** Walks all of them. Throws PacketwalkError for a packet whose state is given: a flow has the one that comes of it. */
export function explainFlow(host: LoadedHost, packet: Packet, options: FlowOptions = {}): FlowStory {
  if (packet.state !== undefined)
    throw new PacketwalkError(`the packet's state is given as ${packet.state}: a flow finds it out`, {
      code: 'state-given',
      hint: 'leave --state out; conntrack -L among the files tells of connections that are there already',
    });
  const told: Told[] = [];
  const headline = new Walker(host, packet, options, told).from(packet, 'first');
  const last = told.at(-1)!.walked.result;
  const first = told[0]!.walked.result;
  const connection = knownTo(last);
  const after: Message[] = [];
  if (connection !== undefined) {
    const { state = null, mark } = connection;
    after.push(say('flow.entry', connectionNote(connection)));
    after.push(say('flow.status', { state, status: statusNames(connection), mark: `0x${mark.toString(16)}` }));
    after.push(...endsAfter(host, connection));
  } else if (first.out !== undefined) after.push(say('flow.forgets', {}));
  return {
    schema: 1,
    headline,
    packets: told.map(({ story }) => story),
    ...(connection === undefined ? {} : { connection: connectionJson(connection) }),
    after: [...after, ...filterAfter(host, first)],
  };
}

class Walker {
  constructor(
    private readonly host: LoadedHost,
    private readonly first: Packet,
    private readonly options: FlowOptions,
    private readonly told: Told[],
  ) {}

  /** Walks a packet and those after it, while what it was found not to hang on stays answered. */
  from(packet: Packet, part: FlowPart): readonly Message[] {
    const { host } = this;
    this.options.met?.(packet);
    const walked = walkPast(host, packet);
    this.told.push({ part, walked, story: this.tell(packet, part, walked) });
    return this.holding(packet, walked.answers, () => {
      if (part === 'next') return BACK;
      const end = part === 'first' ? this.endOfFirst(walked) : this.endOfAnswer(walked);
      if (end !== undefined) return end;
      const back = part === 'answer' ? [...BACK, ...this.otherWay(walked.result)] : BACK;
      if (part === 'answer' && this.options.to === 'answer') return back;
      const next = answerTo(bytesOf(walked.result), part === 'first' ? this.answerer(walked.result) : this.sender());
      if (next === undefined) return part === 'first' ? none('answers-nothing') : back;
      const said = this.from(next, part === 'first' ? 'answer' : 'next');
      return part === 'answer' ? back : said;
    });
  }

  /** What a question was answered with is forgotten with its walk, and so is what that walk left behind. */
  private holding<T>(packet: Packet, answers: Walked['answers'], then: () => T): T {
    const [first, ...rest] = answers;
    if (first === undefined) return then();
    return this.host.assuming(first[0], first[1], () => {
      if (rest.length === 0) this.host.walk(packet, { everything: true });
      return this.holding(packet, rest, then);
    });
  }

  private tell(packet: Packet, part: FlowPart, walked: Walked): Story {
    const { all = false } = this.options;
    const back = part === 'answer' && packet.out !== undefined ? [say('assumed.back', { iface: packet.out })] : [];
    const story =
      part === 'first'
        ? storyWithWays(this.host, packet, walked, this.options)
        : storyOf(this.host, packet, walked, { all, assumed: back });
    const said = new Set(this.told.flatMap((one) => one.story.assumed.map((message) => JSON.stringify(message))));
    const whole = all || part === 'first' || this.options.to === 'answer' || story.result.out === undefined;
    return {
      ...story,
      headline: [...story.headline, ...judgedBy(this.host, walked.result)],
      assumed: story.assumed.filter((message) => !said.has(JSON.stringify(message))),
      walk: whole ? story.walk : shorten(story.walk),
      after: [],
    };
  }

  /** Why nobody answers the packet. */
  private endOfFirst({ result }: Walked): Message[] | undefined {
    const { fate, out, by } = result;
    if (fate === 'unknown') return none('unknown');
    if (fate === 'stolen') return none(by.why === 'fragment-waits' ? 'waits' : 'taken');
    const received = result.events.findLast((event) => event.kind === 'received');
    if (received?.why !== undefined) return none('lost');
    if (received !== undefined && received.fragments === undefined) return none('waits');
    if (out === undefined) return none(knownTo(result) === undefined ? 'forgotten' : 'lost');
    const type = this.host.addressType(parseAddress(out.dst)!);
    if (type === AddrType.Broadcast || type === AddrType.Multicast) return none('group');
    const direct = answeredDirectly(this.host, result);
    if (direct === undefined) return undefined;
    const { from, to, network, wanted } = direct;
    return [say('answer.lost', {}), say('answer.direct', { from, to, network, wanted })];
  }

  /** Of an answer that gets back: it leaves by another interface than the first packet came in by. */
  private otherWay({ out }: WalkResult): Message[] {
    const { first, host } = this;
    if (out?.hook !== 'postrouting' || !first.in || out.iface === first.in) return [];
    return [say('answer.otherway', { came: first.in, leaves: out.iface, settings: assumedChecks(host, first) })];
  }

  /** Why it does not get back: it is lost, or nobody waits for a packet of such addresses. */
  private endOfAnswer({ result: { fate, out } }: Walked): Message[] | undefined {
    if (fate === 'unknown') return [say('answer.unknown', {})];
    if (out === undefined) return [say('answer.lost', {})];
    const { start } = this.told[0]!.walked.result;
    const { family } = this.host.from;
    const wanted: PacketOut = {
      ...out,
      src: formatAddress(wordsAt(start, Field.Dst, family)),
      dst: formatAddress(wordsAt(start, Field.Src, family)),
      ...(out.sport === undefined ? {} : { sport: start[Field.Dport]!, dport: start[Field.Sport]! }),
    };
    const text = (one: PacketOut) => leavesText({ ...one, iface: '' }, start[Field.Proto]!);
    if (text(wanted) === text(out)) return undefined;
    return [say('answer.lost', {}), say('answer.astray', { wanted: text(wanted) })];
  }

  /** Whoever got the packet: this host, or one behind the interface that it left by. */
  private answerer({ fate, out, events }: WalkResult): Sender {
    const back = typeof this.first.in === 'string' && this.first.in !== '' ? this.first.in : undefined;
    const untold = !this.host.from.routing.knowsWays || events.some((event) => event.kind === 'taken');
    const delivered = fate === 'delivered';
    const path = delivered ? 'output' : fate === 'forwarded' ? 'forward' : 'input';
    // sockets and echo replies go back by the link, the scope of such an address (tcp_v6_init_req, icmpv6_echo_reply)
    const onLink = delivered && this.host.from.family === 6 && isLinkLocal(parseAddress(out!.src)!);
    return {
      in: delivered ? null : out!.iface,
      out: untold || onLink ? back : undefined,
      path: untold ? path : undefined,
      mac: undefined,
      pkttype: undefined,
      mark: 0,
      time: this.host.time + STEP,
      uid: undefined,
      gid: undefined,
      told: undefined,
    };
  }

  /** Whoever sent the first packet. */
  private sender(): Sender {
    const { in: iface, out, path, mac, pkttype, mark, uid, gid, told } = this.first;
    return { in: iface, out, path, mac, pkttype, mark, uid, gid, told, time: this.host.time + STEP };
  }
}

const BACK = [say('answer.back', {})];
const none = (why: NoAnswer): Message[] => [say('answer.none', { why })];

/** The packet as it left. */
function bytesOf({ events, out }: WalkResult): Uint8Array {
  const received = events.findLast((event) => event.kind === 'received');
  if (received?.bytes !== undefined) return received.bytes;
  const left = events.findLast((event) => event.kind === 'leaves' && event.out === out);
  return left?.kind === 'leaves' ? left.bytes! : new Uint8Array(0);
}

/** What judged a packet that got through. */
function judgedBy({ compiled }: LoadedHost, result: WalkResult): Message[] {
  if (result.out === undefined) return [];
  const first = result.events.some((event) => event.kind === 'confirmed');
  const by = first ? 'rules' : knownTo(result) === undefined ? 'nothing-known' : 'entry';
  return [say('flow.judged', { by, nat: compiled.chains.some((chain) => chain.table === 'nat') })];
}

/** The entry that the packet leaves behind. */
function knownTo({ events }: WalkResult): Connection | undefined {
  const entry = entryOf(events);
  return entry !== undefined && isConfirmed(entry) ? entry : undefined;
}
