/** Loads the core. The one importer of @assemblyscript/loader, so that another loader changes one file. */
import { instantiate } from '@assemblyscript/loader';
import { ABI_VERSION } from '../abi.js';
import { PacketwalkError } from '../errors.js';
import { later } from './later.js';
import { Memory } from './memory.js';

/** Steps of the walk over a list of packets: assembly/track.ts, routes.ts, nat.ts and leave.ts say what each does. */
export type ListStep =
  | 'findFragments'
  | 'findOptions'
  | 'track'
  | 'confirm'
  | 'findWays'
  | 'takeInput'
  | 'takeOutput'
  | 'note'
  | 'findChanged'
  | 'translate'
  | 'age'
  | 'setOut'
  | 'comeBack'
  | 'deliver'
  | 'leave';
/** Those that give back how many packets stay in it. */
export type SievingStep = 'keepWalking' | 'settle';

type CoreStep<Name extends string, Result> = Record<Name, (list: number, size: number, more?: number) => Result>;

/** Writes for each packet of five columns the number of the first rule that takes it: assembly/first-match.ts and rule-scan.ts. */
export type FirstMatchStep = (
  plan: number,
  sources: number,
  destinations: number,
  sourcePorts: number,
  destinationPorts: number,
  protocols: number,
  count: number,
  results: number,
) => void;

/** The core's functions over its memory; addresses are bytes. assembly/index.ts says what each does. */
export interface Core extends CoreStep<ListStep, void>, CoreStep<SievingStep, number> {
  readonly memory: Memory;
  /** a WebAssembly.Module, a type that not every surroundings declare: which has, once there are, the functions for many packets. */
  readonly module: object;
  interpret(): number;
  decode(packet: number, at: number, length: number, wire: number, verifyChecksum: number): number;
  decodeBatch(count: number, verifyChecksum: number): void;
  draw(packet: number): number;
  recall(plan: number): number;
  countOutcomes(plan: number): void;
  rewrite(packet: number, field: number, value: number): void;
  writeIcmpId(packet: number, id: number): void;
  pull(packet: number, bytes: number): void;
  completeColumns(count: number, measured: number): void;
  placeInterfaces(count: number, places: number): number;
  numberPackets(count: number, first: number): void;
  refuse(count: number, readsBytes: number): void;
  listWalking(count: number, list: number): number;
  divide(list: number, size: number, column: number, value: number, to: number): number;
  merge(a: number, aSize: number, b: number, bSize: number, to: number): void;
  consult(list: number, size: number, side: number, to: number): number;
  move(packet: number, address: number, port: number, own: number, source: number, moved: number): void;
  tally(count: number): void;
  firstMatch: FirstMatchStep;
  scanFirst: FirstMatchStep;
  findJourneys(plan: number, count: number): number;
  takeBytes(columns: number, count: number, bytes: number, sent: number, framed: number, read: number): number;
  findKeys(plan: number, first: number, count: number): void;
  travelOne(plan: number, packet: number, journey: number): number;
  findSet(packet: number, block: number, directions: number): number;
  setKey(packet: number, block: number, directions: number): number;
  settleLimits(plan: number, size: number, latest: number): number;
  travel(plan: number, first: number, count: number): number;
  travelEach(plan: number, numbers: number, count: number): void;
  noteSeen(count: number, to: number, window: number): void;
  gatherCounts(journeys: number, counts: number, size: number, chance: number): void;
  opWords(op: number): number;
  /** what the build calls each constant of abi.ts: `Op.Rule`, `ABI_VERSION`. */
  constant(name: string): number | undefined;
}

/** Functions of the core of connections, over a memory of its own. */
export interface TrackCore {
  readonly memory: Memory;
  lookUpAll(count: number): number;
  followPlain(first: number, count: number): number;
}

/** The core that the library has: compiled once, whatever the number of hosts. */
let own: Promise<WebAssembly.Module> | undefined;

/** Its functions for many packets, where it has those by themselves. */
let ofMany: Promise<WebAssembly.Module> | undefined;

/** Begins to compile the library's core, which goes on by itself while its caller reads texts. */
export async function beginCore(): Promise<void> {
  if (own !== undefined) return;
  const bytes = await coreBytes();
  own ??= WebAssembly.compile(bytes);
}

/** A core with a memory of its own. `given`: core.wasm as a WebAssembly.Module or its bytes, in place of the library's. */
export async function loadCore(given?: object): Promise<Core> {
  const memory = new Memory();
  if (given === undefined) await beginCore();
  const module = (given ?? (await own)) as WebAssembly.Module;
  const raw = await exportsOf(module, memory).catch((cause) => {
    throw new PacketwalkError('what was given as the core is none', {
      code: 'bad-core',
      hint: 'core.wasm was expected: a WebAssembly.Module, or its bytes',
      cause,
    });
  });
  const constant = (name: string): number | undefined => {
    const value = raw[name] as { value?: unknown } | undefined;
    return typeof value?.value === 'number' ? value.value : undefined;
  };
  const version = constant('ABI_VERSION');
  if (version !== ABI_VERSION)
    throw new PacketwalkError(`the core is of version ${version}, the library of version ${ABI_VERSION}`, {
      code: 'stale-core',
      hint: 'build again: npm run build',
    });
  return { ...(raw as unknown as Omit<Core, 'memory' | 'constant' | 'module'>), memory, constant, module };
}

/** Those of an instance over such a memory. */
async function exportsOf(source: WebAssembly.Module, memory: Memory): Promise<Record<string, unknown>> {
  const { instance } = await instantiate(source, { env: { memory: memory.wasm, abort } });
  return instance.exports as unknown as Record<string, unknown>;
}

/**
 * Loads what many packets ask for, which pages have as a core of its own over the same memory: in that alone all functions
 * keep what they know.
 */
export async function addMany(core: Core): Promise<void> {
  if (core.travel !== undefined) return;
  const { CORE_DEFLATED } = await later('many-core.js', import('./many-core.js'));
  ofMany ??= inflated(CORE_DEFLATED).then((bytes) => WebAssembly.compile(bytes));
  const module = await ofMany;
  Object.assign(core, await exportsOf(module, core.memory), { module });
}

/** A core of connections, beside one that has what many packets ask for. */
export async function besideCore({ module }: Core): Promise<TrackCore> {
  const memory = new Memory(TRACK_PAGES);
  return { ...((await exportsOf(module, memory)) as unknown as Omit<TrackCore, 'memory'>), memory };
}
/** Of 64 KiB, with room for the first thousands of connections. */
const TRACK_PAGES = 16;

function abort(): never {
  throw new PacketwalkError('the core stopped', { code: 'core-abort' });
}

// the library is built without the types of a browser or of Node; both have them
declare class DecompressionStream {
  constructor(format: 'deflate-raw');
  readonly readable: object;
  readonly writable: { getWriter(): { write(bytes: Uint8Array): Promise<void>; close(): Promise<void> } };
}
declare class Response {
  constructor(stream: object);
  arrayBuffer(): Promise<ArrayBuffer>;
}

async function coreBytes(): Promise<ArrayBuffer> {
  const { CORE_DEFLATED } = await later('core-bytes.js', import('./core-bytes.js'));
  return inflated(CORE_DEFLATED);
}

/** It travels as text, and deflated before: what compresses a page finds little to gain in base64. */
async function inflated(core: string): Promise<ArrayBuffer> {
  const inflate = new DecompressionStream('deflate-raw');
  const writer = inflate.writable.getWriter();
  writer.write(Uint8Array.from(atob(core), (char) => char.charCodeAt(0)));
  writer.close();
  return new Response(inflate.readable).arrayBuffer();
}
