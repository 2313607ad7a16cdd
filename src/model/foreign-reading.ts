/** What was found for extensions of other projects: as Reading of reading.ts. */

export interface ConditionReading {
  readonly what: 'condition';
  readonly name: string;
  readonly on: boolean;
}
/** undefined: nobody said which country it is. */
export interface GeoipReading {
  readonly what: 'geoip';
  readonly side: 'src' | 'dst';
  readonly country: string | undefined;
}
/** Whether a link has a flag; undefined: nobody said so; no link: the packet has none there. */
export interface IfaceReading {
  readonly what: 'iface';
  readonly link: string | null;
  readonly flag: string;
  readonly has: boolean | undefined;
}
/** The options of IPv4 that it has, by number. */
export interface Ipv4OptionsReading {
  readonly what: 'ipv4options';
  readonly has: readonly number[];
}
/** null: there is no such layer. */
export interface Length2Reading {
  readonly what: 'length2';
  readonly layer: 4 | 5 | 7;
  readonly length: number | null;
}
/** What is left, or was counted where it counts upwards. */
export interface Quota2Reading {
  readonly what: 'quota2';
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly packets: boolean;
}
/** The mark that the packet gets. */
export interface IpmarkReading {
  readonly what: 'ipmark';
  readonly before: number;
  readonly after: number;
}
/** A port of a link, and which inner host has it; undefined: none has. */
export interface FullConeReading {
  readonly what: 'full-cone';
  readonly port: number;
  readonly link: string;
  readonly holder: string | undefined;
  /** it was given just now; it was drawn. */
  readonly how: 'held' | 'given' | 'drawn';
}
/** Bytes of the packet that were written over, and how many. */
export interface WrittenReading {
  readonly what: 'written';
  readonly part: 'client' | 'options' | 'payload';
  readonly bytes: number;
}
/** The client's address in a DHCP message; null: it is none. */
export interface DhcpmacReading {
  readonly what: 'dhcpmac';
  readonly client: string | null;
}
export type ForeignReading =
  | ConditionReading
  | DhcpmacReading
  | WrittenReading
  | FullConeReading
  | GeoipReading
  | IfaceReading
  | Ipv4OptionsReading
  | Length2Reading
  | Quota2Reading
  | IpmarkReading;
