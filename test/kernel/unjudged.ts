/**
 * Extensions of which no kernel that packetwalk was tested on has the module: the kernel cannot say whether they are right here. Each
 * has tests that follow from its source.
 */
export const UNJUDGED: ReadonlySet<string> = new Set([
  'match ipvs',
  'target CLUSTERIP',
  'target LED',
  'target SECMARK',
  'target ULOG',
]);
