/** Hooks and chains as a picture, with the packet's way through them. */
import { computed, signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { MapNode } from '../../dist/web/desk/messages.js';
import { words } from '../words.js';
import type { Point } from './layout-messages.js';
import { closeAll, drawn, HEIGHT, labelOf, opened, passed, toggle, watch, widthOf } from './state.js';

/** What of the drawing is seen: its left upper corner, and how much larger than life. */
const view = signal({ x: 0, y: 0, zoom: 1 });
const [LEAST, READABLE, MOST] = [0.05, 0.5, 4];

export const Graph = () => {
  const { graph } = words.value;
  useEffect(watch, []);
  return (
    <section class="graph" aria-labelledby="graph">
      <h2 id="graph">{graph.title}</h2>
      <div class="row">
        <button type="button" aria-label={graph.closer} onClick={() => zoomBy(1.25)}>
          +
        </button>
        <button type="button" aria-label={graph.farther} onClick={() => zoomBy(0.8)}>
          −
        </button>
        <button type="button" onClick={() => showAll()}>
          {graph.fit}
        </button>
        {opened.value.size > 0 && (
          <button type="button" onClick={closeAll}>
            {graph.fold}
          </button>
        )}
        <button type="button" disabled={drawn.value === undefined} onClick={save}>
          {words.value.keep.svg}
        </button>
        <span class="help">{graph.help}</span>
      </div>
      <Picture />
      <Families />
      <p class="unseen">{passed.value.join(' → ')}</p>
    </section>
  );
};

/** Families by their names, for those who have no mouse. */
const Families = () => {
  const families = drawn.value?.map.nodes.filter(({ kind }) => kind === 'family') ?? [];
  if (families.length === 0) return null;
  return (
    <div class="row families">
      {families.map((node) => (
        <button type="button" key={node.id} onClick={() => toggle(node)}>
          + {node.table} {labelOf(node)}
        </button>
      ))}
    </div>
  );
};

let frame: SVGSVGElement | null = null;
const size = () => frame?.getBoundingClientRect() ?? { width: 1, height: 1, left: 0, top: 0 };

function zoomBy(factor: number, at?: Point): void {
  const { x, y, zoom } = view.value;
  const { width, height } = size();
  const to = Math.min(MOST, Math.max(LEAST, zoom * factor));
  const { x: left, y: top } = at ?? { x: width / 2, y: height / 2 };
  view.value = { x: x + left / zoom - left / to, y: y + top / zoom - top / to, zoom: to };
}

/** `least`: a picture that is drawn anew stays readable, and follows the walk instead. */
function showAll(least = LEAST): void {
  const layout = drawn.value?.layout;
  if (layout === undefined) return;
  const { width, height } = size();
  const zoom = Math.max(least, Math.min(1.2, width / layout.width, height / layout.height));
  view.value = { x: (layout.width - width / zoom) / 2, y: (layout.height - height / zoom) / 2, zoom };
}

/** Brings the node that the walk is in to where it is seen. */
function follow(id: string | undefined): void {
  const at = id === undefined ? undefined : drawn.value?.layout.at.get(id);
  if (at === undefined) return;
  const { x, y, zoom } = view.value;
  const { width, height } = size();
  const [seenX, seenY] = [(at.x - x) * zoom, (at.y - y) * zoom];
  const isSeen = seenX > 20 && seenX < width - 20 && seenY > 10 && seenY < height - 10;
  if (!isSeen) view.value = { zoom, x: at.x - width / 2 / zoom, y: at.y - height / 2 / zoom };
}

const viewBox = computed(() => {
  const { x, y, zoom } = view.value;
  const { width, height } = size();
  return `${x} ${y} ${width / zoom} ${height / zoom}`;
});

const Picture = () => {
  const svg = useRef<SVGSVGElement>(null);
  const held = useRef<{ readonly x: number; readonly y: number } | undefined>(undefined);
  const layout = drawn.value?.layout;
  useEffect(() => {
    frame = svg.current;
    showAll(READABLE);
  }, [layout]);
  const last = passed.value.at(-1);
  useEffect(() => follow(last), [last, layout]);
  useEffect(() => {
    // a listener that may keep the page from scrolling has to say so
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== svg.current) return;
      event.preventDefault();
      const { left, top } = size();
      zoomBy(event.deltaY < 0 ? 1.1 : 0.9, { x: event.clientX - left, y: event.clientY - top });
    };
    svg.current?.addEventListener('wheel', wheel, { passive: false });
    return () => svg.current?.removeEventListener('wheel', wheel);
  }, []);
  return (
    <svg
      ref={svg}
      class="picture"
      viewBox={viewBox.value}
      role="img"
      aria-label={words.value.graph.title}
      tabindex={0}
      onPointerDown={({ clientX, clientY, currentTarget, pointerId }) => {
        held.current = { x: clientX, y: clientY };
        currentTarget.setPointerCapture(pointerId);
        currentTarget.focus();
      }}
      onPointerMove={({ clientX, clientY }) => {
        if (held.current === undefined) return;
        const { x, y, zoom } = view.value;
        view.value = { zoom, x: x - (clientX - held.current.x) / zoom, y: y - (clientY - held.current.y) / zoom };
        held.current = { x: clientX, y: clientY };
      }}
      onPointerUp={() => {
        held.current = undefined;
      }}
      onDblClick={({ clientX, clientY }) => {
        // what a held pointer does comes to the picture itself, whatever lies below
        const id = document.elementFromPoint(clientX, clientY)?.closest<SVGElement>('[data-id]')?.dataset.id;
        const node = drawn.value?.map.nodes.find((one) => one.id === id);
        if (node !== undefined) toggle(node);
      }}
      onKeyDown={(event) => {
        const by = KEYS[event.key];
        if (by === undefined) return;
        event.preventDefault();
        const { x, y, zoom } = view.value;
        if ('zoom' in by) zoomBy(by.zoom);
        else view.value = { zoom, x: x + by.x / zoom, y: y + by.y / zoom };
      }}
    >
      <Drawing />
    </svg>
  );
};

const STEP = 60;
const KEYS: Readonly<Record<string, Point | { readonly zoom: number }>> = {
  ArrowLeft: { x: -STEP, y: 0 },
  ArrowRight: { x: STEP, y: 0 },
  ArrowUp: { x: 0, y: -STEP },
  ArrowDown: { x: 0, y: STEP },
  '+': { zoom: 1.25 },
  '-': { zoom: 0.8 },
};

const Drawing = () => {
  if (drawn.value === undefined) return null;
  const { map, layout } = drawn.value;
  const way = passed.value;
  const on = new Set(way);
  const taken = new Set(way.slice(1).map((to, i) => `${way[i]}\n${to}`));
  return (
    <>
      {map.edges.map(({ from, to, rules }, i) => (
        <path
          key={`${from}\n${to}`}
          class={`${rules === 0 ? 'by-itself' : ''} ${taken.has(`${from}\n${to}`) ? 'taken' : ''}`}
          d={pathOf(layout.ways[i] ?? [])}
        />
      ))}
      {map.nodes.map((node) => (
        <Box key={node.id} node={node} at={layout.at.get(node.id)!} on={on.has(node.id)} now={node.id === way.at(-1)} />
      ))}
    </>
  );
};

const Box = ({ node, at, on, now }: { node: MapNode; at: Point; on: boolean; now: boolean }) => {
  const label = labelOf(node);
  const width = widthOf(node);
  return (
    <g
      class={`node ${node.kind} ${on ? 'on' : ''} ${now ? 'now' : ''}`}
      transform={`translate(${at.x - width / 2} ${at.y - HEIGHT / 2})`}
      data-id={node.id}
    >
      <title>{node.kind === 'place' ? label : words.value.graph.node(node)}</title>
      <rect width={width} height={HEIGHT} rx={node.kind === 'place' ? HEIGHT / 2 : 5} />
      <text x={width / 2} y={HEIGHT / 2 + 4}>
        {label}
      </text>
    </g>
  );
};

const pathOf = (points: readonly Point[]): string =>
  points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');

/** The picture as a file of its own, with its colours in it. */
function save(): void {
  const layout = drawn.value?.layout;
  if (frame === null || layout === undefined) return;
  const copy = frame.cloneNode(true) as SVGSVGElement;
  const styled = [
    'fill',
    'stroke',
    'stroke-width',
    'stroke-dasharray',
    'font-family',
    'font-size',
    'font-weight',
    'text-anchor',
  ];
  const originals = frame.querySelectorAll('path,rect,text');
  for (const [i, one] of copy.querySelectorAll('path,rect,text').entries()) {
    const style = getComputedStyle(originals[i]!);
    for (const name of styled) one.setAttribute(name, style.getPropertyValue(name));
  }
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('viewBox', `0 0 ${layout.width} ${layout.height}`);
  copy.setAttribute('width', String(Math.ceil(layout.width)));
  copy.setAttribute('height', String(Math.ceil(layout.height)));
  for (const one of copy.querySelectorAll('[class]')) one.removeAttribute('class');
  for (const name of ['class', 'tabindex']) copy.removeAttribute(name);
  const url = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' }));
  const a = document.createElement('a');
  a.href = url;
  a.download = 'packetwalk.svg';
  a.click();
  URL.revokeObjectURL(url);
}
