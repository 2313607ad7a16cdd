/**
 * fullconenat_tg of xt_FULLCONENAT.c (netfilter-full-cone-nat): where a connection of UDP leaves by a link, its source is given a port of
 * that, by which anybody reaches it as long as one of its connections lasts. Of connections that were there before nobody knows whether
 * such a rule began them.
 */
import {
  Beside,
  Field,
  NAT_MAP_IPS,
  NAT_PROTO_RANDOM,
  NAT_PROTO_RANDOM_FULLY,
  NAT_PROTO_SPECIFIED,
  RULE_OVER,
  Verdict,
} from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import { type Connection, translationOf } from '../../model/connection.js';
import type { FullConeAct } from '../../model/foreign-test.js';
import { formatAddress, type Words } from '../../net/address.js';
import { Protocol } from '../../net/protocol.js';
import { pairOf } from '../connections/tuples.js';
import type { State } from '../host-states.js';
import type { ActAnswer } from './answers.js';
import type { Asking } from './asking.js';
import { type Ends, endsOf, findIn } from './connection.js';

/** A port of a link, and the inner host that has it. */
interface Mapping {
  /** the link's number; of connections that were there before its address is known alone. */
  readonly link: string;
  readonly port: number;
  readonly address: Words;
  readonly own: number;
  /** by what the connections began that it serves. */
  serves: readonly Ends[];
}
type Alive = (ends: Ends) => boolean;

class Mappings implements State {
  constructor(
    private readonly byPort = new Map<string, Mapping>(),
    private readonly bySource = new Map<string, Mapping>(),
  ) {}
  copy(): Mappings {
    const copy = new Mappings();
    for (const one of this.byPort.values()) copy.add({ ...one });
    return copy;
  }

  atPort(link: string, port: number, isAlive: Alive): Mapping | undefined {
    return this.check(this.byPort.get(`${link} ${port}`), isAlive);
  }
  ofSource(link: string, address: Words, own: number, isAlive: Alive): Mapping | undefined {
    return this.check(this.bySource.get(`${link} ${address} ${own}`), isAlive);
  }
  /** check_mapping: one that serves no connection any more is given up. */
  private check(found: Mapping | undefined, isAlive: Alive): Mapping | undefined {
    if (found === undefined) return undefined;
    found.serves = found.serves.filter(isAlive);
    if (found.serves.length === 0) this.drop(found);
    return found.serves.length === 0 ? undefined : found;
  }
  add(one: Mapping): void {
    this.byPort.set(`${one.link} ${one.port}`, one);
    this.bySource.set(`${one.link} ${one.address} ${one.own}`, one);
  }
  drop({ link, port, address, own }: Mapping): void {
    this.byPort.delete(`${link} ${port}`);
    this.bySource.delete(`${link} ${address} ${own}`);
  }
}

/** Those of connections that there were at first, if they are of such rules. */
function before(known: Iterable<Connection>): Mappings {
  const found = new Mappings();
  for (const { protocol, original, reply, zones } of known) {
    if (protocol !== Protocol.Udp || translationOf(original, reply) === 0) continue;
    const { src, dst, sport, dport } = original;
    const serves = [{ src, dst, ports: pairOf(sport, dport), protocol, zones: zones.original | (zones.reply << 16) }];
    found.add({ link: formatAddress(reply.dst), port: reply.dport, address: src, own: sport, serves });
  }
  return found;
}

/** What a packet's rule asks of it, at a link that has an address. */
class Seeker {
  /** what was there before may say otherwise, and nobody knows. */
  doubtful = false;
  private readonly isAlive: Alive;
  private readonly before: Mappings;

  constructor(
    private readonly mappings: Mappings,
    private readonly link: string,
    private readonly address: Words,
    private readonly asking: Asking,
  ) {
    const { connections } = asking.setup;
    this.isAlive = (ends) => connections !== undefined && findIn(connections, ends, asking.now) >= 0;
    this.before = before(asking.answer === false ? [] : asking.known);
  }

  atPort(port: number): Mapping | undefined {
    const found = this.mappings.atPort(this.link, port, this.isAlive);
    return found ?? this.doubt(this.before.atPort(formatAddress(this.address), port, this.isAlive));
  }
  ofSource(address: Words, own: number): Mapping | undefined {
    const found = this.mappings.ofSource(this.link, address, own, this.isAlive);
    return found ?? this.doubt(this.before.ofSource(formatAddress(this.address), address, own, this.isAlive));
  }
  private doubt(found: Mapping | undefined): Mapping | undefined {
    if (found === undefined) return undefined;
    if (this.asking.answer === undefined) this.doubtful = true;
    return { ...found, link: this.link };
  }

  /** The connection that the packet begins is one that it serves. */
  serve(mapping: Mapping): void {
    const { connections } = this.asking.setup;
    const entry = this.asking.field(Beside.Entry) - 1;
    if (connections === undefined || entry < 0) return;
    mapping.serves = [...mapping.serves, endsOf(connections, entry)];
    this.mappings.add(mapping);
  }
  forget(port: number): void {
    const found = this.mappings.atPort(this.link, port, this.isAlive);
    if (found !== undefined) this.mappings.drop(found);
  }
}

export function fullCone(act: FullConeAct, asking: Asking): ActAnswer {
  const mappings = asking.state(() => new Mappings());
  if (asking.field(Field.OutIf) === 0) return arrive(mappings, asking);
  return leave(act, mappings, asking);
}

/** Where packets come in. */
function arrive(mappings: Mappings, asking: Asking): ActAnswer {
  if (asking.field(Field.Proto) !== Protocol.Udp) return RULE_OVER;
  const port = asking.field(Field.Dport);
  const seeker = new Seeker(mappings, `${asking.field(Field.InIf)}`, asking.addressAt(Field.Dst), asking);
  const found = seeker.atPort(port);
  if (seeker.doubtful) return Verdict.Open;
  tell(asking, Field.InIf, port, found, 'held');
  if (found === undefined) return RULE_OVER;
  seeker.serve(found);
  return asking.choose(rangeOf(found.address, { min: found.own, max: found.own }));
}

/** Where they leave: those of other protocols as by MASQUERADE. */
function leave({ flags, ports }: FullConeAct, mappings: Mappings, asking: Asking): ActAnswer {
  const { setup } = asking;
  const name = asking.interfaceAt(Field.OutIf);
  const known = setup.addressOf(name) ?? setup.routing.firstAddress(name, asking.addressAt(Field.Dst)) ?? [0];
  if ('kind' in known) return asking.choose(`host:${asking.field(Beside.Oif) === 0 ? 'out' : known.fact}`);
  if (asking.field(Field.Proto) !== Protocol.Udp)
    return asking.choose({ flags: flags | NAT_MAP_IPS, addresses: { min: known, max: known }, ports });
  const [address, own] = [addressOfOrigin(asking), asking.field(Field.CtOrigSport)];
  const seeker = new Seeker(mappings, `${asking.field(Field.OutIf)}`, known, asking);
  const old = seeker.ofSource(address, own);
  const given = old === undefined ? freePort(own, { flags, ports }, seeker, asking) : undefined;
  if (seeker.doubtful && !(old?.port === own && isFree(own, { flags, ports }))) return Verdict.Open;
  const port = given ?? old!.port;
  const mapping = seeker.atPort(port) ?? { link: `${asking.field(Field.OutIf)}`, port, address, own, serves: [] };
  tell(asking, Field.OutIf, port, mapping, old !== undefined ? 'held' : isDrawn(flags) ? 'drawn' : 'given');
  seeker.serve(mapping);
  return asking.choose(rangeOf(known, { min: port, max: port }));
}

const addressOfOrigin = (asking: Asking): Words => [asking.field(Field.CtOrigSrc)];
const isDrawn = (flags: number) => (flags & (NAT_PROTO_RANDOM | NAT_PROTO_RANDOM_FULLY)) !== 0;

type Wanted = Pick<FullConeAct, 'flags' | 'ports'>;
/** Whether its own port is the one that a source gets, if nobody has that. */
const isFree = (own: number, { flags, ports }: Wanted): boolean =>
  !isDrawn(flags) && (ports === undefined || (own >= ports.min && own <= ports.max));

/** find_appropriate_port. */
function freePort(own: number, wanted: Wanted, seeker: Seeker, asking: Asking): number {
  const { min, max } = wanted.ports ?? { min: 1024, max: 65535 };
  if (isFree(own, wanted) && seeker.atPort(own) === undefined) return own;
  const start = isDrawn(wanted.flags) ? asking.draw({ min, max }) - min : 0;
  const size = max - min + 1;
  for (let i = 0; i < size; i++) {
    const port = min + ((start + i) % size);
    if (seeker.atPort(port) === undefined) return port;
  }
  // whoever has it loses it
  seeker.forget(min + start);
  return min + start;
}

const rangeOf = (address: Words, ports: NumberRange) => ({
  flags: NAT_MAP_IPS | NAT_PROTO_SPECIFIED,
  addresses: { min: address, max: address },
  ports,
});

function tell(
  asking: Asking,
  side: Field.InIf | Field.OutIf,
  port: number,
  mapping: Mapping | undefined,
  how: 'held' | 'given' | 'drawn',
): void {
  const holder = mapping && `${formatAddress(mapping.address)}:${mapping.own}`;
  asking.tell(() => ({ what: 'full-cone', port, link: asking.interfaceAt(side), holder, how }));
}
