/** Options of a packet for what few rules ask of it, each called as its field is. */
import type { PacketOption } from './packet-option.js';
import type { TOLD_FIELDS } from './told-fields.js';

type Told = keyof typeof TOLD_FIELDS;
type Written = Omit<PacketOption, 'name' | 'field'>;

const WRITTEN: Readonly<Record<Told, Written>> = {
  uid: { aliases: ['uid-owner'], shape: 'NUMBER', about: 'user of the socket that sends it' },
  gid: { aliases: ['gid-owner'], shape: 'NUMBER', about: 'group of that socket' },
  groups: { aliases: ['suppl-groups'], shape: 'NUMBER,…', about: 'supplementary groups of whoever sends it' },
  socket: { shape: 'yes|no', about: 'whether a socket of this host is known for it' },
  cgroup: { shape: 'PATH', about: "that socket's cgroup: its path" },
  classid: { shape: 'CLASS', about: "that socket's class of net_cls: 10:1 as tc writes it, or a number" },
  cpu: { shape: 'NUMBER', about: 'the processor that works on it' },
  realm: { shape: 'REALM', about: 'realm of its route: a number or a name' },
  physin: { aliases: ['physdev-in'], shape: 'NAME', about: 'the bridge port it comes in on' },
  physout: { aliases: ['physdev-out'], shape: 'NAME', about: 'the bridge port it leaves by' },
  policy: { shape: 'none|JSON', about: 'what IPsec has done or will do with it' },
  ipvs: { shape: 'none|JSON', about: 'the connection of IPVS that it is of' },
  os: { aliases: ['genre'], shape: 'GENRE', about: 'the system that sends it, as osf calls it' },
  srccountry: { aliases: ['src-cc'], shape: 'CC', about: 'country of its source, two letters' },
  dstcountry: { aliases: ['dst-cc'], shape: 'CC', about: 'country of its destination, two letters' },
};

export const TOLD_OPTIONS: readonly PacketOption[] = Object.entries(WRITTEN).map(([name, written]) => ({
  name,
  field: name as Told,
  ...written,
}));
