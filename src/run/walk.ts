/**
 * The walk of a batch of packets through a host: the steps of steps.ts in order, each carried out in the file of its kind
 * for all packets that come to it. Every table of every hook but POSTROUTING sees them in the order in which they came,
 * those that come in again among them.
 */
import { AGAIN_COPY, AGAIN_LO, Beside, End, Field, FRAG_OFFSET, PACKET_HELD } from '../abi.js';
import type { PacketOut } from '../model/trace.js';
import { formatAddress } from '../net/address.js';
import { hasPorts } from '../net/protocol.js';
import type { Batch } from './batch.js';
import type { CoreSteps } from './core-steps.js';
import { gather } from './gather-step.js';
import { isMulticast } from './ipv4-kinds.js';
import { nat } from './nat-step.js';
import { checkOptions, forwardOptions } from './options-step.js';
import { discard, note, reroute, routeInput, routeOutput } from './route-steps.js';
import type { Selection } from './selection.js';
import type { WalkSetup } from './setup.js';
import { PATHS, type Path, type Step } from './steps.js';
import { walkTable } from './table-step.js';
import { confirm, track } from './track-steps.js';

const NONE = new Uint32Array(0);

export class Walk {
  private readonly arriving: Selection;
  private readonly sent: Selection;
  private readonly copied: Selection;
  private readonly looping: Selection;
  private readonly entering: Selection;
  private readonly input: Selection;
  private readonly forward: Selection;
  private readonly leaving: Selection;
  private setup!: WalkSetup;

  constructor(
    private readonly batch: Batch,
    private readonly steps: CoreSteps,
  ) {
    this.arriving = steps.newSelection();
    this.sent = steps.newSelection();
    this.copied = steps.newSelection();
    this.looping = steps.newSelection();
    this.entering = steps.newSelection();
    this.input = steps.newSelection();
    this.forward = steps.newSelection();
    this.leaving = steps.newSelection();
  }

  /** Walks all packets of the batch that are walking. */
  run(setup: WalkSetup): void {
    this.steps.listWalking(this.batch.size, this.arriving);
    this.runListed(setup, 0, this.batch.packets);
  }
  /** Walks one of them, if it is walking. */
  runOne(setup: WalkSetup, packet: number): void {
    if (this.batch.fateOf(packet) !== undefined) return;
    this.arriving.slots = [packet];
    this.runListed(setup, packet, packet + 1);
  }

  /** Those of the packets from `first` to before `end` that arrive, and whatever is copied of them. */
  private runListed(setup: WalkSetup, first: number, end: number): void {
    this.setup = setup;
    const { batch, steps, arriving, sent, looping, entering, forward, leaving } = this;
    const copies = batch.size;
    // what is remembered the host knows, and not the core
    steps.told = batch.events !== undefined || setup.connections !== undefined;
    this.begin();
    if (sent.size > 0) this.send();
    else looping.size = 0;
    steps.merge(arriving, looping, entering);
    if (setup.connections !== undefined && end === first + 1 && entering.size > 1) this.enterInTurn();
    else this.enter();
    this.settleCopies(copies);
    steps.take('setOut', forward);
    steps.merge(sent, forward, leaving);
    this.follow('postrouting', leaving);
    if (setup.connections !== undefined)
      setup.remembering!.settleEntries(setup, setup.connections, { first, end, copies, last: batch.size });
  }

  /** Those that this host sends, as far as POSTROUTING; those of them that come in again are through with it. */
  private send(): void {
    const { setup, batch, steps, sent, looping } = this;
    routeOutput(setup, batch, sent);
    steps.take('setOut', sent);
    this.follow('output', sent);
    steps.take('setOut', sent);
    const heard = this.pickLooping();
    this.follow('postrouting', looping);
    this.endHere(sent, heard);
    this.comeBack();
  }

  /** Those that enter, as far as POSTROUTING. */
  private enter(): void {
    const { steps, entering, input, forward } = this;
    this.follow('prerouting', entering);
    this.follow('input', input);
    steps.take('setOut', forward);
    this.follow('forward', forward);
  }

  /** The fragments of a packet, each of which finds their connection as the one before has left it. */
  private enterInTurn(): void {
    const { entering, forward } = this;
    const slots = [...entering.slots];
    const last = slots.at(-1)!;
    const onwards: number[] = [];
    slots.forEach((slot, n) => {
      if (n > 0) this.shareConnection(slots[n - 1]!, slot);
      entering.slots = [slot];
      this.enter();
      onwards.push(...forward.slots);
    });
    for (const slot of slots) if (slot !== last) this.shareConnection(last, slot);
    forward.slots = onwards;
  }

  private begin(): void {
    const { setup, batch, steps, arriving, sent } = this;
    steps.divide(arriving, Beside.Local, 1, sent);
    if (batch.events === undefined) return;
    for (const [from, { slots }] of [['wire', arriving] as const, ['host', sent] as const])
      for (const slot of slots) {
        const iface = setup.stages.interfaces.name(setup.stages.field(slot, Field.InIf));
        batch.tell(slot, { kind: 'begin', from, iface });
      }
  }

  private follow(path: Path, selection: Selection): void {
    for (const step of PATHS[path]) {
      if (selection.size === 0 && step.kind !== 'route') continue;
      this.take(step, selection);
    }
  }

  private take(step: Step, selection: Selection): void {
    const { setup, batch } = this;
    switch (step.kind) {
      case 'table':
        return walkTable(setup, batch, selection, step.table, step.hook);
      case 'nat':
        return nat(setup, batch, selection, step.hook, step.side);
      case 'gather':
        return gather(setup, batch, selection, step.by);
      case 'track':
        return track(setup, batch, selection);
      case 'note':
        return note(setup, selection);
      case 'options':
        return checkOptions(setup, batch, selection);
      case 'options on':
        return forwardOptions(setup, batch, selection);
      case 'route':
        return routeInput(setup, batch, selection, this.input, this.forward);
      case 'reroute':
        return reroute(setup, batch, selection, step.after);
      case 'age':
        return this.age(selection);
      case 'discard':
        return discard(setup, batch, selection);
      case 'confirm':
        return confirm(setup, batch, selection);
      case 'deliver':
        return this.deliver(selection);
      case 'leave':
        return this.leave(selection);
      default:
        return step satisfies never;
    }
  }

  /** ip_forward and ip6_forward, which drop what a socket of this host holds. */
  private age(selection: Selection): void {
    const { batch, setup } = this;
    if (setup.hostAnswers !== undefined) this.dropHeld(selection);
    if (batch.events !== undefined)
      for (const slot of selection.slots) {
        const before = setup.stages.field(slot, Field.Ttl);
        batch.tell(slot, { kind: 'ttl', before, after: before - 1 });
      }
    this.steps.take('age', selection);
  }

  private dropHeld(selection: Selection): void {
    const { batch, setup, steps } = this;
    const held = selection.slots.filter((slot) => (setup.stages.field(slot, Field.Flags) & PACKET_HELD) !== 0);
    for (const slot of held) batch.lose(slot, 'routing', 'held');
    if (held.length > 0) steps.sieve('keepWalking', selection);
  }

  /**
   * Those that come in again leave first: packets by lo, and of a broadcast or multicast that the host hears itself a
   * copy (ip_mc_output), before the packet. The packets that were copied come back.
   */
  private pickLooping(): Uint32Array {
    const { batch, steps, sent, copied, looping, entering } = this;
    steps.divide(sent, Beside.Again, AGAIN_LO, looping);
    steps.divide(sent, Beside.Again, AGAIN_COPY, copied);
    if (copied.size === 0) return NONE;
    if (this.setup.stages.family === 6) {
      this.copyBehind();
      return NONE;
    }
    const heard = copied.slots.slice();
    steps.merge(sent, copied, entering);
    sent.slots = entering.slots;
    copied.slots = copied.slots.map((slot) => batch.copy(slot));
    steps.merge(looping, copied, entering);
    looping.slots = entering.slots;
    return heard;
  }

  /** ip6_finish_output2 of net/ipv6/ip6_output.c: the copy is one of the packet as it has passed POSTROUTING. */
  private copyBehind(): void {
    const { batch, steps, copied, looping, entering, setup } = this;
    const { stages } = setup;
    this.follow('postrouting', copied);
    const left = copied.slots.slice();
    copied.slots = left.map((slot) => {
      const copy = batch.copy(slot);
      stages.setField(copy, Beside.Fate, End.Walking);
      return copy;
    });
    // fragments are made before
    setup.remembering?.cutAgain(setup, batch, copied);
    steps.merge(looping, copied, entering);
    looping.slots = entering.slots;
    for (const slot of left) if (stages.field(slot, Field.Ttl) === 0) batch.lose(slot, 'routing', 'ttl-exceeded');
  }

  /** ip_mc_output: what has no time to live is for the host itself alone, where it is a member of the group. */
  private endHere(sent: Selection, heard: Uint32Array): void {
    const { batch, steps, setup } = this;
    const { columns } = setup.stages;
    const ending = heard.filter(
      (slot) => columns[Field.Ttl]![slot] === 0 && isMulticast(setup.stages.address(slot, Field.Dst)),
    );
    for (const slot of ending) batch.lose(slot, 'routing', 'ttl-exceeded');
    if (ending.length > 0) steps.sieve('keepWalking', sent);
  }

  /** Packets that have left come in again: with their mark, their connection and their route. */
  private comeBack(): void {
    const { batch, setup, looping } = this;
    setup.remembering?.cutAgain(setup, batch, looping);
    this.steps.take('comeBack', looping);
    if (batch.events !== undefined)
      for (const slot of looping.slots) {
        const iface = setup.stages.interfaces.name(setup.stages.field(slot, Field.InIf));
        const from = setup.stages.field(slot, Beside.Again) === AGAIN_COPY ? 'copy' : 'loop';
        batch.tell(slot, { kind: 'begin', from, iface });
      }
    setup.ipv6?.refuseArriving(setup, batch, looping);
  }

  /** The two share their connection: what a copy settled, `first` and those behind, is settled for its packet. */
  private settleCopies(first: number): void {
    const { batch } = this;
    const { columns } = this.setup.stages;
    for (let copy = first; copy < batch.size; copy++) {
      const packet = batch.packetOf(copy);
      columns[Beside.Bound]![packet] = columns[Beside.Bound]![copy]!;
      this.shareConnection(copy, packet);
    }
  }

  /** What one has made of its connection holds for the other, unless that was tracked anew as it came in. */
  private shareConnection(from: number, to: number): void {
    const { columns } = this.setup.stages;
    if (columns[Beside.Entry]![from] !== columns[Beside.Entry]![to]) return;
    for (let field: number = Field.CtStatus; field < Field.Time; field++) columns[field]![to] = columns[field]![from]!;
  }

  private deliver(selection: Selection): void {
    this.steps.take('deliver', selection);
    if (this.batch.events === undefined) return;
    for (const slot of selection.slots) {
      this.tellEnd(slot, 'input');
      this.setup.remembering?.receive(this.setup, this.batch, slot);
    }
  }

  /** From POSTROUTING; those that come in again go on. */
  private leave(selection: Selection): void {
    this.steps.take('leave', selection);
    if (this.batch.events !== undefined) for (const slot of selection.slots) this.tellEnd(slot, 'postrouting');
  }

  private tellEnd(slot: number, hook: PacketOut['hook']): void {
    const { batch, setup } = this;
    const { stages } = setup;
    const iface = stages.field(slot, hook === 'input' ? Field.InIf : Beside.Oif);
    const out = outOf(setup, slot, hook, stages.interfaces.name(iface));
    const bytes = setup.bytes ? { bytes: stages.bytesOf(slot) } : {};
    batch.tell(slot, { kind: 'leaves', out, ...bytes });
    const packet = batch.packetOf(slot);
    if (batch.isCopy(slot)) {
      batch.copies[packet] ??= [];
      batch.copies[packet].push(out);
    } else if (hook === 'input' || stages.field(slot, Beside.Again) !== AGAIN_LO) batch.left[slot] = out;
  }
}

function outOf({ stages }: WalkSetup, slot: number, hook: PacketOut['hook'], iface: string): PacketOut {
  const of = (field: Field) => stages.field(slot, field);
  const ports = hasPorts(of(Field.Proto)) && (of(Field.Frag) & FRAG_OFFSET) === 0 && of(Field.TransportLen) >= 4;
  return {
    hook,
    iface,
    src: formatAddress(stages.address(slot, Field.Src)),
    dst: formatAddress(stages.address(slot, Field.Dst)),
    ...(ports ? { sport: of(Field.Sport), dport: of(Field.Dport) } : {}),
    mark: of(Field.Mark),
    tos: of(Field.Tos),
    ttl: of(Field.Ttl),
  };
}
