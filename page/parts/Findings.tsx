/** What there is to say of texts, each with the place that it is about. */
import type { LineOf, PlacedFinding } from '../../dist/web/desk/messages.js';
import { words } from '../words.js';

/** `found`: how many there are in all; `seek` shows a line. */
export const Findings = (props: {
  readonly findings: readonly PlacedFinding[];
  readonly found: number;
  readonly seek: (place: LineOf) => void;
}) => {
  const { sources } = words.value;
  const { findings, found, seek } = props;
  if (found === 0) return null;
  return (
    <details class="findings" open={findings.some(({ severity }) => severity === 'error')}>
      <summary>{sources.findings(found)}</summary>
      <ul>
        {findings.slice(0, SHOWN).map(({ severity, message, hint, at }, i) => (
          <li key={i} class={severity}>
            <strong>{sources.severity[severity]}</strong>{' '}
            {at !== undefined && (
              <button type="button" class="plain" onClick={() => seek(at)}>
                <bdi>{sources.line(at.file, at.line)}</bdi>
              </button>
            )}{' '}
            <bdi>{message}</bdi>
            {hint !== undefined && <small> {hint}</small>}
          </li>
        ))}
      </ul>
      {found > SHOWN && <p>{sources.more(found - SHOWN)}</p>}
    </details>
  );
};
const SHOWN = 50;
