/**
 * Faults to plant: each makes one truth of the engine wrong by one small change, at the place where that truth lives.
 * The judge has to find every one of them, or it would not have found the same mistake made by hand.
 */
import type { Level } from '../kernel/generate.js';

export interface Fault {
  readonly name: string;
  /** The truth that is made wrong. */
  readonly why: string;
  readonly file: string;
  /** Of the random scenarios in which the judge looks; 2 where it is left out. */
  readonly level?: Level;
  /** Looked for beside the bytecode (find-beside.ts), and not before the kernel. */
  readonly beside?: true;
  /** Of IPv6; of IPv4 where it is left out. */
  readonly family?: 6;
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
    find: "...table('mangle', 'FORWARD'), ...table('filter', 'FORWARD')",
    replace: "...table('filter', 'FORWARD'), ...table('mangle', 'FORWARD')",
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
  {
    name: 'tcp-state-table',
    why: 'a FIN of the answering side leaves an established TCP connection as it is',
    file: 'src/run/connections/tcp-states.ts',
    level: 4,
    find: "['-2-----s-2', '-r.......r', '--ffllltc-',",
    replace: "['-2-----s-2', '-r.......r', '--fellltc-',",
  },
  {
    name: 'nat-sides',
    why: 'source NAT comes before destination NAT',
    file: 'src/run/steps.ts',
    level: 3,
    find: "({ kind: 'nat', hook, side })",
    replace: "({ kind: 'nat', hook, side: side === 'src' ? 'dst' : 'src' })",
  },
  {
    name: 'nat-for-replies',
    why: 'the nat tables are consulted for replies',
    file: 'assembly/nat.ts',
    level: 3,
    find: 'if (first && (at(bound, slot) & side) == 0) {',
    replace: 'if ((at(states, slot) & 2) != 0 || (first && (at(bound, slot) & side) == 0)) {',
  },
  {
    name: 'connection-mark',
    why: 'a mark is not kept on the connection',
    file: 'src/run/connection-steps.ts',
    level: 3,
    find: 'else table.setMark(entry, columns[Field.CtMark]![slot]!);',
    replace: '',
  },
  {
    name: 'timeout',
    why: 'an unanswered UDP connection lives twice as long',
    file: 'src/run/connections/settings.ts',
    level: 4,
    find: 'udp: timeouts[Protocol.Udp]!,',
    replace: 'udp: 2 * timeouts[Protocol.Udp]!,',
  },
  {
    name: 'missed-confirm',
    why: 'what is delivered to the host is not confirmed',
    file: 'src/run/steps.ts',
    level: 4,
    find: "    host('confirm'),\n    host('deliver'),",
    replace: "    host('deliver'),",
  },
  {
    name: 'clash',
    why: 'a connection whose tuple another has is not dropped',
    file: 'src/run/connections/connections.ts',
    level: 3,
    find: 'if (this.findIn(table.tuple(entry, direction), zones, direction, now) !== NONE) return false;',
    replace: 'this.findIn(table.tuple(entry, direction), zones, direction, now);',
  },
  {
    name: 'second-route',
    why: 'no route is looked for once more where nat in OUTPUT changed the destination',
    file: 'src/run/steps.ts',
    level: 3,
    find: "    { kind: 'reroute', after: 'nat' },\n",
    replace: '',
  },
  {
    name: 'quoted-packet',
    why: 'the packet that an ICMP error quotes is not translated',
    file: 'src/run/connections/quoted.ts',
    level: 3,
    find: 'if (quoted === undefined || !moveTransport(quoted, end)) return false;',
    replace: 'if (quoted === undefined) return false;\n  if (bytes.length > 0) return true;',
  },
  {
    name: 'fragment',
    why: 'rules see fragments',
    file: 'src/run/gather-with.ts',
    level: 4,
    find: "return batch.lose(slot, loser, 'fragment-waits', 'stolen');",
    replace: 'return;',
  },
  {
    name: 'fragment6',
    why: 'nothing is said to follow where the fragment header of IPv6 stood',
    file: 'src/run/ipv6/fragment-queue.ts',
    level: 4,
    family: 6,
    find: 'header[namedAt & 0xff] = bytes[at]!;',
    replace: 'header[namedAt & 0xff] = 59;',
  },
  {
    name: 'last-header6',
    why: 'destination options of IPv6 hide what follows them',
    file: 'assembly/decode.ts',
    family: 6,
    find: 'while (isExtension(proto)) {',
    replace: 'while (isExtension(proto) && proto != DESTINATION) {',
  },
  {
    name: 'metric6',
    why: 'of routes of IPv6 to one prefix the last is taken',
    file: 'src/run/ipv6/fib.ts',
    family: 6,
    find: 'a.metric - b.metric',
    replace: 'b.metric - a.metric',
  },
  {
    name: 'errors6',
    why: 'of the errors of ICMPv6 the unreachable ones alone belong to a connection',
    file: 'src/run/connections/beginnings.ts',
    level: 3,
    family: 6,
    find: 'type < 128;',
    replace: 'type < 2;',
  },
  {
    name: 'prefix-adjustment',
    why: 'SNPT and DNPT do not keep the sum of an address',
    file: 'src/ext/target/prefix.ts',
    family: 6,
    find: '(half) => half ^ 0xffff',
    replace: '(half) => half',
  },
  ...[
    {
      name: 'columns-change',
      why: 'what rules ask behind a translation, or of a mark that was written, tells no packets apart',
      file: 'src/run/columns/terms.ts',
      find: 'for (const changes of this.before)',
      replace: 'for (const changes of this.before.slice(9))',
    },
    {
      name: 'columns-before-fork',
      why: 'what is asked before order or chance decides tells no packets apart',
      file: 'src/run/columns/rule-terms.ts',
      find: "if (found === 'unanswered' || test.kind === 'ask') terms.add(...together);",
      replace: '',
    },
    {
      name: 'columns-host-term',
      why: 'a time to live that ends here tells no packets apart',
      file: 'src/run/columns/host-terms.ts',
      find: 'for (const most of [0, 1]) terms.addRange(Field.Ttl, 0, most);',
      replace: 'terms.addRange(Field.Ttl, 0, 0);',
    },
    {
      name: 'columns-partition',
      why: 'addresses that routes tell apart are of one class',
      file: 'src/run/columns/field-classes.ts',
      find: 'put(mark, next);',
      replace: 'put(mark, now);',
    },
    {
      name: 'columns-edit',
      why: 'a field that rules change counts as it was at first',
      file: 'src/run/columns/rule-terms.ts',
      find: 'if (field !== Field.Mark) terms.exact.add(field);',
      replace: 'if (field === Field.Ttl) terms.exact.add(field);',
    },
    {
      name: 'columns-key',
      why: 'of keys in which many values were not met nothing is learnt',
      file: 'src/abi.ts',
      find: 'export const KEY_UNMET = 0x08000000;',
      replace: 'export const KEY_UNMET = 0x20000000;',
    },
    {
      name: 'columns-cell',
      why: 'the number of a journey is cut to eight bits',
      file: 'src/run/columns/cells.ts',
      find: '= journey <= MOST_PAGED ? journey : JOURNEY_EACH;',
      replace: '= journey & 255;',
    },
    {
      name: 'columns-halves',
      why: 'ports above 32767 are taken for those 32768 below',
      file: 'assembly/columns.ts',
      find: 'return at(at(table, value >> 8), value & 255);',
      replace: 'return at(at(table, (value >> 8) & 127), value & 255);',
    },
    {
      name: 'columns-rows',
      why: 'protocols are told by their low bits',
      file: 'assembly/half-sums.ts',
      find: 'i8x16.swizzle(numbers, i8x16.shr_u(bytes, 4))',
      replace: 'i8x16.swizzle(numbers, i8x16.shr_u(bytes, 7))',
    },
    {
      name: 'columns-bounds',
      why: 'a length at a bound is taken for one below it',
      file: 'assembly/half-sums.ts',
      find: 'i16x8.ge_u(b, v128.load(bound))',
      replace: 'i16x8.gt_u(b, v128.load(bound))',
    },
    {
      name: 'columns-left',
      why: 'a packet of a kind that has to walk is taken to have ended',
      file: 'assembly/journeys.ts',
      find: 'store<u8>(fate, load<u8>(ends + a));',
      replace: 'store<u8>(fate, load<u8>(ends + a) & 127);',
    },
    {
      name: 'columns-undo',
      why: 'what a limit has spent stays spent where a fork leads to nowhere yet',
      file: 'assembly/journeys.ts',
      find: 'if (before != 0) v128.store(before, v128.load(top - 32, 16));',
      replace: '',
    },
    {
      name: 'columns-turn',
      why: 'packets that go by columns come to a limit before those that walk',
      file: 'src/run/columns/columns.ts',
      find: 'if (uses.cells) this.inTurn(count, unknown, fresh, walks);',
      replace: 'plan.inTurn = false;\n    if (count < 0) this.inTurn(count, unknown, fresh, walks);',
    },
    {
      name: 'columns-order',
      why: 'packets that walk together come to a limit at one hook before another',
      file: 'src/run/columns/columns.ts',
      find: 'return !this.host.uses.order && FEW_UNKNOWN',
      replace: 'return FEW_UNKNOWN',
    },
    {
      name: 'connected-mark',
      why: 'what is known of packets stays so when the mark of their connection changes',
      file: 'src/run/columns/connected.ts',
      find: "arrived.kind === 'known' ? connections.table.mark(arrived.entry) : 0",
      replace: '0',
    },
    {
      name: 'connected-behind',
      why: 'what the destination of packets becomes tells none of them apart',
      file: 'src/run/columns/connected.ts',
      find: 'moved ? behind.low : 0, moved ? behind.high : 0',
      replace: '0, 0',
    },
    {
      name: 'connected-stale',
      why: 'what was looked up for a batch stays so when a connection ends and another begins',
      file: 'src/run/columns/behind.ts',
      find: 'this.moved[slot] === 1 && this.addresses[slot] === dst[slot] && this.ports[slot] === dport[slot]',
      replace: 'this.moved[slot] === 1',
    },
    {
      name: 'connected-reset',
      why: 'a reset in the name of this host closes no connection whose packets go by columns',
      file: 'src/run/columns/connected.ts',
      find: '!(rejected && stages.field(slot, Field.Proto) === Protocol.Tcp)',
      replace: '!(rejected && slot < 0)',
    },
    {
      name: 'connected-timeout',
      why: 'a packet that goes by columns is tracked at the time of the last of its batch',
      file: 'src/run/columns/connected.ts',
      find: 'setup.now = clock.at(slot);\n    return setup.remembering',
      replace: 'setup.now = clock.now;\n    return setup.remembering',
    },
    {
      name: 'connected-twice',
      why: 'a packet that walks is tracked once more, and its window moves on twice',
      file: 'src/run/connection-steps.ts',
      find: 'early.arrived ?? arrive(',
      replace: 'arrive(',
    },
    {
      name: 'columns-end',
      why: 'what comes to an open question ends as if it was answered',
      file: 'src/run/columns/follower.ts',
      find: 'fate !== End.Unknown && fate !== End.Walking',
      replace: 'fate !== End.Walking',
    },
    {
      name: 'columns-frames',
      why: 'whom a frame is for tells no packets apart',
      file: 'src/run/columns/shape.ts',
      find: 'framed: given.pkttype !== undefined,',
      replace: 'framed: false,',
    },
    {
      name: 'columns-source',
      why: 'of a packet without a source its kind decides',
      file: 'src/run/columns/follower.ts',
      find: 'stages.field(slot, Beside.Local) === 0;',
      replace: 'stages.field(slot, Beside.Local) !== 2;',
    },
    {
      name: 'columns-wide-class',
      why: 'addresses of IPv6 of one network are of one class',
      file: 'src/run/columns/wide-table.ts',
      family: 6 as const,
      find: 'lengthOf(least) <= HALF ? HALF : BITS',
      replace: 'HALF',
    },
    {
      name: 'columns-wide-half',
      why: 'the upper half of an address is not looked at where its lower half is asked for',
      file: 'assembly/wide-addresses.ts',
      family: 6 as const,
      find: 'const isIn = isSame && place <',
      replace: 'const isIn = place <',
    },
    {
      name: 'columns-icmpv6',
      why: 'messages of ICMPv6 that are not tracked are told from no others',
      file: 'src/run/columns/host-terms.ts',
      family: 6 as const,
      find: 'isLeftAlone6(type) ? 2 :',
      replace: 'isLeftAlone6(type) ? 0 :',
    },
    {
      name: 'columns-group',
      why: 'groups that the host has joined are told from no others',
      file: 'src/run/ipv6/address-spans.ts',
      family: 6 as const,
      find: '  ...ALL_NODES,\n  ...ALL_ROUTERS,\n',
      replace: '',
    },
    {
      name: 'columns-odd-headers',
      why: 'of IPv6 what ends without a header is taken for whole',
      file: 'src/run/columns/host-terms.ts',
      family: 6 as const,
      find: '(isExtension(proto) || proto === NOTHING)',
      replace: 'isExtension(proto)',
    },
    {
      name: 'columns-tuple-others',
      why: 'what a rule asks beside a tuple tells no packets apart',
      file: 'src/run/columns/list-terms.ts',
      find: 'if (asked.others.length > 0) this.keep(asked.others);',
      replace: '',
    },
    {
      name: 'columns-tuple-behind',
      why: 'what rules ask behind one that asks for a tuple tells no packets apart',
      file: 'src/run/columns/list-terms.ts',
      find: 'if (left === undefined || left.length === 0) return;',
      replace: 'return;',
    },
    {
      name: 'columns-tuple-path',
      why: 'of the rules that lead to a chain one counts',
      file: 'src/run/columns/rule-terms.ts',
      find: 'times === 1 ? [start] : []',
      replace: '[start]',
    },
    {
      name: 'columns-tuple-number',
      why: 'the number of a tuple is cut to eight bits',
      file: 'src/run/columns/tuple-lists.ts',
      find: 'value[3] | (number << 8)',
      replace: 'value[3] | (number << 24 >>> 16)',
    },
    {
      name: 'columns-tuple-masks',
      why: 'what holds under a shorter mask too is forgotten',
      file: 'src/run/columns/tuple-lists.ts',
      find: 'const texts = chain.map(',
      replace: 'const texts = chain.slice(-1).map(',
    },
    {
      name: 'columns-first-ends',
      why: 'rules that let packets go on are the first that takes them all the same',
      file: 'src/run/columns/listed-rules.ts',
      find: 'Op.Goto, Op.Reject, Op.Translate];',
      replace: 'Op.Goto, Op.Jump, Op.Reject, Op.Translate];',
    },
    {
      name: 'columns-first-changed',
      why: 'what a long list asks of packets that were changed tells none apart',
      file: 'src/run/columns/rule-terms.ts',
      find: 'terms.addChanged(parts);\n  const protocol',
      replace: 'const protocol',
    },
    {
      name: 'columns-first-least',
      why: 'of the parts of a list the last that takes a packet counts',
      file: 'assembly/first-lists.ts',
      find: 'min<u32>(load<u32>(least + i), addend)',
      replace: 'addend',
    },
    {
      name: 'columns-first-narrow',
      why: 'ports of packets in the batch are those of the packet before',
      file: 'assembly/first-lists.ts',
      find: 'store<Narrow>(to + i * sizeof<Narrow>()',
      replace: 'store<Narrow>(to + max<usize>(i, 1) * sizeof<Narrow>()',
    },
    {
      name: 'columns-tuple-ports',
      why: "tuples of other ports are taken for the packet's own",
      file: 'assembly/tuples.ts',
      find: '(load<u32>(slot, 8) ^ ports) |',
      replace: '',
    },
  ].map((fault) => ({ ...fault, beside: true as const })),
];
