/** The graph of hooks and chains: what it shows, where its nodes lie, and which of them the walk is in. */
import { computed, effect, signal } from '@preact/signals';
import type { ChainMap, MapNode, Step } from '../../dist/web/desk/messages.js';
import { engine, packet, read, step, steps, told } from '../state.js';
import { words } from '../words.js';
import type { Layout, LayoutRequest } from './layout-messages.js';

/** Ids of families that are open. */
export const opened = signal<ReadonlySet<string>>(new Set());
export const drawn = signal<{ readonly map: ChainMap; readonly layout: Layout } | undefined>(undefined);

export const HEIGHT = 26;
/** Of the text of a node, in the font of the graph, which has letters of one width. */
const LETTER = 7.3;
export const labelOf = ({ kind, table, name, chains, place }: MapNode): string =>
  place !== undefined
    ? words.value.graph.places[place]
    : kind === 'hook'
      ? `${table} ${name}`
      : kind === 'family'
        ? `${name} ×${chains}`
        : name;
export const widthOf = (node: MapNode): number => Math.max(44, columnsOf(labelOf(node)) * LETTER + 22);
/** Letters of Chinese and Japanese are twice as wide. */
const columnsOf = (text: string): number => text.length + (text.match(/[\u3000-\u9fff\uff00-\uffef]/g)?.length ?? 0);

const byId = computed(() => new Map(drawn.value?.map.nodes.map((node) => [node.id, node])));

/** The node where a step is; undefined: none of the graph. */
function nodeOf({ key, table, chain }: Step, ids: ReadonlyMap<string, MapNode>): string | undefined {
  if (key.startsWith('begin.')) return key === 'begin.host' ? 'here' : 'arrives';
  if (key.startsWith('routed.')) return 'routing';
  if (key === 'leaves') return undefined;
  const own = `${table} ${chain}`;
  return [own, own.replace(/-[^-]+$/, '-*')].find((id) => ids.has(id));
}

/** Nodes on the way so far, the last one last. */
export const passed = computed<readonly string[]>(() => {
  const ids = byId.value;
  const way: string[] = [];
  const at = steps.value.indexOf(step.value!);
  for (const one of steps.value.slice(0, at + 1)) {
    const id = one.key === 'leaves' ? endOf() : nodeOf(one, ids);
    if (id !== undefined && way.at(-1) !== id) way.push(id);
  }
  return way;
});
const endOf = () => (packet.value?.fate === 'delivered' ? 'here' : 'leaves');

let worker: Worker | undefined;
let turn = 0;
/** What was laid out last, as it was asked for. */
let laidOut = '';

/** Of the packet that was told of last: one that is refused changes nothing. */
let lastFamily: 4 | 6 = 4;
const family = computed(() => {
  lastFamily = told.value?.family ?? lastFamily;
  return lastFamily;
});

async function draw(open: ReadonlySet<string>, of: 4 | 6): Promise<void> {
  const mine = ++turn;
  const { map } = await engine.ask({ type: 'map', family: of, open: [...open] });
  if (mine !== turn) return;
  const nodes = map.nodes.map((node) => ({ id: node.id, width: widthOf(node), height: HEIGHT }));
  const asked = JSON.stringify([nodes, map.edges]);
  // where nothing moves, what somebody looks at stays
  if (drawn.value !== undefined && asked === laidOut) {
    drawn.value = { map, layout: drawn.value.layout };
    return;
  }
  worker ??= new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<Layout>) => {
    if (data.id !== turn) return;
    laidOut = asked;
    drawn.value = { map, layout: data };
  };
  worker.postMessage({ id: mine, nodes, edges: map.edges } satisfies LayoutRequest);
}

/** Draws while somebody looks; returns what ends that. */
export const watch = (): (() => void) =>
  effect(() => {
    // words are as wide as their language has them
    const [open, texts, of] = [opened.value, read.value, family.value, words.value];
    if (texts === undefined) drawn.value = undefined;
    // what cannot be drawn has been said where the texts are
    else draw(open, of).catch(() => {});
  });

export function toggle({ id, kind }: MapNode): void {
  if (kind !== 'family') return;
  opened.value = new Set([...opened.value, id]);
}
export const closeAll = (): void => {
  opened.value = new Set();
};
