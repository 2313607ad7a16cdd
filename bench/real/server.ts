/** Servers: what an administrator writes, and what ufw makes of what one allows. */
import { Random } from '../../test/kernel/generate/random.js';
import { FILTER, saveOf } from './host.js';

/** One table, some sixty rules. */
export function server(): string {
  const random = new Random(1);
  const office = Array.from({ length: 12 }, () => `10.${random.below(2)}.${random.below(256)}.0/24`);
  const rules = [
    '-A INPUT -i lo -j ACCEPT',
    '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    '-A INPUT -m conntrack --ctstate INVALID -j DROP',
    '-A INPUT -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN -m conntrack --ctstate NEW -j DROP',
    '-A INPUT -s 127.0.0.0/8 -j DROP',
    ...[3, 8, 11, 12].map((type) => `-A INPUT -p icmp -m icmp --icmp-type ${type} -j ACCEPT`),
    ...office.map((network) => `-A INPUT -s ${network} -p tcp -m tcp --dport 22 -j ACCEPT`),
    '-A INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT',
    '-A INPUT -p tcp -m multiport --dports 25,465,587,993 -j ACCEPT',
    ...[53, 123, 1194].map((port) => `-A INPUT -p udp -m udp --dport ${port} -j ACCEPT`),
    ...office.flatMap((network) => [
      `-A INPUT -s ${network} -p tcp -m tcp --dport ${random.pick([3306, 5432, 6379])} -j ACCEPT`,
      `-A INPUT -s ${network} -p udp -m udp --dport 161:162 -j ACCEPT`,
    ]),
    '-A INPUT -p tcp -m tcp --dport 113 -j REJECT --reject-with tcp-reset',
    '-A INPUT -m addrtype --dst-type BROADCAST -j DROP',
    '-A INPUT -j REJECT --reject-with icmp-port-unreachable',
  ];
  return saveOf({ filter: [['INPUT DROP', 'FORWARD DROP', 'OUTPUT ACCEPT'], rules] });
}

/** The chains that ufw always has, for each direction. */
const UFW = ['before-logging', 'before', 'after', 'after-logging', 'reject', 'track'];
const DIRECTIONS = ['input', 'output', 'forward'];

/** ufw with forty rules of the user. */
export function ufw(): string {
  const random = new Random(2);
  const log = (name: string) => `-m limit --limit 3/min --limit-burst 10 -j LOG --log-prefix "[UFW ${name}] "`;
  const allowed = Array.from({ length: 40 }, () => {
    const from = random.below(3) === 0 ? ` -s 10.${random.below(2)}.${random.below(256)}.${random.below(256)}/32` : '';
    const protocol = random.pick(['tcp', 'tcp', 'udp']);
    const port = random.pick([22, 53, 80, 443, 1024 + random.below(60000)]);
    return `-A ufw-user-input${from} -p ${protocol} -m ${protocol} --dport ${port} -j ${random.pick(['ACCEPT', 'ACCEPT', 'DROP'])}`;
  });
  const chains = [
    ...DIRECTIONS.flatMap((way) => [
      ...UFW.map((name) => `ufw-${name}-${way}`),
      `ufw-user-${way}`,
      `ufw-skip-to-policy-${way}`,
    ]),
    ...['ufw-logging-allow', 'ufw-logging-deny', 'ufw-not-local'],
    ...['ufw-user-limit', 'ufw-user-limit-accept'],
  ];
  const rules = [
    ...DIRECTIONS.flatMap((way) => UFW.map((name) => `-A ${way.toUpperCase()} -j ufw-${name}-${way}`)),
    ...[137, 138, 67, 68].map((port) => `-A ufw-after-input -p udp -m udp --dport ${port} -j ufw-skip-to-policy-input`),
    ...[139, 445].map((port) => `-A ufw-after-input -p tcp -m tcp --dport ${port} -j ufw-skip-to-policy-input`),
    '-A ufw-after-input -m addrtype --dst-type BROADCAST -j ufw-skip-to-policy-input',
    `-A ufw-after-logging-forward ${log('BLOCK')}`,
    `-A ufw-after-logging-input ${log('BLOCK')}`,
    '-A ufw-before-forward -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    ...[3, 11, 12, 8].map((type) => `-A ufw-before-forward -p icmp -m icmp --icmp-type ${type} -j ACCEPT`),
    '-A ufw-before-forward -j ufw-user-forward',
    '-A ufw-before-input -i lo -j ACCEPT',
    '-A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    '-A ufw-before-input -m conntrack --ctstate INVALID -j ufw-logging-deny',
    '-A ufw-before-input -m conntrack --ctstate INVALID -j DROP',
    ...[3, 11, 12, 8].map((type) => `-A ufw-before-input -p icmp -m icmp --icmp-type ${type} -j ACCEPT`),
    '-A ufw-before-input -p udp -m udp --sport 67 --dport 68 -j ACCEPT',
    '-A ufw-before-input -j ufw-not-local',
    '-A ufw-before-input -d 224.0.0.251/32 -p udp -m udp --dport 5353 -j ACCEPT',
    '-A ufw-before-input -d 239.255.255.250/32 -p udp -m udp --dport 1900 -j ACCEPT',
    '-A ufw-before-input -j ufw-user-input',
    '-A ufw-before-output -o lo -j ACCEPT',
    '-A ufw-before-output -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    '-A ufw-before-output -j ufw-user-output',
    `-A ufw-logging-allow ${log('ALLOW')}`,
    '-A ufw-logging-deny -m conntrack --ctstate INVALID -m limit --limit 3/min --limit-burst 10 -j RETURN',
    `-A ufw-logging-deny ${log('BLOCK')}`,
    ...['LOCAL', 'MULTICAST', 'BROADCAST'].map((type) => `-A ufw-not-local -m addrtype --dst-type ${type} -j RETURN`),
    '-A ufw-not-local -m limit --limit 3/min --limit-burst 10 -j ufw-logging-deny',
    '-A ufw-not-local -j DROP',
    '-A ufw-skip-to-policy-forward -j DROP',
    '-A ufw-skip-to-policy-input -j DROP',
    '-A ufw-skip-to-policy-output -j ACCEPT',
    ...['tcp', 'udp'].map((protocol) => `-A ufw-track-output -p ${protocol} -m conntrack --ctstate NEW -j ACCEPT`),
    ...allowed,
    `-A ufw-user-limit ${log('LIMIT BLOCK')}`,
    '-A ufw-user-limit -j REJECT --reject-with icmp-port-unreachable',
    '-A ufw-user-limit-accept -j ACCEPT',
  ];
  return saveOf({
    filter: [['INPUT DROP', 'FORWARD DROP', 'OUTPUT ACCEPT', ...chains.map((chain) => `${chain} -`)], rules],
  });
}

/** So many rules that drop one address each, as programs that watch logs write them. */
export function dropList(rules: number): string {
  const random = new Random(3);
  const list = Array.from({ length: rules }, () => {
    const address = [0, 8, 16, 24].map((shift) => (random.word() >>> shift) & 255).join('.');
    return `-A INPUT -s ${address}/32 -j DROP`;
  });
  return saveOf({ filter: [FILTER, list] });
}
