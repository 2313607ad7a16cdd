/** What was measured of sets, for people. */
import { markdownTable } from '../table.js';
import type { Effort, SetResult } from './measure.js';

export const howOf = ({ rounds, time }: Effort): string =>
  `medians of ${rounds} interleaved rounds, ${time} ms a turn, half of it for each way of librte_acl, a fifth for linear scans`;

/** A table, and means of the ratios to each peer for sets of each size. */
export function setLines(sets: readonly SetResult[]): string[] {
  const peers = [...new Set(sets.flatMap((one) => Object.keys(one.peers)))];
  const sizes = [...new Set(sets.map(sizeOf))];
  return [
    ...markdownTable(
      [
        'set',
        'rules',
        'M packets/s',
        ...peers.map((name) => `times ${name}`),
        'librte_acl by',
        'built in',
        'tables',
        'wrong',
      ],
      sets.map((one) => [
        one.set,
        String(one.rules),
        one.mpps.toFixed(1),
        ...peers.map((name) => ratio(one, name)?.toFixed(2) ?? ''),
        methodOf(one),
        `${one.build_s.toFixed(2)} s`,
        `${(one.bytes / 2 ** 20).toFixed(2)} MiB`,
        String(one.wrong),
      ]),
    ),
    ...(peers.length === 0 ? [] : ['', 'Geometric means of the ratios, and the least of them:', '']),
    ...(peers.length === 0
      ? []
      : markdownTable(
          ['sets of', ...peers],
          [...sizes, 'all sizes'].map((size) => [
            size,
            ...peers.map((name) =>
              meanOf(
                sets.filter((one) => size === 'all sizes' || sizeOf(one) === size),
                name,
              ),
            ),
          ]),
        )),
  ];
}

/** ClassBench sets have it in their names. */
const sizeOf = ({ set, rules }: SetResult): string => /_(\d+k)\b/.exec(set)?.[1] ?? `${rules} rules`;

const ratio = (one: SetResult, peer: string): number | undefined =>
  one.peers[peer] === undefined ? undefined : one.mpps / one.peers[peer].mpps;

function methodOf({ peers }: SetResult): string {
  const { method, max_size } = peers.librte_acl ?? {};
  return method === undefined ? '' : `${method}, max_size ${max_size}`;
}

function meanOf(sets: readonly SetResult[], peer: string): string {
  const ratios = sets.map((one) => ratio(one, peer)).filter((one) => one !== undefined);
  if (ratios.length === 0) return '';
  const mean = Math.exp(ratios.reduce((sum, one) => sum + Math.log(one), 0) / ratios.length);
  return `${mean.toFixed(2)}, ${Math.min(...ratios).toFixed(2)}`;
}
