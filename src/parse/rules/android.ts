/** Tables of Android, whose kernels and iptables have what no other has. */
import type { Finding } from '../../model/finding.js';

/** Its netd makes bw_INPUT, bw_raw_PREROUTING and their like (server/BandwidthController.cpp of platform/system/netd). */
export function isAndroid(chains: ReadonlyMap<string, unknown>): boolean {
  for (const name of chains.keys()) if (name.startsWith('bw_')) return true;
  return false;
}

/** What no other kernel takes at a hook. */
export const androidOnly = (option: string, name: string, hook: string, place: Finding['place']): Finding => ({
  severity: 'note',
  code: 'android-only',
  message: `${option} ${name}: in ${hook} Android's kernels alone take it`,
  place,
});
