/** What becomes of the packet, what is open, and what else there is to say. */
import type { Question } from '../../dist/web/desk/messages.js';
import { assume, busy, factOf, packet, part, question, read, showPart, told } from '../state.js';
import { words } from '../words.js';
import { Copy } from './Header.js';
import { Headline } from './Steps.js';

export const Answer = () => {
  const { answer } = words.value;
  const one = packet.value;
  return (
    <section class="answer" aria-labelledby="answer" aria-busy={busy.value}>
      <h2 id="answer">{answer.title}</h2>
      {(told.value?.packets.length ?? 0) > 1 && <Parts />}
      <div aria-live="polite">
        {told.value?.flow.map(({ text }) => (
          <p key={text} class="flow">
            {text}
          </p>
        ))}
        {one === undefined ? (
          <p>{busy.value ? answer.asking : read.value === undefined ? answer.nothing : ''}</p>
        ) : (
          <Headline telling={one} />
        )}
      </div>
      {one?.ways !== undefined && <Way way={one.ways} />}
      <Questions asks={one?.asks ?? []} />
      <List title={answer.hints} texts={one?.hints.map(({ text }) => text) ?? []} open />
      <List title={answer.after} texts={told.value?.after.map(({ text }) => text) ?? []} />
      <List title={answer.assumed} texts={one?.assumed.map(({ text }) => text) ?? []} />
    </section>
  );
};

const Parts = () => (
  <div class="choice">
    {told.value!.packets.map((one, i) => (
      <button
        type="button"
        key={one.part}
        aria-pressed={i === part.value}
        class={`${one.fate} ${i === part.value ? 'chosen' : ''}`}
        onClick={() => showPart(i)}
      >
        {words.value.answer.parts[one.part]}
      </button>
    ))}
  </div>
);

type Ways = NonNullable<NonNullable<typeof packet.value>['ways']>;
const Way = ({ way }: { readonly way: Ways }) => {
  if ('end' in way) return <p class="end">{way.end.text}</p>;
  return (
    <div class="way">
      <p>{way.choice.text}:</p>
      <Way way={way.yes} />
      <p>{words.value.answer.otherwise}:</p>
      <Way way={way.no} />
    </div>
  );
};

/** What is not known: each can be switched, and the answer follows. */
const Questions = ({ asks }: { readonly asks: readonly Question[] }) => {
  const { answer } = words.value;
  const answered = question.value.assume;
  if (asks.length === 0 && answered.length === 0) return null;
  return (
    <div class="questions">
      <h3>{answer.open}</h3>
      <ul>
        {answered.map((one) => (
          <li key={one}>
            <code>{factOf(one)}</code>{' '}
            {/=(?:yes|no)$/.test(one) ? (
              <Switch fact={factOf(one)} said={one.endsWith('=yes')} />
            ) : (
              <Unsay fact={one} />
            )}
          </li>
        ))}
        {asks.map(({ text, fact, by, get }) => (
          <li key={text}>
            {text} {get !== '' && <Copy label={`${words.value.copy}: ${get}`} text={async () => get} />}{' '}
            {by === 'yes-or-no' && <Switch fact={fact!} said={undefined} />}
            {by === 'value' && <Value fact={fact!} text={text} />}
          </li>
        ))}
      </ul>
    </div>
  );
};

/** A question that a value answers. */
const Value = ({ fact, text }: { readonly fact: string; readonly text: string }) => (
  <input
    aria-label={text}
    spellcheck={false}
    autocomplete="off"
    onChange={({ currentTarget }) => {
      const value = currentTarget.value.trim();
      if (value !== '') assume(fact, value);
    }}
  />
);

/** Takes back a value: yes and no are no answers to what it answered. */
const Unsay = ({ fact }: { readonly fact: string }) => (
  <button type="button" onClick={() => assume(fact, undefined)}>
    {words.value.answer.unknown}
  </button>
);

const Switch = ({ fact, said }: { readonly fact: string; readonly said: boolean | undefined }) => {
  const { answer } = words.value;
  const choices = [
    [answer.yes, true],
    [answer.no, false],
    [answer.unknown, undefined],
  ] as const;
  return (
    <span class="switch">
      {choices.map(([label, value]) => (
        <button type="button" key={label} aria-pressed={said === value} onClick={() => assume(fact, value)}>
          {label}
        </button>
      ))}
    </span>
  );
};

const List = (props: { readonly title: string; readonly texts: readonly string[]; readonly open?: boolean }) =>
  props.texts.length === 0 ? null : (
    <details open={props.open ?? false}>
      <summary>{props.title}</summary>
      <ul>
        {props.texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </details>
  );
