/** Gzipped streams, unpacked by what browsers and Node share: of one member, since the standard has it so. */
import { PacketwalkError } from '../errors.js';
import { detectFormat } from './detect.js';

// the library is built without the types of a browser or of Node; both have it
declare class DecompressionStream {
  constructor(format: 'gzip');
  readonly readable: { getReader(): Reader };
  readonly writable: { getWriter(): Writer };
}
interface Reader {
  read(): Promise<{ done: boolean; value: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}
interface Writer {
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** The bytes as they are, or unpacked where they are gzipped. Throws a PacketwalkError behind all that could be unpacked. */
export async function* unpacked(chunks: Chunks, name: string): AsyncGenerator<Uint8Array, void, undefined> {
  const { first, all } = await peek(chunks, 2);
  if (detectFormat(first).format === 'gzip') yield* gunzip(all, name);
  else yield* all;
}

/** Chunks that can be given back unread: `return` ends their source. */
export type ChunkStream = AsyncIterableIterator<Uint8Array, void, undefined> & { return(): Promise<unknown> };

/** The first bytes of a stream, at least `least` of them unless it has fewer, and the stream with them. */
export async function peek(chunks: Chunks, least: number): Promise<{ first: Uint8Array; all: ChunkStream }> {
  const source = (async function* () {
    yield* chunks;
  })();
  let first = new Uint8Array(0);
  while (first.length < least) {
    const { value } = await source.next();
    if (value === undefined) break;
    const more = new Uint8Array(first.length + value.length);
    more.set(first);
    more.set(value, first.length);
    first = more;
  }
  let begun = false;
  const all: ChunkStream = {
    [Symbol.asyncIterator]: () => all,
    async next() {
      if (begun) return source.next();
      begun = true;
      return { done: false, value: first };
    },
    return: () => source.return(undefined),
  };
  return { first, all };
}

/** Bytes that are unpacked at a time: they may become a thousand times as many. */
const PIECE = 1 << 14;

async function* gunzip(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = new DecompressionStream('gzip');
  const reader = stream.readable.getReader();
  const writer = stream.writable.getWriter();
  const ready: Uint8Array[] = [];
  let ended = false;
  let damage: { readonly cause?: unknown } | undefined;
  const failed = (cause: unknown): void => {
    damage ??= { cause };
  };
  // read as soon as there is something: an error would discard what waits in the stream
  const reading = (async () => {
    for (let next = await reader.read(); next.value !== undefined; next = await reader.read()) ready.push(next.value);
  })()
    .catch(failed)
    .then(() => {
      ended = true;
    });
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length && !ended; at += PIECE) {
        // the standard makes an error of bytes behind the end of what was packed; Node 20 ends, and no write comes back
        await Promise.race([writer.write(chunk.subarray(at, at + PIECE)).catch(failed), reading]);
        yield* ready.splice(0);
      }
      if (ended) break;
    }
    if (ended) damage ??= {};
    else await Promise.race([writer.close().catch(failed), reading]);
    await reading;
    yield* ready;
  } finally {
    // neither needs to be waited for, and what they say was said before
    writer.abort().catch(() => {});
    reader.cancel().catch(() => {});
  }
  if (damage !== undefined)
    throw new PacketwalkError(`${name}: its gzip data is damaged, ends in the middle, or has more behind it`, {
      code: 'bad-gzip',
      cause: damage.cause,
    });
}
