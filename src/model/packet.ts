/**
 * A packet as somebody described it, every field resolved: either by fields, from which its bytes are made, or by its
 * bytes. The rules never see this: a packet is encoded and then decoded by the core like any that was captured.
 */
import type { Family, Words } from '../net/address.js';

export type Packet = FieldPacket | RawPacket;

/** The way that a packet takes through the host, where its routes do not say. */
export type PacketPath = 'input' | 'forward' | 'output';
/** As the pkttype match calls them; a frame to this host is unicast. */
export type FrameKind = 'unicast' | 'broadcast' | 'multicast' | 'otherhost';
export type PacketState = 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED';

/** What belongs to a packet beside its bytes. `undefined`: nobody said. */
export interface Envelope {
  /** the interface that it came in on; null: this host sends it. */
  readonly in: string | null | undefined;
  readonly out: string | undefined;
  /** the link-layer address that it came from, and the kind of frame. */
  readonly mac: string | undefined;
  readonly pkttype: FrameKind | undefined;
  readonly mark: number;
  /** seconds; undefined: the time of the packet before. */
  readonly time: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly path: PacketPath | undefined;
  /** taken as given instead of tracked. */
  readonly state: PacketState | undefined;
  /** names of the fields that were written, as JSON has them. */
  readonly given: ReadonlySet<string>;
  /** what was supplied and can change the answer. */
  readonly assumed: readonly AssumedField[];
  /** undefined: nothing. */
  readonly told: Told | undefined;
}

/**
 * What was told of a packet that neither its bytes nor the core's columns hold, and few rules ask for. What is absent
 * nobody said.
 */
export interface Told {
  /** the bridge ports that it came in on and leaves by. */
  readonly physin?: string;
  readonly physout?: string;
  /** supplementary groups of whoever sent it, by number. */
  readonly groups?: readonly number[];
  /** a socket of this host is known for it: it has one where this host sends it, or one is found where it comes in. */
  readonly socket?: boolean;
  /** that of the socket: its path in the hierarchy of version 2, and its class of net_cls. */
  readonly cgroup?: string;
  readonly classid?: number;
  /** the processor that works on it. */
  readonly cpu?: number;
  /** of its route: a number, or a name of rt_realms. */
  readonly realm?: number | string;
  /** what IPsec did or will do with it, and the connection of IPVS that it is of: 'none', or as JSON has it. */
  readonly policy?: Exclude<Json, null>;
  readonly ipvs?: Exclude<Json, null>;
  /** the system that sent it, as osf calls it. */
  readonly os?: string;
  /** of its addresses, two letters. */
  readonly srccountry?: string;
  readonly dstcountry?: string;
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A field that nobody wrote, as JSON names it, with the value that it got, as people read it. */
export interface AssumedField {
  readonly field: string;
  readonly value: string;
}

export interface RawPacket extends Envelope {
  readonly kind: 'raw';
  /** from the IP header on. */
  readonly bytes: Uint8Array;
  /** how many it had on the wire, where its capture cut it. */
  readonly wire?: number | undefined;
}

export interface FieldPacket extends Envelope, PacketFields {
  readonly kind: 'fields';
}

/** Fields that the protocol does not have are there with their defaults and go nowhere. */
export interface PacketFields {
  readonly family: Family;
  readonly src: Words;
  readonly dst: Words;
  readonly protocol: number;
  readonly ttl: number;
  readonly tos: number;
  /** identification of the IP header. */
  readonly ipid: number;
  readonly df: boolean;
  readonly mf: boolean;
  /** fragment offset in units of 8 bytes; from 1 on there is no transport header. */
  readonly frag: number;
  readonly sport: number;
  readonly dport: number;
  /** the eight bits CWR, ECE, URG, ACK, PSH, RST, SYN, FIN. */
  readonly flags: number;
  /** of TCP, or of an ICMP query. */
  readonly seq: number;
  readonly ack: number;
  readonly window: number;
  readonly tcpopts: Uint8Array;
  /** ICMP type and code. */
  readonly type: number;
  readonly code: number;
  /** identifier of an ICMP query. */
  readonly id: number;
  /** what follows the transport header, before it is filled up by zeros to the length. */
  readonly payload: Uint8Array;
  /** IP total length, header included; undefined: what headers and payload come to. */
  readonly length: number | undefined;
}
