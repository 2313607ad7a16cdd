/** Which tables are evaluated where texts give one several times, and what is left out: known when all are read. */
import type { Finding } from '../../model/finding.js';
import { type Chain, nftTable, plainTable, type Table } from '../../model/ruleset.js';
import { aimOf, goesBefore, isGiven, isIdle, isWhole, joined, ofBothEnds, rank } from './joined.js';
import { leftOut, said } from './left-out.js';
import { listingDiffers } from './listing-differs.js';

export interface Settled {
  /** each table of each family once, in the order in which they were first read. */
  readonly evaluated: readonly Table[];
  /** those, and every block but parts that another block of their table leaves out: what is wrong there is told. */
  readonly tables: readonly Table[];
  readonly findings: Finding[];
}

/** What one table was read from. */
interface Blocks {
  /** in the order read. */
  readonly all: Table[];
  /** the best one, which the others are measured by. */
  first: Table;
  /** what is evaluated. */
  taken: Table;
  /** of iptables-nft: what is evaluated of iptables-legacy, before it. */
  beside?: Table;
}

export function settleTables(tables: readonly Table[], found: readonly Finding[]): Settled {
  const groups = grouped(tables).flatMap(byBackEnd);
  const quiet = new Set<string>();
  const resolved = new Set<string>();
  const kept: Table[] = [];
  const findings: Finding[] = [];
  for (const { all, first, taken, beside } of groups) {
    kept.push(taken);
    if (beside !== undefined) findings.push(bothAsked(taken, beside));
    if (taken !== first) {
      findings.push(putTogether(all, taken));
      for (const place of leadOut(taken, all)) resolved.add(place);
    }
    const left = all
      .filter((table) => table !== first)
      .flatMap((table) => {
        const chains = others(table, taken);
        const used = [...table.chains].some(([name, chain]) => isGiven(chain) && !chains.has(name));
        if (used && chains.size === 0) return [];
        return [{ table, chains, used, differences: listingDiffers(table, chains, taken) }];
      });
    // another one may be of a table that was guessed wrong
    const agrees = left.some(({ table, differences }) => differences?.length === 0 && isWhole(table));
    // there may be as many blocks as lines: what is asked for each is made once
    let there: Set<string> | undefined;
    for (const { table, chains, used, differences } of left) {
      const part = !isWhole(table) && rank(table) < rank(first);
      if (!part && !used) kept.push(table);
      const lines = said({ chains, family: table.family });
      if (part) for (const { line } of [...(used ? [] : [table.opened]), ...lines]) quiet.add(`${table.file}:${line}`);
      there ??= new Set(said(taken).map(({ text }) => text));
      findings.push(leftOut(table, taken, part, lines, there, differences));
      if (differences !== undefined && !(agrees && isWhole(table))) findings.push(...differences);
    }
  }
  const known = found.flatMap((one) => {
    const at = one.place && `${one.place.file}:${one.place.line}`;
    if (at !== undefined && one.code === 'no-such-chain' && resolved.has(at)) return [];
    if (at === undefined || !quiet.has(at)) return [one];
    return OPEN.includes(one.code) ? [] : [{ ...one, severity: 'note' as const }];
  });
  return { evaluated: groups.map(({ taken }) => taken), tables: kept, findings: [...known, ...findings] };
}

/** What parts leave open, or guess. */
const OPEN: readonly string[] = ['no-table', 'table-guessed', 'undeclared-chain', 'no-such-chain'];

/** A kernel that holds a table of either back end asks both, unless one of them leaves all to the other. */
function byBackEnd(blocks: Blocks): Blocks[] {
  const { all, first, taken } = blocks;
  const other = all.find((table) => ofBothEnds(table, first));
  if (other === undefined || isIdle(taken)) return [blocks];
  // a block without a header is taken to be like the best one
  const isNft = ({ nft }: Table) => nft ?? first.nft;
  const name = nftTable(plainTable(taken.name));
  const legacy = settled(all.filter((table) => !isNft(table)));
  const nft = settled(all.filter(isNft).map((table) => ({ ...table, name })));
  if (isIdle(legacy.taken) || isIdle(nft.taken)) return [blocks];
  return [legacy, { ...nft, beside: legacy.taken }];
}

function bothAsked(nft: Table, legacy: Table): Finding {
  return {
    severity: 'note',
    code: 'both-back-ends',
    message: `table ${legacy.name} of iptables-nft stands beside that of iptables-legacy (${legacy.file}:${legacy.opened.line}): the kernel asks both`,
    place: nft.opened,
  };
}

function grouped(tables: readonly Table[]): Blocks[] {
  const groups = new Map<string, Table[]>();
  for (const table of tables) {
    const key = `${table.family} ${table.name}`;
    const own = groups.get(key);
    if (own === undefined) groups.set(key, [table]);
    else own.push(table);
  }
  return [...groups.values()].map(settled);
}

function settled(all: Table[]): Blocks {
  const first = listedInstead(
    all,
    all.reduce((best, table) => (goesBefore(table, best) ? table : best)),
  );
  // of those that rank alike the later
  const more = all.map((table, index) => ({ table, rank: rank(table), index })).filter(({ table }) => table !== first);
  more.sort((a, b) => b.rank - a.rank || b.index - a.index);
  return { all, first, taken: joined([first, ...more.map(({ table }) => table)]) };
}

/** Commands that make something else than a listing beside them shows are advice, or were not carried out: the listing is taken. */
function listedInstead(all: readonly Table[], first: Table): Table {
  if (first.origin !== 'script') return first;
  const listed = all
    .filter((table) => table.origin === 'listing' && table.file === first.file && isWhole(table))
    .at(-1);
  const differs = listed !== undefined && listingDiffers(listed, others(listed, first), first)!.length > 0;
  return differs ? listed : first;
}

/** The chains that a block has a line of, and that another block's stand in the place of, or nobody's. */
const others = ({ chains }: Table, taken: Table): Map<string, Chain> =>
  new Map([...chains].filter(([name, chain]) => isGiven(chain) && taken.chains.get(name) !== chain));

const MOST_NAMED = 20;

function putTogether(all: readonly Table[], taken: Table): Finding {
  const parts = all.filter(({ chains }) =>
    [...chains.values()].some((one) => isGiven(one) && taken.chains.get(one.name) === one),
  );
  const named = parts.slice(0, MOST_NAMED).map(({ file, opened }) => `${file}:${opened.line}`);
  return {
    severity: 'note',
    code: 'table-of-parts',
    message: `table ${taken.name} is put together of the chains that stand at ${named.join(', ')}${parts.length > MOST_NAMED ? ', …' : ''}`,
    place: parts[0]!.opened,
  };
}

/** Where rules lead to chains that their own block lacks, and the table that was put together has. */
function leadOut(taken: Table, all: readonly Table[]): string[] {
  const own = new Map(
    all.flatMap((table) => [...table.chains.values()].map((chain) => [chain, table.chains] as const)),
  );
  return [...taken.chains.values()].flatMap((chain) =>
    chain.rules.flatMap((rule) => {
      const name = aimOf(rule);
      const leads = name !== undefined && taken.chains.has(name) && !own.get(chain)!.has(name);
      return leads ? [`${rule.file}:${rule.line}`] : [];
    }),
  );
}
