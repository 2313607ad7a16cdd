/** The packet that is asked for: a form whose fields suggest what the rules test, or one line. */
import type { SuggestedField } from '../../dist/web/desk/messages.js';
import { type Form, hasPorts, isIcmp, isTcp } from '../model.js';
import { question, read, refused, setForm } from '../state.js';
import { words } from '../words.js';

export const Ask = () => {
  const { ask } = words.value;
  const { as, line, until } = question.value;
  return (
    <section class="ask" aria-labelledby="ask">
      <h2 id="ask">{ask.title}</h2>
      <form onSubmit={(event) => event.preventDefault()}>
        <Choice
          name="as"
          label={ask.title}
          choices={ask.as}
          value={as}
          choose={(to) => {
            question.value = { ...question.value, as: to };
          }}
        />
        {as === 'line' ? (
          <label class="wide">
            {ask.line}
            <input
              class="code"
              value={line}
              spellcheck={false}
              autocomplete="off"
              placeholder="-i eth0 -p tcp -s 192.168.1.77 -d 192.168.1.51 --dport 8081 --syn"
              onInput={({ currentTarget }) => {
                question.value = { ...question.value, line: currentTarget.value };
              }}
            />
          </label>
        ) : (
          <Fields />
        )}
        <Choice
          name="until"
          label={ask.until}
          choices={ask.untils}
          value={until}
          choose={(to) => {
            question.value = { ...question.value, until: to };
          }}
        />
      </form>
      {refused.value !== undefined && (
        <pre class="failure" role="alert">
          {refused.value.text}
        </pre>
      )}
    </section>
  );
};

const Fields = () => {
  const { ask } = words.value;
  const { form } = question.value;
  const { proto, sent } = form;
  return (
    <>
      <div class="row">
        <Choice
          name="sent"
          label={ask.sent}
          choices={ask.directions}
          value={sent ? 'sent' : 'arrives'}
          choose={(to) => setForm({ sent: to === 'sent' })}
        />
        <button
          type="button"
          onClick={() => {
            const { src, sport, dst, dport } = form;
            setForm({ src: dst, sport: dport, dst: src, dport: sport });
          }}
        >
          ⇄ {ask.swap}
        </button>
      </div>
      <div class="fields">
        {!sent && <Field field="in" />}
        <Field field="proto" />
        <Field field="src" />
        {hasPorts(proto) && <Field field="sport" />}
        <Field field="dst" />
        {hasPorts(proto) && <Field field="dport" />}
        {isTcp(proto) && <Field field="flags" known={FLAGS} />}
        {isIcmp(proto) && <Field field="type" known={TYPES} />}
      </div>
      <details>
        <summary>{ask.more}</summary>
        <div class="fields">
          <Field field="mark" />
          <Field field="state" known={STATES} />
          <Field field="out" />
        </div>
      </details>
    </>
  );
};

const FLAGS = ['SYN', 'SYN,ACK', 'ACK', 'PSH,ACK', 'FIN,ACK', 'RST', 'RST,ACK'];
const TYPES = ['echo-request', 'echo-reply', 'destination-unreachable', 'time-exceeded'];
const STATES = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'];

const Field = ({
  field,
  known,
}: {
  readonly field: Exclude<keyof Form, 'sent'>;
  readonly known?: readonly string[];
}) => {
  const { ask } = words.value;
  const values = known ?? read.value?.suggestions[field as SuggestedField] ?? [];
  const list = `known-${field}`;
  return (
    <label>
      {ask[field]}
      <input
        name={field}
        value={question.value.form[field]}
        list={values.length > 0 ? list : undefined}
        spellcheck={false}
        autocomplete="off"
        placeholder={ask.any}
        onInput={({ currentTarget }) => setForm({ [field]: currentTarget.value })}
      />
      {values.length > 0 && (
        <datalist id={list}>
          {values.map((value) => (
            <option key={value} value={value} />
          ))}
        </datalist>
      )}
    </label>
  );
};

/** One of a few, as a group of radio buttons. */
const Choice = <T extends string>(props: {
  readonly name: string;
  readonly label: string;
  readonly choices: Readonly<Record<T, string>>;
  readonly value: T;
  readonly choose: (to: T) => void;
}) => (
  <fieldset class="choice">
    <legend class="unseen">{props.label}</legend>
    {(Object.entries(props.choices) as [T, string][]).map(([name, label]) => (
      <label key={name} class={name === props.value ? 'chosen' : ''}>
        <input
          type="radio"
          class="unseen"
          name={props.name}
          checked={name === props.value}
          onChange={() => props.choose(name)}
        />
        {label}
      </label>
    ))}
  </fieldset>
);
