/** The engine, in a worker of its own: requests by number, answers as promises. */
import type { DeskAnswer, DeskRequest } from '../dist/web/desk/messages.js';
import type { Failure } from '../dist/web/messages.js';

type Of<T extends DeskAnswer['type']> = Extract<DeskAnswer, { type: T }>;
type Asked = Exclude<DeskRequest, { type: 'cancel' }>;
type Without<R> = R extends unknown ? Omit<R, 'id'> : never;
type AnswerTo<T> = T extends { type: infer Type } ? Of<AnswerType<Type>> : never;
type AnswerType<T> = T extends 'ask'
  ? 'told'
  : T extends 'count'
    ? 'counted'
    : T extends 'compare'
      ? 'compared'
      : Extract<T, DeskAnswer['type']>;
export type Progress = Of<'progress'>;

/** What the engine could not do, in words for people. */
export class EngineFailure extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

interface Waiting {
  resolve(answer: DeskAnswer): void;
  reject(cause: unknown): void;
  progress?: ((progress: Progress) => void) | undefined;
}

export class Engine {
  private readonly worker = new Worker(new URL('../src/web/desk-worker.ts', import.meta.url), { type: 'module' });
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;

  constructor() {
    this.worker.onmessage = ({ data }: MessageEvent<DeskAnswer>) => this.take(data);
    this.worker.onerror = ({ message }) => {
      for (const { reject } of this.waiting.values())
        reject(new EngineFailure({ code: 'fault', message, text: message }));
      this.waiting.clear();
    };
  }

  /** Rejects with an EngineFailure. */
  ask<R extends Without<Asked>>(request: R): Promise<AnswerTo<R>> {
    return this.begin(request).answer;
  }

  /** The same of what takes long: `cancel` ends it, and it is answered by what there is so far. */
  begin<R extends Without<Asked>>(request: R, progress?: (progress: Progress) => void): Running<AnswerTo<R>> {
    const id = ++this.last;
    this.worker.postMessage({ ...request, id });
    const answer = new Promise<AnswerTo<R>>((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (answer: DeskAnswer) => void, reject, progress });
    });
    return { answer, cancel: () => this.worker.postMessage({ type: 'cancel', id }) };
  }

  end(): void {
    this.worker.terminate();
  }

  private take(answer: DeskAnswer): void {
    const one = this.waiting.get(answer.id);
    if (answer.type === 'progress') return one?.progress?.(answer);
    this.waiting.delete(answer.id);
    if (answer.type === 'failed') one?.reject(new EngineFailure(answer.error));
    else one?.resolve(answer);
  }
}

export interface Running<Answer> {
  readonly answer: Promise<Answer>;
  readonly cancel: () => void;
}

/** What went wrong, in words for people. */
export function failureOf(error: unknown): Failure {
  if (error instanceof EngineFailure) return error.failure;
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'fault', message, text: message };
}
