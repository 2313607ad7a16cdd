/** Packets by the million, and two rulesets beside each other: what was asked for, and what came of it. */
import { batch, effect, signal } from '@preact/signals';
import type { PacketDescription } from '../../dist/index.js';
import type { Compared, Counted, PlacedFinding } from '../../dist/web/desk/messages.js';
import type { Failure } from '../../dist/web/messages.js';
import { failureOf, type Progress, type Running } from '../engine.js';
import type { Source } from '../model.js';
import { engine, hits, language, question, read } from '../state.js';
import { both, showBoth } from './Both.js';

export const amount = signal('1000000');
export const seed = signal('1');
export const profile = signal<'near' | 'uniform' | 'mix'>('near');

/** What is being counted, and how far it is, from 0 to 1. */
export const running = signal<'count' | 'compare' | undefined>(undefined);
export const progress = signal({ packets: 0, part: 0 });
export const counted = signal<Counted | undefined>(undefined);
export const compared = signal<Compared | undefined>(undefined);
export const failed = signal<Failure | undefined>(undefined);
/** The other rules, and what there is to say of them. */
export const other = signal<Source>({ name: 'other', text: '' });
export const findings = signal<readonly PlacedFinding[]>([]);
export function setOther(text: string): void {
  batch(() => {
    other.value = { name: 'other', text };
    forgetCompared();
  });
}
function forgetCompared(): void {
  compared.value = undefined;
  both.value = undefined;
  findings.value = [];
}

/** Shows a part of the page that something has happened in. */
const bring = (id: 'ask' | 'many'): void => document.getElementById(id)?.scrollIntoView();

let cancelNow: () => void = () => {};
export const cancel = (): void => cancelNow();
let turn = 0;

/** What takes long, one at a time, the last that was asked for; undefined: it failed, or another took its place. */
async function run<Answer>(
  what: 'count' | 'compare',
  start: (progress: (so: Progress) => void) => Running<Answer>,
): Promise<Answer | undefined> {
  const mine = ++turn;
  if (running.value !== undefined) cancel();
  batch(() => {
    running.value = what;
    progress.value = { packets: 0, part: 0 };
    failed.value = undefined;
  });
  try {
    const { answer, cancel: end } = start((so) => {
      if (mine === turn) progress.value = so;
    });
    cancelNow = end;
    const so = await answer;
    return mine === turn ? so : undefined;
  } catch (error) {
    if (mine === turn) failed.value = failureOf(error);
    return undefined;
  } finally {
    if (mine === turn) running.value = undefined;
  }
}

const synthetic = () => ({ count: Number(amount.value), seed: Number(seed.value), profile: profile.value });

export const countSynthetic = (): Promise<void> => take({ ...synthetic() });
export function countCapture(file: File): Promise<void> {
  bring('many');
  return take({ capture: file, name: file.name, size: file.size });
}

async function take(
  packets: ReturnType<typeof synthetic> | { capture: File; name: string; size: number },
): Promise<void> {
  counted.value = undefined;
  const answer = await run('count', (so) =>
    engine.begin({ type: 'count', packets, assume: question.value.assume }, so),
  );
  if (answer === undefined) return;
  batch(() => {
    counted.value = answer;
    hits.value = new Map(
      answer.lines.map(({ file, lines, packets: all }) => [
        file,
        new Map([...lines].map((line, i) => [line, all[i]!])),
      ]),
    );
  });
}

export async function compareRules(): Promise<void> {
  const { name } = other.value;
  forgetCompared();
  try {
    const said = await engine.ask({ type: 'read', side: 'second', texts: [other.value], language: language.value });
    findings.value = said.findings.filter(({ at }) => at?.file === name);
  } catch (error) {
    failed.value = failureOf(error);
    return;
  }
  const request = { type: 'compare', packets: synthetic(), assume: question.value.assume } as const;
  compared.value = await run('compare', (so) => engine.begin(request, so));
}

/** Shows the ways of a packet by either ruleset. */
export async function tell(packet: PacketDescription): Promise<void> {
  try {
    await showBoth(packet);
  } catch (error) {
    failed.value = failureOf(error);
  }
}

/** Makes a packet the one that is asked for. */
export function ask(packet: PacketDescription): void {
  question.value = { ...question.value, as: 'line', line: JSON.stringify(packet) };
  bring('ask');
}

/** What was counted is of rules that are no longer there. */
export const forget = (): (() => void) => {
  let before = read.value;
  return effect(() => {
    if (read.value === before) return;
    before = read.value;
    batch(() => {
      counted.value = undefined;
      hits.value = undefined;
      forgetCompared();
    });
  });
};
