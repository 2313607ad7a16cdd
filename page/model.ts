/** What the page holds, as plain data: a link carries it (link.ts). */
import type { PacketDescription } from '../dist/index.js';
import type { Asked } from '../dist/web/desk/messages.js';

export interface Source {
  readonly name: string;
  readonly text: string;
}

/** A packet as the form has it; '' is a field that is left out. */
export interface Form {
  /** this host sends it. */
  readonly sent: boolean;
  readonly in: string;
  readonly out: string;
  readonly proto: string;
  readonly src: string;
  readonly sport: string;
  readonly dst: string;
  readonly dport: string;
  readonly flags: string;
  /** of ICMP. */
  readonly type: string;
  readonly mark: string;
  readonly state: string;
}

export interface Question {
  readonly as: 'form' | 'line';
  readonly form: Form;
  readonly line: string;
  readonly until: Asked['until'];
  /** facts, as `--assume` takes them. */
  readonly assume: readonly string[];
}

export const hasPorts = (proto: string): boolean =>
  ['tcp', 'udp', 'sctp', 'dccp', 'udplite', ''].includes(proto.toLowerCase());
export const isTcp = (proto: string): boolean => proto.toLowerCase() === 'tcp';
export const isIcmp = (proto: string): boolean => /^(?:icmp|icmpv6|ipv6-icmp|1|58)$/i.test(proto);

/** What the engine is asked: fields that the packet's protocol does not have are left out. */
export function packetOf({ as, form, line }: Question): PacketDescription | { line: string } {
  if (as === 'line') return { line };
  const { sent, proto } = form;
  const given: Record<string, string> = { proto };
  const take = (field: keyof Form) => {
    const value = String(form[field]).trim();
    if (value !== '') given[field] = value;
  };
  for (const field of ['src', 'dst', 'mark', 'state', 'out'] as const) take(field);
  if (!sent) take('in');
  if (hasPorts(proto)) for (const field of ['sport', 'dport'] as const) take(field);
  if (isTcp(proto)) take('flags');
  if (isIcmp(proto)) take('type');
  if (given.proto === '') delete given.proto;
  return (sent ? { ...given, in: null } : given) as PacketDescription;
}
