/** How far a long run has come: one line on a terminal, written anew; nothing elsewhere. */
const EVERY_MS = 200;

export class Progress {
  private readonly started = performance.now();
  private last = 0;
  private shown = false;

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {}

  /** `part`: how much of all is done, from 0 to 1; undefined: nobody knows. */
  at(packets: number, part: number | undefined): void {
    const now = performance.now();
    if (this.stream.isTTY !== true || now - this.last < EVERY_MS) return;
    this.last = now;
    const seconds = (now - this.started) / 1000;
    const rate = packets / seconds;
    const words = [`${(packets / 1e6).toFixed(1)} M packets`, `${(rate / 1e6).toFixed(2)} M a second`];
    if (part !== undefined && part > 0)
      words.push(`${Math.floor(100 * part)} %`, `${clock((seconds * (1 - part)) / part)} left`);
    this.stream.write(`\r${words.join(', ')}\x1b[K`);
    this.shown = true;
  }

  end(): void {
    if (this.shown) this.stream.write('\r\x1b[K');
  }
}

const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
