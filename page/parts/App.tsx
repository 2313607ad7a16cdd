/** The whole page: what the host prints beside the packet, the answer and its way below them. */
import { signal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import { takeFiles } from '../files.js';
import { words } from '../words.js';
import { Answer } from './Answer.js';
import { Ask } from './Ask.js';
import { Header } from './Header.js';
import { Sources } from './Sources.js';
import { Walk } from './Walk.js';

/** A part that is loaded when the page stands. */
const later = (load: () => Promise<FunctionComponent>): FunctionComponent => {
  const part = signal<FunctionComponent | undefined>(undefined);
  return () => {
    useEffect(() => {
      const timer = setTimeout(async () => {
        part.value = await load();
      }, 0);
      return () => clearTimeout(timer);
    }, []);
    const Part = part.value;
    return Part === undefined ? null : <Part />;
  };
};
const Graph = later(async () => (await import('../graph/Graph.js')).Graph);
const Many = later(async () => (await import('../many/Many.js')).Many);

/** Something is held over the page, to be dropped. */
const over = signal(false);

export const App = () => (
  <>
    <Header />
    <main
      class={over.value ? 'over' : ''}
      onDragOver={(event) => {
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave={({ currentTarget, relatedTarget }) => {
        over.value = currentTarget.contains(relatedTarget as Node | null);
      }}
      onDrop={(event) => {
        event.preventDefault();
        over.value = false;
        takeFiles(event.dataTransfer?.files);
      }}
    >
      <div class="given">
        <Sources />
        <Graph />
      </div>
      <div class="told">
        <Ask />
        <Answer />
        <Walk />
      </div>
      <Many />
    </main>
    <footer>{words.value.private}</footer>
  </>
);
