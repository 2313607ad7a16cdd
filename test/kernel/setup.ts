/** A scenario's set-up commands as few programs: each program costs as much as dozens of packets. */

/** What every namespace begins with: the kernel's defaults, whatever the host around it has made of them, and forwarding. */
const BASE = `
for conf in /proc/sys/net/ipv4/conf/*; do
  for name in rp_filter accept_local route_localnet; do echo 0 > $conf/$name; done
  echo 1 > $conf/send_redirects
done
echo 1 > /proc/sys/net/ipv4/ip_forward
echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
echo 0 > /proc/sys/net/ipv4/icmp_ratelimit
for conf in /proc/sys/net/ipv6/conf/*; do
  echo 0 > $conf/accept_ra
  echo 0 > $conf/accept_dad
  echo 1 > $conf/addr_gen_mode
done
`;

export interface Setup {
  /** Devices for the agent to make before the script runs: `tun eth0`. */
  tuns: string[];
  /** For `sh -e`. */
  script: string;
}

const TUN = /^ip tuntap add (?:dev )?(\S+) mode (tun|tap)$|^ip tuntap add mode (tun|tap) (?:dev )?(\S+)$/;
const IP = /^ip ((?:-[46] )?)([a-z][^|&;<>()$`\\"'*?[#~=%\n]*)$/;
const SYSCTL = /^sysctl (?:-qw|-wq|-w|-q -w|-q) ([\w./-]+)=(\S+)$/;

/** sysctl writes a dot inside a component (a link's name) as a slash, and the other way round in its path. */
function sysctlPath(name: string): string {
  return `/proc/sys/${name.replace(/[./]/g, (c) => (c === '.' ? '/' : '.'))}`;
}

/** The kernel makes the routes of an IPv6 address a little later than the address (addrconf_dad_work): it is waited for. */
const SETTLED = `
waits=1
for again in $(seq 200); do
  routes=$(ip -6 route show table local)
  waits=
  for address in $(ip -6 -o addr show | sed 's/.* inet6 //; s,/.*,,'); do
    case "$routes" in *"local $address dev"*) ;; *) waits=1 ;; esac
  done
  test -z "$waits" && break
  sleep 0.01
done
test -z "$waits"
`;

/** The taps among a set-up's links. */
export const tapsOf = (commands: readonly string[]): Set<string> =>
  new Set(commands.flatMap((command) => (command.endsWith(' mode tap') ? (TUN.exec(command)?.[1] ?? []) : [])));

export function planSetup(commands: string[]): Setup {
  const tuns: string[] = [];
  const script: string[] = [BASE];
  let batch: { family: string; lines: string[] } | undefined;
  const endBatch = (): void => {
    if (batch) script.push(`ip ${batch.family}-batch - <<'END'\n${batch.lines.join('\n')}\nEND\n`);
    batch = undefined;
  };
  for (const command of commands.map((line) => line.trim())) {
    const tun = TUN.exec(command);
    if (tun) {
      tuns.push(`${tun[2] ?? tun[3]} ${tun[1] ?? tun[4]}`);
      continue;
    }
    const ip = IP.exec(command);
    if (ip) {
      const family = ip[1]!;
      if (batch?.family !== family) endBatch();
      batch ??= { family, lines: [] };
      batch.lines.push(ip[2]!);
      continue;
    }
    endBatch();
    const sysctl = SYSCTL.exec(command);
    script.push(sysctl ? `echo '${sysctl[2]}' > ${sysctlPath(sysctl[1]!)}\n` : `${command}\n`);
  }
  endBatch();
  if (commands.some((command) => command.includes('ip -6 addr add'))) script.push(SETTLED);
  return { tuns, script: script.join('') };
}
