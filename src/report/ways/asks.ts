/** What would have to be known for one of several ways to be told: each fact once, with what tells it. */
import { Field } from '../../abi.js';
import type { Question } from '../../model/question.js';
import type { WalkResult } from '../../model/trace.js';
import { type Family, formatAddress } from '../../net/address.js';
import type { LoadedHost } from '../../run/engine.js';
import { wordsAt } from '../fields.js';
import { howToGet, SAVES } from '../headline.js';
import type { Message } from '../lang/messages.js';
import { reasonOf } from '../lang/reasons.js';
import { say } from '../story.js';
import { columnsAt } from './columns.js';
import type { Ways } from './model.js';
import { lacksAddressOf } from './stand-in.js';
import { aboutPacket } from './tell.js';

/** In the order in which they are met: what is asked behind a question matters only where that leads there. */
export function asksOf(ways: Ways, host: LoadedHost): Message[] {
  const asks = new Map<string, Message>();
  // one command tells all that is asked of it
  const ask = (key: string, message: Message) => {
    if (!asks.has(key)) asks.set(key, message);
  };
  const { family } = host.from;
  // ways that meet again are one
  const level = new Set<Ways>([ways]);
  for (const one of level) {
    if (one === undefined) continue;
    if ('result' in one) {
      const { fate, by } = one.result;
      if (fate !== 'unknown' || !by.why?.startsWith('host:')) continue;
      const lacks = lacksAddressOf(one.result);
      if (lacks) {
        const question: Question = { kind: 'address', about: lacks };
        ask(
          `address:${lacks}`,
          say('way.ask', { question, get: howToGet(question, family), fact: `address:${lacks}` }),
        );
        continue;
      }
      const get = by.why === 'host:addresses' ? `ip -${family} addr` : routeGet(one.result, host);
      ask(get, say('way.ask.host', { get, reason: reasonOf(by.why) }));
      continue;
    }
    level.add(one.yes).add(one.no);
    for (const choice of 'choices' in one.choice ? one.choice.choices : [one.choice]) {
      if (choice.kind === 'route') {
        const get = `ip -${family} route get ${formatAddress(choice.address)}`;
        ask(get, say('way.ask.host', { get, reason: 'host:routes' }));
      }
      if (choice.kind !== 'question') continue;
      const { name, at } = choice;
      const question = aboutPacket(choice);
      const get = question.kind === 'way' ? routeGet(at, host) : commandFor(question, family);
      ask(get === '' ? name : get, say('way.ask', { question, get, fact: name }));
    }
  }
  return [...asks.values()];
}

/** The command that tells what a question asks; empty where there is none. */
function commandFor(question: Question, family: Family): string {
  const { kind, about } = question;
  if (kind === 'local' && about === '') return '-d, --path input|forward';
  if (kind === 'interface') return SAVES[family];
  if (kind === 'name') {
    // behind its option
    const word = about.replace(/^\S+ /, '');
    return HOST_NAME.test(word) ? `getent ahosts ${word}` : '';
  }
  return howToGet(question, family);
}

/** Not a variable of a script, nor an address of which somebody has hidden a part. */
const HOST_NAME = /^[a-z][\w.-]*$/i;

/** The command that tells where the host sends such a packet. */
function routeGet(result: WalkResult, host: LoadedHost): string {
  const now = columnsAt(result, host);
  const iface = host.interfaceName(now[Field.InIf]!);
  const { family } = host.from;
  const end = (field: Field) => formatAddress(wordsAt(now, field, family));
  const from = `ip -${family} route get ${end(Field.Dst)} from ${end(Field.Src)}`;
  return iface === '' ? from : `${from} iif ${iface}`;
}
