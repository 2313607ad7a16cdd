/** Lays out a graph, in a worker: hundreds of chains take a while. */
import { Graph, layout } from '@dagrejs/dagre';
import type { Layout, LayoutRequest } from './layout-messages.js';

declare const self: {
  onmessage: ((event: { readonly data: LayoutRequest }) => void) | null;
  postMessage(layout: Layout): void;
};

self.onmessage = ({ data: { id, nodes, edges } }) => {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 42, marginx: 12, marginy: 12 });
  for (const { id: name, width, height } of nodes) graph.setNode(name, { width, height });
  for (const [i, { from, to }] of edges.entries()) graph.setEdge({ v: from, w: to, name: String(i) }, {});
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  self.postMessage({
    id,
    width,
    height,
    at: new Map(nodes.map(({ id: name }) => [name, pointOf(graph.node(name))])),
    ways: edges.map(({ from, to }, i) => (graph.edge({ v: from, w: to, name: String(i) }).points ?? []).map(pointOf)),
  });
};

const pointOf = ({ x = 0, y = 0 }: { x?: number; y?: number }) => ({ x, y });
