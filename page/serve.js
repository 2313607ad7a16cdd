/** Serves the page on this machine alone, under the headers that it is meant to live with: npm run page. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where `npm run build:page` puts it. */
export const PAGE = new URL('../dist/page/', import.meta.url);
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Listens on a port of this machine; 0: any that is free. `folders`: by the path that they are served under, the longest first. */
export function serve(port, folders = { '/': PAGE }, more = {}) {
  const headers = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', ...more };
  const server = createServer((request, response) => {
    const file = fileOf(request.url, folders);
    if (file === undefined) return response.writeHead(404, headers).end();
    response.writeHead(200, { ...headers, 'content-type': TYPES[extname(file.pathname)] });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** What a request's path is read against; `//` is no path. */
const ORIGIN = 'http://localhost';

/** Only what lies in a folder and is of a known kind. */
function fileOf(url, folders) {
  if (!URL.canParse(url, ORIGIN)) return undefined;
  const { pathname } = new URL(url, ORIGIN);
  const found = Object.entries(folders).find(([path]) => pathname.startsWith(path));
  if (found === undefined) return undefined;
  const [path, folder] = found;
  const name = pathname.slice(path.length);
  // a URL has resolved what leads upwards; what is left of it in another spelling is no name of ours
  if (!/^[\w./-]*$/.test(name)) return undefined;
  const file = new URL(name === '' ? 'index.html' : `./${name}`, folder);
  const isOurs = file.href.startsWith(folder.href) && extname(file.pathname) in TYPES;
  return isOurs && existsSync(file) && statSync(file).isFile() ? file : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await serve(Number(process.env.PORT ?? 8080));
  console.log(`http://127.0.0.1:${server.address().port}/`);
}
