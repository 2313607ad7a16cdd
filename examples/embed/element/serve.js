/** Serves this page, with dist/page as packetwalk/, under a strict policy: node examples/embed/element/serve.js */
import { fileURLToPath } from 'node:url';
import { PAGE, serve } from '../../../page/serve.js';

const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; worker-src 'self'; connect-src 'self'; img-src 'self'; frame-src 'self'";

/** Listens on a port of this machine; 0: any that is free. */
export const serveElement = (port) =>
  serve(port, { '/packetwalk/': PAGE, '/': new URL('./', import.meta.url) }, { 'content-security-policy': POLICY });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await serveElement(Number(process.env.PORT ?? 8080));
  console.log(`http://127.0.0.1:${server.address().port}/`);
}
