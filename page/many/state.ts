/** Packets by the million, and two rulesets beside each other: what was asked for, and what came of it. */
import { batch, effect, signal } from '@preact/signals';
import type { PacketDescription } from '../../dist/index.js';
import type { Compared, Counted } from '../../dist/web/desk/messages.js';
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
/** The other rules. */
export const other = signal<Source>({ name: 'other', text: '' });

let cancelNow: () => void = () => {};
export const cancel = (): void => cancelNow();

/** What takes long, one at a time; undefined: it failed. */
async function run<Answer>(
  what: 'count' | 'compare',
  start: (progress: (so: Progress) => void) => Running<Answer>,
): Promise<Answer | undefined> {
  batch(() => {
    running.value = what;
    progress.value = { packets: 0, part: 0 };
    failed.value = undefined;
  });
  try {
    const { answer, cancel: end } = start((so) => {
      progress.value = so;
    });
    cancelNow = end;
    return await answer;
  } catch (error) {
    failed.value = failureOf(error);
    return undefined;
  } finally {
    running.value = undefined;
  }
}

const synthetic = () => ({ count: Number(amount.value), seed: Number(seed.value), profile: profile.value });

export const countSynthetic = (): Promise<void> => take({ ...synthetic() });
export const countCapture = (file: File): Promise<void> => take({ capture: file, name: file.name, size: file.size });

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
  compared.value = undefined;
  both.value = undefined;
  try {
    await engine.ask({ type: 'read', side: 'second', texts: [other.value], language: language.value });
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
}

/** What was counted is of rules that are no longer there. */
export const forget = (): (() => void) => {
  let before = read.value;
  return effect(() => {
    if (read.value === before) return;
    before = read.value;
    batch(() => {
      counted.value = undefined;
      compared.value = undefined;
      hits.value = undefined;
      both.value = undefined;
    });
  });
};
