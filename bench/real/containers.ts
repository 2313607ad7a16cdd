/** What Docker and kube-proxy write. */
import { formatIpv4 } from '../../src/net/address.js';
import { Random } from '../../test/kernel/generate/random.js';
import { rulesetText } from '../rulesets.js';
import { FILTER, hostTexts, NAT, saveOf, type Text } from './host.js';

/** Two bridges and so many containers, each with one port that is published. */
export function docker(containers: number): string {
  const bridges = ['docker0', 'br-app'];
  const all = Array.from({ length: containers }, (_, i) => ({
    bridge: bridges[i % 2]!,
    address: `172.${17 + (i % 2)}.0.${2 + (i >>> 1)}`,
    port: [80, 3000, 5432, 6379, 8080][i % 5]!,
    published: 8000 + i,
  }));
  const isolation = bridges.flatMap((bridge) => [
    `-A DOCKER-ISOLATION-STAGE-1 -i ${bridge} ! -o ${bridge} -j DOCKER-ISOLATION-STAGE-2`,
    `-A DOCKER-ISOLATION-STAGE-2 -o ${bridge} -j DROP`,
  ]);
  const filter = [
    '-A FORWARD -j DOCKER-USER',
    '-A FORWARD -j DOCKER-ISOLATION-STAGE-1',
    ...bridges.flatMap((bridge) => [
      `-A FORWARD -o ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
      `-A FORWARD -o ${bridge} -j DOCKER`,
      `-A FORWARD -i ${bridge} ! -o ${bridge} -j ACCEPT`,
      `-A FORWARD -i ${bridge} -o ${bridge} -j ACCEPT`,
    ]),
    ...all.map(
      ({ bridge, address, port }) =>
        `-A DOCKER -d ${address}/32 ! -i ${bridge} -o ${bridge} -p tcp -m tcp --dport ${port} -j ACCEPT`,
    ),
    ...isolation.sort(),
    '-A DOCKER-ISOLATION-STAGE-1 -j RETURN',
    '-A DOCKER-ISOLATION-STAGE-2 -j RETURN',
    '-A DOCKER-USER -j RETURN',
  ];
  const nat = [
    '-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
    '-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER',
    ...bridges.map((bridge, i) => `-A POSTROUTING -s 172.${17 + i}.0.0/16 ! -o ${bridge} -j MASQUERADE`),
    ...all.map(
      ({ address, port }) =>
        `-A POSTROUTING -s ${address}/32 -d ${address}/32 -p tcp -m tcp --dport ${port} -j MASQUERADE`,
    ),
    ...bridges.map((bridge) => `-A DOCKER -i ${bridge} -j RETURN`),
    ...all.map(
      ({ bridge, address, port, published }) =>
        `-A DOCKER ! -i ${bridge} -p tcp -m tcp --dport ${published} -j DNAT --to-destination ${address}:${port}`,
    ),
  ];
  const own = ['DOCKER', 'DOCKER-ISOLATION-STAGE-1', 'DOCKER-ISOLATION-STAGE-2', 'DOCKER-USER'];
  return saveOf({
    nat: [[...NAT, 'DOCKER -'], nat],
    filter: [[...FILTER, ...own.map((chain) => `${chain} -`)], filter],
  });
}

const FORWARD = [
  '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
  '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT',
  '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
];
const FIREWALL =
  '-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP';

/** kube-proxy in iptables mode: so many services of three endpoints each. */
export function kubeProxy(services: number): string {
  const filter = saveOf({
    filter: [
      [...FILTER, 'KUBE-FIREWALL -', 'KUBE-FORWARD -'],
      [
        '-A INPUT -j KUBE-FIREWALL',
        '-A FORWARD -m conntrack --ctstate INVALID -j DROP',
        ...FORWARD,
        '-A OUTPUT -j KUBE-FIREWALL',
        FIREWALL,
      ],
    ],
  });
  // eleven rules a service, and five that stand once
  return `${rulesetText('kube-proxy', 11 * services + 5)}${filter}`;
}

/** The same in ipvs mode: its rules ask sets, whatever the number of services. */
export function kubeIpvs(services: number): readonly Text[] {
  const random = new Random(5);
  const addresses = Array.from({ length: services }, (_, i) => 0x0a600000 + i);
  const clusterIp = addresses.map(
    (address) => `add KUBE-CLUSTER-IP ${formatIpv4(address)},tcp:${random.pick([80, 443, 5432, 8080])}`,
  );
  const loopBack = Array.from({ length: 3 * services }, (_, i) => {
    const endpoint = formatIpv4(0x0af40000 + i);
    return `add KUBE-LOOP-BACK ${endpoint},tcp:8080,${endpoint}`;
  });
  const sets = [
    'create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 16384 maxelem 65536',
    ...clusterIp,
    'create KUBE-LOOP-BACK hash:ip,port,ip family inet hashsize 32768 maxelem 65536',
    ...loopBack,
    'create KUBE-NODE-PORT-TCP bitmap:port range 0-65535',
    ...Array.from({ length: 100 }, (_, i) => `add KUBE-NODE-PORT-TCP ${30000 + 7 * i}`),
  ];
  const nat = [
    '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
    '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
    '-A KUBE-NODE-PORT -p tcp -m set --match-set KUBE-NODE-PORT-TCP dst -j KUBE-MARK-MASQ',
    '-A KUBE-POSTROUTING -m set --match-set KUBE-LOOP-BACK dst,dst,src -j MASQUERADE',
    '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
    '-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0',
    '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
    '-A KUBE-SERVICES ! -s 10.244.0.0/16 -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ',
    '-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT',
    '-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT',
  ];
  const rules = saveOf({
    nat: [
      [
        ...NAT,
        ...['KUBE-MARK-MASQ', 'KUBE-NODE-PORT', 'KUBE-POSTROUTING', 'KUBE-SERVICES'].map((chain) => `${chain} -`),
      ],
      nat,
    ],
    filter: [
      [...FILTER, 'KUBE-FIREWALL -', 'KUBE-FORWARD -', 'KUBE-IPVS-FILTER -'],
      [
        '-A INPUT -m comment --comment "kubernetes ipvs access filter" -j KUBE-IPVS-FILTER',
        '-A INPUT -j KUBE-FIREWALL',
        ...FORWARD,
        '-A OUTPUT -j KUBE-FIREWALL',
        FIREWALL,
        '-A KUBE-IPVS-FILTER -m set --match-set KUBE-CLUSTER-IP dst,dst -j RETURN',
        '-A KUBE-IPVS-FILTER -d 10.96.0.0/16 -m conntrack --ctstate NEW -j REJECT --reject-with icmp-port-unreachable',
      ],
    ],
  });
  return [{ name: 'iptables', text: rules }, { name: 'ipset', text: `${sets.join('\n')}\n` }, ...hostTexts(addresses)];
}
