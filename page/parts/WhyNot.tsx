/** What the packet has to do with a rule that somebody asked about. */
import type { StepRule } from '../../dist/web/desk/messages.js';
import { why } from '../state.js';
import { words } from '../words.js';

export const WhyNot = () => {
  const { why: say } = words.value;
  const asked = why.value;
  return (
    <div class="why" aria-live="polite">
      {asked === undefined ? (
        <p class="help">{say.ask}</p>
      ) : asked.why.kind === 'no-rule' ? (
        <p>{say.noRule}</p>
      ) : (
        <>
          <button
            type="button"
            class="plain"
            aria-label={say.close}
            onClick={() => {
              why.value = undefined;
            }}
          >
            ×
          </button>
          <Rule rule={asked.why.rule} />
          {asked.why.kind === 'looked-at' &&
            asked.why.times.map(({ hook, missed, text }, i) => (
              <p key={i} class={missed ? 'missed' : 'met'}>
                {hook}: {text}
              </p>
            ))}
          {asked.why.kind === 'decided' && <p>{say.decided(asked.why.chain)}</p>}
          {asked.why.kind === 'not-led' && (
            <>
              <p>
                {say.notLed(asked.why.chain)} {asked.why.leads.length === 0 ? say.nobody : say.leads}
              </p>
              <ul>
                {asked.why.leads.map(({ rule, chain, why: reason }) => (
                  <li key={`${rule.file}:${rule.line}`}>
                    {say.title(chain, rule.number)}: {reason ?? say.unseen}
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      )}
    </div>
  );
};

const Rule = ({ rule }: { readonly rule: StepRule }) => (
  <p>
    <code>
      <bdi>{rule.text}</bdi>
    </code>{' '}
    <small>
      {rule.file}:{rule.line}
    </small>
  </p>
);
