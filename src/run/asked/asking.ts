/**
 * What an instruction asks of the host, for the packet that has come to it: whoever answers finds here what there is to know of the
 * two, and what the instruction remembers.
 */
import { Answer, type Beside, Field, HostWord, Op, PACKET_DECODED, Run, Verdict } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import type { Connection } from '../../model/connection.js';
import { type HostAct, type HostTest, stateOf } from '../../model/host-test.js';
import type { Reading } from '../../model/reading.js';
import type { HookName } from '../../model/ruleset.js';
import type { Words } from '../../net/address.js';
import type { AllTold } from '../batch.js';
import type { Course } from '../course.js';
import type { State } from '../host-states.js';
import type { Laid } from '../laid.js';
import type { NatRange } from '../nat.js';
import { drawPort } from '../nat-world.js';
import type { ActAnswer } from './answers.js';
import { LaidSets } from './laid-sets.js';

/** What bytes say, and people are told of. */
const WRITTEN = Array.from({ length: Field.TcpFlags + 1 }, (_, field) => field as Field);

export class Asking {
  /** the packet's place in the batch. */
  slot = 0;
  /** where the instruction stands. */
  address = 0;
  private laidSets: LaidSets | undefined;

  constructor(
    private readonly laid: Laid,
    private readonly course: Course,
    /** all that the program asks or has done, in the order in which it was loaded. */
    private readonly loaded: readonly (HostTest | HostAct)[],
  ) {}

  get family(): 4 | 6 {
    return this.laid.from.family;
  }
  /** The host's texts. */
  get host(): Laid['from']['host'] {
    return this.laid.from.host;
  }
  /** The connections that there were at first. */
  get known(): Iterable<Connection> {
    return this.laid.from.known;
  }
  /** Of the run: connections, routing, the batch. */
  get setup(): Laid['setup'] {
    return this.laid.setup;
  }

  field(field: Field | Beside): number {
    return this.laid.stages.field(this.slot, field);
  }
  setField(field: Field, value: number): void {
    this.laid.stages.setField(this.slot, field, value);
  }
  addressAt(field: Field.Src | Field.Dst): Words {
    return this.laid.stages.address(this.slot, field);
  }
  /** The name of the interface that it came in by, or leaves by; '': none. */
  interfaceAt(field: Field.InIf | Field.OutIf): string {
    return this.laid.stages.interfaces.name(this.field(field));
  }
  /** Where the table that asks is met. */
  get hook(): HookName | undefined {
    const start = this.laid.stages.get(Run.EntryStart);
    const hooks = Object.values(this.setup.places).flatMap((places) => Object.entries(places));
    return hooks.find(([, place]) => place.entry.start === start)?.[0] as HookName | undefined;
  }
  /** What its description tells of it. */
  get told(): AllTold {
    return this.laid.batch.toldOf(this.slot);
  }
  /** It is a copy that the kernel made of another. */
  get isCopy(): boolean {
    return this.laid.batch.isCopy(this.slot);
  }
  /** From the IP header on. */
  get bytes(): Uint8Array {
    return this.laid.stages.bytesOf(this.slot);
  }
  /** skb_ensure_writable: whether it has so many bytes, which its first fragment has from there on. */
  ensure(bytes: number): boolean {
    if (bytes > this.field(Field.Length)) return false;
    this.laid.stages.core.pull(this.slot, bytes);
    return true;
  }
  /** Its bytes become these, and its columns what those say; who is told hears of the fields that have changed. */
  write(bytes: Uint8Array): void {
    const { stages } = this.laid;
    const before = stages.fields(this.slot);
    const flags = before[Field.Flags]! & ~PACKET_DECODED;
    const at = stages.get(Run.Bytes) + before[Field.Bytes]!;
    stages.writeBytes(this.slot, 0, bytes);
    stages.core.decode(this.slot, at, bytes.length, before[Field.Length]!, 1);
    this.setField(Field.Flags, this.field(Field.Flags) | flags);
    for (const field of WRITTEN) if (this.field(field) !== before[field]) this.tellEdited(field, before[field]!);
  }
  /** What a field was before it was changed, if it was. */
  tellEdited(field: Field, before = this.field(field)): void {
    if (this.isTold) this.laid.batch.tell(this.slot, { kind: 'edited', field, before, after: this.field(field) });
  }

  /** One of a range, by chance. */
  draw(range: NumberRange): number {
    return this.setup.drawn?.(range) ?? drawPort(this.laid.stages, this.slot, range);
  }
  /** What TranslateKind.Chosen behind it makes of the packet's connection; a reason why nobody knows. */
  choose(range: NatRange | string): ActAnswer {
    this.laid.setup.chosen.set(this.slot, range);
    return Verdict.Continue;
  }

  /** When the packet came: milliseconds since the run's first. */
  get now(): number {
    return Math.round(this.course.clock.at(this.laid.batch.packetOf(this.slot)));
  }
  /** The same in seconds since 1970, where packets say when they came so. */
  get time(): number {
    return (this.course.clock.epoch ?? 0) + this.now / 1000;
  }

  /** What the instruction remembers, made by `make` where it remembers nothing yet. Only of what has a `state`. */
  state<S extends State>(make: () => S): S {
    return this.course.states.at(this.word(HostWord.State) - 1, make) as S;
  }

  /** Sets that packets change, where the core looks into them. */
  get sets(): LaidSets {
    const { stages, from } = this.laid;
    this.laidSets ??= new LaidSets(stages, from.sets, from.changing);
    return this.laidSets;
  }

  /** All that the program asks of the same state, this among them, in the order in which they were loaded. */
  sharing<T extends HostTest>(test: T): T[] {
    const state = stateOf(test);
    return this.loaded.filter((one): one is T => stateOf(one) === state && one.what === test.what);
  }

  /** All that the program has of one kind, in that order. */
  ofKind<What extends (HostTest | HostAct)['what']>(what: What): Extract<HostTest | HostAct, { what: What }>[] {
    return this.loaded.filter((one): one is Extract<HostTest | HostAct, { what: What }> => one.what === what);
  }

  /** How somebody answered its question, or all that are open. */
  get answer(): boolean | undefined {
    const answer = this.laid.stages.answerTo(this.word(HostWord.Question));
    return answer === Answer.Open ? this.laid.from.otherwise : answer === Answer.Yes;
  }

  /** Whether somebody wants to know what is found. */
  get isTold(): boolean {
    return this.laid.batch.events !== undefined;
  }
  /** What was found, for people, made where somebody wants to know: told where the condition fails or the rule is told; or what was done. */
  tell(reading: () => Reading): void {
    if (!this.isTold) return;
    const kind = (this.word(0) & 255) === Op.HostAct ? 'did' : 'reading';
    this.laid.batch.tell(this.slot, { kind, reading: reading() });
  }

  word(number: number): number {
    return this.laid.codeAt(this.address + number);
  }
}
