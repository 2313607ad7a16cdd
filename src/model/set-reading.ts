/** What is found of sets that rules change, and what packets do to sets. */
export type SetReading = InSetReading | SetChangeReading | SetMapReading;

/** A member of a set that rules change. */
export interface InSetReading {
  readonly what: 'in-set';
  readonly set: string;
  readonly element: string;
  /** milliseconds until it ends; undefined: it does not. */
  readonly left: number | undefined;
  /** what it has counted, this packet too, where a rule asks. */
  readonly packets?: number;
  readonly bytes?: number;
}

/** What a packet has done to a set. */
export interface SetChangeReading {
  readonly what: 'set-change';
  readonly set: string;
  /** as ipset prints it. */
  readonly element?: string;
  /**
   * 'there': it was, and has its time still; 'forced': a full set has taken it, and given up another one; 'none': the packet is nothing
   * that the set takes; 'unknown': nobody gave the set; 'doubtful': the packet's link-layer address is not known.
   */
  readonly done:
    | 'added'
    | 'renewed'
    | 'there'
    | 'full'
    | 'forced'
    | 'deleted'
    | 'absent'
    | 'none'
    | 'unknown'
    | 'doubtful';
  /** seconds, 0 for ever; undefined: its members do not end. */
  readonly timeout?: number;
}

/** What a packet got of its member. */
export interface SetMapReading {
  readonly what: 'set-map';
  readonly set: string;
  readonly element: string;
  /** undefined: it is not about that. */
  readonly mark: number | undefined;
}
