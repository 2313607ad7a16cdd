/** Options of a packet for what few rules ask of it. */
import type { PacketOption } from './packet-option.js';

export const TOLD_OPTIONS: readonly PacketOption[] = [
  { name: 'uid', aliases: ['uid-owner'], field: 'uid', shape: 'NUMBER', about: 'user of the socket that sends it' },
  { name: 'gid', aliases: ['gid-owner'], field: 'gid', shape: 'NUMBER', about: 'group of that socket' },
  {
    name: 'groups',
    aliases: ['suppl-groups'],
    field: 'groups',
    shape: 'NUMBER,…',
    about: 'supplementary groups of whoever sends it',
  },
  { name: 'socket', field: 'socket', shape: 'yes|no', about: 'whether a socket of this host is known for it' },
  { name: 'cgroup', field: 'cgroup', shape: 'PATH', about: "that socket's cgroup: its path" },
  {
    name: 'classid',
    field: 'classid',
    shape: 'CLASS',
    about: "that socket's class of net_cls: 10:1 as tc writes it, or a number",
  },
  { name: 'cpu', field: 'cpu', shape: 'NUMBER', about: 'the processor that works on it' },
  { name: 'realm', field: 'realm', shape: 'REALM', about: 'realm of its route: a number or a name' },
  { name: 'physin', aliases: ['physdev-in'], field: 'physin', shape: 'NAME', about: 'the bridge port it comes in on' },
  { name: 'physout', aliases: ['physdev-out'], field: 'physout', shape: 'NAME', about: 'the bridge port it leaves by' },
  { name: 'policy', field: 'policy', shape: 'none|JSON', about: 'what IPsec has done or will do with it' },
  { name: 'ipvs', field: 'ipvs', shape: 'none|JSON', about: 'the connection of IPVS that it is of' },
  { name: 'os', aliases: ['genre'], field: 'os', shape: 'GENRE', about: 'the system that sends it, as osf calls it' },
  {
    name: 'srccountry',
    aliases: ['src-cc'],
    field: 'srccountry',
    shape: 'CC',
    about: 'country of its source, two letters',
  },
  {
    name: 'dstcountry',
    aliases: ['dst-cc'],
    field: 'dstcountry',
    shape: 'CC',
    about: 'country of its destination, two letters',
  },
];
