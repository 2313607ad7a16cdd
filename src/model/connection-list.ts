/** Connections by the million: each is a row of words, and an object only while somebody looks at it. */
import type { Family, Words } from '../net/address.js';
import type { Connection, ConnectionTuple } from './connection.js';

/** Words of a row. An address has four, of which IPv4 uses the first. */
enum Word {
  Original = 0,
  Reply = 11,
  Timeout = 22,
  Mark = 23,
  /** original in the high half, reply in the low one. */
  Zones = 24,
  Id = 25,
  Use = 26,
  Age = 27,
  /** protocol, family from bit 8 on, status from bit 16 on. */
  Kind = 28,
  /** which of `said` it is, HAS_* above. */
  Said = 29,
  Count = 30,
}

/** Words of a tuple, from that of its direction on. */
enum TupleWord {
  Src = 0,
  Dst = 4,
  /** source port, or key, in the high half; destination in the low one. */
  Ports = 8,
  /** of ICMP: type and code in bytes. */
  Type = 9,
  Id = 10,
}

const HAS_ID = 0x80000000;
const HAS_USE = 0x40000000;
const HAS_AGE = 0x20000000;
const SAID = 0x1fffffff;

/** Numbers of a row's counters: packets and bytes, of the original direction first. */
const COUNTERS = 4;

/** Rows are never moved: they stand in pieces of so many. */
const ROWS = 4096;

interface Piece {
  readonly words: Uint32Array;
  /** where one of its rows has counters; `counted` says which. */
  counters: BigUint64Array | undefined;
  readonly counted: Uint8Array;
}

/** What many connections have in common, as text. */
type Said = Pick<Connection, 'state' | 'security' | 'helper' | 'labels'>;

export class ConnectionList implements Iterable<Connection> {
  private readonly pieces: Piece[] = [];
  private readonly said: Said[] = [];
  private readonly saidAt = new Map<string, number>();
  private lastSaid = -1;
  private count = 0;

  get length(): number {
    return this.count;
  }

  add(connection: Connection): void {
    const row = this.count++ % ROWS;
    if (row === 0)
      this.pieces.push({
        words: new Uint32Array(ROWS * Word.Count),
        counters: undefined,
        counted: new Uint8Array(ROWS),
      });
    const piece = this.pieces.at(-1)!;
    const { words } = piece;
    const at = row * Word.Count;
    const { family, protocol, status, zones, id, use, age, counters } = connection;
    writeTuple(words, at + Word.Original, connection.original);
    writeTuple(words, at + Word.Reply, connection.reply);
    words[at + Word.Timeout] = connection.timeout;
    words[at + Word.Mark] = connection.mark;
    words[at + Word.Zones] = (zones.original << 16) | zones.reply;
    words[at + Word.Id] = id ?? 0;
    words[at + Word.Use] = use ?? 0;
    words[at + Word.Age] = age ?? 0;
    words[at + Word.Kind] = protocol | (family << 8) | (status << 16);
    const has = (id === undefined ? 0 : HAS_ID) | (use === undefined ? 0 : HAS_USE) | (age === undefined ? 0 : HAS_AGE);
    words[at + Word.Said] = this.saidBy(connection) | has;
    if (counters === undefined) return;
    const { original, reply } = counters;
    piece.counters ??= new BigUint64Array(ROWS * COUNTERS);
    piece.counters.set([original.packets, original.bytes, reply.packets, reply.bytes], row * COUNTERS);
    piece.counted[row] = 1;
  }

  /** `index` is one of 0 to length - 1. */
  at(index: number): Connection {
    const { words, counters, counted } = this.pieces[Math.floor(index / ROWS)]!;
    const row = index % ROWS;
    const at = row * Word.Count;
    const word = (which: Word) => words[at + which]!;
    const kind = word(Word.Kind);
    const family: Family = ((kind >>> 8) & 0xff) === 4 ? 4 : 6;
    const has = word(Word.Said);
    const counter = (which: number) => counters![row * COUNTERS + which]!;
    return {
      family,
      protocol: kind & 0xff,
      timeout: word(Word.Timeout),
      original: readTuple(words, at + Word.Original, family),
      reply: readTuple(words, at + Word.Reply, family),
      status: kind >>> 16,
      mark: word(Word.Mark),
      zones: { original: word(Word.Zones) >>> 16, reply: word(Word.Zones) & 0xffff },
      id: has & HAS_ID ? word(Word.Id) : undefined,
      use: has & HAS_USE ? word(Word.Use) : undefined,
      age: has & HAS_AGE ? word(Word.Age) : undefined,
      counters: counted[row]
        ? {
            original: { packets: counter(0), bytes: counter(1) },
            reply: { packets: counter(2), bytes: counter(3) },
          }
        : undefined,
      ...this.said[has & SAID]!,
    };
  }

  *[Symbol.iterator](): Generator<Connection> {
    for (let index = 0; index < this.count; index++) yield this.at(index);
  }

  private saidBy(connection: Connection): number {
    // mostly it is what the one before said
    const last = this.said[this.lastSaid];
    if (last !== undefined && sameSaid(last, connection)) return this.lastSaid;
    const { state, security, helper, labels } = connection;
    const key = JSON.stringify([state, security, helper, labels]);
    let at = this.saidAt.get(key);
    if (at === undefined) {
      at = this.said.push({ state, security, helper, labels }) - 1;
      this.saidAt.set(key, at);
    }
    this.lastSaid = at;
    return at;
  }
}

const sameSaid = (a: Said, b: Said): boolean =>
  a.state === b.state && a.security === b.security && a.helper === b.helper && a.labels === b.labels;

function writeTuple(words: Uint32Array, at: number, tuple: ConnectionTuple): void {
  for (let word = 0; word < tuple.src.length; word++) {
    words[at + TupleWord.Src + word] = tuple.src[word]!;
    words[at + TupleWord.Dst + word] = tuple.dst[word]!;
  }
  words[at + TupleWord.Ports] = (tuple.sport << 16) | tuple.dport;
  words[at + TupleWord.Type] = (tuple.type << 8) | tuple.code;
  words[at + TupleWord.Id] = tuple.id;
}

function readTuple(words: Uint32Array, at: number, family: Family): ConnectionTuple {
  const ports = words[at + TupleWord.Ports]!;
  const type = words[at + TupleWord.Type]!;
  return {
    src: addressAt(words, at + TupleWord.Src, family),
    dst: addressAt(words, at + TupleWord.Dst, family),
    sport: ports >>> 16,
    dport: ports & 0xffff,
    type: type >>> 8,
    code: type & 0xff,
    id: words[at + TupleWord.Id]!,
  };
}

const addressAt = (words: Uint32Array, at: number, family: Family): Words =>
  family === 4 ? [words[at]!] : [words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!];
