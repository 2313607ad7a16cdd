/** For messages: the word that somebody may have meant. */

/** Of the known words the one that the fewest slips make of this one, and undefined where none is close. Case is no slip. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = word.length <= 3 ? 1 : 2;
  const lower = word.toLowerCase();
  for (const one of known) {
    if (one === word) continue;
    const slips = slipsBetween(lower, one.toLowerCase(), least);
    if (slips < least || (slips === least && best === undefined)) [best, least] = [one, slips];
  }
  return best;
}

/** Letters that are wrong, missing, too many or swapped with their neighbour; more than `most` is Infinity. */
function slipsBetween(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + Number(!same));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        next[j] = Math.min(next[j]!, before[j - 2]! + 1);
    }
    if (Math.min(...next) > most) return Number.POSITIVE_INFINITY;
    [before, row] = [row, next];
  }
  return row[b.length]! <= most ? row[b.length]! : Number.POSITIVE_INFINITY;
}
