/** Packets by the million: made up, or of a capture; and the same packets by other rules. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Fate } from '../../dist/index.js';
import type { LineOf, RuleCount } from '../../dist/web/desk/messages.js';
import { Findings } from '../parts/Findings.js';
import { Paper } from '../parts/Paper.js';
import { seek } from '../state.js';
import { words } from '../words.js';
import { Both } from './Both.js';
import {
  amount,
  ask,
  cancel,
  compared,
  compareRules,
  countCapture,
  counted,
  countSynthetic,
  failed,
  findings,
  forget,
  other,
  profile,
  progress,
  running,
  seed,
  setOther,
  tell,
} from './state.js';

export const Many = () => {
  const { many } = words.value;
  useEffect(forget, []);
  return (
    <section class="many" aria-labelledby="many">
      <h2 id="many">{many.title}</h2>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          countSynthetic();
        }}
      >
        <label>
          {many.packets}{' '}
          <input
            name="amount"
            type="number"
            required
            min="1"
            max="100000000"
            value={amount.value}
            onInput={({ currentTarget }) => {
              amount.value = currentTarget.value;
            }}
          />
        </label>
        <label>
          {many.profile}{' '}
          <select
            value={profile.value}
            onChange={({ currentTarget }) => {
              profile.value = currentTarget.value as typeof profile.value;
            }}
          >
            {(['near', 'uniform', 'mix'] as const).map((one) => (
              <option key={one} value={one}>
                {many.profiles[one]}
              </option>
            ))}
          </select>
        </label>
        <label>
          {many.seed}{' '}
          <input
            type="number"
            required
            min="0"
            max="4294967295"
            value={seed.value}
            onInput={({ currentTarget }) => {
              seed.value = currentTarget.value;
            }}
          />
        </label>
        <button type="submit" disabled={running.value !== undefined}>
          {many.count}
        </button>
        <label class="button">
          {many.capture}
          <input
            type="file"
            accept=".pcap,.pcapng,.cap,.gz"
            class="unseen"
            name="capture"
            disabled={running.value !== undefined}
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file !== undefined) countCapture(file);
              currentTarget.value = '';
            }}
          />
        </label>
        {running.value !== undefined && (
          <>
            <progress value={progress.value.part} aria-label={many.packets} />
            <button type="button" onClick={cancel}>
              {many.cancel}
            </button>
          </>
        )}
      </form>
      {failed.value !== undefined && (
        <pre class="failure" role="alert">
          {failed.value.text}
        </pre>
      )}
      <div aria-live="polite">
        <CountedOf />
      </div>
      <Compare />
    </section>
  );
};

const CountedOf = () => {
  const { many } = words.value;
  const all = counted.value;
  if (all === undefined) return null;
  return (
    <>
      <p class="total">
        {many.total(all.packets, all.seconds)}
        {all.partial && ` ${many.partial}`}
      </p>
      <ul class="fates">
        {(Object.entries(all.fates) as [Fate, number][]).map(([fate, packets]) => (
          <li key={fate} class={fate}>
            <b>{many.fates[fate]}</b> {many.number(packets)} ({many.share(packets / all.packets)})
          </li>
        ))}
      </ul>
      <p>{many.never(all.never, all.rules)}</p>
      {all.open.length > 0 && (
        <p class="unknown">
          {many.taken}: {all.open.map((question) => `${question}=no`).join(', ')}
        </p>
      )}
      <Rules title={many.top} rules={all.top} />
      <Rules title={many.unmet} rules={all.unmet} more={all.never - all.unmet.length} />
      <p class="help">{many.coloured}</p>
    </>
  );
};

/** Rules and what they have counted; each leads to its line. */
const Rules = (props: { readonly title: string; readonly rules: readonly RuleCount[]; readonly more?: number }) => {
  const { many, sources } = words.value;
  const { title, rules, more = 0 } = props;
  if (rules.length === 0) return null;
  return (
    <details>
      <summary>{title}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{many.rule}</th>
            <th scope="col">{many.packets}</th>
          </tr>
        </thead>
        <tbody>
          {rules.map(({ rule, table, chain, packets }) => (
            <tr key={`${rule.file}:${rule.line}`}>
              <td>
                <button type="button" class="plain" onClick={() => seek(rule)}>
                  {table} {chain} {rule.number}
                </button>{' '}
                <code>
                  <bdi>{rule.text}</bdi>
                </code>
              </td>
              <td class="number">{many.number(packets)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p>{sources.more(more)}</p>}
    </details>
  );
};

const Compare = () => {
  // an editor that nobody sees is not needed
  const open = useSignal(false);
  const sought = useSignal<LineOf | undefined>(undefined);
  const { many } = words.value;
  const all = compared.value;
  return (
    <details
      class="compare"
      onToggle={({ currentTarget }) => {
        open.value = currentTarget.open;
      }}
    >
      <summary>{many.compare}</summary>
      <p class="help">{many.other}</p>
      {open.value && (
        <div class="paper">
          <Paper
            source={other}
            label={many.other}
            placeholder=""
            findings={findings.value}
            sought={sought.value}
            change={setOther}
          />
        </div>
      )}
      <button
        type="button"
        disabled={running.value !== undefined || other.value.text.trim() === ''}
        onClick={compareRules}
      >
        {many.compareNow}
      </button>
      <Findings
        findings={findings.value}
        found={findings.value.length}
        seek={(place) => {
          sought.value = { ...place };
        }}
      />
      <div aria-live="polite">
        {all !== undefined && (
          <>
            <p class="total">
              {many.differ(all.differ, all.packets)}
              {all.partial && ` ${many.partial}`}
            </p>
            {all.kinds.map(({ first, second, packets }) => (
              <div key={`${first} ${second}`}>
                <h3>
                  <span class={first}>{many.fates[first]}</span> → <span class={second}>{many.fates[second]}</span>:{' '}
                  {many.number(packets)}
                </h3>
                <ul>
                  {all.examples
                    .filter((one) => one.first === first && one.second === second)
                    .map(({ packet }) => (
                      <li key={JSON.stringify(packet)}>
                        <code>{JSON.stringify(packet)}</code>{' '}
                        <button type="button" onClick={() => tell(packet)}>
                          {many.both}
                        </button>{' '}
                        <button type="button" onClick={() => ask(packet)}>
                          {many.ask}
                        </button>
                      </li>
                    ))}
                </ul>
              </div>
            ))}
          </>
        )}
        <Both />
      </div>
    </details>
  );
};
