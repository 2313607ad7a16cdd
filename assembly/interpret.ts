/**
 * The interpreter: one table's walk at one hook for each selected packet. The verifier has proved that every address,
 * operand and frame stays inside, so that the loop looks at nothing but the packet. It stops where the trace is full
 * or the host is asked, and goes on from the control block when it is called again.
 */
import {
  Answer,
  Beside,
  COLUMN_BYTES,
  COLUMNS_BASE,
  ConnMarkOp,
  CT_STATUS_TEMPLATE,
  Event,
  Fact,
  FIELD_MASK,
  FIELD_SHIFT,
  Field,
  NO_ANSWER,
  OP_NOT,
  Op,
  PACKET_MARK_ZONE,
  PACKET_MARK_ZONE_REPLY,
  PACKET_NOTRACK,
  PACKET_TEMPLATE,
  Result,
  RULE_OF_RUN,
  RULE_OVER,
  RUN_OF_RULES,
  RuleRunWord,
  Run,
  SKIP_SHIFT,
  STATE_NEW,
  STATE_UNTRACKED,
  Status,
  TRACE_ALL,
  TRACE_JOURNEY,
  TRACE_LEARN,
  TRACE_NONE,
  TRACE_WORDS,
  Verdict,
  ZONE_MARK,
  ZONE_ORIGINAL,
  ZONE_REPLY,
} from '../src/abi';
import { answerOf, cellAt, outcomeOf } from './conditions';
import { hashMark } from './hash-mark';
import { mangle } from './mangle';
import { DOOMED, FALSE, HOT_DROP, TRUE, WANT_FACT } from './outcome';
import { getField, hasConnection, ofRun, setField, setRun, word } from './packet';
import { change, record } from './record';
import { firstOfRun, runOf } from './rule-runs';

/** More than any one instruction writes. */
const RECORDS_AHEAD: u32 = 24;
/** Run.Pc: no packet has begun to walk. */
export const NOBODY: u32 = 0xffffffff;

/** Runs the entry for the packets of the selection from Run.Cursor on; see Status. */
export function interpret(): i32 {
  const selected = ofRun(Run.Selected);
  let cursor = ofRun(Run.Cursor);
  while (cursor < selected) {
    const status = step(load<u32>(ofRun(Run.Selection) + (cursor << 2)));
    if (status != Status.Done) return status;
    setRun(Run.Cursor, ++cursor);
  }
  return Status.Done;
}

/** Runs the entry for a packet, or goes on with the one at which it stopped. */
export function step(packet: u32): i32 {
  if (ofRun(Run.Pc) == NOBODY) begin(packet);
  const status = walk(packet);
  if (status == Status.Done) setRun(Run.Pc, NOBODY);
  return status;
}

function begin(packet: u32): void {
  setRun(Run.Pc, ofRun(Run.EntryStart));
  // the bottom frame is the policy: that is where a return or the end of a chain gone to leads
  store<u32>(ofRun(Run.Stack), ofRun(Run.EntryPolicy));
  setRun(Run.Depth, 1);
  setRun(Run.Doomed, 0);
  setRun(Run.RuleId, NOBODY);
  setField(packet, Result.Verdict, Verdict.Continue);
  setField(packet, Result.Rule, NOBODY);
  setField(packet, Result.Translation, NOBODY);
  setField(packet, Result.Question, NOBODY);
}

function count(packet: u32, counter: u32): void {
  if (ofRun(Run.Count) == 0) return;
  const at = ofRun(Run.Counters) + (counter << 4);
  store<u64>(at, load<u64>(at) + 1);
  store<u64>(at, load<u64>(at, 8) + getField(packet, Field.Length), 8);
}

function walk(packet: u32): i32 {
  const code = ofRun(Run.Code);
  const stack = ofRun(Run.Stack);
  let level = ofRun(Run.TraceLevel);
  if (level == TRACE_JOURNEY && load<u8>(<usize>ofRun(Run.Followed) + packet) == 0) level = TRACE_NONE;
  const limit = ofRun(Run.TraceLimit);
  let pc = ofRun(Run.Pc);
  let depth = ofRun(Run.Depth);
  let next = ofRun(Run.NextRule);
  let rule = ofRun(Run.RuleId);
  let doomed = ofRun(Run.Doomed) != 0;
  let status = <i32>Status.Done;
  let verdict = <u32>Verdict.Continue;

  // the packet's place in the first column, and the way from there to its other ones
  const row = COLUMNS_BASE + (packet << 2);

  while (true) {
    if (level != TRACE_NONE) {
      if (ofRun(Run.TraceEnd) + ((RECORDS_AHEAD * TRACE_WORDS) << 2) > limit) status = Status.TraceFull;
      else if (level == TRACE_LEARN && isUnanswered(pc)) status = Status.Unanswered;
      if (status != Status.Done) break;
      setRun(Run.Read, 0);
    }
    const at = code + (pc << 2);
    const first = load<u32>(at);
    const field = (first >> FIELD_SHIFT) & FIELD_MASK;
    const op = <i32>(first & 255);
    if (level == TRACE_JOURNEY && isUnanswered(pc) && !isFork(op)) record(Event.Unanswered, 0, packet, pc, 0, 0);
    if (doomed && op < Op.Never && op != Op.Hit && op != Op.Skip) {
      verdict = hotDrop(packet, field, pc, rule, level);
      break;
    }

    let held: i32 = FALSE;
    let words: u32 = 2;
    switch (op) {
      case Op.Rule:
        rule = load<u32>(at, 4);
        next = pc + (first >> SKIP_SHIFT);
        if (level == TRACE_ALL) record(Event.Rule, 0, packet, pc, rule, 0);
        pc += 2;
        continue;
      case RULE_OF_RUN:
        rule = load<u32>(at, 4);
        next = level == TRACE_ALL ? pc + (first >> SKIP_SHIFT) : runOf(rule);
        if (level == TRACE_ALL) record(Event.Rule, 0, packet, pc, rule, 0);
        pc += 2;
        continue;
      case RUN_OF_RULES: {
        rule = load<u32>(at, 4);
        next = pc + (first >> SKIP_SHIFT);
        if (level != TRACE_ALL) {
          const run = runOf(rule);
          const own = firstOfRun(run, row);
          if (own != pc) {
            pc = own;
            continue;
          }
          next = word(run, RuleRunWord.Next);
        } else record(Event.Rule, 0, packet, pc, rule, 0);
        pc += 2;
        continue;
      }
      // conditions that read one column stand here, so that none is called for them: twice as fast as through outcomeOf
      case Op.Equal:
        held = i32(load<u32>(row + field * COLUMN_BYTES) == load<u32>(at, 4));
        break;
      case Op.Masked:
        held = i32((load<u32>(row + field * COLUMN_BYTES) & load<u32>(at, 4)) == load<u32>(at, 8));
        words = 3;
        break;
      case Op.Within: {
        const value = load<u32>(row + field * COLUMN_BYTES);
        const ends = load<u32>(at, 4);
        held = i32(value >= (ends & 0xffff) && value <= ends >> 16);
        break;
      }
      case Op.Range: {
        const value = load<u32>(row + field * COLUMN_BYTES);
        held = i32(value >= load<u32>(at, 4) && value <= load<u32>(at, 8));
        words = 3;
        break;
      }
      case Op.Bitmap: {
        const value = load<u32>(row + field * COLUMN_BYTES);
        if (value < load<u32>(at, 8)) {
          const bits = load<u32>(ofRun(Run.Data) + ((load<u32>(at, 4) + (value >> 5)) << 2));
          held = i32((bits >> (value & 31)) & 1);
        }
        words = 3;
        break;
      }
      case Op.Iface: {
        const pattern = load<u32>(at, 4);
        const number = load<u32>(row + field * COLUMN_BYTES);
        const bits = ofRun(Run.Ifaces) + ((number * ofRun(Run.IfaceWords) + (pattern >> 5)) << 2);
        held = i32((load<u32>(bits) >> (pattern & 31)) & 1);
        break;
      }
      case Op.Hit:
        count(packet, rule);
        if (level != TRACE_NONE) record(Event.Hit, 0, packet, pc, rule, 0);
        pc += 1;
        continue;
      case Op.Skip:
        pc += first >> SKIP_SHIFT;
        continue;
      case Op.Policy:
        count(packet, load<u32>(at, 4));
        verdict = field;
        if (level != TRACE_NONE) record(Event.Policy, 0, packet, pc, load<u32>(at, 4), verdict);
        break;
      case Op.Return:
        depth -= 1;
        if (level == TRACE_ALL) record(Event.Return, 0, packet, pc, depth, 0);
        pc = load<u32>(stack + (depth << 2));
        continue;
      case Op.Jump:
        store<u32>(stack + (depth << 2), next);
        depth += 1;
        if (level == TRACE_ALL) record(Event.Jump, 0, packet, pc, load<u32>(at, 4), 0);
        pc = load<u32>(at, 4);
        continue;
      case Op.Goto:
        if (level == TRACE_ALL) record(Event.Goto, 0, packet, pc, load<u32>(at, 4), 0);
        pc = load<u32>(at, 4);
        continue;
      case Op.Verdict:
        verdict = field;
        break;
      case Op.Translate:
        setField(packet, Result.Translation, load<u32>(at, 4));
        verdict = Verdict.Accept;
        break;
      case Op.Reject:
        setField(packet, Result.Question, load<u32>(at, 4));
        verdict = Verdict.Reject;
        break;
      case Op.AskTake: {
        setField(packet, Result.Question, load<u32>(at, 4));
        const answer = load<u32>(ofRun(Run.Answers) + (load<u32>(at, 4) << 2));
        if (answer == Answer.No) {
          pc += 2;
          continue;
        }
        verdict = answer == Answer.Yes ? field : Verdict.Open;
        if (verdict == Verdict.Open && level != TRACE_NONE) record(Event.Open, 0, packet, pc, rule, 0);
        break;
      }
      case Op.HostAct: {
        const done = answerOf(Fact.Host, pc);
        if (done == Verdict.Continue) {
          pc += 4;
          continue;
        }
        if (done == RULE_OVER) {
          pc = next;
          continue;
        }
        if (done == NO_ANSWER) status = Status.WantFact;
        else if (done == Verdict.Open) verdict = open(packet, field, at, pc, rule, level);
        else verdict = done;
        break;
      }
      case Op.Mangle: {
        const done = mangle(packet, field, ofRun(Run.Data) + (load<u32>(at, 4) << 2), pc);
        if (done == TRUE) {
          pc += 3;
          continue;
        }
        if (done == WANT_FACT) status = Status.WantFact;
        else verdict = Verdict.Drop;
        break;
      }
      default: {
        words = opWords(op);
        if (op >= Op.Edit) {
          act(packet, op, field, at, pc, level);
          pc += words;
          continue;
        }
        held = outcomeOf(packet, at);
        if (level == TRACE_JOURNEY && isFork(op)) record(Event.Forked, 0, packet, pc, held, 0);
        if (held <= TRUE) break;
        if (held == DOOMED) {
          doomed = true;
          held = FALSE;
        } else if (held == HOT_DROP) verdict = hotDrop(packet, field, pc, rule, level);
        else if (held == WANT_FACT) status = Status.WantFact;
        else verdict = open(packet, field, at, pc, rule, level);
      }
    }
    if (status != Status.Done) break;
    if (verdict != Verdict.Continue) {
      if (op < Op.Never || op >= Op.Edit) {
        if (doomed) verdict = Verdict.HotDrop;
        const decided = op == Op.Policy ? NOBODY : rule;
        setField(packet, Result.Rule, decided);
        if (level != TRACE_NONE) record(Event.Verdict, 0, packet, pc, decided, verdict);
      }
      break;
    }

    held ^= i32((first & OP_NOT) != 0);
    if (level == TRACE_ALL) {
      const read = ofRun(Run.Read);
      const value = read != 0 ? ofRun(Run.ReadValue) : getField(packet, field);
      record(held == TRUE ? Event.Held : Event.Failed, field, packet, pc, value, read);
    }
    if (held == TRUE) {
      pc += words;
      continue;
    }
    const skip = first >> SKIP_SHIFT;
    if (doomed && skip == 0) {
      verdict = hotDrop(packet, field, pc, rule, level);
      break;
    }
    pc = skip == 0 ? next : pc + skip;
  }

  if (status == Status.Done) {
    setField(packet, Result.Verdict, verdict);
    return status;
  }
  setRun(Run.Pc, pc);
  setRun(Run.Depth, depth);
  setRun(Run.NextRule, next);
  setRun(Run.RuleId, rule);
  setRun(Run.Doomed, u32(doomed));
  return status;
}

/** What such a condition comes to hangs on the packets before, or on chance, and on nothing else of this packet. */
function isFork(op: i32): bool {
  return op == Op.Limit || op == Op.Nth || op == Op.Random;
}

function isUnanswered(pc: u32): bool {
  return ((load<u8>(ofRun(Run.Unanswered) + (pc >> 3)) >> <u8>(pc & 7)) & 1) != 0;
}

function hotDrop(packet: u32, field: u32, pc: u32, rule: u32, level: u32): u32 {
  setField(packet, Result.Rule, rule);
  if (level != TRACE_NONE) record(Event.HotDrop, field, packet, pc, rule, 0);
  return Verdict.HotDrop;
}

/** The packet stops at a question that nobody has answered. */
function open(packet: u32, field: u32, at: usize, pc: u32, rule: u32, level: u32): u32 {
  setField(packet, Result.Question, load<u32>(at, 4));
  setField(packet, Result.Rule, rule);
  if (level != TRACE_NONE) record(Event.Open, field, packet, pc, rule, 0);
  return Verdict.Open;
}

/** The actions after which the packet goes on to the next instruction. */
function act(packet: u32, op: i32, field: u32, at: usize, pc: u32, level: u32): void {
  const a = load<u32>(at, 4);
  switch (op) {
    case Op.Edit:
      change(packet, field, pc, (getField(packet, field) & a) ^ load<u32>(at, 8));
      break;
    case Op.AddTtl: {
      let ttl = <i32>getField(packet, field) + <i32>a;
      ttl = min<i32>(max<i32>(ttl, 0), 255);
      change(packet, field, pc, ttl);
      break;
    }
    case Op.ConnMark:
      connMark(packet, field, pc, level, a, load<u32>(at, 8), load<i32>(at, 12));
      break;
    case Op.HashMark: {
      const mark = hashMark(packet, ofRun(Run.Data) + (a << 2));
      if (mark >= 0) change(packet, Field.Mark, pc, <u32>mark);
      break;
    }
    case Op.NoTrack:
      if (hasConnection(packet) || (getField(packet, Field.Flags) & PACKET_TEMPLATE) != 0) break;
      setField(packet, Field.CtState, STATE_UNTRACKED);
      setField(packet, Field.Flags, getField(packet, Field.Flags) | PACKET_NOTRACK);
      if (level != TRACE_NONE) record(Event.NotTracked, 0, packet, pc, 0, 0);
      break;
    case Op.Zone:
      template(packet, pc, a, cellAt(load<u32>(at, 8)));
      break;
    case Op.Emit:
      if (level != TRACE_NONE) record(Event.Emitted, field, packet, pc, a, 0);
      break;
    default:
      // the verifier lets no other opcode through
      unreachable();
  }
}

/**
 * xt_ct_target of net/netfilter/xt_CT.c: the first one that a packet meets is the one that counts. A rule has one template
 * for all packets, made as it is loaded: what rules behind it write to its mark stays there.
 */
function template(packet: u32, pc: u32, a: u32, cell: usize): void {
  const flags = getField(packet, Field.Flags);
  if (hasConnection(packet) || (flags & (PACKET_NOTRACK | PACKET_TEMPLATE)) != 0) return;
  const marked = (a & ZONE_MARK) != 0;
  const zones = u32(marked && (a & ZONE_ORIGINAL) != 0) * PACKET_MARK_ZONE;
  const replies = u32(marked && (a & ZONE_REPLY) != 0) * PACKET_MARK_ZONE_REPLY;
  setField(packet, Field.Flags, flags | PACKET_TEMPLATE | zones | replies);
  // until the packet is tracked the template stands in for its connection: NEW, confirmed, of no addresses
  setField(packet, Field.CtState, STATE_NEW);
  setField(packet, Field.CtStatus, CT_STATUS_TEMPLATE);
  setField(packet, Beside.Template, <u32>cell);
  setField(packet, Field.CtMark, load<u32>(cell));
  const zone = (marked ? getField(packet, Field.Mark) : a) & 0xffff;
  if (zone == 0) return;
  const original = (a & ZONE_ORIGINAL) != 0 ? zone : 0;
  const reply = (a & ZONE_REPLY) != 0 ? zone : 0;
  change(packet, Field.CtZone, pc, original | (reply << 16));
}

/** connmark_tg_shift of net/netfilter/xt_connmark.c; without a connection nothing happens. */
function connMark(packet: u32, op: u32, pc: u32, level: u32, a: u32, b: u32, by: i32): void {
  if (!hasConnection(packet)) return;
  const ct = getField(packet, Field.CtMark);
  const mark = getField(packet, Field.Mark);
  if (op == ConnMarkOp.Restore) {
    change(packet, Field.Mark, pc, (mark & ~b) ^ shifted(ct & a, by));
    return;
  }
  const value = op == ConnMarkOp.Set ? shifted((ct & ~a) ^ b, by) : (ct & ~a) ^ shifted(mark & b, by);
  setField(packet, Field.CtMark, value);
  if ((getField(packet, Field.Flags) & PACKET_TEMPLATE) != 0) store<u32>(getField(packet, Beside.Template), value);
  if (level != TRACE_NONE) record(Event.ConnMarked, 0, packet, pc, ct, value);
}

function shifted(value: u32, by: i32): u32 {
  return by < 0 ? value >>> <u32>-by : value << (<u32>by);
}

/** Words of an instruction: as `opWords` of src/compile/opinfo.ts, held equal by a test. */
export function opWords(op: i32): u32 {
  switch (op) {
    case Op.Hit:
    case Op.Skip:
    case Op.Return:
    case Op.Verdict:
    case Op.Never:
    case Op.NoTrack:
    case Op.Eui64:
      return 1;
    case Op.Masked:
    case Op.Range:
    case Op.Bitmap:
    case Op.Intervals:
    case Op.Set:
    case Op.U32:
    case Op.SctpChunks:
    case Op.HashMark:
    case Op.Bpf:
    case Op.Header6:
    case Op.Find:
    case Op.Edit:
    case Op.Zone:
    case Op.Mangle:
      return 3;
    case Op.Share:
    case Op.ConnMark:
    case Op.Host:
    case Op.HostAct:
      return 4;
    default:
      return 2;
  }
}
