/** The sets of a scenario, by name, as rules refer to them. */
export interface SetBook {
  readonly sets: readonly { readonly name: string; readonly type: string; readonly dimensions: number }[];
}
