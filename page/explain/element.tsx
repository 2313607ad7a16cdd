/**
 * <packetwalk-explain>: a packet's way through rules, for other people's pages. What the host prints stands in it, as
 * <pre data-name="rules.save">, which is what a browser without JavaScript shows. Attributes:
 *
 *     packet  options as iptables has them, a line of tcpdump, or JSON
 *     until   first (where it is left out), answer or next: the last packet that is told
 *     assume  facts, as --assume takes them, with blanks between
 *     lang    en or ja; that of the page where it is left out
 *
 * It loads nothing until it is seen, and its worker lies beside this file: both have to be of the page's own origin.
 */
import { signal } from '@preact/signals';
import { render } from 'preact';
import type { SourceText } from '../../dist/index.js';
import type { Asked } from '../../dist/web/desk/messages.js';
import { Engine, failureOf } from '../engine.js';
import { languageOf } from '../language.js';
import css from '../walk.css?inline';
import { Explained, type Shown } from './Explained.js';

const ATTRIBUTES = ['packet', 'until', 'assume', 'lang'];

export class PacketwalkExplain extends HTMLElement {
  static readonly observedAttributes = ATTRIBUTES;
  readonly #shown = signal<Shown | undefined>(undefined);
  #engine: Engine | undefined;
  #seen: IntersectionObserver | undefined;
  #turn = 0;

  connectedCallback(): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    this.#draw(root);
    this.#seen = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      this.#seen?.disconnect();
      this.#engine ??= new Engine();
      this.refresh();
    });
    this.#seen.observe(this);
  }

  disconnectedCallback(): void {
    this.#seen?.disconnect();
    this.#engine?.end();
    this.#engine = undefined;
    if (this.shadowRoot !== null) render(null, this.shadowRoot);
  }

  attributeChangedCallback(): void {
    if (this.isConnected && this.shadowRoot !== null) this.#draw(this.shadowRoot);
    this.refresh();
  }

  /** Draws in the element's language, which may come late. */
  #draw(root: ShadowRoot): void {
    render(<Explained shown={this.#shown} language={this.#language} />, root);
  }

  /** Asks anew: what stands in it has changed. */
  async refresh(): Promise<void> {
    const engine = this.#engine;
    if (engine === undefined) return;
    const mine = ++this.#turn;
    const language = this.#language;
    const question: Asked = {
      side: 'first',
      packet: { line: this.getAttribute('packet') ?? '' },
      until: untilOf(this.getAttribute('until')),
      assume: (this.getAttribute('assume') ?? '').split(/\s+/).filter((fact) => fact !== ''),
      language,
    };
    try {
      await engine.ask({ type: 'read', side: 'first', texts: this.#texts, language });
      const told = await engine.ask({ type: 'ask', question });
      if (mine === this.#turn) this.#shown.value = { told };
    } catch (error) {
      if (mine === this.#turn) this.#shown.value = { failure: failureOf(error) };
    }
  }

  get #language() {
    return languageOf(this.closest('[lang]')?.getAttribute('lang') ?? navigator.language);
  }

  get #texts(): SourceText[] {
    const parts = [...this.querySelectorAll<HTMLElement>('[data-name]')];
    if (parts.length === 0) return [{ name: 'rules', text: this.textContent ?? '' }];
    return parts.map((part) => ({ name: part.dataset.name ?? '', text: part.textContent ?? '' }));
  }
}

const untilOf = (text: string | null): Asked['until'] => (text === 'answer' || text === 'next' ? text : 'first');

customElements.define('packetwalk-explain', PacketwalkExplain);
