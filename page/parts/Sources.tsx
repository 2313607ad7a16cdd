/** What the host prints: texts in tabs, what was recognised in them, and what there is to say of it. */
import { computed } from '@preact/signals';
import type { PlacedFinding } from '../../dist/web/desk/messages.js';
import { EXAMPLE_TEXTS } from '../example.js';
import { takeFiles } from '../files.js';
import type { Source } from '../model.js';
import {
  askWhy,
  hits,
  isBroken,
  read,
  removeText,
  seek,
  setText,
  showExample,
  shown,
  sought,
  startEmpty,
  step,
  texts,
  unreadable,
} from '../state.js';
import { words } from '../words.js';
import { Findings } from './Findings.js';
import { Copy } from './Header.js';
import { Paper } from './Paper.js';
import { WhyNot } from './WhyNot.js';

export const Sources = () => {
  const { sources } = words.value;
  return (
    <section class="sources" aria-labelledby="sources">
      <h2 id="sources">{sources.title}</h2>
      <div class="row">
        <label class="button" title={sources.addHelp}>
          {sources.add}
          <input
            type="file"
            multiple
            class="unseen"
            onChange={({ currentTarget }) => {
              takeFiles(currentTarget.files);
              currentTarget.value = '';
            }}
          />
        </label>
        <button type="button" onClick={startEmpty}>
          {sources.clear}
        </button>
        {texts.value !== EXAMPLE_TEXTS && (
          <button type="button" onClick={showExample}>
            {sources.example}
          </button>
        )}
      </div>
      {isBroken.value && (
        <p class="failure" role="alert">
          {sources.broken}
        </p>
      )}
      <Tabs />
      <Text />
      <WhyNot />
      <Chips />
      {unreadable.value === undefined ? (
        <Findings findings={read.value?.findings ?? []} found={read.value?.found ?? 0} seek={seek} />
      ) : (
        <pre class="failure">{unreadable.value.text}</pre>
      )}
    </section>
  );
};

const Tabs = () => {
  const { sources } = words.value;
  const move = (by: number) => {
    shown.value = (shown.value + by + texts.value.length) % texts.value.length;
    document.getElementById(`tab-${shown.value}`)?.focus();
  };
  return (
    <div class="tabs">
      <div role="tablist" aria-label={sources.tabs}>
        {texts.value.map(({ name }, i) => (
          <button
            type="button"
            key={i}
            role="tab"
            id={`tab-${i}`}
            aria-selected={i === shown.value}
            aria-controls="text"
            tabIndex={i === shown.value ? 0 : -1}
            onClick={() => {
              shown.value = i;
            }}
            onKeyDown={({ key }) => {
              if (key === 'ArrowRight') move(1);
              if (key === 'ArrowLeft') move(-1);
              if (key === 'Delete') {
                removeText(i);
                move(0);
              }
            }}
          >
            <bdi>{name}</bdi>
          </button>
        ))}
      </div>
      {texts.value.length > 1 && (
        <button
          type="button"
          class="plain"
          aria-label={sources.remove(texts.value[shown.value]?.name ?? '')}
          onClick={() => removeText(shown.value)}
        >
          ×
        </button>
      )}
    </div>
  );
};

const Text = () => (
  <div id="text" role="tabpanel" aria-labelledby={`tab-${shown.value}`} class="paper">
    <Paper
      source={current}
      label={words.value.sources.text(current.value.name)}
      placeholder={words.value.sources.empty}
      findings={read.value?.findings ?? NONE}
      lit={step.value?.rule}
      hits={hits.value?.get(current.value.name)}
      sought={sought.value}
      change={(text) => setText(shown.value, text)}
      why={askAbout}
    />
  </div>
);
const current = computed<Source>(() => texts.value[shown.value] ?? { name: '', text: '' });
const NONE: readonly PlacedFinding[] = [];

const askAbout = (line: number) => {
  const source = texts.value[shown.value];
  if (source !== undefined) askWhy({ file: source.name, line });
};

const Chips = () => {
  const { chip, missing, sources } = words.value;
  const chips = read.value?.chips ?? [];
  if (chips.length === 0) return null;
  return (
    <ul class="chips" aria-label={sources.recognised}>
      {chips.map((one) => (
        <li key={chip(one)} class={one.kind}>
          {chip(one)}
          {one.kind === 'missing' && (
            <>
              : <code>{one.get}</code>{' '}
              <Copy label={words.value.copy} help={missing(one.get)} text={async () => one.get} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
};
