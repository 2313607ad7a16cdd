/** Ctrl-C while packets are awaited: what was counted until then is told. A second one ends the command. */
export class Interrupt {
  readonly #controller = new AbortController();
  readonly #stop = (): void => this.#controller.abort();

  constructor() {
    process.once('SIGINT', this.#stop);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }
  get stopped(): boolean {
    return this.signal.aborted;
  }

  /** What a promise comes to; undefined where Ctrl-C comes first. */
  before<T>(promise: Promise<T>): Promise<T | undefined> {
    const { signal } = this;
    return new Promise((resolve, reject) => {
      const stop = () => resolve(undefined);
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
    });
  }

  end(): void {
    process.removeListener('SIGINT', this.#stop);
  }
}
