/** Rulesets as hosts have them, with their hosts: always the same ones. */
import { setText } from '../sets.js';
import { docker, kubeIpvs, kubeProxy } from './containers.js';
import { FILTER, hostTexts, RAW, saveOf, type Text } from './host.js';
import { router } from './router.js';
import { dropList, server, ufw } from './server.js';

const on = (text: string, ...more: Text[]): Text[] => [{ name: 'iptables', text }, ...more, ...hostTexts()];

/** Packets from addresses of a set go nowhere; the rest meets few rules. */
const blocklist = (members: number): Text[] =>
  on(
    saveOf({
      raw: [RAW, ['-A PREROUTING -i eth0 -m set --match-set blocked src -j DROP']],
      filter: [FILTER, ['-A INPUT -p tcp -m multiport --dports 22,80,443 -j ACCEPT', '-A INPUT -i eth0 -j DROP']],
    }),
    { name: 'ipset', text: setText('hash:net', members) },
  );

/** By the name that tables have. `share`: of services, members and addresses that are listed, for tests. */
export const REAL: Readonly<Record<string, (share?: number) => readonly Text[]>> = {
  server: () => on(server()),
  ufw: () => on(ufw()),
  docker: () => on(docker(40)),
  router: () => on(router()),
  'kube-proxy': (share = 1) => on(kubeProxy(10_000 * share)),
  'kube-proxy, ipvs': (share = 1) => kubeIpvs(10_000 * share),
  blocklist: (share = 1) => blocklist(100_000 * share),
  'drop list': (share = 1) => on(dropList(12_000 * share)),
};
