/** Why a condition held or not: the packet's value beside the rule's option. */
import { Field } from '../abi.js';
import type { Compiled } from '../compile/compile.js';
import type { Condition, Direction, Test } from '../model/condition.js';
import { ANY_INTERFACE, LOCAL_DESTINATION, LOCAL_SOURCE, question } from '../model/question.js';
import type { Reading } from '../model/reading.js';
import type { Dimension } from '../model/set.js';
import { formatAddress, type Words } from '../net/address.js';
import { hasPorts, icmpProtocol, protocolName } from '../net/protocol.js';
import { addressTypeText, type Columns, fieldText, linkText, macText, stateText, wordsAt } from './fields.js';
import type { Message } from './lang/messages.js';
import { limitReading } from './limit-reading.js';
import { readText } from './read-text.js';
import { say } from './story.js';

export interface Asked {
  readonly compiled: Compiled;
  readonly now: Columns;
  /** it came in on an interface that nobody gave: it has none for rules, as one that the host sends. */
  readonly cameAnyhow?: boolean | undefined;
  readonly ifaceName: (number: number) => string;
  readonly addressType: (address: Words) => number | undefined;
  /** of a set's members; undefined where the set was not given. */
  readonly dimensions: (set: string) => readonly Dimension[] | undefined;
}

/** What the packet has in place of what the condition wants. */
export function whyText(
  condition: Condition,
  { value, read }: { readonly value: number; readonly read?: true },
  asked: Asked,
  reading?: Reading,
): Message {
  if (!('test' in condition)) return say('why.bytes', {});
  const { test, not } = condition;
  if (reading !== undefined) return say('why.reading', { reading });
  return BY_BYTES.has(test.kind) ? readText(test, not, read && value) : whyTest(test, not, value, asked);
}

/** Tests that read what no column holds. */
const BY_BYTES: ReadonlySet<Test['kind']> = new Set([
  'header6',
  'u32',
  'tcp-mss',
  'tcp-option',
  'dccp-option',
  'find',
  'sctp-chunks',
]);

/** The test did not come out as wanted: negated, it held. */
function whyTest(test: Test, held: boolean, value: number, asked: Asked): Message {
  const { now, ifaceName, addressType } = asked;
  switch (test.kind) {
    case 'masked':
    case 'range':
    case 'bitmap':
    case 'intervals':
    case 'share': {
      if (test.field === Field.CtState) return say('why.state', { state: stateText(value) });
      const ofLink = test.kind === 'masked' && (test.field === Field.Link || test.field === Field.MacLow);
      const { word, value: text } = ofLink
        ? linkText(test.field, test.mask, now)
        : fieldText(test.field, value, now, asked.compiled.program.family);
      return say('why.value', { field: word, value: text });
    }
    case 'iface':
      return test.field === Field.InIf
        ? say('why.iface', { side: 'in', name: asked.cameAnyhow ? ANY_INTERFACE : ifaceName(value) })
        : say('why.iface', { side: 'out', name: ifaceName(value) });
    case 'header':
      return say('why.fragment', {});
    case 'set':
      return say('why.set', { element: elementText(test.name, test.directions, asked), set: test.name, held });
    case 'eui64':
      return say('why.value', { field: 'source', value: formatAddress(wordsAt(now, Field.Src, 6)) });
    case 'addrtype': {
      const address = wordsAt(now, test.field, asked.compiled.program.family);
      const type = addressType(address);
      return say('why.addrtype', {
        address: formatAddress(address),
        type: type === undefined ? '?' : addressTypeText(type),
      });
    }
    case 'fact':
      return say('why.rpfilter', { passed: held });
    case 'limit':
      return say('why.reading', { reading: limitReading(test, value) });
    case 'nth':
      return say('why.turn', { left: held ? 0 : test.every - value });
    case 'random':
      return say('why.draw', { probability: probabilityOf(test.threshold, held) });
    case 'host':
      if (test.test.what === 'in-set' && asked.dimensions(test.test.set) !== undefined)
        return say('why.set', {
          element: elementText(test.test.set, test.test.directions, asked),
          set: test.test.set,
          held,
        });
      return say('why.assumed', { question: questionOf(test.question, asked), answer: held });
    case 'ask':
      return say('why.assumed', { question: questionOf(test.question, asked), answer: held });
    case 'always':
      return say('why.never', {});
    case 'bpf':
      return say('why.program', { held });
    default:
      return say('why.bytes', {});
  }
}

/** Its name, with the packet's address where it is about that. */
function questionOf(name: string, { now, compiled }: Asked): string {
  if (name !== LOCAL_SOURCE && name !== LOCAL_DESTINATION) return name;
  const field = name === LOCAL_SOURCE ? Field.Src : Field.Dst;
  return question.local(wordsAt(now, field, compiled.program.family));
}

/** Of a match: the kernel draws 31 bits; negated, it matches in the other cases. Four digits tell more than enough. */
export const probabilityOf = (threshold: number, not: boolean): number =>
  Number((not ? 1 - threshold / 0x80000000 : threshold / 0x80000000).toPrecision(4));

/** The packet's element as ipset would write it. */
function elementText(set: string, directions: readonly Direction[], asked: Asked): string {
  const { now, ifaceName, dimensions, compiled } = asked;
  const { family } = compiled.program;
  const proto = now[Field.Proto]!;
  const kinds = dimensions(set) ?? directions.map(() => 'ip' as const);
  return kinds
    .map((kind, i) => {
      const source = directions[i] === 'src';
      if (kind === 'iface') return ifaceName(now[source ? Field.InIf : Field.OutIf]!) || '(no interface)';
      if (kind === 'mark') return `0x${now[Field.Mark]!.toString(16)}`;
      if (kind === 'mac') return source ? macText(now) : '(none)';
      if (kind !== 'port') return formatAddress(wordsAt(now, source ? Field.Src : Field.Dst, family));
      const port = hasPorts(proto) ? now[source ? Field.Sport : Field.Dport]! : 0;
      return `${protocolName(proto)}:${proto === icmpProtocol(family) ? `${now[Field.Sport]}/${now[Field.Dport]}` : port}`;
    })
    .join(',');
}
