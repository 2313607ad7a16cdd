/** The packed worker: it answers what the session answers that has all of the library from the beginning. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { RARE_MATCHES, RARE_TARGETS } from '../../src/ext/rare-extensions.js';
import type { TableName } from '../../src/model/ruleset.js';
import type { Answer, Request } from '../../src/web/messages.js';
import { Session } from '../../src/web/session.js';
import { type Row, rowTables } from '../rows.js';
import { run } from './use.js';

const packed = inject('packed');

const load = (id: number, ...texts: string[]): Request => ({
  type: 'load',
  id,
  texts: texts.map((text, i) => ({ name: `${i}`, text })),
});
const saveOf = (table: TableName, ...rows: Row[]) =>
  [`*${table}`, ...rows.map(({ chain, rule }) => `-A ${chain} ${rule}`), 'COMMIT\n'].join('\n');

const PLAIN = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j DROP\nCOMMIT\n';
const rare = [...RARE_MATCHES, ...RARE_TARGETS];
const rows = rowTables()
  .filter((table) => rare.some(({ kind, name }) => table.kind === kind && table.name === name))
  .flatMap((table) => table.rows);
const TABLES: readonly TableName[] = ['filter', 'nat', 'mangle', 'raw'];

/** What the worker of a process of its own answers. */
function answersOfWorker(name: string, requests: readonly Request[]): unknown {
  writeFileSync(join(packed.installed, `${name}.json`), JSON.stringify(requests));
  writeFileSync(
    join(packed.installed, `${name}.mjs`),
    `import { readFileSync, writeSync } from 'node:fs';
    const requests = JSON.parse(readFileSync('${name}.json', 'utf8'));
    const answers = [];
    globalThis.self = {
      postMessage(answer) {
        if (answers.push(answer) < requests.length) return;
        writeSync(1, JSON.stringify(answers));
        process.exit();
      },
    };
    await import(import.meta.resolve('packetwalk/worker'));
    for (const data of requests) self.onmessage({ data });
    `,
  );
  return JSON.parse(run(packed.installed, process.execPath, [`${name}.mjs`]));
}

async function answersOfSession(requests: readonly Request[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  const session = new Session((answer) => answers.push(answer), Promise.resolve.bind(Promise));
  for (const request of requests) await session.take(request);
  return JSON.parse(JSON.stringify(answers));
}

const packet = { src: '192.0.2.1', dst: '192.0.2.2', proto: 'tcp', dport: 'ssh', in: 'eth0', path: 'input' } as const;
test.each<[string, string, Request[]]>([
  [
    'extensions',
    'loaded',
    TABLES.map((table, id) => load(id, saveOf(table, ...rows.filter((row) => row.ok && row.table === table)))),
  ],
  ['refused-rules', 'failed', rows.filter((row) => !row.ok).map((row, id) => load(id, saveOf(row.table, row)))],
  ['implied-match', 'loaded', [load(1, '*filter\n-A INPUT -p 132 --dport 80 -j DROP\nCOMMIT\n')]],
  ['services-of-rules', 'loaded', [load(1, PLAIN.replace('22', 'ssh'))]],
  ['no-service', 'failed', [load(1, PLAIN.replace('22', 'nonsense'))]],
  ['service-of-a-packet', 'explained', [load(1, PLAIN), { type: 'explain', id: 2, packet }]],
  ['texts', 'loaded', [load(1, PLAIN, '0: from all lookup local\n32766: from all lookup main\n')]],
])('%s', async (name, type, requests) => {
  const answers = answersOfWorker(name, requests);
  expect(answers).toEqual(await answersOfSession(requests));
  expect(answers).toHaveLength(requests.length);
  expect((answers as Answer[]).at(-1)).toMatchObject({ type });
});
