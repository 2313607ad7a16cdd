/** Conditions and actions as instructions. Knows the waist's kinds and opcodes, never the name of an extension. */
import {
  ADDRTYPE_LIMIT_IN,
  ADDRTYPE_LIMIT_OUT,
  Field,
  NEED_DROP_OFFSET_ONE,
  Op,
  SET_COUNT_SHIFT,
  StringKind,
  Verdict,
  ZONE_MARK,
  ZONE_ORIGINAL,
  ZONE_REPLY,
} from '../abi.js';
import type { Action, Translation } from '../model/action.js';
import { withOrigin } from '../model/build.js';
import type { Condition, NumberRange, Test } from '../model/condition.js';
import { compareWords } from '../net/address.js';
import type { Code } from './code.js';

/** What the conditions of a program share besides its code. */
export interface ConditionEmitter {
  readonly code: Code;
  /** a cell's first words; returns its number. */
  cell(words: readonly number[]): number;
  /** where each condition's instruction stands, for those who ask. */
  placed?(instruction: number, condition: Condition): void;
}

/** The same for targets. */
export interface ActionEmitter {
  readonly code: Code;
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
  // the skips stay 0, which stands for the next rule
  for (const condition of conditions) emit(condition, to);
}

/** Emits one condition and returns the instructions that skip where it does not hold, their skips still open. */
function emit(condition: Condition, to: ConditionEmitter): number[] {
  if ('all' in condition) return condition.all.flatMap((one) => emit(inherit(one, condition), to));
  if ('any' in condition) {
    if (condition.any.length === 0) return [to.code.put(Op.Never)];
    const done: number[] = [];
    let failed: number[] = [];
    for (const [index, one] of condition.any.entries()) {
      for (const at of failed) to.code.skipHere(at);
      failed = emit(inherit(one, condition), to);
      if (index < condition.any.length - 1) done.push(to.code.put(Op.Skip));
    }
    for (const at of done) to.code.skipHere(at);
    return failed;
  }
  const at = emitTest(condition.test, condition.not, to);
  if (at === undefined) return [];
  to.placed?.(at, condition);
  return [at];
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
        ? code.put(Op.Equal, [test.value], test.field, not)
        : code.put(Op.Masked, [test.mask, test.value], test.field, not);
    case 'range':
      return emitRange(test.field, test.range, not, code);
    case 'bitmap': {
      if (test.ranges.length === 1) return emitRange(test.field, test.ranges[0]!, not, code);
      const bits = Math.max(0, ...test.ranges.map((range) => range.max + 1));
      return code.put(Op.Bitmap, [putBitmap(test.ranges, bits, code), bits], test.field, not);
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
      return code.put(Op.Intervals, [code.put32(words), merged.length], test.field, not);
    }
    case 'iface':
      return code.put(Op.Iface, [code.text(StringKind.Pattern, test.pattern)], test.field, not);
    case 'header':
      return code.put(Op.Header, [test.bytes | (test.dropOffsetOne ? NEED_DROP_OFFSET_ONE : 0)], 0, not);
    case 'set': {
      const sources = test.directions.reduce((bits, side, i) => bits | (side === 'src' ? 1 << i : 0), 0);
      const word = sources | (test.directions.length << SET_COUNT_SHIFT) | test.flags;
      return code.put(Op.Set, [code.text(StringKind.Set, test.name), word], 0, not);
    }
    case 'addrtype': {
      const bits = test.types.reduce((sum, type) => sum | (1 << type), 0);
      const limit = test.limit === 'in' ? ADDRTYPE_LIMIT_IN : test.limit === 'out' ? ADDRTYPE_LIMIT_OUT : 0;
      return code.put(Op.AddrType, [bits | limit], test.field, not);
    }
    case 'fact':
      return code.put(Op.Fact, [test.flags], test.fact, not);
    case 'u32':
      return code.put(Op.U32, [code.put32(test.program), test.program.length], 0, not);
    case 'tcp-option':
      return code.put(Op.TcpOption, [test.option], 0, not);
    case 'tcp-mss':
      return code.put(Op.TcpMss, [test.range.min | (test.range.max << 16)], 0, not);
    case 'sctp-chunks': {
      const bits = new Array<number>(8).fill(0);
      for (const { type } of test.chunks) bits[type >>> 5]! |= 1 << (type & 31);
      const flagged = test.chunks.filter(({ mask }) => mask !== 0);
      const words = [test.how, ...bits, ...flagged.map(({ type, flags, mask }) => type | (flags << 8) | (mask << 16))];
      return code.put(Op.SctpChunks, [code.put32(words), words.length], 0, not);
    }
    case 'limit':
      return code.put(Op.Limit, [to.cell([test.cap, test.cost, test.cap, 0])], 0, not);
    case 'nth':
      return code.put(Op.Nth, [to.cell([test.every - 1 - test.packet, test.every - 1, 0, 0])], 0, not);
    case 'random':
      return code.put(Op.Random, [test.threshold], 0, not);
    case 'ask':
      return code.put(Op.Ask, [code.text(StringKind.Question, test.question)], 0, not);
    default:
      // a kind that is forgotten here is a type error: left out, its condition would hold for every packet
      return test satisfies never;
  }
}

function emitRange(field: number, { min, max }: NumberRange, not: boolean, code: Code): number {
  if (min === max) return code.put(Op.Equal, [min], field, not);
  return max <= 0xffff
    ? code.put(Op.Within, [min | (max << 16)], field, not)
    : code.put(Op.Range, [min, max], field, not);
}

/** Straight into the data: a bitmap has up to two thousand words. */
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

/** Emits what a target does. */
export function emitActions(actions: readonly Action[], to: ActionEmitter): void {
  const { code } = to;
  for (const action of actions) {
    switch (action.kind) {
      case 'verdict':
        code.put(
          Op.Verdict,
          [],
          { accept: Verdict.Accept, drop: Verdict.Drop, stolen: Verdict.Stolen }[action.verdict],
        );
        break;
      case 'return':
        code.put(Op.Return);
        break;
      case 'jump':
      case 'goto':
        to.chainAt(action.chain, code.put(action.kind === 'jump' ? Op.Jump : Op.Goto, [0]));
        break;
      case 'edit':
        code.put(Op.Edit, [action.and, action.xor], action.field);
        break;
      case 'ttl':
        code.put(Op.AddTtl, [action.add], Field.Ttl);
        break;
      case 'translate':
        code.put(Op.Translate, [to.translation(action.translation)]);
        break;
      case 'connmark':
        code.put(Op.ConnMark, [action.ctMask, action.nfMask, action.shift], action.op);
        break;
      case 'notrack':
        code.put(Op.NoTrack);
        break;
      case 'connection':
        code.put(Op.Zone, [zoneWord(action)]);
        break;
      case 'emit':
        code.put(Op.Emit, [to.rule], action.emit);
        break;
      case 'reject':
        code.put(Op.Reject, [to.answer(action.answer)]);
        break;
      case 'ask':
        code.put(Op.AskTake, [code.text(StringKind.Question, action.question)]);
        break;
      default:
        action satisfies never;
    }
  }
}
