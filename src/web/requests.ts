/** Requests of a page, answered one after another in the order in which they come; `cancel` alone is heard at once. */

import { failureOf } from './failure.js';
import type { Failure } from './messages.js';

interface Numbered {
  readonly id: number;
  readonly type: string;
}
export interface Failed {
  readonly type: 'failed';
  readonly id: number;
  readonly error: Failure;
}

export class Requests<Request extends Numbered> {
  /** what was asked before is answered first. */
  #last: Promise<void> = Promise.resolve();
  readonly #cancelled = new Set<number>();
  readonly #waiting = new Set<number>();

  /** What `answer` throws is posted as a failure. */
  constructor(
    private readonly answer: (request: Exclude<Request, { type: 'cancel' }>) => Promise<void>,
    private readonly post: (failed: Failed) => void,
  ) {}

  /** Resolves once the request is answered; never throws. */
  take(request: Request): Promise<void> {
    const { type, id } = request;
    if (type === 'cancel') {
      if (this.#waiting.has(id)) this.#cancelled.add(id);
      return Promise.resolve();
    }
    this.#waiting.add(id);
    this.#last = this.#last.then(async () => {
      try {
        await this.answer(request as Exclude<Request, { type: 'cancel' }>);
      } catch (error) {
        this.post({ type: 'failed', id, error: failureOf(error) });
      }
      this.#waiting.delete(id);
      this.#cancelled.delete(id);
    });
    return this.#last;
  }

  isCancelled(id: number): boolean {
    return this.#cancelled.has(id);
  }
}
