/** What the page knows, as signals, and what follows when one of them changes: texts are read, and the packet is asked for. */
import { batch, computed, effect, signal } from '@preact/signals';
import type { LineOf, Read, Step, Told, Why } from '../dist/web/desk/messages.js';
import type { Failure } from '../dist/web/messages.js';
import { Engine, failureOf } from './engine.js';
import { EXAMPLE_QUESTION, EXAMPLE_TEXTS } from './example.js';
import { type Language, languageOf } from './language.js';
import { fragmentOf, isLink, keptIn } from './link.js';
import { type Form, packetOf, type Question, type Source } from './model.js';
import { PACE } from './pace.js';

export const engine = new Engine();

/** Milliseconds without another key until what is typed is read. */
const PAUSE = 150;

export const texts = signal<readonly Source[]>(EXAMPLE_TEXTS);
/** the text that is shown. */
export const shown = signal(0);
export const question = signal<Question>(EXAMPLE_QUESTION);
export const language = signal<Language>(languageOf(stored('language') ?? navigator.language));
export const theme = signal<'auto' | 'light' | 'dark'>(themeOf(stored('theme')));

export const read = signal<Read | undefined>(undefined);
export const unreadable = signal<Failure | undefined>(undefined);
export const told = signal<Told | undefined>(undefined);
/** why the packet could not be told of. */
export const refused = signal<Failure | undefined>(undefined);
export const busy = signal(true);

/** The packet of the flow that is shown, and the step of its walk. */
export const part = signal(0);
export const at = signal(0);
export const playing = signal(false);
export const why = signal<{ readonly at: LineOf; readonly why: Why } | undefined>(undefined);

export const packet = computed(() => told.value?.packets[part.value]);
export const steps = computed<readonly Step[]>(() => packet.value?.steps ?? []);
export const step = computed(() => steps.value[at.value]);

export function setForm(change: Partial<Form>): void {
  question.value = { ...question.value, form: { ...question.value.form, ...change } };
}

/** Answers an open question by yes, no or a value, or takes the answer back. */
export function assume(fact: string, answer: boolean | string | undefined): void {
  const others = question.value.assume.filter((one) => factOf(one) !== fact && !one.startsWith(`${fact}:`));
  const said = typeof answer === 'string' ? `${fact}:${answer}` : `${fact}=${answer ? 'yes' : 'no'}`;
  question.value = { ...question.value, assume: answer === undefined ? others : [...others, said] };
}
export const factOf = (assumed: string): string => assumed.replace(/=(?:yes|no)$/, '');

/** Shows another packet of the flow: its end, as of one that was just told. */
export function showPart(to: number): void {
  batch(() => {
    part.value = to;
    at.value = lastStep(steps.value);
  });
}

export function go(to: number): void {
  at.value = Math.max(0, Math.min(steps.value.length - 1, to));
}

export function setText(index: number, text: string): void {
  texts.value = texts.value.map((one, i) => (i === index ? { ...one, text } : one));
}

/** Texts that were dropped or opened, beside those that are there; the example makes room. */
export function addTexts(given: readonly Source[]): void {
  const before = texts.value === EXAMPLE_TEXTS ? [] : texts.value.filter(({ text }) => text.trim() !== '');
  const names = new Set(before.map(({ name }) => name));
  const named = given.map(({ name, text }) => {
    let free = name;
    for (let i = 2; names.has(free); i++) free = `${name} ${i}`;
    names.add(free);
    return { name: free, text };
  });
  batch(() => {
    texts.value = [...before, ...named];
    shown.value = before.length;
    question.value = { ...question.value, assume: [] };
  });
}

export function startEmpty(): void {
  batch(() => {
    texts.value = [{ name: 'paste', text: '' }];
    shown.value = 0;
    // what was answered is about what stood there
    question.value = { ...question.value, assume: [] };
  });
}
export function showExample(): void {
  batch(() => {
    texts.value = EXAMPLE_TEXTS;
    question.value = EXAMPLE_QUESTION;
    shown.value = 0;
  });
}

export function removeText(index: number): void {
  batch(() => {
    const left = texts.value.filter((_, i) => i !== index);
    texts.value = left.length === 0 ? [{ name: 'paste', text: '' }] : left;
    shown.value = Math.max(0, Math.min(shown.value, left.length - 1));
  });
}

/** A line that somebody wants to see. */
export const sought = signal<LineOf | undefined>(undefined);
export function seek(place: LineOf): void {
  const index = texts.value.findIndex(({ name }) => name === place.file);
  if (index < 0) return;
  batch(() => {
    shown.value = index;
    // the same line may be sought again
    sought.value = { ...place };
  });
}

export async function askWhy(place: LineOf): Promise<void> {
  try {
    const answer = await engine.ask({ type: 'why', question: asked(question.value), at: place });
    why.value = { at: place, why: answer.why };
  } catch {
    // what is wrong with the packet is said where it is asked for
    why.value = undefined;
  }
}

export const link = async (): Promise<string> =>
  location.href.replace(/#.*$/s, '') + (await fragmentOf({ texts: texts.value, question: question.value }));

export const asked = (one: Question) => ({
  side: 'first' as const,
  packet: packetOf(one),
  until: one.until,
  assume: one.assume,
  language: language.value,
});

function stored(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    // a page in a frame of another site may have no storage
    return null;
  }
}
function store(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // as above
  }
}
function themeOf(text: string | null): 'auto' | 'light' | 'dark' {
  return text === 'light' || text === 'dark' ? text : 'auto';
}

/** Answers to what was asked before something changed are nobody's. */
let turn = 0;
let telling = 0;

async function readTexts(given: readonly Source[], words: Language): Promise<void> {
  const mine = ++turn;
  // nor is an answer by the texts that were there
  telling++;
  busy.value = true;
  const inUse = given.filter(({ text }) => text.trim() !== '');
  try {
    const answer = await engine.ask({ type: 'read', side: 'first', texts: inUse, language: words });
    if (mine !== turn) return;
    batch(() => {
      read.value = answer;
      unreadable.value = undefined;
    });
    await tell(question.value);
  } catch (error) {
    if (mine !== turn) return;
    telling++;
    batch(() => {
      read.value = undefined;
      told.value = undefined;
      refused.value = undefined;
      // that nothing stands there is no mistake
      unreadable.value = inUse.length === 0 ? undefined : failureOf(error);
      busy.value = false;
    });
  }
}

async function tell(one: Question): Promise<void> {
  const mine = ++telling;
  busy.value = true;
  try {
    const answer = await engine.ask({ type: 'ask', question: asked(one) });
    if (mine !== telling) return;
    batch(() => {
      const before = steps.value;
      told.value = answer;
      refused.value = undefined;
      if (part.value >= answer.packets.length) part.value = 0;
      // the same way in another language, or of a packet that is much alike, is gone on with
      if (!isSameWay(before, steps.value)) at.value = lastStep(steps.value);
    });
    // of this packet it may be another reason
    if (why.value !== undefined) askWhy(why.value.at);
  } catch (error) {
    if (mine !== telling) return;
    batch(() => {
      told.value = undefined;
      refused.value = failureOf(error);
    });
  } finally {
    if (mine === telling) busy.value = false;
  }
}

/** The step that decides: the answer is there at first, and the way to it one key away. */
const lastStep = (all: readonly Step[]): number => Math.max(0, all.length - 1);

const isSameWay = (one: readonly Step[], other: readonly Step[]): boolean =>
  one.length === other.length &&
  one.every(({ key, rule }, i) => key === other[i]!.key && rule?.line === other[i]!.rule?.line);

/** What each rule of a text has counted, by line; undefined: nothing was counted. */
export const hits = signal<ReadonlyMap<string, ReadonlyMap<number, number>> | undefined>(undefined);

/** The page's link is one that nothing can be read from: what stands there is not what it held. */
export const isBroken = signal(false);

async function takeLink(): Promise<void> {
  const { hash } = location;
  const kept = await keptIn(hash);
  // another may have come meanwhile
  if (hash !== location.hash) return;
  batch(() => {
    isBroken.value = kept === undefined && isLink(hash);
    if (kept === undefined) return;
    texts.value = kept.texts;
    question.value = kept.question;
    shown.value = 0;
  });
}

/** Begins: with what the link holds, or the example. */
export async function begin(): Promise<void> {
  await takeLink();
  addEventListener('hashchange', takeLink);
  let first = true;
  effect(() => {
    const [given, words] = [texts.value, language.value];
    const wait = first ? 0 : PAUSE;
    // somebody goes on without what the link held
    if (!first) isBroken.value = false;
    first = false;
    const timer = setTimeout(() => readTexts(given, words), wait);
    return () => clearTimeout(timer);
  });
  let before = question.value;
  effect(() => {
    const one = question.value;
    if (one === before) return undefined;
    before = one;
    const timer = setTimeout(() => read.value !== undefined && tell(one), PAUSE);
    return () => clearTimeout(timer);
  });
  effect(() => {
    document.documentElement.lang = language.value;
    store('language', language.value);
  });
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
    store('theme', theme.value);
  });
  effect(() => {
    if (!playing.value) return undefined;
    if (at.value >= steps.value.length - 1) {
      playing.value = false;
      return undefined;
    }
    const timer = setTimeout(() => go(at.value + 1), PACE);
    return () => clearTimeout(timer);
  });
}
