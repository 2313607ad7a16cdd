/** Reads what a line says of one connection. */
import { CT_STATUS_ASSURED, CT_STATUS_CONFIRMED, CT_STATUS_SEEN_REPLY } from '../../abi.js';
import { type Connection, CT_STATUS_HW_OFFLOAD, CT_STATUS_OFFLOAD, translationOf } from '../../model/connection.js';
import { nearest } from '../../model/nearest.js';
import { type Family, familyOf, parseAddress, type Words } from '../../net/address.js';
import { Protocol } from '../../net/protocol.js';
import { beginDirection, countersOf, type Direction, lackOf, tupleOf } from './direction.js';
import { LineWords } from './line-words.js';
import { connectionProtocolNumber, type Parts, partsOf, statesOf } from './protocols.js';

/** Takes what is wrong with a word; without one, with the line. `left`: the line is read but for this word. */
export type Complain = (
  message: string,
  word?: { readonly begin: number; readonly end: number },
  left?: 'left',
) => void;

/** An offloaded connection's time is set anew to a day (gc_worker of nf_conntrack_core.c), and lines do not say it. */
const DAY = 86400;
const U32 = 0xffffffff;
const NO_ZONES = { original: 0, reply: 0 };

/** Undefined where a complaint says why the line is none of a connection's. */
export function readEntry(line: string, complain: Complain): Connection | undefined {
  return new EntryReader(line, complain).read();
}

type PartField = 'sport' | 'dport' | 'type' | 'code' | 'id';
type NumberField = 'mark' | 'use' | 'id' | 'age';

/** Words with a number behind their `=`: of a direction, of which protocols, or of the entry; the greatest that it may be. */
type NumberWord =
  | { readonly parts: Parts; readonly field: PartField; readonly max: number }
  | { readonly parts: undefined; readonly field: NumberField };
const NUMBER_WORDS = new Map<string, NumberWord>([
  ['sport', { parts: 'ports', field: 'sport', max: 0xffff }],
  ['dport', { parts: 'ports', field: 'dport', max: 0xffff }],
  ['srckey', { parts: 'keys', field: 'sport', max: 0xffff }],
  ['dstkey', { parts: 'keys', field: 'dport', max: 0xffff }],
  ['type', { parts: 'icmp', field: 'type', max: 0xff }],
  ['code', { parts: 'icmp', field: 'code', max: 0xff }],
  ['mark', { parts: undefined, field: 'mark' }],
  ['use', { parts: undefined, field: 'use' }],
  ['delta-time', { parts: undefined, field: 'age' }],
]);
/** `id` is both: of a direction that lacks one, else the entry's own. */
const ICMP_ID: NumberWord = { parts: 'icmp', field: 'id', max: 0xffff };
const OWN_ID: NumberWord = { parts: undefined, field: 'id' };

class EntryReader {
  private readonly words: LineWords;
  /** of the word before all, where it is there, or of the first address. */
  private family: Family | undefined;
  private protocol = 0;
  private parts: Parts = 'none';
  private timeout = -1;
  private state: string | undefined;
  private original: Direction | undefined;
  private reply: Direction | undefined;
  private status = CT_STATUS_CONFIRMED | CT_STATUS_SEEN_REPLY;
  private zones: Connection['zones'] = NO_ZONES;
  private readonly numbers = { mark: -1, use: -1, id: -1, age: -1 };
  private security: string | undefined;
  private helper: string | undefined;
  private labels: string | undefined;

  constructor(
    line: string,
    private readonly complain: Complain,
  ) {
    this.words = new LineWords(line);
  }

  read(): Connection | undefined {
    const { words } = this;
    if (!this.readHead()) return undefined;
    while (words.next()) {
      const taken = words.isFlag ? this.takeFlag() : words.hasValue ? this.takeValue(words.key) : this.takeWord();
      if (!taken) return undefined;
    }
    return this.finish();
  }

  private refuse(message: string): false {
    this.complain(message, this.words);
    return false;
  }

  private refuseLine(message: string): undefined {
    this.complain(message);
    return undefined;
  }

  /** Family, where it is said, and protocol, each by name and number. */
  private readHead(): boolean {
    const { words } = this;
    words.next();
    let name = words.word;
    if (name === 'ipv4' || name === 'ipv6') {
      this.family = name === 'ipv4' ? 4 : 6;
      const number = name === 'ipv4' ? 2 : 10;
      if (!words.next() || words.number !== number)
        return this.refuse(`${number}, the number of ${name}, was expected`);
      words.next();
      name = words.word;
    }
    const known = connectionProtocolNumber(name);
    if (!words.next() || words.hasValue || words.number < 0 || words.number > 255)
      return this.refuse('a protocol was expected, its name and its number of 0..255');
    this.protocol = words.number;
    this.parts = partsOf(this.protocol);
    if (known !== undefined && known !== this.protocol)
      return this.refuse(`${known}, the number of ${name}, was expected`);
    return true;
  }

  private takeFlag(): boolean {
    const { words } = this;
    switch (words.word) {
      case '[UNREPLIED]':
        this.status &= ~CT_STATUS_SEEN_REPLY;
        return true;
      case '[ASSURED]':
        this.status |= CT_STATUS_ASSURED;
        return true;
      case '[OFFLOAD]':
        this.status |= CT_STATUS_OFFLOAD;
        return true;
      case '[HW_OFFLOAD]':
        this.status |= CT_STATUS_OFFLOAD | CT_STATUS_HW_OFFLOAD;
        return true;
      default:
        // the times of -o ktimestamp, in words; delta-time says the same
        if (!/^\[(start|stop)=/.test(words.word)) return this.leave();
        while (!words.word.endsWith(']')) if (!words.next()) return this.refuse('a ] was expected');
        return true;
    }
  }

  /** What has no `=`: the timeout, then the state. */
  private takeWord(): boolean {
    const { words } = this;
    if (this.original !== undefined) {
      // so the program prints labels of which none has a name
      if (words.word !== 'labels') return this.leave();
      this.labels = '';
      return true;
    }
    if (this.timeout < 0 && this.state === undefined && words.number >= 0) {
      this.timeout = words.number;
      return this.timeout <= U32 || this.refuse(`a timeout of 0..${U32} seconds was expected`);
    }
    const states = statesOf(this.protocol);
    if (states === undefined) return this.refuse('src= was expected: a connection of this protocol has no state');
    if (this.state !== undefined) return this.refuse('src= was expected');
    const { word } = words;
    if (!states.includes(word)) {
      const meant = nearest(word, states);
      return this.refuse(`${word} is no state of this protocol${meant === undefined ? '' : `: ${meant} is one`}`);
    }
    this.state = word;
    return true;
  }

  private takeValue(key: string): boolean {
    const tuple = this.reply ?? this.original;
    const number =
      key === 'id'
        ? this.parts === 'icmp' && tuple !== undefined && tuple.id < 0
          ? ICMP_ID
          : OWN_ID
        : NUMBER_WORDS.get(key);
    if (number?.parts !== undefined) return this.takePart(key, tuple, number.parts, number.field, number.max);
    if (number !== undefined) {
      const value = this.numberTo(U32, this.numbers[number.field]);
      this.numbers[number.field] = value;
      return value >= 0;
    }
    switch (key) {
      case 'src':
        return this.begin();
      case 'dst':
        if (tuple === undefined || tuple.dst !== undefined) return this.refuse('dst: src= was expected before it');
        tuple.dst = this.address();
        return tuple.dst !== undefined;
      case 'packets':
      case 'bytes':
        return this.count(key, tuple);
      case 'zone':
      case 'zone-orig':
      case 'zone-reply':
        return this.zone(key);
      case 'secctx':
      case 'secmark':
        this.security = this.words.word;
        return true;
      case 'helper':
        this.helper = this.words.value;
        return true;
      case 'labels':
        this.labels = this.words.value;
        return true;
      case 'timeout':
      case 'stream_timeout':
        // a GRE entry's own timeouts, which /proc tells (gre_print_conntrack of nf_conntrack_proto_gre.c)
        return (this.protocol === Protocol.Gre && this.original === undefined) || this.leave();
      default:
        return this.leave();
    }
  }

  private begin(): boolean {
    if (this.reply !== undefined) return this.refuse('src: a connection has two directions, and this is a third');
    const src = this.address();
    if (src === undefined) return false;
    if (this.original === undefined) this.original = beginDirection(src);
    else this.reply = beginDirection(src);
    return true;
  }

  private address(): Words | undefined {
    const address = parseAddress(this.words.value);
    if (address !== undefined) this.family ??= familyOf(address);
    if (address !== undefined && familyOf(address) === this.family) return address;
    this.refuse(
      `${this.words.key}: an address${this.family === undefined ? '' : ` of IPv${this.family}`} was expected`,
    );
    return undefined;
  }

  private takePart(key: string, tuple: Direction | undefined, parts: Parts, field: PartField, max: number): boolean {
    if (this.parts !== parts) return this.refuse(`${key}: connections of protocol ${this.protocol} have none`);
    if (tuple === undefined) return this.refuse(`${key}: src= was expected before it`);
    const value = parts === 'keys' ? this.key(tuple[field]) : this.numberTo(max, tuple[field]);
    tuple[field] = value;
    return value >= 0;
  }

  /** The value of a word that stands once: 0 to `max`; -1: it is refused. `before`: what was read so far, or -1. */
  private numberTo(max: number, before: number): number {
    const { key, number, value } = this.words;
    if (before >= 0) this.refuse(`${key} stands twice`);
    else if (number >= 0 && number <= max) return number;
    else this.refuse(`${key}: ${value} is not in 0..${max}`);
    return -1;
  }

  /** GRE's keys stand in hex. */
  private key(before: number): number {
    const { key, value } = this.words;
    if (before >= 0) this.refuse(`${key} stands twice`);
    else if (/^0x[\da-f]{1,4}$/.test(value)) return Number(value);
    else this.refuse(`${key}: ${value} is not in 0x0..0xffff`);
    return -1;
  }

  private count(key: 'packets' | 'bytes', tuple: Direction | undefined): boolean {
    const { number, value } = this.words;
    if (tuple === undefined) return this.refuse(`${key}: src= was expected before it`);
    if (tuple[key] !== undefined) return this.refuse(`${key} stands twice`);
    const count = number > Number.MAX_SAFE_INTEGER ? BigInt(value) : BigInt(number);
    if (number < 0 || (number >= 2 ** 64 && count >> 64n !== 0n))
      return this.refuse(`${key}: ${value} is not in 0..2^64-1`);
    tuple[key] = count;
    return true;
  }

  private zone(key: 'zone' | 'zone-orig' | 'zone-reply'): boolean {
    const value = this.numberTo(0xffff, -1);
    this.zones = {
      original: key === 'zone-reply' ? this.zones.original : value,
      reply: key === 'zone-orig' ? this.zones.reply : value,
    };
    return value >= 0;
  }

  /** Kernels to come may say more behind what is known: an entry is read without it. */
  private leave(): boolean {
    const { words } = this;
    if (this.reply?.dst === undefined) return this.refuse(`${words.word} is nothing that conntrack prints`);
    this.complain(`${words.word} is nothing that conntrack prints: left out`, words, 'left');
    return true;
  }

  private finish(): Connection | undefined {
    const { original, reply, protocol, numbers } = this;
    if (original === undefined) return this.refuseLine('src= is missing, where a connection begins');
    if (reply === undefined) return this.refuseLine('a second src= and dst= are missing, those of the answers');
    const lack = lackOf(original, protocol) ?? lackOf(reply, protocol);
    if (lack !== undefined) return this.refuseLine(`${lack} is missing in one of the directions`);
    const offloaded = (this.status & CT_STATUS_OFFLOAD) !== 0;
    if (this.timeout < 0 && !offloaded) return this.refuseLine('the timeout is missing, behind the protocol');
    if (this.state === undefined && (protocol === Protocol.Tcp || protocol === Protocol.Sctp)) {
      if (!offloaded) return this.refuseLine('the state is missing, behind the timeout');
      this.state = 'ESTABLISHED';
    }
    // nft_flow_offload.c takes connections of TCP that are so; of others nothing is known
    if (offloaded && protocol === Protocol.Tcp) this.status |= CT_STATUS_ASSURED;
    const originalTuple = tupleOf(original);
    const replyTuple = tupleOf(reply);
    return {
      family: familyOf(original.src),
      protocol,
      timeout: this.timeout < 0 ? DAY : this.timeout,
      state: this.state,
      original: originalTuple,
      reply: replyTuple,
      status: this.status | translationOf(originalTuple, replyTuple),
      mark: Math.max(0, numbers.mark),
      zones: this.zones,
      id: numbers.id < 0 ? undefined : numbers.id,
      counters: countersOf(original, reply),
      use: numbers.use < 0 ? undefined : numbers.use,
      age: numbers.age < 0 ? undefined : numbers.age,
      security: this.security,
      helper: this.helper,
      labels: this.labels,
    };
  }
}
