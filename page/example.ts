/** What stands on the page at first: the host and the question of the README. */
import addr from '../examples/host/addr.txt?raw';
import route from '../examples/host/route.txt?raw';
import rules from '../examples/host/rules.save?raw';
import sets from '../examples/host/sets.ipset?raw';
import sysctl from '../examples/host/sysctl.txt?raw';
import type { Question, Source } from './model.js';

export const EXAMPLE_TEXTS: readonly Source[] = [
  { name: 'rules.save', text: rules },
  { name: 'sets.ipset', text: sets },
  { name: 'addr.txt', text: addr },
  { name: 'route.txt', text: route },
  { name: 'sysctl.txt', text: sysctl },
];

export const EXAMPLE_QUESTION: Question = {
  as: 'form',
  form: {
    sent: false,
    in: 'eth0',
    out: '',
    proto: 'tcp',
    src: '192.168.1.77',
    sport: '51000',
    dst: '192.168.1.51',
    dport: '8081',
    flags: 'SYN',
    type: '',
    mark: '',
    state: '',
  },
  line: '',
  until: 'first',
  assume: [],
};
