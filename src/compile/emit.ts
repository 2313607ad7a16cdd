/** Conditions and actions as instructions. Knows the waist's kinds and opcodes, never the name of an extension. */
import {
  ADDRTYPE_LIMIT_IN,
  ADDRTYPE_LIMIT_OUT,
  Field,
  HashWord,
  NEED_DROP_OFFSET_ONE,
  NEED_PROTOCOL,
  Op,
  SET_COUNT_SHIFT,
  StringKind,
  Verdict,
  ZONE_MARK,
  ZONE_ORIGINAL,
  ZONE_REPLY,
} from '../abi.js';
import type { Action, HashMark, Translation } from '../model/action.js';
import { withOrigin } from '../model/build.js';
import type { Condition, NumberRange, Test } from '../model/condition.js';
import { type HostAct, type HostTest, stateOf } from '../model/host-test.js';
import { compareWords } from '../net/address.js';
import type { Code } from './code.js';

/** What the conditions of a program share besides its code. */
export interface ConditionEmitter {
  readonly code: Code;
  /** a cell's first words; returns its number. */
  cell(words: readonly number[]): number;
  /** the number of the cell that stands for a state of the host's. */
  state(name: string): number;
  /** where each condition's instruction stands, for those who ask. */
  placed?(instruction: number, condition: Condition): void;
}

/** The same for targets. */
export interface ActionEmitter {
  readonly code: Code;
  cell(words: readonly number[]): number;
  state(name: string): number;
  translation(translation: Translation): number;
  /** the number of a REJECT's answer. */
  answer(name: string): number;
  /** jumps to be set when all chains have their address. */
  chainAt(chain: string, instruction: number): void;
  /** the number of the rule that the target is of. */
  readonly rule: number;
}

/** Emits conditions that must all hold; one that does not leads to the next rule. */
export function emitConditions(conditions: readonly Condition[], to: ConditionEmitter): void {
  for (const condition of conditions) emitCondition(condition, to);
}

/** The same of one. Its skips stay 0, which stands for the next rule. */
export const emitCondition = (condition: Condition, to: ConditionEmitter): void => emit(condition, to, undefined);

/** Emits one condition; `failed` gets the instructions that skip where it does not hold, their skips still open. */
function emit(condition: Condition, to: ConditionEmitter, failed: number[] | undefined): void {
  if ('all' in condition) for (const one of condition.all) emit(inherit(one, condition), to, failed);
  else if ('any' in condition) emitAny(condition, to, failed);
  else {
    const at = emitTest(condition.test, condition.not, to);
    if (at === undefined) return;
    to.placed?.(at, condition);
    failed?.push(at);
  }
}

function emitAny(condition: Extract<Condition, { any: unknown }>, to: ConditionEmitter, failed?: number[]): void {
  const { code } = to;
  const last = condition.any.length - 1;
  if (last < 0) failed?.push(code.put(Op.Never));
  const done: number[] = [];
  for (let i = 0; i <= last; i++) {
    const open = i < last ? [] : failed;
    emit(inherit(condition.any[i]!, condition), to, open);
    if (i === last) break;
    done.push(code.put(Op.Skip));
    for (const at of open!) code.skipHere(at);
  }
  for (const at of done) code.skipHere(at);
}

const inherit = (one: Condition, from: Condition): Condition =>
  one.origin === undefined && from.origin !== undefined ? withOrigin(one, from.origin) : one;

function emitTest(test: Test, not: boolean, to: ConditionEmitter): number | undefined {
  const { code } = to;
  switch (test.kind) {
    case 'always':
      return not ? code.put(Op.Never) : undefined;
    case 'masked':
      return test.mask === 0xffffffff
        ? code.putField(Op.Equal, test.field, not, test.value)
        : code.putField(Op.Masked, test.field, not, test.mask, test.value);
    case 'range':
      return emitRange(test.field, test.range, not, code);
    case 'bitmap': {
      if (test.ranges.length === 1) return emitRange(test.field, test.ranges[0]!, not, code);
      const bits = Math.max(0, ...test.ranges.map((range) => range.max + 1));
      return code.putField(Op.Bitmap, test.field, not, putBitmap(test.ranges, bits, code), bits);
    }
    case 'intervals': {
      const sorted = [...test.ranges].sort((a, b) => compareWords(a.min, b.min));
      // the look-up takes the last interval that begins at or below the address, so none may lie in another
      const merged: { min: readonly number[]; max: readonly number[] }[] = [];
      for (const range of sorted) {
        const last = merged.at(-1);
        if (last !== undefined && compareWords(range.min, last.max) <= 0) {
          if (compareWords(range.max, last.max) > 0) last.max = range.max;
        } else merged.push({ ...range });
      }
      const words = merged.flatMap((range) => [...range.min, ...range.max]);
      return code.putField(Op.Intervals, test.field, not, code.put32(words), merged.length);
    }
    case 'iface':
      return code.putField(Op.Iface, test.field, not, code.text(StringKind.Pattern, test.pattern));
    case 'header':
      return code.putField(Op.Header, 0, not, test.bytes | (test.dropOffsetOne ? NEED_DROP_OFFSET_ONE : 0));
    case 'headers':
      return code.putField(Op.Header, 0, not, NEED_PROTOCOL);
    case 'set': {
      const sources = test.directions.reduce((bits, side, i) => bits | (side === 'src' ? 1 << i : 0), 0);
      const word = sources | (test.directions.length << SET_COUNT_SHIFT) | test.flags;
      return code.putField(Op.Set, 0, not, code.text(StringKind.Set, test.name), word);
    }
    case 'addrtype': {
      const bits = test.types.reduce((sum, type) => sum | (1 << type), 0);
      const limit = test.limit === 'in' ? ADDRTYPE_LIMIT_IN : test.limit === 'out' ? ADDRTYPE_LIMIT_OUT : 0;
      return code.putField(Op.AddrType, test.field, not, bits | limit);
    }
    case 'fact':
      return code.putField(Op.Fact, test.fact, not, test.flags);
    case 'u32':
      return code.putField(Op.U32, 0, not, code.put32(test.program), test.program.length);
    case 'bpf':
      return code.putField(Op.Bpf, 0, not, code.put32(test.program), test.program.length);
    case 'share':
      return code.putField(Op.Share, test.field, not, test.seed, test.shares, test.mask);
    case 'header6':
      return code.putField(Op.Header6, 0, not, code.put32(test.record), test.record.length);
    case 'tcp-option':
      return code.putField(Op.TcpOption, 0, not, test.option);
    case 'tcp-mss':
      return code.putField(Op.TcpMss, 0, not, test.range.min | (test.range.max << 16));
    case 'sctp-chunks': {
      const bits = new Array<number>(8).fill(0);
      for (const { type } of test.chunks) bits[type >>> 5]! |= 1 << (type & 31);
      const flagged = test.chunks.filter(({ mask }) => mask !== 0);
      const words = [test.how, ...bits, ...flagged.map(({ type, flags, mask }) => type | (flags << 8) | (mask << 16))];
      return code.putField(Op.SctpChunks, 0, not, code.put32(words), words.length);
    }
    case 'dccp-option':
      return code.putField(Op.DccpOption, 0, not, test.option);
    case 'eui64':
      return code.putField(Op.Eui64, 0, not);
    case 'find':
      return code.putField(Op.Find, 0, not, code.put32(test.record), test.record.length);
    case 'limit':
      return code.putField(Op.Limit, 0, not, to.cell([test.cap, test.cost, test.cap, 0]));
    case 'nth':
      return code.putField(Op.Nth, 0, not, to.cell([test.every - 1 - test.packet, test.every - 1, 0, 0]));
    case 'random':
      return code.putField(Op.Random, 0, not, test.threshold);
    case 'host':
      return emitHost(Op.Host, not, test.test, test.question, to);
    case 'ask':
      return code.putField(Op.Ask, 0, not, code.text(StringKind.Question, test.question));
    default:
      // a kind that is forgotten here is a type error: left out, its condition would hold for every packet
      return test satisfies never;
  }
}

function emitRange(field: number, { min, max }: NumberRange, not: boolean, code: Code): number {
  if (min === max) return code.putField(Op.Equal, field, not, min);
  return max <= 0xffff
    ? code.putField(Op.Within, field, not, min | (max << 16))
    : code.putField(Op.Range, field, not, min, max);
}

/** Straight into the data: a bitmap has up to two thousand words. */
/** What the host is asked, or has to do. */
function emitHost(
  op: Op.Host | Op.HostAct,
  not: boolean,
  asked: HostTest | HostAct,
  question: string,
  { code, state }: Pick<ConditionEmitter, 'code' | 'state'>,
): number {
  const name = stateOf(asked);
  return code.putField(
    op,
    0,
    not,
    code.text(StringKind.Question, question),
    code.text(StringKind.Host, JSON.stringify(asked)),
    name === undefined ? 0 : state(name) + 1,
  );
}

function putBitmap(ranges: readonly NumberRange[], bits: number, { data }: Code): number {
  const at = data.zeros((bits + 31) >>> 5);
  for (const { min, max } of ranges)
    for (let i = min; i <= max; i++) data.set(at + (i >>> 5), data.at(at + (i >>> 5)) | (1 << (i & 31)));
  return at;
}

function zoneWord({ zone, serves }: Extract<Action, { kind: 'connection' }>): number {
  const sides = (serves === 'reply' ? 0 : ZONE_ORIGINAL) | (serves === 'original' ? 0 : ZONE_REPLY);
  return sides | (zone === 'mark' ? ZONE_MARK : zone);
}

const VERDICTS = { accept: Verdict.Accept, drop: Verdict.Drop, stolen: Verdict.Stolen };

const hashWords = (how: HashMark): number[] => [
  Number(how.connection),
  ...[how.src, how.dst].flatMap((mask) => [0, 1, 2, 3].map((i) => mask[i] ?? 0)),
  ...[how.portMask, how.portSet, how.proto, how.seed, how.modulus, how.offset],
];

/** Emits what a target does, one of it after the other. */
export function emitAction(action: Action, to: ActionEmitter): void {
  const { code } = to;
  switch (action.kind) {
    case 'verdict':
      code.putField(Op.Verdict, VERDICTS[action.verdict], false);
      break;
    case 'return':
      code.put(Op.Return);
      break;
    case 'jump':
    case 'goto':
      to.chainAt(action.chain, code.put(action.kind === 'jump' ? Op.Jump : Op.Goto, 0));
      break;
    case 'edit':
      code.putField(Op.Edit, action.field, false, action.and, action.xor);
      break;
    case 'ttl':
      code.putField(Op.AddTtl, Field.Ttl, false, action.add);
      break;
    case 'mangle':
      code.putField(Op.Mangle, action.what, false, code.put32(action.record), action.record.length);
      break;
    case 'hash-mark':
      code.put(Op.HashMark, code.put32(hashWords(action.how)), HashWord.Size);
      break;
    case 'translate':
      code.put(Op.Translate, to.translation(action.translation));
      break;
    case 'connmark':
      code.putField(Op.ConnMark, action.op, false, action.ctMask, action.nfMask, action.shift);
      break;
    case 'notrack':
      code.put(Op.NoTrack);
      break;
    case 'connection':
      code.put(Op.Zone, zoneWord(action), to.cell([0, 0, 0, 0]));
      break;
    case 'emit':
      code.putField(Op.Emit, action.emit, false, to.rule);
      break;
    case 'reject':
      code.put(Op.Reject, to.answer(action.answer));
      break;
    case 'host':
      emitHost(Op.HostAct, false, action.act, action.question, to);
      break;
    case 'ask':
      code.putField(Op.AskTake, VERDICTS[action.verdict], false, code.text(StringKind.Question, action.question));
      break;
    default:
      action satisfies never;
  }
}
