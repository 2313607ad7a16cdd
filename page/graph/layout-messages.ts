/** What the graph and the worker that lays it out say to each other. */
export interface LayoutRequest {
  readonly id: number;
  readonly nodes: readonly { readonly id: string; readonly width: number; readonly height: number }[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}
export interface Layout {
  readonly id: number;
  readonly width: number;
  readonly height: number;
  /** middles of the nodes, by id. */
  readonly at: ReadonlyMap<string, Point>;
  /** of each edge the points that it goes through, in the order asked. */
  readonly ways: readonly (readonly Point[])[];
}
export interface Point {
  readonly x: number;
  readonly y: number;
}
