/** A text that somebody pastes or types: a plain field until the editor has come, which large texts do not block. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { LineOf, PlacedFinding } from '../../dist/web/desk/messages.js';
import type { Editor } from '../editor.js';
import type { Source } from '../model.js';

export interface Written {
  readonly source: ReadonlySignal<Source>;
  readonly label: string;
  readonly placeholder: string;
  /** of any text. */
  readonly findings: readonly PlacedFinding[];
  readonly lit?: LineOf | undefined;
  readonly hits?: ReadonlyMap<number, number> | undefined;
  /** a line that somebody wants to see. */
  readonly sought?: LineOf | undefined;
  readonly change: (text: string) => void;
  readonly why?: (line: number) => void;
}

export const Paper = (props: Written) => {
  const { source, label, placeholder, findings, lit, hits, sought, change } = props;
  const { name, text } = source.value;
  const place = useRef<HTMLDivElement>(null);
  const editor = useSignal<Editor | undefined>(undefined);
  // what is typed is for those who draw it now
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    // when the page stands: nobody waits for it
    const later = setTimeout(async () => {
      const { Editor } = await import('../editor.js');
      if (place.current === null) return;
      editor.value = new Editor(place.current, {
        change: (now) => latest.current.change(now),
        why: (line) => latest.current.why?.(line),
      });
    }, 0);
    return () => {
      clearTimeout(later);
      editor.value?.destroy();
    };
  }, []);
  useEffect(() => {
    // more may have been typed since this was drawn: what stands there now
    const now = source.value;
    editor.value?.show({
      ...now,
      label,
      placeholder,
      findings: findings.filter(({ at }) => at?.file === now.name),
      lit: lit?.file === now.name ? lit.line : undefined,
      hits,
    });
  }, [editor.value, name, text, findings, lit, hits, label, placeholder]);
  useEffect(() => {
    if (sought?.file === name) editor.value?.goTo(sought.line);
  }, [sought]);
  return (
    <>
      {editor.value === undefined && (
        <textarea
          aria-label={label}
          placeholder={placeholder}
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => change(currentTarget.value)}
        />
      )}
      <div ref={place} class="editor" hidden={editor.value === undefined} />
    </>
  );
};
