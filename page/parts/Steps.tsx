/** Steps of a walk, and the packet as it is behind one of them. */
import { useEffect, useRef } from 'preact/hooks';
import type { Change, Step, TellingOf } from '../../dist/web/desk/messages.js';
import type { Words } from '../words/en.js';

/** What is shown, and how somebody goes elsewhere. */
export interface Walking {
  readonly words: Words;
  readonly steps: readonly Step[];
  readonly at: number;
  readonly go: (to: number) => void;
}

export const Steps = ({ words, steps, at, go }: Walking) => {
  const lit = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (lit.current !== null) bringIntoView(lit.current);
  }, [steps, at]);
  return (
    <ol
      class="steps"
      aria-label={words.walk.steps}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys go through the steps
      tabIndex={0}
      onClick={({ target }) => {
        const one = (target as Element).closest<HTMLElement>('[data-step]');
        if (one !== null) go(Number(one.dataset.step));
      }}
      onKeyDown={(event) => {
        const to = KEYS[event.key]?.(at, steps.length - 1);
        if (to === undefined) return;
        event.preventDefault();
        go(to);
      }}
    >
      {steps.map((one, i) => (
        <li
          key={i}
          {...(i === at && { ref: lit, 'aria-current': 'step' as const })}
          class={`${one.missed ? 'missed ' : ''}${one.key === 'hook.table' ? 'table ' : ''}depth-${Math.min(one.depth, 8)}`}
          data-step={i}
        >
          <One step={one} any={words.walk.any} />
        </li>
      ))}
    </ol>
  );
};

const KEYS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowRight: (at) => at + 1,
  ArrowDown: (at) => at + 1,
  ArrowLeft: (at) => at - 1,
  ArrowUp: (at) => at - 1,
  Home: () => 0,
  End: (_, last) => last,
};

/** Scrolls the list alone: the page stays where it is. */
function bringIntoView(one: HTMLElement): void {
  const list = one.parentElement!;
  const [top, bottom] = [one.offsetTop, one.offsetTop + one.offsetHeight];
  if (top < list.scrollTop) list.scrollTop = top;
  else if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight;
}

const One = ({ step: { rule, text, missed }, any }: { readonly step: Step; readonly any: string }) => (
  <>
    {rule !== undefined && !missed && (
      <span class="rule">
        <b>{rule.number}</b>{' '}
        <code>
          <bdi>{rule.text || any}</bdi>
        </code>
        {rule.comment !== undefined && (
          <i>
            {' '}
            <bdi>{rule.comment}</bdi>
          </i>
        )}
      </span>
    )}
    <span class="text">{text}</span>
  </>
);

/** Buttons that go through the steps. */
export const Controls = (props: Walking & { readonly playing: boolean; readonly play: () => void }) => {
  const { words, steps, at, go, playing, play } = props;
  const { walk } = words;
  return (
    <div class="row">
      <button type="button" aria-label={walk.back} disabled={at === 0} onClick={() => go(at - 1)}>
        ←
      </button>
      <button type="button" onClick={play}>
        {playing ? walk.pause : walk.play}
      </button>
      <button type="button" aria-label={walk.on} disabled={at === steps.length - 1} onClick={() => go(at + 1)}>
        →
      </button>
      <span>{walk.position(at + 1, steps.length)}</span>
      <span class="unseen" aria-live="polite">
        {said(words, steps[at])}
      </span>
      <span class="help">{walk.keys}</span>
    </div>
  );
};

/** A step as it is heard: its place, its rule and what happens. */
const said = (words: Words, step: Step | undefined): string =>
  step === undefined ? '' : `${step.rule === undefined || step.missed ? '' : `${words.walk.rule(step)}: `}${step.text}`;

/** The packet behind the step that is lit, and what that step has changed. `fields`: before the first. */
export const State = (props: Omit<Walking, 'go'> & { readonly fields: Readonly<Record<string, string>> }) => {
  const { words, steps, at, fields } = props;
  const before = new Map<string, string>(Object.entries(fields));
  for (const { changes } of steps.slice(0, at)) set(before, changes);
  const now = new Map(before);
  set(now, steps[at]?.changes ?? []);
  return (
    <div class="state">
      <h3>{words.walk.state}</h3>
      <dl>
        {[...now].map(([what, value]) => (
          <div key={what} class={before.get(what) === value ? '' : 'changed'}>
            <dt>{words.fields[what] ?? what}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
};

function set(state: Map<string, string>, changes: readonly Change[]): void {
  for (const { what, value } of changes) state.set(what, value);
}

/** What becomes of the packet, and what decides it. */
export const Headline = ({ telling: { fate, headline } }: { readonly telling: TellingOf }) => (
  <p class={`fate ${fate}`}>
    {headline.map(({ text }, i) => (
      <span key={i}>{text}</span>
    ))}
  </p>
);
