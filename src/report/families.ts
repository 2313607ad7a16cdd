/** What many packets came to by a host's rules of each family, together: for people, and as `classify --json` has it. */
import type { EngineUse } from '../model/plan.js';
import type { Summary, Totals } from '../model/summary.js';
import type { LoadedHost } from '../run/engine.js';
import { addTotals } from '../run/merge.js';
import { assumedOfAll } from './assumptions.js';
import type { Message, StoryLanguage } from './lang/messages.js';
import { worded } from './render.js';
import type { FamilySummary } from './summary.js';

/** What a family's packets came to, and what took them. */
export interface FamilyResult extends Required<FamilySummary> {
  readonly engine: EngineUse | undefined;
}

export interface FamiliesResult {
  readonly families: readonly FamilyResult[];
  /** of all packets, whatever their family. */
  readonly all: Totals;
  /** what was taken for granted, of either family alike: answers to questions, and all else. */
  readonly facts: readonly Message[];
  readonly others: readonly Message[];
}

interface Counted {
  readonly summaries: readonly Summary[];
  readonly uses: readonly (EngineUse | undefined)[];
  readonly seconds: number;
}

/** What was counted, of each host in their order; `placed`: what was taken for granted of the packets themselves. */
export function resultOf(
  hosts: readonly LoadedHost[],
  { summaries, uses, seconds }: Counted,
  placed: readonly Message[],
): FamiliesResult {
  const assumed = hosts.map((host, i) => assumedOfAll(host, summaries[i]!));
  const facts = distinct(assumed.flatMap((one) => one.facts));
  const others = assumed.map((one) => one.others.map(textOf));
  const isOfAll = (message: Message) => others.every((list) => list.includes(textOf(message)));
  const families = hosts.map((host, i) => ({
    summary: summaries[i]!,
    engine: uses[i],
    compiled: host.compiled,
    flows: host.from.remembers && host.tracking.on,
    assumed: assumed[i]!.others.filter((message) => !isOfAll(message)),
  }));
  return {
    families,
    all: { ...summaries.reduce<Totals>(addTotals, NOTHING), seconds },
    facts,
    others: [...placed, ...assumed[0]!.others.filter(isOfAll)],
  };
}

const NOTHING: Totals = { packets: 0, bytes: 0, seconds: 0, fates: {}, why: {} };
const textOf = (message: Message): string => JSON.stringify(message);
const distinct = (messages: readonly Message[]): Message[] => [
  ...new Map(messages.map((message) => [textOf(message), message])).values(),
];

/** Rules, policies and what was assumed say which family they are of where there are two. */
export function resultJson({ families, all, facts, others }: FamiliesResult, language: StoryLanguage): object {
  const seconds = Number(all.seconds.toFixed(6));
  const told = [...facts, ...others].map(worded(language));
  const [first, ...more] = families;
  if (more.length === 0) return { schema: 1, ...first!.summary, seconds, engine: first!.engine, assumed: told };
  const each = <T extends object>(of: (one: FamilyResult) => readonly T[]) =>
    families.flatMap((one) => of(one).map((row) => ({ family: one.compiled.program.family, ...row })));
  return {
    schema: 1,
    ...all,
    seconds,
    families: each(({ summary: { packets, bytes, fates, why }, engine }) => [{ packets, bytes, fates, why, engine }]),
    rules: each(({ summary }) => summary.rules),
    policies: each(({ summary }) => summary.policies),
    assumed: [...told, ...each(({ assumed = [] }) => assumed.map(worded(language)))],
  };
}
