/**
 * Faults to plant: each makes one truth of the engine wrong by one small change, at the place where that truth lives.
 * The judge has to find every one of them, or it would not have found the same mistake made by hand.
 */
export interface Fault {
  readonly name: string;
  /** The truth that is made wrong. */
  readonly why: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** The file's text with the fault. Throws where it does not apply. */
export function plant({ name, file, find, replace }: Fault, text: string): string {
  const parts = text.split(find);
  if (parts.length !== 2)
    throw new Error(`fault ${name} does not apply: ${file} has ${parts.length - 1} times\n${find}`);
  return parts.join(replace);
}

export const FAULTS: readonly Fault[] = [
  {
    name: 'table-order',
    why: 'filter comes before mangle in FORWARD',
    file: 'src/run/steps.ts',
    find: "table('mangle', 'FORWARD'), table('filter', 'FORWARD')",
    replace: "table('filter', 'FORWARD'), table('mangle', 'FORWARD')",
  },
  {
    // on the way back from the bottom frame there is no frame left; at the end of the chain itself there is
    name: 'return-to-policy',
    why: 'a policy does not count what RETURN brings to it',
    file: 'assembly/interpret.ts',
    find: 'count(packet, load<u32>(at, 4));\n        verdict = field;',
    replace: 'if (depth != 0) count(packet, load<u32>(at, 4));\n        verdict = field;',
  },
  {
    name: 'set-dimensions',
    why: 'src,dst of a set match is taken as dst,src',
    file: 'src/compile/emit.ts',
    find: 'test.directions.reduce(',
    replace: 'test.directions.toReversed().reduce(',
  },
  {
    // further down, depth.ts, verify.ts and the core each know that a goto pushes no frame, and refuse to disagree
    name: 'goto-as-jump',
    why: '-g comes back to the rule behind it, as -j does',
    file: 'src/parse/rules/core-option.ts',
    find: "g: 'goto'",
    replace: "g: 'jump'",
  },
  {
    name: 'mark-mask',
    why: '-m mark compares the whole mark',
    file: 'src/ext/match/mark.ts',
    find: 'build.masked(Field.Mark, mask, value)',
    replace: 'build.masked(Field.Mark, 0xffffffff, value)',
  },
];
