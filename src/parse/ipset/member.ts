/** The options behind a member's element: `timeout 5 nomatch packets 1 bytes 40 comment "x"`. */

import { MEMBER_NOMATCH, MEMBER_WILDCARD, type SkbInfo } from '../../model/members.js';
import { knowsNomatch, type SetDef, type SetOptions } from '../../model/set.js';
import type { Word } from '../text.js';
import { MAX_TIMEOUT } from './create.js';
import { integerOf } from './port.js';

export interface MemberOptions {
  flags: number;
  timeout: number;
  packets: number;
  bytes: number;
  comment: string | undefined;
  skb: SkbInfo | undefined;
  /** list:set: the set that it stands before or after. */
  reference: { readonly name: Word; readonly before: boolean } | undefined;
  /** -exist: what is there already is changed, without an error. */
  exist: boolean;
}

export interface OptionProblem {
  readonly word: Word;
  readonly message: string;
}

type Taken = (member: MemberOptions, text: string) => true | undefined;

/** What an option needs of its set, and how its value is read. */
const VALUES: Readonly<Record<string, { readonly needs: keyof SetOptions; readonly take: Taken }>> = {
  timeout: {
    needs: 'timeout',
    take(member, text) {
      const value = integerOf(text, MAX_TIMEOUT);
      if (value === undefined) return undefined;
      member.timeout = value;
      return true;
    },
  },
  packets: { needs: 'counters', take: (member, text) => counter(member, 'packets', text) },
  bytes: { needs: 'counters', take: (member, text) => counter(member, 'bytes', text) },
  comment: {
    needs: 'comment',
    take(member, text) {
      if (text === '') return undefined;
      member.comment = text;
      return true;
    },
  },
  skbmark: {
    needs: 'skbinfo',
    take(member, text) {
      const match = /^0x([0-9a-f]{1,8})(?:\/0x([0-9a-f]{1,8}))?$/i.exec(text);
      if (match === null) return undefined;
      const mark = Number.parseInt(match[1]!, 16).toString(16);
      const mask = Number.parseInt(match[2] ?? 'ffffffff', 16).toString(16);
      member.skb = { ...member.skb, mark: mask === 'ffffffff' ? `0x${mark}` : `0x${mark}/0x${mask}` };
      return true;
    },
  },
  skbprio: {
    needs: 'skbinfo',
    take(member, text) {
      const match = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(text);
      if (match === null) return undefined;
      const [major, minor] = [match[1]!, match[2]!].map((part) => Number.parseInt(part, 16).toString(16));
      member.skb = { ...member.skb, prio: `${major}:${minor}` };
      return true;
    },
  },
  skbqueue: {
    needs: 'skbinfo',
    take(member, text) {
      const queue = integerOf(text, 65535);
      if (queue === undefined) return undefined;
      member.skb = { ...member.skb, queue };
      return true;
    },
  },
};

function counter(member: MemberOptions, key: 'packets' | 'bytes', text: string): true | undefined {
  if (!/^\d{1,20}$/.test(text)) return undefined;
  member[key] = Number(text);
  return true;
}

/** Reads the words behind an element, from words[from] on. What is wrong is left out of the result. */
export function readMemberOptions(
  set: SetDef,
  words: readonly Word[],
  from: number,
  problems: OptionProblem[],
): MemberOptions {
  const member: MemberOptions = {
    flags: 0,
    timeout: set.options.timeout ?? 0,
    packets: 0,
    bytes: 0,
    comment: undefined,
    skb: undefined,
    reference: undefined,
    exist: false,
  };
  for (let i = from; i < words.length; i++) {
    const word = words[i]!;
    const option = word.text.replace(/^--/, '');
    if (word.text === '-exist' || word.text === '-!' || option === 'exist') member.exist = true;
    else if (option === 'nomatch' && knowsNomatch(set.type)) member.flags |= MEMBER_NOMATCH;
    else if (option === 'wildcard' && set.type === 'hash:net,iface') member.flags |= MEMBER_WILDCARD;
    else if ((option === 'before' || option === 'after') && set.type === 'list:set') {
      const name = words[++i];
      if (name === undefined) problems.push({ word, message: `${option} wants the name of a set` });
      else member.reference = { name, before: option === 'before' };
    } else if (Object.hasOwn(VALUES, option)) {
      const { needs, take } = VALUES[option]!;
      const value = words[++i];
      if (value === undefined) problems.push({ word, message: `${option} wants a value` });
      else if (set.options[needs] === undefined)
        problems.push({ word, message: `${option}: the set was created without ${needs}` });
      else if (take(member, value.text) === undefined)
        problems.push({ word: value, message: `${option}: ${value.text} is not a value that ipset takes` });
    } else problems.push({ word, message: `a member of ${set.type} has no option ${word.text}` });
  }
  return member;
}
