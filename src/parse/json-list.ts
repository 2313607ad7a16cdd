/**
 * The objects of a JSON text that is a list, or several after each other, as `ip -j` prints them: each with its place,
 * so that the objects before a cut or a mistake are kept.
 */
import type { Place } from '../errors.js';
import type { Findings } from '../model/finding.js';
import { linesOf, placeOfOffset, type Readable, textOf } from './text.js';

export interface JsonObject {
  readonly fields: Readonly<Record<string, unknown>>;
  /** where it begins in the text. */
  place(): Place;
}

/** A list of objects, or objects; a prompt such as `[root@host ~]#` is neither. */
export const looksLikeJson = (text: string): boolean => /^\uFEFF?\s*(\[\s*(\{|\]|$)|\{\s*["}])/.test(text);

export function jsonObjects(source: Readable, file: string, findings: Findings): JsonObject[] {
  const objects: JsonObject[] = [];
  const text = textOf(source);
  // lines are parted once, and only where a place is asked for
  let lines: ReturnType<typeof linesOf> | undefined;
  const placeOf = (offset: number): Place => {
    lines ??= linesOf(source);
    return placeOfOffset(file, lines, offset);
  };
  const complain = (message: string, offset: number) =>
    findings.add({ severity: 'warning', code: 'bad-json', message, place: placeOf(offset) });
  let depth = 0;
  let start = 0;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let lists = 0;
  for (; at < text.length; at++) {
    const char = text[at]!;
    if (char === '"' && depth > 0) {
      at = stringEnd(text, at);
    } else if (depth === 0) {
      if (char === '{') {
        depth = 1;
        start = at;
      } else if (char === '[') lists++;
      else if (char === ']') {
        if (lists === 0) complain('a ] without its [', at);
        lists = Math.max(0, lists - 1);
      } else if (!/[\s,]/.test(char)) {
        complain('expected an object or the end of the list', at);
        // one finding for all that follows, up to where something is understood again
        while (at + 1 < text.length && !/[[{\]]/.test(text[at + 1]!)) at++;
      }
    } else if (char === '{' || char === '[') depth++;
    else if ((char === '}' || char === ']') && --depth === 0) read(text.slice(start, at + 1), start);
  }
  if (depth > 0) complain('the text ends inside this object: it is cut', start);
  else if (lists > 0) complain('the list has no end: the text is cut', Math.max(0, text.length - 1));
  return objects;

  function read(piece: string, offset: number): void {
    try {
      const fields: unknown = JSON.parse(piece);
      if (isRecord(fields)) objects.push({ fields, place: () => placeOf(offset) });
    } catch (cause) {
      const position = /position (\d+)/.exec(String(cause));
      complain('this is not JSON', offset + (position === null ? 0 : Number(position[1])));
    }
  }
}

/** The offset of the quote that ends a string, or the end of the text. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Elements that are objects; what is not a list has none. */
export const recordsOf = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];
export const stringsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
