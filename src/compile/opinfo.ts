/** What each opcode's words mean: the disassembler, the verifier and the encoder read this table. */
import { Op } from '../abi.js';

export type Operand =
  | 'rule'
  | 'counter'
  | 'address'
  | 'number'
  | 'hex'
  | 'halves'
  | 'data'
  | 'length'
  | 'pattern'
  | 'set'
  | 'translation'
  | 'cell'
  /** one more than a cell's number, or 0: it remembers nothing. */
  | 'state'
  | 'host'
  | 'question';

export interface OpInfo {
  readonly name: string;
  /** the words behind the first. */
  readonly operands: readonly Operand[];
  /** what the seven bits between `not` and `skip` hold. */
  readonly field?: 'field' | 'verdict' | 'number';
  /** conditions may be negated and skip; `ends` leaves the chain for good. */
  readonly kind: 'condition' | 'action' | 'flow';
  readonly ends?: boolean;
}

export const OPS = {
  [Op.Rule]: { name: 'rule', operands: ['rule'], kind: 'flow' },
  [Op.Hit]: { name: 'hit', operands: [], kind: 'action' },
  [Op.Skip]: { name: 'skip', operands: [], kind: 'flow' },
  [Op.Policy]: { name: 'policy', operands: ['counter'], field: 'verdict', kind: 'flow', ends: true },
  [Op.Return]: { name: 'return', operands: [], kind: 'flow', ends: true },
  [Op.Jump]: { name: 'jump', operands: ['address'], kind: 'flow', ends: true },
  [Op.Goto]: { name: 'goto', operands: ['address'], kind: 'flow', ends: true },
  [Op.Verdict]: { name: 'verdict', operands: [], field: 'verdict', kind: 'flow', ends: true },
  [Op.Never]: { name: 'never', operands: [], kind: 'condition' },
  [Op.Masked]: { name: 'masked', operands: ['hex', 'hex'], field: 'field', kind: 'condition' },
  [Op.Equal]: { name: 'equal', operands: ['number'], field: 'field', kind: 'condition' },
  [Op.Within]: { name: 'within', operands: ['halves'], field: 'field', kind: 'condition' },
  [Op.Range]: { name: 'range', operands: ['number', 'number'], field: 'field', kind: 'condition' },
  [Op.Bitmap]: { name: 'bitmap', operands: ['data', 'length'], field: 'field', kind: 'condition' },
  [Op.Intervals]: { name: 'intervals', operands: ['data', 'length'], field: 'field', kind: 'condition' },
  [Op.Iface]: { name: 'iface', operands: ['pattern'], field: 'field', kind: 'condition' },
  [Op.Header]: { name: 'header', operands: ['hex'], kind: 'condition' },
  [Op.Set]: { name: 'set', operands: ['set', 'hex'], kind: 'condition' },
  [Op.AddrType]: { name: 'addrtype', operands: ['hex'], field: 'field', kind: 'condition' },
  [Op.Fact]: { name: 'fact', operands: ['hex'], field: 'number', kind: 'condition' },
  [Op.U32]: { name: 'u32', operands: ['data', 'length'], kind: 'condition' },
  [Op.TcpOption]: { name: 'tcp-option', operands: ['number'], kind: 'condition' },
  [Op.TcpMss]: { name: 'tcp-mss', operands: ['halves'], kind: 'condition' },
  [Op.SctpChunks]: { name: 'sctp-chunks', operands: ['data', 'length'], kind: 'condition' },
  [Op.Bpf]: { name: 'bpf', operands: ['data', 'length'], kind: 'condition' },
  [Op.Share]: { name: 'share', operands: ['hex', 'number', 'hex'], field: 'field', kind: 'condition' },
  [Op.Header6]: { name: 'header6', operands: ['data', 'length'], kind: 'condition' },
  [Op.DccpOption]: { name: 'dccp-option', operands: ['number'], kind: 'condition' },
  [Op.Find]: { name: 'find', operands: ['data', 'length'], kind: 'condition' },
  [Op.Eui64]: { name: 'eui64', operands: [], kind: 'condition' },
  [Op.Limit]: { name: 'limit', operands: ['cell'], kind: 'condition' },
  [Op.Nth]: { name: 'nth', operands: ['cell'], kind: 'condition' },
  [Op.Random]: { name: 'random', operands: ['number'], kind: 'condition' },
  [Op.Ask]: { name: 'ask', operands: ['question'], kind: 'condition' },
  [Op.Host]: { name: 'host', operands: ['question', 'host', 'state'], kind: 'condition' },
  [Op.Edit]: { name: 'edit', operands: ['hex', 'hex'], field: 'field', kind: 'action' },
  [Op.AddTtl]: { name: 'add-ttl', operands: ['number'], field: 'field', kind: 'action' },
  [Op.Translate]: { name: 'translate', operands: ['translation'], kind: 'flow', ends: true },
  [Op.ConnMark]: { name: 'connmark', operands: ['hex', 'hex', 'number'], field: 'number', kind: 'action' },
  [Op.NoTrack]: { name: 'notrack', operands: [], kind: 'action' },
  [Op.Emit]: { name: 'emit', operands: ['number'], field: 'number', kind: 'action' },
  [Op.Reject]: { name: 'reject', operands: ['number'], kind: 'flow', ends: true },
  [Op.Zone]: { name: 'zone', operands: ['hex', 'cell'], kind: 'action' },
  [Op.HashMark]: { name: 'hash-mark', operands: ['data', 'length'], kind: 'action' },
  [Op.AskTake]: { name: 'ask-take', operands: ['question'], field: 'verdict', kind: 'action' },
  [Op.HostAct]: { name: 'host-act', operands: ['question', 'host', 'state'], kind: 'action' },
  [Op.Mangle]: { name: 'mangle', operands: ['data', 'length'], field: 'number', kind: 'action' },
} as const satisfies Record<Op, OpInfo>;

export const opInfo = (op: number): OpInfo | undefined => (OPS as Readonly<Record<number, OpInfo>>)[op];
/** Words of an instruction, its first included, by opcode; 0: there is none such. */
export const OP_WORDS: Uint8Array = Uint8Array.from({ length: 256 }, (_, op) => {
  const info = opInfo(op);
  return info === undefined ? 0 : 1 + info.operands.length;
});
export const opWords = (op: Op): number => OP_WORDS[op]!;
