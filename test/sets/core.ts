/** The set look-up of assembly/sets.ts, compiled by itself, over sets laid out as the engine would. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';
import {
  COLUMN_BYTES,
  COLUMNS_BASE,
  Field,
  FREE_BASE,
  HOST_BASE,
  LINK_MAC,
  LINK_NONE,
  Run,
  SET_COUNT_SHIFT,
} from '../../src/abi.js';
import type { Direction } from '../../src/model/condition.js';
import type { SetDef } from '../../src/model/set.js';
import { parseAddress } from '../../src/net/address.js';
import { type SetContext, setBytes, writeSet } from '../../src/run/sets.js';

export interface TestPacket {
  readonly src: string;
  readonly dst: string;
  readonly proto: number;
  /** ports; ICMP: type and code. */
  readonly sport?: number;
  readonly dport?: number;
  readonly transportLen?: number;
  readonly frag?: number;
  readonly in?: string;
  readonly out?: string;
  readonly mark?: number;
  /** the link-layer address that it came from, as a number. */
  readonly mac?: number | undefined;
  readonly time?: number;
}

// neither the language's library nor Node's types declare it
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => CoreModule;
  readonly Memory: new (limits: { initial: number }) => { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly Instance: new (module: CoreModule, imports: object) => { readonly exports: object };
};
export type CoreModule = object;

type Holds = (packet: number, set: number, directions: number) => number;

/** The compiled module: its bytes, made once for all tests of a file. */
export async function compileSets(): Promise<CoreModule> {
  const folder = mkdtempSync(join(tmpdir(), 'packetwalk-sets-'));
  const out = join(folder, 'sets.wasm');
  try {
    const options = [
      '-o',
      out,
      '-O3',
      '--runtime',
      'stub',
      '--importMemory',
      '--memoryBase',
      '1024',
      '--enable',
      'simd',
    ];
    const { error, stderr } = await asc.main(['assembly/sets.ts', ...options]);
    if (error) throw new Error(stderr.toString(), { cause: error });
    return new WebAssembly.Module(readFileSync(out));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export class SetsCore {
  readonly #memory = new WebAssembly.Memory({ initial: 2 });
  readonly #holds: Holds;
  readonly #ifaces: string[] = [''];
  #sets: readonly SetDef[] = [];

  constructor(module: CoreModule) {
    const env = {
      memory: this.#memory,
      abort: () => {
        throw new Error('the core aborted');
      },
    };
    this.#holds = (new WebAssembly.Instance(module, { env }).exports as { setHolds: Holds }).setHolds;
  }

  /** Lays the sets out; `ifaces` are those that the host has. */
  load(sets: readonly SetDef[], ifaces: readonly string[] = []): void {
    this.#sets = sets;
    this.#ifaces.splice(1, this.#ifaces.length, ...ifaces);
    const places = new Map<string, number>();
    const context: SetContext = {
      ifaceNumber: (name) => {
        if (!this.#ifaces.includes(name)) this.#ifaces.push(name);
        return this.#ifaces.indexOf(name);
      },
      ifacesBeginning: (prefix) => [...this.#ifaces.keys()].filter((n) => n > 0 && this.#ifaces[n]!.startsWith(prefix)),
      setAddress: (name) => places.get(name) ?? 0,
    };
    let at = FREE_BASE + 1024;
    for (const set of sets) {
      places.set(set.name, at);
      at += setBytes(set, context);
    }
    const pages = Math.ceil(at / 65536) - this.#memory.buffer.byteLength / 65536;
    if (pages > 0) this.#memory.grow(pages);
    const view = new Uint32Array(this.#memory.buffer);
    // what was there before must not matter
    view.fill(0xdeadbeef, HOST_BASE / 4);
    view[HOST_BASE / 4 + Run.Sets] = FREE_BASE;
    for (const [i, set] of sets.entries()) {
      view[FREE_BASE / 4 + i] = places.get(set.name)!;
      writeSet(view, places.get(set.name)!, set, context);
    }
    if (view.length * 4 > at && view[at / 4] !== 0xdeadbeef) throw new Error('a set is longer than setBytes said');
  }

  holds(name: string, packet: TestPacket, directions: readonly Direction[], flags = 0): boolean {
    const view = new Uint32Array(this.#memory.buffer);
    const src = parseAddress(packet.src)!;
    const put = (field: Field, value: number) => {
      view[(COLUMNS_BASE + field * COLUMN_BYTES) / 4] = value;
    };
    for (let field = 0; field < Field.Count; field++) put(field, 0);
    view[HOST_BASE / 4 + Run.Family] = src.length === 1 ? 4 : 6;
    src.forEach((value, i) => {
      put(Field.Src + i, value);
    });
    parseAddress(packet.dst)!.forEach((value, i) => {
      put(Field.Dst + i, value);
    });
    put(Field.Proto, packet.proto);
    put(Field.Sport, packet.sport ?? 0);
    put(Field.Dport, packet.dport ?? 0);
    put(Field.TransportLen, packet.transportLen ?? 40);
    put(Field.Frag, packet.frag ?? 0);
    put(Field.Mark, packet.mark ?? 0);
    put(Field.Link, packet.mac === undefined ? LINK_NONE : LINK_MAC | Math.floor(packet.mac / 2 ** 32));
    put(Field.MacLow, (packet.mac ?? 0) % 2 ** 32);
    put(Field.Time, packet.time ?? 0);
    put(Field.InIf, Math.max(0, this.#ifaces.indexOf(packet.in ?? '')));
    put(Field.OutIf, Math.max(0, this.#ifaces.indexOf(packet.out ?? '')));
    let word = flags | (directions.length << SET_COUNT_SHIFT);
    directions.forEach((direction, i) => {
      if (direction === 'src') word |= 1 << i;
    });
    const set = this.#sets.findIndex((other) => other.name === name);
    return this.#holds(0, set, word) !== 0;
  }
}
