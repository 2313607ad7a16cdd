/** How wide a text is on a terminal. */

/**
 * What takes two columns: letters of East Asia, their marks and full-width forms, and pictures (East_Asian_Width W and F of
 * Unicode, whose smaller gaps are closed).
 */
const RANGES =
  '\\u1100-\\u115f\\u231a\\u231b\\u2329\\u232a\\u23e9-\\u23ec\\u2e80-\\u303e\\u3041-\\ua4cf\\ua960-\\ua97f\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe6f\\uff01-\\uff60\\uffe0-\\uffe6\\u{1f300}-\\u{1f64f}\\u{1f680}-\\u{1f6ff}\\u{1f900}-\\u{1f9ff}\\u{20000}-\\u{3fffd}';
const WIDE = new RegExp(`[${RANGES}]`, 'u');
/** What takes none: marks above and below letters, and what is not seen. */
const NONE = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Columns of a text without control characters. */
export function columnsOf(text: string): number {
  // nearly all are plain
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const char of text) columns += WIDE.test(char) ? 2 : NONE.test(char) ? 0 : 1;
  return columns;
}

/** What stays on one line: words of narrow letters; of wide ones each, with the marks that cannot begin a line. */
const UNITS = new RegExp(` +|「*(?:[^ 、。」「${RANGES}]+|[${RANGES}])[、。」ーっゃゅょァィゥェォッャュョ]*`, 'gu');

/** A text in lines of so many columns, broken at blanks and between wide letters. */
export function wrapped(text: string, width: number): string {
  const lines = [''];
  let blank = '';
  for (const [unit] of text.matchAll(UNITS)) {
    const line = lines.at(-1)!;
    if (unit.startsWith(' ')) blank = line === '' ? '' : ' ';
    else {
      if (columnsOf(line + blank + unit) > width && line !== '') lines.push(unit);
      else lines[lines.length - 1] = line + blank + unit;
      blank = '';
    }
  }
  return lines.join('\n');
}
