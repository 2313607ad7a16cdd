/** The page as it is served, and the host that it shows at first. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../root.js';

export const host = (): { readonly name: string; readonly text: string }[] =>
  readdirSync(join(ROOT, 'examples/host')).map((name) => ({
    name,
    text: readFileSync(join(ROOT, 'examples/host', name), 'utf8'),
  }));

/** On a port of its own. */
export async function serve(): Promise<{ readonly url: string; readonly close: () => void }> {
  const { serve: begin } = await import(pathToFileURL(join(ROOT, 'page/serve.js')).href);
  const server: Server = await begin(0);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}
