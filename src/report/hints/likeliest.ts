/** Of a packet of which something is not known, the way that is likeliest: hints are looked for where it leads. */
import { AddrType, Field } from '../../abi.js';
import type { Packet } from '../../model/packet.js';
import { isGap, type Question, question, readQuestion } from '../../model/question.js';
import { sameWords } from '../../net/address.js';
import { createEngine, type LoadedHost } from '../../run/engine.js';
import { type Columns, wordsAt } from '../fields.js';
import { type Walked, walkPast } from '../past-questions.js';
import { columnsAt } from '../ways/columns.js';

/** Questions that are answered one after another. */
const MOST = 12;

type Answer = readonly [name: string, answer: boolean];

/** A host on which the likely answers are assumed, and these; undefined: nothing is asked, or no answer leads on. */
export async function likeliest(
  host: LoadedHost,
  packet: Packet,
): Promise<{ readonly host: LoadedHost; readonly facts: readonly string[] } | undefined> {
  const answers = host.again(() => answersOf(host, packet, []));
  if (answers === undefined || answers.length === 0) return undefined;
  const from = host.from.assuming(new Map(answers));
  return {
    host: await (await createEngine()).load(from),
    facts: answers.map(([name, answer]) => `${name}=${answer ? 'yes' : 'no'}`),
  };
}

function answersOf(host: LoadedHost, packet: Packet, before: readonly Answer[]): readonly Answer[] | undefined {
  const walked = walkPast(host, packet);
  if (walked.result.fate !== 'unknown') return before;
  const answer = before.length === MOST ? undefined : likelyAnswer(host, walked);
  if (answer === undefined || before.some(([name]) => name === answer[0])) return undefined;
  return host.assuming(answer[0], answer[1], () => answersOf(host, packet, [...before, answer]));
}

const ASSUMED: readonly Question['kind'][] = ['out', 'way', 'interface', 'joined'];

/** What is asked, and the answer that most hosts would have. */
function likelyAnswer(host: LoadedHost, { result, open }: Walked): Answer | undefined {
  const { by, events } = result;
  // of a packet that never began to walk nothing is known
  if (result.start.length === 0) return undefined;
  const now = columnsAt(result, host);
  const destination = (columns: Readonly<Columns>) => wordsAt(columns, Field.Dst, host.from.family);
  const address = destination(now);
  const moved = !sameWords(address, destination(result.start));
  if (open !== undefined) {
    // rules that nobody has seen may do anything
    if (isGap(by.why!)) return undefined;
    // what somebody asks about came to this host, and rules for an interface are for this one
    const { kind } = readQuestion(by.why!);
    return [by.why!, ASSUMED.includes(kind) || (kind === 'local' && !moved)];
  }
  const unknown = host.addressType(address) === undefined;
  if (by.why === 'host:addresses' && unknown) return [question.local(address), !moved];
  const came = events.some((event) => event.kind === 'begin' && event.from === 'wire');
  const there = !unknown && host.addressType(address) === AddrType.Unicast;
  return by.why === 'host:routes' && came && there ? [question.local(address), false] : undefined;
}
