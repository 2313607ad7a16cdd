/**
 * The walk of a batch of packets through a host: the steps of steps.ts in order, each carried out in the file of its kind
 * for all packets that come to it. Every table of every hook but POSTROUTING sees them in the order in which they came,
 * those that come in again among them.
 */
import { Field, FRAG_OFFSET, PACKET_LOOPED, UNKNOWN_INTERFACE } from '../abi.js';
import type { PacketOut } from '../model/trace.js';
import { formatAddress } from '../net/address.js';
import { hasPorts } from '../net/protocol.js';
import { AGAIN_COPY, AGAIN_LO, type Batch, Selection } from './batch.js';
import { nat } from './nat-step.js';
import { checkOptions, look, reroute, routeInput, routeOutput } from './route-steps.js';
import type { WalkSetup } from './setup.js';
import { PATHS, type Path, type Step } from './steps.js';
import { walkTable } from './table-step.js';
import { confirm, gather, track } from './track-steps.js';

export class Walk {
  private readonly arriving: Selection;
  private readonly sent: Selection;
  private readonly looping: Selection;
  private readonly entering: Selection;
  private readonly input: Selection;
  private readonly forward: Selection;
  private readonly leaving: Selection;

  private setup!: WalkSetup;

  constructor(private readonly batch: Batch) {
    const selection = () => new Selection(batch.capacity);
    this.arriving = selection();
    this.sent = selection();
    this.looping = selection();
    this.entering = selection();
    this.input = selection();
    this.forward = selection();
    this.leaving = selection();
  }

  /** Walks all packets of the batch that are walking. */
  run(setup: WalkSetup): void {
    this.setup = setup;
    const { batch, arriving, sent, looping, entering, input, forward, leaving } = this;
    this.begin();
    routeOutput(setup, batch, sent);
    this.setOut(sent);
    this.follow('output', sent);
    this.setOut(sent);
    this.pickLooping();
    this.follow('postrouting', looping);
    this.comeBack();
    entering.merge(arriving, looping, batch);
    this.follow('prerouting', entering);
    this.follow('input', input);
    this.setOut(forward);
    this.follow('forward', forward);
    this.settleCopies();
    this.setOut(forward);
    leaving.merge(sent, forward, batch);
    this.follow('postrouting', leaving);
  }

  private begin(): void {
    const { setup, batch, arriving, sent } = this;
    arriving.size = 0;
    sent.size = 0;
    for (let slot = 0; slot < batch.size; slot++) {
      if (!batch.isWalking(slot)) continue;
      const local = batch.local[slot] === 1;
      (local ? sent : arriving).add(slot);
      if (batch.events === undefined) continue;
      const iface = setup.stages.interfaces.name(setup.stages.field(slot, Field.InIf));
      batch.tell(slot, { kind: 'begin', from: local ? 'host' : 'wire', iface });
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
      case 'defrag':
        return gather(setup, batch, selection, 'tracking');
      case 'reassemble':
        return gather(setup, batch, selection, 'routing');
      case 'track':
        return track(setup, batch, selection);
      case 'look':
        return look(setup, batch, selection);
      case 'options':
        return checkOptions(setup, batch, selection);
      case 'route':
        return routeInput(setup, batch, selection, this.input, this.forward);
      case 'reroute':
        return reroute(setup, batch, selection, step.after);
      case 'age':
        return this.age(selection);
      case 'confirm':
        return confirm(setup, batch, selection);
      case 'deliver':
        return this.deliver(selection);
      case 'leave':
        return this.leave(selection);
    }
  }

  private age({ list, size }: Selection): void {
    const { stages } = this.setup;
    for (let i = 0; i < size; i++) {
      const before = stages.columns[Field.Ttl]![list[i]!]!;
      stages.rewrite(list[i]!, Field.Ttl, before - 1);
      if (this.batch.events !== undefined) this.batch.tell(list[i]!, { kind: 'ttl', before, after: before - 1 });
    }
  }

  /** The out device that rules see from here on. */
  private setOut({ list, size }: Selection): void {
    const { columns, interfaces } = this.setup.stages;
    const device = columns[Field.OutIf]!;
    const group = columns[Field.OutGroup]!;
    for (let i = 0; i < size; i++) {
      const slot = list[i]!;
      const number = this.batch.oif[slot]! || UNKNOWN_INTERFACE;
      device[slot] = number;
      group[slot] = interfaces.group(number);
    }
  }

  /**
   * Those that come in again leave first: packets by lo, and of a broadcast or multicast that the host hears itself a
   * copy (ip_mc_output), before the packet.
   */
  private pickLooping(): void {
    const { setup, batch, sent, looping } = this;
    looping.size = 0;
    let kept = 0;
    for (let i = 0; i < sent.size; i++) {
      const slot = sent.list[i]!;
      if (batch.again[slot] === AGAIN_LO) looping.add(slot);
      else sent.list[kept++] = slot;
      if (batch.again[slot] !== AGAIN_COPY) continue;
      const copy = batch.copy(slot);
      setup.stages.copy(slot, copy);
      looping.add(copy);
    }
    sent.size = kept;
  }

  /** Packets that have left come in again: with their mark, their connection and their route. */
  private comeBack(): void {
    const { batch } = this;
    const { stages } = this.setup;
    for (const slot of this.looping) {
      const copy = batch.turn[slot] !== slot;
      stages.setInterface(slot, 'in', batch.oif[slot]!);
      stages.setInterface(slot, 'out', 0);
      stages.columns[Field.Flags]![slot]! |= PACKET_LOOPED;
      batch.local[slot] = 0;
      const iface = stages.interfaces.name(batch.oif[slot]!);
      if (batch.events !== undefined) batch.tell(slot, { kind: 'begin', from: copy ? 'copy' : 'loop', iface });
    }
    this.copiesEntered = this.looping.slots.filter((slot) => batch.turn[slot] !== slot);
  }
  private copiesEntered = new Uint32Array(0);

  /** The two share their connection: what a copy settled is settled for its packet. */
  private settleCopies(): void {
    const { batch } = this;
    const { columns } = this.setup.stages;
    for (let copy = 0; copy < batch.size; copy++)
      if (batch.turn[copy] !== copy) batch.bound[batch.turn[copy]!] = batch.bound[copy]!;
    for (const copy of this.copiesEntered)
      for (let field: number = Field.CtStatus; field < Field.Time; field++)
        columns[field]![batch.turn[copy]!] = columns[field]![copy]!;
  }

  private deliver({ list, size }: Selection): void {
    for (let i = 0; i < size; i++) this.end(list[i]!, 'input', 'delivered');
  }

  /** From POSTROUTING; those that come in again go on. */
  private leave({ list, size }: Selection): void {
    const { batch } = this;
    for (let i = 0; i < size; i++) {
      const slot = list[i]!;
      const copy = batch.turn[slot] !== slot;
      if (copy || batch.again[slot] === AGAIN_LO) {
        const out = this.tellLeft(slot, 'postrouting');
        if (copy && out !== undefined) this.copiesOf(slot).push(out);
      } else this.end(slot, 'postrouting', batch.local[slot] === 1 ? 'sent' : 'forwarded');
    }
  }

  private end(slot: number, hook: PacketOut['hook'], fate: 'delivered' | 'forwarded' | 'sent'): void {
    const { batch } = this;
    batch.leave(slot, fate);
    const out = this.tellLeft(slot, hook);
    if (out === undefined) return;
    if (batch.turn[slot] !== slot) this.copiesOf(slot).push(out);
    else batch.left[slot] = out;
  }

  private copiesOf(copy: number): PacketOut[] {
    const { copies, turn } = this.batch;
    copies[turn[copy]!] ??= [];
    return copies[turn[copy]!]!;
  }

  /** undefined: nobody wants to know. */
  private tellLeft(slot: number, hook: PacketOut['hook']): PacketOut | undefined {
    const { batch, setup } = this;
    if (batch.events === undefined) return undefined;
    const number = hook === 'input' ? setup.stages.field(slot, Field.InIf) : batch.oif[slot]!;
    const out = outOf(setup, slot, hook, setup.stages.interfaces.name(number));
    const bytes = setup.bytes ? { bytes: setup.stages.bytesOf(slot) } : {};
    batch.tell(slot, { kind: 'leaves', out, ...bytes });
    return out;
  }
}

function outOf({ stages }: WalkSetup, slot: number, hook: PacketOut['hook'], iface: string): PacketOut {
  const of = (field: Field) => stages.field(slot, field);
  const ports = hasPorts(of(Field.Proto)) && (of(Field.Frag) & FRAG_OFFSET) === 0 && of(Field.TransportLen) >= 4;
  return {
    hook,
    iface,
    src: formatAddress([of(Field.Src)]),
    dst: formatAddress([of(Field.Dst)]),
    ...(ports ? { sport: of(Field.Sport), dport: of(Field.Dport) } : {}),
    mark: of(Field.Mark),
    tos: of(Field.Tos),
    ttl: of(Field.Ttl),
  };
}
