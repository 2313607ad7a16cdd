/** Sees what each text is, by its content, and reads it: what a host's texts together say. */
import type { ConnectionList } from '../model/connection-list.js';
import type { Findings } from '../model/finding.js';
import type { Host } from '../model/host.js';
import type { Table } from '../model/ruleset.js';
import type { SetDef } from '../model/set.js';
import type { Family } from '../net/address.js';
import type { Part, Taken } from './dirt/read.js';
import { addressesOfLines } from './host/addr.js';
import { buildHost, type HostParts } from './host/host.js';
import type { RuleText } from './host/iprule.js';
import { routesOfLines } from './host/route.js';
import { readIpset } from './ipset/ipset.js';
import { joinSets, type ReadSets } from './ipset/join.js';
import { looksLikeJson } from './json-list.js';
import { type PlainKind, plainKind } from './plain.js';
import type * as Rare from './rare-texts.js';
import { isFragment, parsePrinted, parseSave } from './rules/save.js';
import { type Line, linesOf, placeOfLine, type Readable, type SourceText, textOf } from './text.js';

export type { Taken } from './dirt/read.js';
export type { SourceText } from './text.js';

export interface Input {
  /** every table block, in the order read. */
  readonly tables: readonly Table[];
  readonly sets: readonly SetDef[];
  readonly host: Host;
  /** of all texts, in the order read; undefined where no text told them. */
  readonly connections: ConnectionList | undefined;
  /** names of the texts in which something was recognised. */
  readonly recognised: readonly string[];
  /** what the lines of each text were taken for, in the order read. */
  readonly taken: readonly Taken[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What reads texts that isRare. */
export type RareReaders = typeof Rare;

/** Whether it is anything but a save, sets, `ip addr` or `ip route` in lines, as the program printed it. */
export function isRare({ text }: SourceText): boolean {
  return looksLikeJson(text) || !['rules', 'ipset', 'addr', 'route'].includes(plainKind(text) ?? '');
}

/**
 * A text in which nothing is recognised is a finding, and left out. `rare`: undefined where no text isRare. `before`: tables of the
 * same host, as other texts had them.
 */
export function readTexts(
  texts: readonly SourceText[],
  findings: Findings,
  rare: RareReaders | undefined,
  before?: readonly Table[],
): Input {
  const reading = new Reading(findings, rare, before);
  for (const text of texts) reading.text(text);
  return reading.end();
}

class Reading {
  private readonly tables: (readonly Table[])[] = [];
  /** fragments: which family they are of, the others may tell. */
  private readonly waiting: ((otherwise: Family | undefined) => void)[] = [];
  /** what is said of each text when all of it is read. */
  private readonly ends: (() => void)[] = [];
  private readonly sets: ReadSets[] = [];
  private readonly recognised: string[] = [];
  private readonly taken: Taken[] = [];
  private readonly host: Mutable<HostParts> = {};
  private readonly policies: RuleText[] = [];
  private connections: ConnectionList | undefined;

  constructor(
    private readonly findings: Findings,
    private readonly rare: RareReaders | undefined,
    private readonly before?: readonly Table[],
  ) {}

  text({ name, text }: SourceText): void {
    if (this.printed(name, text)) return;
    const json = looksLikeJson(text) ? this.rare!.recogniseJson(text) : undefined;
    const kind = json ?? (looksLikeJson(text) ? undefined : plainKind(text));
    if (kind === undefined) return this.dirty(name, text);
    this.recognised.push(name);
    this.taken.push({ file: name, from: 1, to: undefined, as: kind });
    this.part(kind, name, text, json !== undefined);
    if (json === undefined && (kind === 'rules' || kind === 'ipset' || kind === 'connections'))
      noteCut(name, text, this.findings);
  }

  /** Reads a save that is as a program printed it, line by line, and says whether it is. */
  private printed(name: string, text: string): boolean {
    const tables = this.before === undefined ? parsePrinted(text, name, this.findings) : undefined;
    if (tables === undefined) return false;
    this.recognised.push(name);
    this.taken.push({ file: name, from: 1, to: undefined, as: 'rules' });
    this.tables.push(tables);
    noteCut(name, text, this.findings);
    return true;
  }

  private dirty(name: string, text: string): void {
    const { parts, taken, others, whole } = this.rare!.readDirty(text, name, this.findings);
    if (parts.length === 0) return this.findings.add(this.rare!.unrecognised(name, text));
    this.recognised.push(name);
    this.taken.push(...taken);
    for (const part of parts) this.partOf(part, name, others);
    this.ends.push(() => this.rare!.sayUnknown(others, name, this.findings));
    if (!whole) noteCut(name, text, this.findings);
  }

  private partOf(part: Part, name: string, others: Line[]): void {
    switch (part.kind) {
      case 'tables':
        this.tables.push(part.tables);
        return;
      case 'listing': {
        const family = this.rare!.familyOfListing(part.lines);
        const read = (otherwise?: Family) =>
          this.rare!.parseListing(part.lines, name, this.findings, otherwise ?? 4, others);
        if (family === undefined) this.wait(read);
        else this.tables.push(read(family));
        return;
      }
      case 'host':
        return this.part(part.as, name, part.lines, part.json);
      default:
        this.part(part.kind, name, part.lines, false);
    }
  }

  private part(kind: PlainKind, name: string, text: Readable, json: boolean): void {
    const { findings, host, rare, before } = this;
    switch (kind) {
      case 'rules': {
        const edits = typeof text === 'string' ? undefined : rare!.editsOf(name, findings);
        const family = before?.[0]?.family;
        const read = (otherwise = family) => parseSave(text, name, findings, otherwise, edits, before);
        if (isFragment(textOf(text))) this.wait(read);
        else this.tables.push(read());
        return;
      }
      case 'ipset':
        this.sets.push(readIpset(text, name, findings));
        return;
      case 'connections':
        this.connections ??= new rare!.ConnectionList();
        rare!.readConnections(text, name, this.connections, findings);
        return;
      case 'addr':
      case 'ifconfig': {
        const list = (json ? rare!.addressesOfJson : kind === 'addr' ? addressesOfLines : rare!.addressesOfIfconfig)(
          text,
          name,
          findings,
        );
        host.addresses = [...(host.addresses ?? []), ...list.addresses];
        host.addressLinks = [...(host.addressLinks ?? []), ...list.links];
        return;
      }
      case 'link':
        host.links = [...(host.links ?? []), ...rare!.parseLinks(text, name, findings)];
        return;
      case 'route':
      case 'routing-table':
        host.routes = [
          ...(host.routes ?? []),
          (json ? rare!.routesOfJson : kind === 'route' ? routesOfLines : rare!.routesOfTable)(text, name, findings),
        ];
        return;
      case 'recent':
        host.recents = [...(host.recents ?? []), ...rare!.parseRecent(text, name, findings)];
        return;
      case 'fingerprints':
        host.fingerprints = [...(host.fingerprints ?? []), ...rare!.parseFingerprints(text)];
        return;
      case 'sockets':
        host.sockets = rare!.joinSockets(host.sockets, rare!.parseSockets(text, name, findings));
        return;
      case 'hashlimit':
        host.hashlimits = [...(host.hashlimits ?? []), ...rare!.parseHashlimit(text, name, findings)];
        return;
      case 'nfacct':
        host.accounting = [...(host.accounting ?? []), ...rare!.parseNfacct(text, name, findings)];
        return;
      case 'variable':
        host.variables = [...(host.variables ?? []), ...rare!.parseVariables(text, name, findings)];
        return;
      case 'clusters':
        host.clusters = [...(host.clusters ?? []), ...rare!.parseClusters(text, name, findings)];
        return;
      case 'rule':
        // which family they are of, all others may tell
        this.policies.push({ name, text });
        return;
      case 'sysctl':
        host.sysctls = [...(host.sysctls ?? []), ...rare!.parseSysctl(text, name, findings)];
        return;
      case 'xfrm':
        host.xfrm = { ...host.xfrm, ...rare!.parseXfrm(text, name, findings) };
    }
  }

  /** Of a host whose routes alone were given. */
  private routed(): Partial<HostParts> | undefined {
    const { addresses, routes } = this.host;
    return addresses === undefined && routes !== undefined ? this.rare?.addressesOfRoutes(routes) : undefined;
  }

  /** Reads it when the families of the others are known; its tables stand in its place. */
  private wait(read: (otherwise?: Family) => readonly Table[]): void {
    const at = this.tables.push([]) - 1;
    this.waiting.push((otherwise) => {
      this.tables[at] = read(otherwise);
    });
  }

  end(): Input {
    const { findings, host, policies, taken, recognised, connections } = this;
    const [told, ...both] = new Set(this.tables.flat().map(({ family }) => family));
    for (const read of this.waiting) read(both.length === 0 ? told : undefined);
    for (const end of this.ends) end();
    if (policies.length > 0) host.rules = this.rare!.parsePolicyRules(policies, host, findings);
    const sets = joinSets(this.sets, findings);
    return {
      tables: this.tables.flat(),
      sets,
      host: buildHost({ ...host, ...this.routed() }),
      connections,
      recognised,
      taken,
    };
  }
}

/** A word that is cut is mostly another good word: `10.0.0.10` of `10.0.0.101`. What COMMIT closes is whole. */
function noteCut(file: string, text: string, findings: Findings): void {
  if (/[\n\r][ \t]*$/.test(text.slice(-100))) return;
  const last = linesOf(text).at(-1);
  if (last === undefined || last.text === 'COMMIT' || last.text.startsWith('#')) return;
  findings.add({
    severity: 'note',
    code: 'no-line-end',
    message: 'the text ends without a line end: it may be cut',
    place: placeOfLine(file, last),
  });
}
