/**
 * What `npm start` runs: the command with the arguments that were given, or, without any, the example's question, and
 * then a million packets.
 */
import { main } from '../dist/command/main.js';

const QUESTION = '-i eth0 -p tcp -s 192.168.1.77 --sport 51000 -d 192.168.1.51 --dport 8081 --syn';

const given = process.argv.slice(2);
if (given.length > 0) {
  // npm goes to the project's folder first, and files are named from where it was started
  if (process.env.npm_lifecycle_event === 'start') process.chdir(process.env.INIT_CWD ?? '.');
  process.exitCode = await main(given);
} else {
  const args = ['explain', 'examples/host', ...QUESTION.split(' ')];
  process.stdout.write(
    "The first rule of nat PREROUTING takes every packet from anywhere. When is the second one reached? The first one's\n" +
      'target is a chain and no verdict: the packet goes through that chain, and comes back unless a rule there decides.\n\n' +
      `$ packetwalk ${args.join(' ')}\n`,
  );
  process.exitCode = await main(args);
  const many = 'classify examples/host --synthetic 1000000 --top 5'.split(' ');
  process.stdout.write(
    `\nAnd a million packets, made up near what the rules test:\n\n$ packetwalk ${many.join(' ')}\n`,
  );
  await main(many);
  process.stdout.write(
    '\nAsk your own: npm start -- explain FILES -i eth0 -p tcp -s ADDRESS -d ADDRESS --dport PORT\n' +
      'FILES hold what a host prints: iptables-save, ipset save, ip addr, ip route, sysctl; in any order, or one folder.\n' +
      'Or on a page, step by step: npm run page\n',
  );
}
