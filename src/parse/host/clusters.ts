/**
 * /proc/net/ipt_CLUSTERIP/ADDRESS: the nodes of a cluster that are this host's, `1,3`; none, where nothing stands in it. By itself such
 * a line could be anything: what is above or before it says what it is.
 */
import type { Findings } from '../../model/finding.js';
import type { ClusterNodes } from '../../model/host.js';
import { parseAddress } from '../../net/address.js';
import type { Readable } from '../text.js';
import { procFolder, readProcFiles } from './proc-files.js';

const FOLDER = procFolder('ipt_CLUSTERIP');
const NUMBERS = String.raw`(\d{1,3}(?:,\d{1,3})*)`;
/** The nodes themselves, which stand below what says so. */
export const NODES = new RegExp(`^${NUMBERS}$`);
const OF_FILE = FOLDER.line(NUMBERS);
/** What prints the file, or says its name. */
export const CLUSTER_HEADING = FOLDER.heading;
export const CLUSTER_LINE = new RegExp(`${FOLDER.heading.source}|^\\S*ipt_CLUSTERIP/[\\d.]+:`);

export function parseClusters(text: Readable, file: string, findings: Findings): ClusterNodes[] {
  const clusters = new Map<number, readonly number[]>();
  let cluster: number | undefined;
  const at = (address: string) => parseAddress(address)?.[0];
  const reader = {
    named: ([, name]: RegExpExecArray) => {
      cluster = at(name!);
      if (cluster !== undefined) clusters.set(cluster, []);
    },
    line: (line: string) => {
      const [, name, numbers] = OF_FILE.exec(line) ?? [];
      const address = name === undefined ? cluster : at(name);
      if (numbers === undefined || address === undefined) return false;
      clusters.set(address, numbers.split(',').map(Number));
      return true;
    },
    expected: 'expected numbers of nodes, joined by commas',
  };
  readProcFiles(text, file, FOLDER, reader, findings);
  return [...clusters].map(([address, nodes]) => ({ address, nodes }));
}
