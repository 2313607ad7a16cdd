/** The package in TypeScript: its declarations, and the program of docs/api.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { ROOT } from '../root.js';
import { compileAndRun } from './use.js';

const packed = inject('packed');

const PROGRAM = `import { compile, createEngine, type Fate, parse, readPacket, trace } from 'packetwalk';
import type { Answer, Request } from 'packetwalk/worker';
import { createEngine as forPages } from 'packetwalk/browser';

const rules = '*filter\\n-A INPUT -p tcp --dport 22 -j DROP\\nCOMMIT\\n';
const packet = readPacket({ in: 'eth0', src: '192.0.2.1', dst: '192.0.2.2', proto: 'tcp', dport: 22, path: 'input' });
for (const engine of [await createEngine(), await forPages()]) {
  const host = await engine.load(compile(parse([{ name: 'a.rules', text: rules }])));
  const fate: Fate = trace(host, packet).fate;
  console.log(fate);
}
export const request: Request = { type: 'cancel', id: 1 };
export const answered = (answer: Answer): number => answer.id;
// @ts-expect-error: fields of packets have names
export const misspelt = () => readPacket({ source: '192.0.2.1' });
// @ts-expect-error: what was read is compiled before it is loaded
export const early = async () => (await createEngine()).load(parse([]));
`;

const RESOLUTIONS = [
  { moduleResolution: 'nodenext', module: 'nodenext' },
  { moduleResolution: 'bundler', module: 'esnext' },
];

describe.each(RESOLUTIONS)('$moduleResolution', (resolution) => {
  test.each([
    { what: 'the types of a page', lib: ['es2022', 'dom'], types: [] },
    { what: 'the types of Node', lib: ['es2022'], types: ['node'] },
  ])('with $what', ({ what, ...types }) => {
    const name = `${resolution.moduleResolution} ${what}`;
    expect(compileAndRun(packed, name, PROGRAM, { ...resolution, ...types })).toEqual(['', 'dropped\ndropped\n']);
  });
});

/** Blocks of the page in a language; what a program prints stands in blocks of none. */
const blocks = (page: string, language: string): string[] =>
  [...page.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].filter((match) => match[1] === language).map((match) => match[2]!);

test('docs/api.md: its blocks are one program, which prints what the page says', () => {
  const page = readFileSync(join(ROOT, 'docs/api.md'), 'utf8');
  const program = blocks(page, 'ts');
  expect(program.length).toBeGreaterThan(5);
  const options = { ...RESOLUTIONS[0], lib: ['es2022', 'dom'], types: [] };
  const [said, printed] = compileAndRun(packed, 'docs', program.join('\n'), options);
  expect(said).toBe('');
  expect(printed).toBe(blocks(page, '').join(''));
});
