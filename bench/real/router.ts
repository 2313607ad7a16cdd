/** A router between the world and a company's networks: four tables, about two hundred and fifty rules. */
import { Random } from '../../test/kernel/generate/random.js';
import { MANGLE, NAT, RAW, saveOf } from './host.js';

export function router(): string {
  const random = new Random(4);
  const inside = (bits: number) =>
    `10.${random.below(2)}.${random.below(256)}.${bits === 32 ? random.below(256) : 0}/${bits}`;
  const port = () => random.pick([22, 25, 80, 443, 993, 3389, 5432, 8080, 8443]);
  const published = Array.from({ length: 30 }, (_, i) => ({ outside: 2000 + 10 * i, host: inside(32), port: port() }));
  const zones = ['office', 'servers', 'guests', 'lab'];
  const raw = [
    ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '127.0.0.0/8', '224.0.0.0/4'].map(
      (network) => `-A PREROUTING -s ${network} -i eth0 -j DROP`,
    ),
    '-A PREROUTING -p udp -m udp --dport 53 -j CT --notrack',
    '-A OUTPUT -p udp -m udp --sport 53 -j CT --notrack',
  ];
  const mangle = [
    '-A PREROUTING -i eth1 -j MARK --set-xmark 0x1/0xff',
    '-A PREROUTING -i eth2 -j MARK --set-xmark 0x2/0xff',
    ...Array.from(
      { length: 16 },
      () =>
        `-A PREROUTING -s ${inside(24)} -p tcp -m tcp --dport ${port()} -j DSCP --set-dscp 0x${(8 + 2 * random.below(16)).toString(16).padStart(2, '0')}`,
    ),
    '-A FORWARD -o eth0 -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu',
  ];
  const nat = [
    ...published.map(
      ({ outside, host, port }) =>
        `-A PREROUTING -d 203.0.113.10/32 -p tcp -m tcp --dport ${outside} -j DNAT --to-destination ${host.slice(0, -3)}:${port}`,
    ),
    ...published.map(
      ({ host, port }) =>
        `-A POSTROUTING -s 10.0.0.0/15 -d ${host} -p tcp -m tcp --dport ${port} -j SNAT --to-source 10.0.0.1`,
    ),
    '-A POSTROUTING -s 10.0.0.0/15 -o eth0 -j SNAT --to-source 203.0.113.10',
  ];
  const filter = [
    '-A INPUT -i lo -j ACCEPT',
    '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    '-A INPUT -m conntrack --ctstate INVALID -j DROP',
    '-A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT',
    '-A INPUT ! -i eth0 -p udp -m multiport --dports 53,67,123 -j ACCEPT',
    '-A INPUT -i eth1 -p tcp -m tcp --dport 22 -j ACCEPT',
    '-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    '-A FORWARD -m conntrack --ctstate INVALID -j DROP',
    '-A FORWARD -i eth1 -o eth0 -j office',
    '-A FORWARD -i eth0 -j servers',
    '-A FORWARD -m mark --mark 0x2/0xff -j guests',
    '-A FORWARD -i eth1 -o eth2 -j lab',
    ...published.map(({ host, port }) => `-A servers -d ${host} -p tcp -m tcp --dport ${port} -j ACCEPT`),
    ...zones.flatMap((zone) =>
      Array.from({ length: 26 }, () => {
        const from = random.below(3) === 0 ? '' : ` -s ${inside(random.pick([24, 28, 32]))}`;
        const to = random.below(2) === 0 ? ` -d ${inside(24)}` : '';
        const protocol = random.pick(['tcp', 'tcp', 'udp']);
        const ports =
          random.below(4) === 0 ? `multiport --dports ${port()},${port()},1024:1100` : `${protocol} --dport ${port()}`;
        return `-A ${zone}${from}${to} -p ${protocol} -m ${ports} -j ${random.pick(['ACCEPT', 'ACCEPT', 'DROP', 'RETURN'])}`;
      }),
    ),
    ...zones.map((zone) => `-A ${zone} -p tcp -m tcp --dport 25 -j REJECT --reject-with tcp-reset`),
    '-A office -j ACCEPT',
    '-A FORWARD -j REJECT --reject-with icmp-admin-prohibited',
  ];
  return saveOf({
    raw: [RAW, raw],
    mangle: [MANGLE, mangle],
    nat: [NAT, nat],
    filter: [['INPUT DROP', 'FORWARD DROP', 'OUTPUT ACCEPT', ...zones.map((zone) => `${zone} -`)], filter],
  });
}
