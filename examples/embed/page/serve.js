/** Serves the page on this machine, under the headers that it is meant to live with: node examples/embed/page/serve.js */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const CSP =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; worker-src 'self'; connect-src 'self'";
const HERE = new URL('./', import.meta.url);
/** The worker, and beside it what it asks for when it needs it. */
const WORKER = import.meta.resolve('packetwalk/worker');
/** All that there is, and nothing else: what is asked for is never a path. */
const FILES = {
  '/': ['text/html; charset=utf-8', new URL('index.html', HERE)],
  '/style.css': ['text/css; charset=utf-8', new URL('style.css', HERE)],
  '/page.js': ['text/javascript; charset=utf-8', new URL('page.js', HERE)],
  '/sample.js': ['text/javascript; charset=utf-8', new URL('sample.js', HERE)],
  '/worker.js': ['text/javascript; charset=utf-8', new URL(WORKER)],
};
for (const name of [
  'core-bytes.js',
  'ipv6.js',
  'made-up.js',
  'many-core.js',
  'rare-extensions.js',
  'rare-texts.js',
  'asked.js',
  'en-rare.js',
  'remembering.js',
  'columns.js',
  'services.js',
  'words.js',
])
  FILES[`/${name}`] = ['text/javascript; charset=utf-8', new URL(name, WORKER)];

/** Listens on a port of this machine alone; 0: any that is free. */
export function serve(port) {
  const server = createServer(async (request, response) => {
    const file = Object.hasOwn(FILES, request.url) ? FILES[request.url] : undefined;
    const headers = { 'content-security-policy': CSP, 'x-content-type-options': 'nosniff' };
    if (file === undefined) return response.writeHead(404, headers).end();
    const [type, path] = file;
    response.writeHead(200, { ...headers, 'content-type': type }).end(await readFile(path));
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await serve(Number(process.env.PORT ?? 8080));
  console.log(`http://127.0.0.1:${server.address().port}/`);
}
