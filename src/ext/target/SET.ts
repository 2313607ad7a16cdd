import { question } from '../../model/question.js';
import type { Word } from '../../model/ruleset.js';
import { SETS_STATE } from '../../model/set-test.js';
import { target } from '../define.js';
import { flagPiece, type Listed, listedOf, piece } from '../listed.js';
import { type SetUse, setUse, takeSetUse } from '../match/set-use.js';
import { flag, integer } from '../values.js';

/** UINT_MAX stands for no --timeout. */
const MAX_TIMEOUT = 0xfffffffe;
const MAPPED = ['map-mark', 'map-prio', 'map-queue'] as const;

/** set_target_v3 in net/netfilter/xt_set.c: it adds, then deletes, then maps, and the packet goes on whatever comes of it. */
export const SET = target({
  name: 'SET',
  about: "adds the packet's addresses, ports, interface or mark to an ipset, deletes them, or marks it as the set says",
  sets: true,
  options: {
    'add-set': { value: setUse },
    exist: { value: flag, needs: ['add-set'] },
    timeout: { value: integer(MAX_TIMEOUT), needs: ['add-set'] },
    'del-set': { value: setUse },
    'map-set': { value: setUse },
    'map-mark': { value: flag, needs: ['map-set'] },
    'map-prio': { value: flag, needs: ['map-set'] },
    'map-queue': { value: flag, needs: ['map-set'] },
  },
  check(given, rule) {
    if (!given['add-set'] && !given['del-set'] && !given['map-set'])
      rule.refuse('needs one of --add-set, --del-set, --map-set');
    if (!given['map-set']) return;
    if (!MAPPED.some((key) => given[key])) rule.refuse('needs one of --map-mark, --map-prio, --map-queue', 'map-set');
    if (rule.table !== 'mangle') rule.refuse('is for table mangle alone', 'map-set');
    for (const key of ['map-prio', 'map-queue'] as const)
      if (given[key] && ['PREROUTING', 'INPUT'].includes(rule.chain))
        rule.refuse('is for FORWARD, OUTPUT and POSTROUTING alone', key);
  },
  lower(given, act) {
    const { 'add-set': add, 'del-set': del, 'map-set': map, exist, timeout } = given;
    const asked = question.target('SET');
    const of = ({ name, directions }: SetUse) => ({ state: SETS_STATE, set: name, directions }) as const;
    const change = { what: 'set-change', exist: exist !== undefined, timeout: timeout?.value } as const;
    return [
      ...(add ? [act.host({ ...change, verb: 'add', ...of(add.value) }, asked)] : []),
      ...(del ? [act.host({ what: 'set-change', verb: 'delete', exist: false, ...of(del.value) }, asked)] : []),
      ...(map ? [act.host({ what: 'set-map', mark: given['map-mark'] !== undefined, ...of(map.value) }, asked)] : []),
    ];
  },
});

const uses = ['add-set', 'del-set', 'map-set'];
const behind = listedOf(undefined, () => [piece('timeout'), ...['exist', ...MAPPED].map((key) => flagPiece(key))]);

/** `add-set NAME src,dst exist timeout 60`, and so the others. */
export const SETListed: Listed = {
  begins: uses,
  read(text) {
    const words: Word[] = [];
    for (const key of uses) {
      const one = takeSetUse(text, key);
      if (one) words.push(...one, ...(behind.read(text) ?? []));
    }
    return words.length === 0 ? undefined : words;
  },
};
