/**
 * Makes a scenario small while something stays true of it. Only lines and words are taken away: what is left may be
 * refused by whoever is asked, and then it was needed.
 */
import type { PacketLine, Scenario } from './scenario.js';

type Holds<T> = (candidate: T) => Promise<boolean>;

/** The items without which it does not hold: halves are tried first, then smaller pieces, at last each one alone. */
export async function minimise<T>(items: readonly T[], holds: Holds<readonly T[]>): Promise<readonly T[]> {
  if (items.length === 0 || (await holds([]))) return [];
  let left = items;
  for (let size = Math.ceil(left.length / 2); ; size = Math.ceil(size / 2)) {
    for (let at = 0; at < left.length; ) {
      const candidate = [...left.slice(0, at), ...left.slice(at + size)];
      if (candidate.length > 0 && (await holds(candidate))) left = candidate;
      else at += size;
    }
    if (size === 1) return left;
  }
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');
const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
const BUILTIN = /^:(PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING) /;
/** Lines that stay for as long as their table does. */
const frames = (line: string): boolean => /^(\*|COMMIT)/.test(line) || BUILTIN.test(line);

/** A rule's words in the groups that go together: an option with its values and its `!`, a match with its options. */
function groupsOf(rule: string, wholeMatches: boolean): string[][] {
  const groups: string[][] = [];
  const words = rule.split(' ');
  let not = false;
  for (const word of words) {
    const option = /^--?[a-z]/i.test(word);
    const opens = word === '!' || (option && !not);
    const inMatch = wholeMatches && groups.at(-1)?.[0] === '-m' && !/^-[mjg]$/.test(word);
    if (groups.length === 0 || (opens && !inMatch)) groups.push([word]);
    else groups.at(-1)!.push(word);
    not = word === '!';
  }
  return groups;
}

/** Some lines of a text, chosen by a test; the others stay where they are. */
async function minimiseLines(text: string, may: (line: string) => boolean, holds: Holds<string>): Promise<string> {
  const lines = linesOf(text);
  const numbers = [...lines.keys()].filter((n) => may(lines[n]!));
  const kept = (chosen: readonly number[]): string => {
    const stay = new Set(chosen);
    return textOf(lines.filter((line, n) => !may(line) || stay.has(n)));
  };
  return kept(await minimise(numbers, (chosen) => holds(kept(chosen))));
}

async function minimiseTables(text: string, holds: Holds<string>): Promise<string> {
  const tables = text.split(/(?<=^COMMIT\n)/m);
  return (await minimise(tables, (chosen) => holds(chosen.join('')))).join('');
}

async function minimiseRules(text: string, holds: Holds<string>): Promise<string> {
  let lines = linesOf(text);
  for (const wholeMatches of [true, false])
    for (let n = 0; n < lines.length; n++) {
      const [append, ...groups] = groupsOf(lines[n]!, wholeMatches);
      if (append?.[0] !== '-A') continue;
      const withRule = (chosen: readonly string[][]): string[] =>
        lines.with(n, [append, ...chosen].map((group) => group.join(' ')).join(' '));
      lines = withRule([...(await minimise(groups, (chosen) => holds(textOf(withRule([...chosen])))))]);
    }
  return textOf(lines);
}

/** The scenario with as little of everything as `holds` needs. It must hold of what is given. */
export async function shrinkScenario(scenario: Scenario, holds: Holds<Scenario>): Promise<Scenario> {
  const { family } = scenario;
  let now: Scenario = { ...scenario };
  const attempt = (part: Partial<Scenario>): Promise<boolean> => holds({ ...now, ...part });
  for (let size = Number.POSITIVE_INFINITY; sizeOf(now) < size; ) {
    size = sizeOf(now);
    const groups = await minimise(groupsIn(now.packets), (chosen) => attempt({ packets: chosen.flat() }));
    const members = groups.flatMap((group, n) => group.map((packet) => ({ group: n, packet })));
    const packets = await minimise(members, (chosen) => attempt({ packets: regrouped(chosen) }));
    now = { ...now, packets: regrouped(packets) };
    const waits = [...now.packets.keys()].filter((n) => now.packets[n]!.wait !== undefined);
    const waiting = await minimise(waits, (chosen) => attempt({ packets: withWaits(now.packets, chosen) }));
    now = { ...now, packets: withWaits(now.packets, waiting) };
    now = { ...now, rules: await minimiseTables(now.rules, (rules) => attempt({ rules })) };
    for (const may of [(line: string) => line.startsWith('-A '), (line: string) => !frames(line)])
      now = { ...now, rules: await minimiseLines(now.rules, may, (rules) => attempt({ rules })) };
    for (const may of [(line: string) => line.startsWith('add '), () => true])
      now = { ...now, sets: await minimiseLines(now.sets, may, (sets) => attempt({ sets })) };
    now = { ...now, rules: await minimiseRules(now.rules, (rules) => attempt({ rules })) };
    now = { ...now, setup: [...(await minimise(now.setup, (setup) => attempt({ setup: [...setup] })))] };
  }
  return { family, rules: now.rules, sets: now.sets, setup: now.setup, packets: now.packets };
}

function groupsIn(packets: readonly PacketLine[]): PacketLine[][] {
  const groups: PacketLine[][] = [];
  packets.forEach((packet, n) => {
    if (packets[n - 1]?.keep) groups.at(-1)!.push(packet);
    else groups.push([packet]);
  });
  return groups;
}

/** Packets that are left of a group are one group still. */
function regrouped(chosen: readonly { readonly group: number; readonly packet: PacketLine }[]): PacketLine[] {
  return chosen.map(({ group, packet: { keep: _keep, ...packet } }, n) =>
    chosen[n + 1]?.group === group ? { ...packet, keep: true } : packet,
  );
}

const withWaits = (packets: readonly PacketLine[], chosen: readonly number[]): PacketLine[] =>
  packets.map(({ wait, ...packet }, n) => (wait !== undefined && chosen.includes(n) ? { ...packet, wait } : packet));

const sizeOf = ({ rules, sets, setup, packets }: Scenario): number =>
  rules.length +
  sets.length +
  setup.join('\n').length +
  packets.length +
  packets.filter(({ wait }) => wait !== undefined).length;
