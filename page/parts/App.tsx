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

/** Files are held over the page, to be dropped. */
const over = signal(false);
const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false;

/** Takes files wherever they are dropped: a browser would show them in the page's place. Other things go where they go. */
function takeDrops(): () => void {
  const hold = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    over.value = true;
  };
  const leave = ({ relatedTarget }: DragEvent) => {
    if (relatedTarget === null) over.value = false;
  };
  const drop = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    over.value = false;
    takeFiles(event.dataTransfer?.files);
  };
  addEventListener('dragover', hold);
  addEventListener('dragleave', leave);
  addEventListener('drop', drop);
  return () => {
    removeEventListener('dragover', hold);
    removeEventListener('dragleave', leave);
    removeEventListener('drop', drop);
  };
}

export const App = () => {
  useEffect(takeDrops, []);
  return (
    <>
      <Header />
      <main class={over.value ? 'over' : ''}>
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
};
