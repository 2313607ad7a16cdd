/** What the judge asks of a loaded host beside its answers about packets. */
import { compareConnections } from '../../src/model/connection.js';
import { printConnection } from '../../src/parse/connections/print.js';
import type { LoadedHost } from '../../src/run/engine.js';

/** The connections that it remembers, as `conntrack -L -o extended` would print them. */
export const connectionsOf = (host: LoadedHost): string[] =>
  host
    .connections()
    .sort(compareConnections)
    .map((connection) => printConnection(connection, { extended: true }));
