/** Tables of targets, told by the rules behind them. */
import { each, type MatchTable } from './table.js';

export const TARGETS: readonly MatchTable[] = [
  {
    name: 'NFQUEUE',
    rules: [
      '-p tcp -m tcp --dport 1 -j NFQUEUE --queue-num 3',
      '-p tcp -m tcp --dport 2 -j NFQUEUE --queue-num 3 --queue-bypass',
      '-p tcp -m tcp --dport 3 -j NFQUEUE --queue-balance 1:4',
      '-p tcp -m tcp --dport 4 -j NFQUEUE --queue-balance 1:4 --queue-bypass --queue-cpu-fanout',
      '-p tcp -m tcp --dport 1:5',
    ],
    packets: each([1, 2, 3, 4, 5, 6], (dport) => ({ dport })),
  },
];
