/** What <packetwalk-explain> shows: the answer, and its way step by step. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Told } from '../../dist/web/desk/messages.js';
import type { Failure } from '../../dist/web/messages.js';
import type { Language } from '../language.js';
import { PACE } from '../pace.js';
import { Controls, Headline, State, Steps } from '../parts/Steps.js';
import { WORDS } from '../words/index.js';

export type Shown = { readonly told: Told } | { readonly failure: Failure };

export const Explained = (props: { readonly shown: Signal<Shown | undefined>; readonly language: Language }) => {
  const words = WORDS[props.language];
  const at = useSignal(0);
  const part = useSignal(0);
  const playing = useSignal(false);
  const shown = props.shown.value;
  const telling = shown !== undefined && 'told' in shown ? shown.told.packets[part.value] : undefined;
  const last = (telling?.steps.length ?? 1) - 1;
  useEffect(() => {
    at.value = last;
  }, [telling]);
  useEffect(() => {
    if (!playing.value) return undefined;
    if (at.value >= last) {
      playing.value = false;
      return undefined;
    }
    const timer = setTimeout(() => {
      at.value++;
    }, PACE);
    return () => clearTimeout(timer);
  }, [playing.value, at.value, last]);
  if (shown === undefined) return <p>{words.answer.asking}</p>;
  if ('failure' in shown)
    return (
      <pre class="failure" role="alert">
        {shown.failure.text}
      </pre>
    );
  if (telling === undefined) return null;
  const { told } = shown;
  const go = (to: number) => {
    playing.value = false;
    at.value = Math.max(0, Math.min(last, to));
  };
  const walking = { words, steps: telling.steps, at: Math.min(at.value, last), go };
  const play = () => {
    if (!playing.value && at.value === last) at.value = 0;
    playing.value = !playing.value;
  };
  return (
    <div class="explained">
      {told.flow.map(({ text }) => (
        <p key={text}>{text}</p>
      ))}
      {told.packets.length > 1 && (
        <div class="row">
          {told.packets.map((one, i) => (
            <button
              type="button"
              key={one.part}
              aria-pressed={i === part.value}
              onClick={() => {
                part.value = i;
              }}
            >
              {words.answer.parts[one.part]}
            </button>
          ))}
        </div>
      )}
      <div aria-live="polite">
        <Headline telling={telling} />
      </div>
      <Controls {...walking} playing={playing.value} play={play} />
      <div class="beside">
        <Steps {...walking} />
        <State {...walking} fields={telling.fields} />
      </div>
    </div>
  );
};
