/** bench/RESULTS.md: a section for each thing that is measured, each of the last time that it was, whatever measured the others. */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../test/root.js';

export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

const PAGE = join(ROOT, 'bench/RESULTS.md');

/** `how`: what there is to say of the measuring itself. */
export function writeSections(sections: readonly Section[], how: string): void {
  const machine = `${cpus()[0]?.model ?? 'a processor of unknown name'}, Node ${process.versions.node}`;
  const when = `${machine}, ${new Date().toISOString().slice(0, 10)}; ${how}.`;
  const page = sections.reduce(
    (text, { title, lines }) => withSection(text, { title, lines: [when, '', ...lines] }),
    readFileSync(PAGE, 'utf8'),
  );
  writeFileSync(PAGE, page);
}

/** The page with a section in the place of the one that has its title, else behind all others. */
export function withSection(page: string, { title, lines }: Section): string {
  const section = `## ${title}\n\n${lines.join('\n')}\n`;
  const parts = page.trimEnd().split(/\n+(?=## )/);
  const at = parts.findIndex((part) => part.startsWith(`## ${title}\n`));
  parts.splice(at < 0 ? parts.length : at, at < 0 ? 0 : 1, section.trimEnd());
  return `${parts.join('\n\n')}\n`;
}
