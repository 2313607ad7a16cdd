/** Source and destination port, which tcp, udp, sctp and dccp ask for and list alike. */
import { Field } from '../../abi.js';
import type { Build } from '../../model/build.js';
import type { Condition, NumberRange } from '../../model/condition.js';
import type { Given } from '../../model/ruleset.js';
import type { OptionDef, ValueKind } from '../define.js';
import { piece } from '../listed.js';

type Side = 'sport' | 'dport';

/** The two options, for values of a kind. */
export const portOptions = (value: ValueKind<NumberRange>): Readonly<Record<Side, OptionDef<NumberRange>>> => ({
  sport: { value, alias: ['source-port'], invert: true },
  dport: { value, alias: ['destination-port'], invert: true },
});

/** What both say; one that is not given always holds. */
export const portsHold = (
  { sport, dport }: { readonly [S in Side]?: Given<NumberRange> | undefined },
  build: Build,
): Condition[] => [
  build.when(sport, (range) => build.range(Field.Sport, range)),
  build.when(dport, (range) => build.range(Field.Dport, range)),
];

export const SPORT_LISTED = piece('sport', 'spt:', 'spts:');
export const DPORT_LISTED = piece('dport', 'dpt:', 'dpts:');
