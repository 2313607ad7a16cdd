/**
 * The engine: one core, into which a host's rules are loaded, and through which packets are walked, one by one or by the
 * batch.
 *
 *     const engine = await createEngine();
 *     const host = await engine.load(new CompiledHost({ tables, sets, host }));
 *     host.walk(packet).fate;
 *     host.classify(batch);
 *     host.summary().fates;
 */
import { CompiledHost, type LoadOptions } from './compiled-host.js';
import { later } from './later.js';
import { LoadedHost } from './loaded-host.js';
import { beginCore, loadCore } from './wasm.js';

export type { LoadedHost };

export interface Engine {
  /**
   * What is not compiled is compiled first, and PacketwalkError thrown where it cannot be. `few`: what classifies many packets is
   * not loaded before `LoadedHost.expectMany` asks for it.
   */
  load(host: CompiledHost | LoadOptions, options?: { readonly few?: boolean }): Promise<LoadedHost>;
}

export interface EngineOptions {
  /**
   * core.wasm as a WebAssembly.Module, its bytes, or a promise of either, for those who stream it:
   * `WebAssembly.compileStreaming(fetch(url))`. Without it the library uses the one that it holds.
   */
  readonly core?: object | PromiseLike<object> | undefined;
}

/** Safe to call more than once: each host that is loaded has a memory of its own. */
export async function createEngine({ core }: EngineOptions = {}): Promise<Engine> {
  const given = await core;
  if (given === undefined) await beginCore();
  return {
    load: async (options, { few = false } = {}) => {
      const host = options instanceof CompiledHost ? options : new CompiledHost(options);
      const part = host.gathers ? later('remembering.js', import('./remembering.js')) : undefined;
      const answers = host.compiled.hosted.length > 0 ? later('asked.js', import('./asked.js')) : undefined;
      const [core, remembering, asked] = await Promise.all([loadCore(given), part, answers]);
      const loaded = new LoadedHost(host, core, remembering, asked);
      if (!few) await loaded.expectMany();
      return loaded;
    },
  };
}
