/** Rules of five fields, as columns: of each field the least and the greatest value that a rule takes. */
export interface FiveTupleRules {
  readonly count: number;
  readonly srcMin: Uint32Array;
  readonly srcMax: Uint32Array;
  readonly dstMin: Uint32Array;
  readonly dstMax: Uint32Array;
  readonly sportMin: Uint16Array;
  readonly sportMax: Uint16Array;
  readonly dportMin: Uint16Array;
  readonly dportMax: Uint16Array;
  /** A protocol fits where `protocol & protoMask` is `proto`. */
  readonly proto: Uint8Array;
  readonly protoMask: Uint8Array;
}

/** Room for `count` rules. */
export function fiveTupleRules(count: number): FiveTupleRules {
  const words = () => new Uint32Array(count);
  const halves = () => new Uint16Array(count);
  return {
    count,
    srcMin: words(),
    srcMax: words(),
    dstMin: words(),
    dstMax: words(),
    sportMin: halves(),
    sportMax: halves(),
    dportMin: halves(),
    dportMax: halves(),
    proto: new Uint8Array(count),
    protoMask: new Uint8Array(count),
  };
}
