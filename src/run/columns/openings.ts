/**
 * How the first packet of a connection settles it, where all of its kind do so alike: what nat makes of it (nf_nat_setup_info and
 * get_unique_tuple of net/netfilter/nf_nat_core.c, the plain cases of src/run/nat.ts), and that it is confirmed.
 */
import {
  CT_STATUS_CONFIRMED,
  CT_STATUS_DST_NAT,
  CT_STATUS_DST_NAT_DONE,
  CT_STATUS_SRC_NAT,
  CT_STATUS_SRC_NAT_DONE,
  Field,
  NAT_MAP_IPS,
  NAT_PROTO_SPECIFIED,
  TranslateKind,
} from '../../abi.js';
import { sameWords } from '../../net/address.js';
import type { Connections } from '../connections/connections.js';
import { highOf, lowOf, ORIGINAL, pairOf, REPLY, TupleWord } from '../connections/tuples.js';
import { portClass, seekPort } from '../nat.js';
import { drawPort } from '../nat-world.js';
import type { Binding } from '../setup.js';
import type { Stages } from '../stage.js';
import { HAS_PORTS } from './behind.js';
import { isFixed } from './translations.js';

/** What one end becomes; undefined: it stays as it is, unless that is another's. */
interface End {
  readonly address: number;
  /** undefined: it stays, or is that which the same source has already. */
  readonly port: number | undefined;
}

export interface Opening {
  /** whether nat has settled the end, and what it becomes. */
  readonly settlesDst: boolean;
  readonly settlesSrc: boolean;
  readonly dst: End | undefined;
  readonly src: End | undefined;
  /** number of the interface whose address masquerades it; 0: none. */
  readonly masquerade: number;
}

/** What such bindings say of all packets of their kind; undefined: too little. */
export function openingOf(bindings: readonly Binding[], masquerade: number): Opening | undefined {
  const [dst, src] = (['dst', 'src'] as const).map((side) => bindings.filter((one) => one.side === side));
  if (dst!.length > 1 || src!.length > 1) return undefined;
  if (!dst!.every(isFixedBinding) || !src!.every((one) => isFixedBinding(one) && one.range.flags === NAT_MAP_IPS))
    return undefined;
  return {
    settlesDst: dst!.length > 0,
    settlesSrc: src!.length > 0,
    dst: endOf(dst![0]),
    src: endOf(src![0]),
    masquerade,
  };
}

const KINDS: readonly TranslateKind[] = [TranslateKind.Source, TranslateKind.Destination, TranslateKind.Masquerade];

/** To one address, which is the same for all of the kind, and one port or none; nothing asked for is that, too. */
function isFixedBinding({ translation, range }: Binding): boolean {
  if (translation === undefined) return true;
  const { addresses } = range;
  const isOne = addresses !== undefined && addresses.min.length === 1 && sameWords(addresses.min, addresses.max);
  return KINDS.includes(translation.kind) && isFixed(translation) && (range.flags & NAT_MAP_IPS) !== 0 && isOne;
}

function endOf(binding: Binding | undefined): End | undefined {
  if (binding?.translation === undefined) return undefined;
  const { flags, addresses, ports } = binding.range;
  const port = (flags & NAT_PROTO_SPECIFIED) === 0 ? undefined : ports?.min;
  return { address: addresses!.min[0]!, port };
}

/** Settles entries that have just begun, of any protocol but ICMP, whose identifier is no port, and in no zone. */
export class Opener {
  constructor(
    private readonly stages: Stages,
    private readonly connections: Connections,
  ) {}

  /** And confirms one. False: something stands in its way of which the walk has to say what becomes, and nothing was done. */
  open(slot: number, entry: number, opening: Opening, now: number): boolean {
    const { connections } = this;
    const { table } = connections;
    const { settlesDst, settlesSrc, dst, src } = opening;
    const protocol = table.tupleWord(entry, ORIGINAL, TupleWord.Proto);
    const ownServer = table.tupleWord(entry, ORIGINAL, TupleWord.Dst);
    const ownClient = table.tupleWord(entry, ORIGINAL, TupleWord.Src);
    const ports = table.tupleWord(entry, ORIGINAL, TupleWord.Ports);
    const ownPort = highOf(ports);
    const service = lowOf(ports);
    const server = dst?.address ?? ownServer;
    // of protocols without ports no rule changes one, and none is sought (nf_nat_l4proto_unique_tuple)
    const hasPorts = HAS_PORTS[protocol] === 1;
    const dport = (hasPorts ? dst?.port : undefined) ?? service;
    const client = src?.address ?? ownClient;
    // a port that a rule names is not looked for where it is the packet's own
    const asked = settlesDst && dst?.port !== service;
    const isUsed = (by: number, sport: number) =>
      connections.usedBy(server, by, pairOf(dport, sport), protocol, now) !== NONE;
    if (asked && isUsed(ownClient, ownPort)) return false;
    let sport = ownPort;
    if (client !== ownClient) {
      const other = connections.mapped(ownClient, ownPort, protocol, client, now);
      if (other !== NONE) sport = lowOf(table.tupleWord(other, REPLY, TupleWord.Ports));
      if (isUsed(client, sport)) {
        const isOwnUsed = sport === ownPort || isUsed(client, ownPort);
        if (isOwnUsed && !hasPorts) return false;
        sport = isOwnUsed ? this.seek(slot, entry, server, client, dport, now) : ownPort;
        if (sport === NONE) return false;
      }
      // what nobody has confirming finds to be free
    } else if (!asked && isUsed(client, sport)) return false;
    table.setTuple(entry, REPLY, server, client, pairOf(dport, sport));
    const status =
      (settlesDst ? CT_STATUS_DST_NAT_DONE : 0) |
      (settlesSrc ? CT_STATUS_SRC_NAT_DONE : 0) |
      (server !== ownServer || dport !== service ? CT_STATUS_DST_NAT : 0) |
      (client !== ownClient || sport !== ownPort ? CT_STATUS_SRC_NAT : 0);
    table.setStatus(entry, table.status(entry) | status | CT_STATUS_CONFIRMED);
    if (opening.masquerade !== 0) table.setMasquerade(entry, opening.masquerade);
    table.setEnd(entry, now + table.end(entry));
    table.confirm(entry);
    if (settlesSrc) table.sources.add(entry);
    return true;
  }

  /** Another port for a source whose own is taken; -1: none was found. */
  private seek(slot: number, entry: number, server: number, client: number, dport: number, now: number): number {
    const { stages, connections } = this;
    const { table } = connections;
    const ports = portClass(highOf(table.tupleWord(entry, ORIGINAL, TupleWord.Ports)));
    const protocol = table.tupleWord(entry, ORIGINAL, TupleWord.Proto);
    const drawn = stages.field(slot, Field.Draws);
    const draw = () => drawPort(stages, slot, ports);
    let taken = true;
    const isTaken = (port: number, left: number) => {
      const found = connections.usedBy(server, client, pairOf(dport, port), protocol, now);
      taken = connections.isInTheWay(found, entry, left);
      return taken;
    };
    const port = seekPort(ports, draw() - ports.min, isTaken, draw);
    if (!taken) return port;
    stages.setField(slot, Field.Draws, drawn);
    return NONE;
  }
}

const NONE = -1;
