/**
 * A link that holds rules and question in its fragment, which browsers send to nobody: JSON, deflated, as base64url behind
 * `#1.`, the version.
 */
import type { Question, Source } from './model.js';

export interface Kept {
  readonly texts: readonly Source[];
  readonly question: Question;
}

const VERSION = '1';
export const isLink = (fragment: string): boolean => /^#\d+\./.test(fragment);
/** Nothing that a person pastes is larger; what a hostile link blows up to is cut off there. */
const MOST_BYTES = 64 * 1024 * 1024;

export async function fragmentOf(kept: Kept): Promise<string> {
  const bytes = await through(new CompressionStream('deflate-raw'), new TextEncoder().encode(JSON.stringify(kept)));
  return `#${VERSION}.${toBase64(bytes)}`;
}

/** undefined: the fragment holds nothing, or nothing that this page made. */
export async function keptIn(fragment: string): Promise<Kept | undefined> {
  const [, version, text] = /^#(\d+)\.([\w-]+)$/.exec(fragment) ?? [];
  if (version !== VERSION || text === undefined) return undefined;
  try {
    const bytes = await through(new DecompressionStream('deflate-raw'), fromBase64(text));
    return checked(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

async function through(stream: CompressionStream | DecompressionStream, bytes: Uint8Array): Promise<Uint8Array> {
  const writer = stream.writable.getWriter();
  // what is wrong with the bytes is said where they are read
  writer
    .write(bytes as Uint8Array<ArrayBuffer>)
    .then(() => writer.close())
    .catch(() => {});
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (const reader = stream.readable.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.length;
    if (size > MOST_BYTES) throw new Error('more than a link can hold');
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

const CHUNK = 0x8000;
function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
const fromBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));

/** Anybody can write a link: each part has to be of its kind. */
function checked(value: unknown): Kept | undefined {
  if (!isObject(value) || !Array.isArray(value.texts) || !isObject(value.question)) return undefined;
  const texts = value.texts.filter(
    (one): one is Source => isObject(one) && typeof one.name === 'string' && typeof one.text === 'string',
  );
  const { as, form, line, until, assume } = value.question;
  const names = new Set(texts.map(({ name }) => name));
  if (names.size === 0 || names.size !== value.texts.length || !isObject(form) || typeof line !== 'string')
    return undefined;
  if (!isOneOf(as, ['form', 'line']) || !isOneOf(until, ['first', 'answer', 'next'])) return undefined;
  if (!Array.isArray(assume) || assume.some((fact) => typeof fact !== 'string')) return undefined;
  const field = (name: string): string => (typeof form[name] === 'string' ? form[name] : '');
  return {
    texts: texts.map(({ name, text }) => ({ name, text })),
    question: {
      as,
      form: {
        sent: form.sent === true,
        in: field('in'),
        out: field('out'),
        proto: field('proto'),
        src: field('src'),
        sport: field('sport'),
        dst: field('dst'),
        dport: field('dport'),
        flags: field('flags'),
        type: field('type'),
        mark: field('mark'),
        state: field('state'),
      },
      line,
      until,
      assume,
    },
  };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isOneOf = <T extends string>(value: unknown, of: readonly T[]): value is T => of.includes(value as T);
