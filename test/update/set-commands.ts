/**
 * Commands to sets of a host that is loaded, and whether they are taken: test/kernel/update.kernel.test.ts asks ipset and the kernel,
 * test/update-sets.test.ts LoadedHost.updateSets.
 */
export const SETS = `create hosts hash:ip family inet maxelem 4
add hosts 10.0.0.1
add hosts 10.0.0.2
create nets hash:net family inet
add nets 192.0.2.0/24
add nets 192.0.2.128/25 nomatch
create timed hash:ip family inet timeout 60
add timed 10.0.0.1
add timed 10.0.0.2 timeout 0
create pairs hash:ip,port family inet
add pairs 10.0.0.1,tcp:80
create ports bitmap:port range 0-1023
add ports 80
create other hash:ip family inet
add other 10.0.0.9
create all list:set size 8
add all hosts
add all nets
create spare hash:ip family inet
`;
/** Rules that name all but the last. */
export const NAMING = `*raw
${['hosts', 'nets', 'timed', 'ports', 'other', 'all'].map((name) => `-A PREROUTING -m set --match-set ${name} src\n`).join('')}-A PREROUTING -m set --match-set pairs src,src
COMMIT
`;

export interface Commands {
  readonly text: string;
  readonly exist?: boolean;
  /** the code of what is wrong; undefined: nothing is. */
  readonly code?: string;
}

export const COMMANDS: Readonly<Record<string, Commands>> = {
  'one is added': { text: 'add hosts 10.0.0.3\n' },
  'one is deleted': { text: 'del hosts 10.0.0.1\n' },
  'what is there': { text: 'add hosts 10.0.0.3\nadd hosts 10.0.0.1\n', code: 'duplicate-member' },
  'what is there, and may be': { text: 'add -exist hosts 10.0.0.1\n' },
  'what is not there': { text: 'del hosts 10.0.0.7\n', code: 'no-such-member' },
  'what is not there, and need not': { text: 'del -exist hosts 10.0.0.7\n' },
  'all as if it might': {
    text: 'add hosts 10.0.0.1\ndel hosts 10.0.0.7\ncreate hosts hash:ip maxelem 4\n',
    exist: true,
  },
  'as if there might be one, but of another size': {
    text: 'create hosts hash:ip\n',
    exist: true,
    code: 'duplicate-set',
  },
  'one more than there may be': {
    text: 'add hosts 10.0.0.3\nadd hosts 10.0.0.4\nadd hosts 10.0.0.5\n',
    code: 'set-full',
  },
  'one for another': { text: 'add hosts 10.0.0.3\nadd hosts 10.0.0.4\ndel hosts 10.0.0.1\nadd hosts 10.0.0.5\n' },
  'a range': { text: 'add other 10.0.1.0-10.0.1.5\ndel other 10.0.1.2\n' },
  'a set that is not there': { text: 'add nowhere 10.0.0.1\n', code: 'unknown-set' },
  'what is no address': { text: 'add hosts 10.0.0.256\n', code: 'bad-member' },
  'a time where there is none': { text: 'add hosts 10.0.0.3 timeout 5\n', code: 'bad-member' },
  'nets, longer and shorter': { text: 'add nets 10.0.0.0/9\nadd nets 10.0.0.7\ndel nets 192.0.2.0/24\n' },
  'no match for a match': { text: 'add -exist nets 192.0.2.128/25\n' },
  'a pair': { text: 'add pairs 10.0.0.1,udp:80\ndel pairs 10.0.0.1,tcp:80\n' },
  ports: { text: 'add ports 100-110\ndel ports 80\n' },
  'a port out of range': { text: 'add ports 1024\n', code: 'refused-member' },
  'all of a set': { text: 'flush hosts\nadd hosts 10.0.0.8\n' },
  'all of all': { text: 'flush\n' },
  'another set in its place': {
    text: 'create new hash:ip family inet\nadd new 10.0.0.77\nswap new other\ndestroy new\n',
  },
  'one of another type in its place': { text: 'swap other nets\n', code: 'type-mismatch' },
  'a set that rules name is destroyed': { text: 'destroy other\n', code: 'set-in-use' },
  'a set that rules name is renamed': { text: 'rename other another\n', code: 'set-in-use' },
  'a set of a list is destroyed': { text: 'create own list:set\nadd own spare\ndestroy spare\n', code: 'set-in-use' },
  'a set that nothing names is destroyed': { text: 'destroy spare\n' },
  'it is renamed': { text: 'rename spare another\nadd another 10.0.0.1\n' },
  'all are destroyed': { text: 'destroy\n', code: 'set-in-use' },
  'a list holds another one': { text: 'add all other\ndel all hosts\n' },
  'a list holds it before others': { text: 'add all other before hosts\n' },
  'a word behind a member': { text: 'del hosts 10.0.0.1 extra\n', code: 'bad-set-option' },
  'an option of add behind one that is deleted': { text: 'del nets 192.0.2.128/25 nomatch\n', code: 'bad-set-option' },
  'a word behind the set': { text: 'flush hosts extra\n', code: 'bad-set-option' },
  'a word behind both sets': { text: 'swap other hosts extra\n', code: 'bad-set-option' },
  'a flag behind the set': { text: 'flush hosts -exist\n' },
  'a flag behind a member': { text: 'del hosts 10.0.0.7 -exist\n' },
  'one of a list before another': { text: 'del all hosts before nets\n' },
  'one of a list before another, and more': { text: 'del all hosts before nets extra\n', code: 'bad-set-option' },
  'what changes nothing': { text: 'test hosts 10.0.0.1\nsave hosts\nlist hosts\n' },
  'what is no command': { text: 'hello\n', code: 'unknown-line' },
};
