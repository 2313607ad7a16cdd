/** Ports that Docker publishes, and a firewall of ufw beside it. */
import { Field } from '../../abi.js';
import type { Ranges } from '../../model/ranges.js';
import type { FindingKind } from './kind.js';
import type { Ruleset } from './ruleset.js';

/** Whether rules of ufw for other hosts' packets are asked, or the user has rules of his own before Docker's. */
function isGuarded(rules: Ruleset): boolean {
  const own = rules.table('filter')?.chains.get('DOCKER-USER')?.rules ?? [];
  return own.some(({ rule, actions }) =>
    actions.some(
      ({ kind }) => kind === 'reject' || kind === 'jump' || kind === 'goto' || (kind === 'verdict' && !isAccept(rule)),
    ),
  );
}
const isAccept = ({ target }: { readonly target: unknown }): boolean =>
  (target as { readonly verdict?: string } | undefined)?.verdict === 'ACCEPT';

export const dockerPassesUfw: FindingKind = {
  code: 'docker-passes-ufw',
  severity: 'warning',
  title: 'a port that Docker publishes past ufw',
  about:
    'Docker gives packets to a published port the address of the container (nat DOCKER), so that they pass FORWARD and not INPUT: "ufw deny" and "ufw allow" fill chains of INPUT, which never see them, and in FORWARD Docker\'s chains come before those of ufw. The port is open to everyone who reaches the host. Publish it on one address (-p 127.0.0.1:8080:80), or put rules into DOCKER-USER, which Docker asks first and leaves alone.',
  example: [
    '*nat\n:DOCKER - [0:0]\n-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER\n-A DOCKER ! -i docker0 -p tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80\nCOMMIT\n*filter\n:FORWARD DROP [0:0]\n:DOCKER - [0:0]\n:ufw-user-input - [0:0]\n:ufw-before-forward - [0:0]\n-A INPUT -j ufw-user-input\n-A FORWARD -o docker0 -j DOCKER\n-A FORWARD -j ufw-before-forward\n-A DOCKER -d 172.17.0.2 ! -i docker0 -o docker0 -p tcp --dport 80 -j ACCEPT\nCOMMIT\n',
  ],
  looksLike: [
    '*nat\n:DOCKER - [0:0]\n-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER\n-A DOCKER ! -i docker0 -p tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80\nCOMMIT\n*filter\n:FORWARD DROP [0:0]\n:DOCKER - [0:0]\n:DOCKER-USER - [0:0]\n:ufw-user-input - [0:0]\n:ufw-user-forward - [0:0]\n-A INPUT -j ufw-user-input\n-A FORWARD -j DOCKER-USER\n-A FORWARD -o docker0 -j DOCKER\n-A DOCKER -d 172.17.0.2 ! -i docker0 -o docker0 -p tcp --dport 80 -j ACCEPT\n-A DOCKER-USER -j ufw-user-forward\nCOMMIT\n',
  ],
  find(rules, report) {
    const published = rules.table('nat')?.chains.get('DOCKER');
    const filter = rules.table('filter');
    if (published === undefined || filter === undefined || !filter.chains.has('ufw-user-input')) return;
    if (!published.table.hooksOf(published).includes('PREROUTING') || isGuarded(rules)) return;
    const forward = filter.hook('FORWARD')?.rules ?? [];
    const first = (prefix: string) =>
      forward.findIndex(({ actions }) =>
        actions.some((action) => action.kind === 'jump' && action.chain.startsWith(prefix)),
      );
    const ufw = first('ufw-');
    const docker = first('DOCKER');
    if (docker < 0 || (ufw >= 0 && ufw < docker)) return;
    for (const { rule, limits, actions } of published.rules) {
      const [action] = actions;
      // what is published on the loopback address alone nobody reaches from outside
      if (action?.kind !== 'translate' || isLoopback(limits.numbers.get(Field.Dst))) continue;
      const { ports } = action.translation;
      const port = limits.numbers.get(Field.Dport)?.[0]?.min ?? ports?.min;
      report.rule(
        rule,
        `port ${port} is published by Docker: its packets go by FORWARD, where ufw's rules for incoming ones never see them`,
      );
    }
  },
};

const isLoopback = (ranges: Ranges | undefined): boolean =>
  ranges?.every(({ min, max }) => min >>> 24 === 127 && max >>> 24 === 127) === true;
