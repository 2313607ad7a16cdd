/** `--save-connections`: the connections that are known at the end, as `conntrack -L -o extended` prints them. */
import { writeFileSync } from 'node:fs';
import { Option } from 'commander';
import { PacketwalkError } from '../errors.js';
import { compareConnections } from '../model/connection.js';
import { printConnections } from '../parse/connections/print.js';
import type { LoadedHost } from '../run/engine.js';

export interface SaveOptions {
  readonly saveConnections?: string;
  readonly connections?: 'on' | 'off' | undefined;
}

export const saveConnectionsOption = () =>
  new Option('--save-connections <FILE>', 'write the connections at the end, as conntrack -L -o extended prints them');

/** Throws where there will be none to write, or no file. */
export function checkSave({ saveConnections, connections }: SaveOptions): void {
  if (saveConnections === '-')
    throw new PacketwalkError('--save-connections -: a file was expected', {
      code: 'bad-usage',
      hint: 'standard output has what becomes of the packets',
    });
  if (saveConnections === undefined || connections !== 'off') return;
  throw new PacketwalkError('--save-connections: no connection is remembered', {
    code: 'bad-usage',
    hint: '--connections on remembers them; synthetic packets are of no flows',
  });
}

/** Where it was asked for. Throws where the file cannot be written. */
export function saveConnections(hosts: readonly LoadedHost[], { saveConnections: path }: SaveOptions): void {
  if (path === undefined) return;
  const all = hosts.flatMap((host) => host.connections());
  const text = printConnections(all.sort(compareConnections), { extended: true });
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new PacketwalkError(`${path}: the connections could not be written`, { code: 'cannot-write', cause });
  }
}
