/** What a loaded host has to do with connections, for as long as not all of it is there. */
import type { Connection } from '../../src/model/connection.js';
import type { LoadedHost } from '../../src/run/engine.js';
import type { Drawn } from './drawn.js';

type Remembering = LoadedHost & {
  forgetConnections?(): void;
  connections?(): Connection[];
};

export const forgetConnections = (host: Remembering): void => host.forgetConnections?.();
export const walkOptions = (drawn: Drawn): { bytes: true } => {
  const options = { bytes: true as const, drawn };
  return options;
};
export const connectionsOf = (_host: Remembering): string[] | undefined => undefined;
