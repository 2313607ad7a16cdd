/** The walk of the page's packet; the rule of its step is shown in its text. */
import { useEffect } from 'preact/hooks';
import type { Step } from '../../dist/web/desk/messages.js';
import { at, go, packet, playing, shown, step, steps, texts } from '../state.js';
import { words } from '../words.js';
import { Controls, State, Steps } from './Steps.js';

export const Walk = () => {
  useEffect(() => showRule(step.value), [step.value]);
  const all = steps.value;
  if (all.length === 0) return null;
  const walking = {
    words: words.value,
    steps: all,
    at: at.value,
    go: (to: number) => {
      playing.value = false;
      go(to);
    },
  };
  const play = () => {
    if (!playing.value && at.value === all.length - 1) at.value = 0;
    playing.value = !playing.value;
  };
  return (
    <section class="walk" aria-labelledby="walk">
      <h2 id="walk">{words.value.walk.title}</h2>
      <Controls {...walking} playing={playing.value} play={play} />
      <div class="beside">
        <Steps {...walking} />
        <State {...walking} fields={packet.value?.fields ?? {}} />
      </div>
    </section>
  );
};

function showRule(one: Step | undefined): void {
  // who types in another text stays there
  if (document.activeElement?.closest('#text')) return;
  const index = texts.value.findIndex(({ name }) => name === one?.rule?.file);
  if (index >= 0) shown.value = index;
}
