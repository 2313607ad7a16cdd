/** Steps that making lists may take: a hundred million are about half a second. Rules that all overlap would take minutes. */
export class Effort {
  /** `of`: what this is a part of, which is spent with it. */
  constructor(
    private left: number,
    private readonly of?: Effort,
  ) {}

  spend(steps: number): void {
    this.left -= steps;
    this.of?.spend(steps);
  }

  get isSpent(): boolean {
    return this.left < 0 || this.of?.isSpent === true;
  }
}
