import { Protocol } from '../../net/protocol.js';
import { match } from '../define.js';
import { listed, piece } from '../listed.js';
import { printSpis, spiHolds, spis } from './spi.js';

/** esp_mt in net/netfilter/xt_esp.c: false in later fragments, a hot drop where the header is cut. */
export const esp = match({
  name: 'esp',
  about: 'security parameters index of an ESP packet',
  protocols: [Protocol.Esp],
  options: { espspi: { value: spis, invert: true } },
  print: (given) => printSpis(given.espspi),
  lower: (given, build) => [build.header(8), spiHolds(given.espspi, build, 0)],
});

export const espListed = listed('esp', piece('espspi', 'spi:', 'spis:'));
