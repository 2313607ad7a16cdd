/** What rules remember beside the core's cells: each state by the number of the cell that stands for it. */
export interface State {
  /** What happens to the one is nothing to the other. */
  copy(): State;
}

export class HostStates {
  constructor(private readonly states = new Map<number, State>()) {}

  /** Made where there is none yet. */
  at(cell: number, make: () => State): State {
    let state = this.states.get(cell);
    if (state === undefined) {
      state = make();
      this.states.set(cell, state);
    }
    return state;
  }

  get(cell: number): State | undefined {
    return this.states.get(cell);
  }

  /** All but one. */
  without(cell: number | undefined): HostStates {
    return new HostStates(new Map([...this.states].filter(([other]) => other !== cell)));
  }

  /** It stands for another cell elsewhere, if there is any. */
  move(cell: number, to: HostStates, cellThere: number): void {
    const state = this.states.get(cell);
    if (state !== undefined) to.states.set(cellThere, state);
  }

  copy(): HostStates {
    return new HostStates(new Map([...this.states].map(([cell, state]) => [cell, state.copy()])));
  }
}
