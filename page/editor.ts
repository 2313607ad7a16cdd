/**
 * The text field for large texts: CodeMirror, loaded when the page stands. It lives in a shadow root, where its styles are
 * constructed sheets: a page under `style-src 'self'` has no others.
 */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension, RangeSet, StateEffect, StateField } from '@codemirror/state';
import { Decoration, EditorView, GutterMarker, gutter, keymap, lineNumbers, placeholder } from '@codemirror/view';
import type { PlacedFinding } from '../dist/web/desk/messages.js';

export interface Shown {
  readonly name: string;
  readonly text: string;
  readonly label: string;
  readonly placeholder: string;
  readonly findings: readonly PlacedFinding[];
  /** the line of the rule that the walk is at. */
  readonly lit: number | undefined;
  /** packets that rules have counted, by line. */
  readonly hits: ReadonlyMap<number, number> | undefined;
}

interface Marks {
  readonly findings: readonly PlacedFinding[];
  readonly lit: number | undefined;
}

/** A line's counter, the darker the more it is of the greatest. */
class HitMarker extends GutterMarker {
  constructor(
    private readonly packets: number,
    private readonly share: number,
  ) {
    super();
  }
  override eq(other: HitMarker): boolean {
    return other.packets === this.packets && other.share === this.share;
  }
  override toDOM(): Node {
    const mark = document.createElement('span');
    mark.textContent = SHORT.format(this.packets);
    mark.title = this.packets.toLocaleString();
    mark.className = this.packets === 0 ? 'cm-never' : `cm-hits cm-hits-${Math.ceil(4 * this.share)}`;
    return mark;
  }
}
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

const setHits = StateEffect.define<ReadonlyMap<number, number> | undefined>();
const hitsField = StateField.define<ReadonlyMap<number, number> | undefined>({
  create: () => undefined,
  update(hits, { effects, docChanged }) {
    let now = docChanged ? undefined : hits;
    for (const effect of effects) if (effect.is(setHits)) now = effect.value;
    return now;
  },
});
/** From 0 to 1, by logarithms: counters lie far apart. */
const shareOf = (packets: number, most: number) => (packets === 0 ? 0 : Math.log(1 + packets) / Math.log(1 + most));

const setMarks = StateEffect.define<Marks>();
const LIT = Decoration.line({ class: 'cm-lit' });

class FindingMarker extends GutterMarker {
  constructor(
    private readonly severity: string,
    private readonly text: string,
  ) {
    super();
  }
  override eq(other: FindingMarker): boolean {
    return other.severity === this.severity && other.text === this.text;
  }
  override toDOM(): Node {
    const mark = document.createElement('span');
    mark.className = `cm-finding cm-${this.severity}`;
    mark.textContent = '●';
    mark.title = this.text;
    return mark;
  }
}

const litField = StateField.define({
  create: () => Decoration.none,
  update(lit, { effects, state, changes }) {
    let now = lit.map(changes);
    for (const effect of effects)
      if (effect.is(setMarks)) {
        const { lit: line } = effect.value;
        now =
          line === undefined || line > state.doc.lines
            ? Decoration.none
            : Decoration.set(LIT.range(state.doc.line(line).from));
      }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const findingsField = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(markers, { effects, state, changes }) {
    let now = markers.map(changes);
    for (const effect of effects)
      if (effect.is(setMarks)) {
        const byLine = new Map<number, PlacedFinding[]>();
        for (const finding of effect.value.findings) {
          const line = finding.at?.line ?? 0;
          if (line >= 1 && line <= state.doc.lines) byLine.set(line, [...(byLine.get(line) ?? []), finding]);
        }
        const lines = [...byLine].sort(([a], [b]) => a - b);
        now = RangeSet.of(
          lines.map(([line, all]) =>
            new FindingMarker(worst(all), all.map(({ message }) => message).join('\n')).range(
              state.doc.line(line).from,
            ),
          ),
        );
      }
    return now;
  },
});

const worst = (all: readonly PlacedFinding[]): string =>
  (['error', 'warning', 'note'] as const).find((one) => all.some(({ severity }) => severity === one)) ?? 'note';

const THEME = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'var(--paper)', fontSize: '13px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { color: 'var(--dim)', backgroundColor: 'var(--paper)', borderRight: '1px solid var(--line)' },
  '.cm-lineNumbers .cm-gutterElement': { cursor: 'pointer' },
  '.cm-lit': { backgroundColor: 'var(--lit)' },
  '.cm-finding': { cursor: 'help' },
  '.cm-error': { color: 'var(--bad)' },
  '.cm-warning': { color: 'var(--open)' },
  '.cm-note': { color: 'var(--dim)' },
  '.cm-counters .cm-gutterElement': { textAlign: 'right', padding: '0 4px' },
  '.cm-hits': { color: 'var(--good)' },
  '.cm-hits-3': { fontWeight: '600' },
  '.cm-hits-4': { fontWeight: '700', textDecoration: 'underline' },
  '.cm-never': { color: 'var(--bad)', opacity: '0.8' },
  '.cm-placeholder': { color: 'var(--dim)' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
});

export class Editor {
  private readonly view: EditorView;
  private readonly label = new Compartment();
  private name = '';
  /** the line that is lit. */
  private lit: number | undefined;
  /** the greatest counter. */
  private most = 1;
  /** what was handed out last: what comes back of it is no news. */
  private text = '';

  constructor(
    place: HTMLElement,
    private readonly to: { readonly change: (text: string) => void; readonly why: (line: number) => void },
  ) {
    const root = place.attachShadow({ mode: 'open' });
    const parent = document.createElement('div');
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('.root{height:100%;overflow:hidden}');
    root.adoptedStyleSheets = [sheet];
    parent.className = 'root';
    root.append(parent);
    this.view = new EditorView({ parent, root, state: EditorState.create({ doc: '', extensions: this.extensions() }) });
  }

  show({ name, text, label, placeholder: hint, findings, lit, hits }: Shown): void {
    const { view } = this;
    const effects: StateEffect<unknown>[] = [];
    const anew = name !== this.name;
    const isLitAnew = anew || lit !== this.lit;
    this.lit = lit;
    if (anew || text !== this.text) {
      this.name = name;
      this.text = text;
      if (anew) view.setState(EditorState.create({ doc: text, extensions: this.extensions() }));
      else view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    }
    effects.push(this.label.reconfigure([EditorView.contentAttributes.of({ 'aria-label': label }), placeholder(hint)]));
    effects.push(setMarks.of({ findings, lit }));
    if (view.state.field(hitsField, false) !== hits) {
      this.most = 1;
      for (const packets of hits?.values() ?? []) this.most = Math.max(this.most, packets);
      effects.push(setHits.of(hits));
    }
    view.dispatch({ effects });
    // who types stays where they are
    if (lit !== undefined && isLitAnew && !view.hasFocus && lit <= view.state.doc.lines)
      view.dispatch({ effects: EditorView.scrollIntoView(view.state.doc.line(lit).from, { y: 'center' }) });
  }

  /** Goes to a line, for somebody to type there. */
  goTo(number: number): void {
    const { view } = this;
    const { from } = view.state.doc.line(Math.min(number, view.state.doc.lines));
    view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
    view.focus();
  }

  destroy(): void {
    this.view.destroy();
  }

  private extensions(): Extension[] {
    return [
      gutter({ class: 'cm-findings', markers: (view) => view.state.field(findingsField) }),
      lineNumbers({
        domEventHandlers: {
          click: (view, block) => {
            this.to.why(view.state.doc.lineAt(block.from).number);
            return true;
          },
        },
      }),
      gutter({
        class: 'cm-counters',
        lineMarker: (view, { from }) => {
          const packets = view.state.field(hitsField)?.get(view.state.doc.lineAt(from).number);
          return packets === undefined ? null : new HitMarker(packets, shareOf(packets, this.most));
        },
        lineMarkerChange: ({ startState, state }) => startState.field(hitsField) !== state.field(hitsField),
      }),
      findingsField,
      hitsField,
      litField,
      history(),
      search({ top: true }),
      keymap.of([
        {
          key: 'Alt-Enter',
          run: ({ state }) => {
            this.to.why(state.doc.lineAt(state.selection.main.head).number);
            return true;
          },
        },
        ...defaultKeymap,
        ...historyKeymap,
        ...searchKeymap,
      ]),
      // files are the page's to take, each as a text of its own
      EditorView.domEventHandlers({ drop: ({ dataTransfer }) => (dataTransfer?.files.length ?? 0) > 0 }),
      EditorView.contentAttributes.of({ spellcheck: 'false', tabindex: '0' }),
      this.label.of([]),
      THEME,
      EditorView.updateListener.of(({ docChanged, state }) => {
        if (!docChanged) return;
        const text = state.doc.toString();
        if (text === this.text) return;
        this.text = text;
        this.to.change(text);
      }),
    ];
  }
}
