/**
 * Steps that making lists may take: a hundred million are about half a second. Rules that all overlap would take minutes. And bytes that
 * are held for it, where that is of something that says how many there may be.
 */
export class Effort {
  private bytes = 0;

  /** `of`: what this is a part of, which is spent with it. */
  constructor(
    private left: number,
    private readonly of?: Effort,
  ) {}

  /** A part of it by itself, as large as that is: what it holds is told, and released, beside the rest. */
  part(): Effort {
    return new Effort(Number.POSITIVE_INFINITY, this);
  }

  spend(steps: number): void {
    this.left -= steps;
    this.of?.spend(steps);
  }

  /** So many bytes are held more, or fewer. */
  hold(bytes: number): void {
    this.bytes += bytes;
    this.of?.hold(bytes);
  }
  /** What was held beyond so many bytes is held no more. */
  release(to = 0): void {
    this.hold(to - this.bytes);
  }
  get held(): number {
    return this.bytes;
  }

  get isSpent(): boolean {
    return this.left < 0 || this.of?.isSpent === true;
  }
}
