/** Random hosts in network namespaces: their texts, and what `ip route get` answers there. */
import { spawnSync } from 'node:child_process';
import type { Family } from '../../src/net/address.js';
import type { RandomHost } from '../routing/random.js';
import type { HostTexts } from '../routing/read.js';

const MARK = '-----8<-----';

/** Before anything of the host is there: no settings but the kernel's own, and forwarding. */
const BASE: Readonly<Record<Family, readonly string[]>> = {
  4: ['for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 > $f; done', 'echo 1 > /proc/sys/net/ipv4/ip_forward'],
  // the addresses that a link gets by itself are drawn
  6: [
    'for f in /proc/sys/net/ipv6/conf/*/addr_gen_mode; do echo 1 > $f; done',
    'echo 1 > /proc/sys/net/ipv6/conf/all/forwarding',
  ],
};
/** The kernel sees for itself, a little later, that nobody else has an address. */
const SETTLE: Readonly<Record<Family, string>> = {
  4: '',
  6: 'for try in 1 2 3 4 5 6 7 8; do ip -6 addr show up | grep -q tentative || break; sleep 0.05; done',
};
const SYSCTLS: Readonly<Record<Family, string>> = {
  4: 'sysctl -a -r net.ipv4.conf 2>/dev/null; sysctl net.ipv4.ip_forward',
  6: 'sysctl -a -r net.ipv6.conf 2>/dev/null',
};

/** A script that builds the host, asks its questions and prints its texts, parted by MARK. */
function script(family: Family, host: RandomHost, questions: readonly string[]): string {
  const texts = [
    'ip -j addr',
    'ip -j link',
    `ip -j -${family} route show table all`,
    `ip -j -${family} rule`,
    'ip addr',
    'ip link',
    `ip -${family} route show table all`,
    `ip -${family} rule`,
    SYSCTLS[family],
  ];
  return [
    ...host.links.map((link) => `ip tuntap add ${link} mode tun`),
    ...BASE[family],
    // first: the kernel keeps the source that it chose for a hop, whatever route_localnet becomes afterwards
    ...host.sysctls.map(([path, value]) => `echo ${value} > /proc/sys/net/ipv${family}/${path}`),
    `ip -${family} -force -batch - 2>/dev/null <<'END'\n${host.batch.join('\n')}\nEND`,
    SETTLE[family],
    ...texts.map((text) => `${text}; echo '${MARK}'`),
    `ip -j -${family} -force -batch - 2>&1 <<'END'\n${questions.join('\n')}\nEND`,
  ].join('\n');
}

/** One answer for each question, an error's short name where there is none. */
export interface Asked {
  readonly texts: HostTexts;
  readonly plain: HostTexts;
  readonly answers: (RouteGet | string)[];
}

export function ask(family: Family, host: RandomHost, questions: readonly string[]): Asked {
  const { stdout } = spawnSync('unshare', ['-n', 'sh'], {
    input: script(family, host, questions),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...process.env, LC_ALL: 'C' },
  });
  const parts = stdout.split(`${MARK}\n`);
  const [jsonAddr, jsonLink, jsonRoute, jsonRule, addr, link, route, rule, sysctl, answers] = parts as string[];
  return {
    texts: { addr: jsonAddr!, link: jsonLink!, route: [jsonRoute!], rule: jsonRule!, sysctl: sysctl!, family },
    plain: { addr: addr!, link: link!, route: [route!], rule: rule!, sysctl: sysctl!, family },
    answers: answersOf(answers ?? '', questions.length),
  };
}

const ERRNO: Readonly<Record<string, string>> = {
  'Invalid argument': 'EINVAL',
  'Network is unreachable': 'ENETUNREACH',
  'No route to host': 'EHOSTUNREACH',
  'Permission denied': 'EACCES',
  'Invalid cross-device link': 'EXDEV',
};

export interface RouteGet {
  readonly type?: string;
  readonly dev?: string;
  readonly gateway?: string;
  readonly via?: { readonly host: string };
  readonly prefsrc?: string;
  readonly cache?: readonly string[];
}

/** In order; errors name the line that they belong to. */
function answersOf(output: string, count: number): (RouteGet | string)[] {
  const answers = new Array<RouteGet | string>(count).fill('');
  const good: RouteGet[] = [];
  let pending = '';
  for (const line of output.split('\n')) {
    const failed = /^Command failed -:(\d+)/.exec(line);
    if (failed !== null) answers[Number(failed[1]) - 1] = pending;
    else if (line.startsWith('RTNETLINK answers: ')) pending = ERRNO[line.slice(19)] ?? line;
    else if (/^Error:/.test(line)) pending = line;
    else if (line.trim().startsWith('[')) good.push(...(JSON.parse(line) as RouteGet[]));
  }
  let next = 0;
  for (let i = 0; i < count; i++) if (answers[i] === '') answers[i] = good[next++] ?? 'no answer';
  return answers;
}
