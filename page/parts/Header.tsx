import { useSignal } from '@preact/signals';
import { json, markdown } from '../keep.js';
import type { Language } from '../language.js';
import { language, link, theme, told } from '../state.js';
import { words } from '../words.js';

export const Header = () => {
  const { keep, theme: colours, language: tongue, tagline } = words.value;
  return (
    <header>
      <h1>
        packetwalk <small>{tagline}</small>
      </h1>
      <div class="tools">
        <Copy label={keep.link} help={keep.linkHelp} text={link} />
        <Copy label={keep.markdown} text={async () => markdown()} disabled={told.value === undefined} />
        <Copy label={keep.json} text={async () => json()} disabled={told.value === undefined} />
        <label>
          <span class="unseen">{tongue}</span>
          <select
            value={language.value}
            onChange={({ currentTarget }) => {
              language.value = currentTarget.value as Language;
            }}
          >
            <option value="en">English</option>
            <option value="ja">日本語</option>
          </select>
        </label>
        <label>
          <span class="unseen">{colours.title}</span>
          <select
            value={theme.value}
            onChange={({ currentTarget }) => {
              theme.value = currentTarget.value as typeof theme.value;
            }}
          >
            <option value="auto">{colours.auto}</option>
            <option value="light">{colours.light}</option>
            <option value="dark">{colours.dark}</option>
          </select>
        </label>
      </div>
    </header>
  );
};

/** Milliseconds that a button says that it has copied. */
const SAID = 1500;

/** A button that copies a text. */
export const Copy = (props: {
  readonly label: string;
  readonly text: () => Promise<string>;
  readonly help?: string;
  readonly disabled?: boolean;
}) => {
  const done = useSignal(false);
  const copy = async () => {
    done.value = await copyText(await props.text());
    setTimeout(() => {
      done.value = false;
    }, SAID);
  };
  return (
    <button type="button" title={props.help} disabled={props.disabled ?? false} onClick={copy}>
      {props.label}
      <span role="status">{done.value ? ` ✓ ${words.value.copied}` : ''}</span>
    </button>
  );
};

/** Whether it did. A frame of another site may have no clipboard: the browser's own command copies there. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    const isCopied = document.execCommand('copy');
    field.remove();
    return isCopied;
  }
}
