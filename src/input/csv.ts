/**
 * Packets from CSV: the first line names the columns, as JSON names a packet's fields, in any order; each further one is
 * a packet. An empty cell is a field that is not given; `null` in the column `in` is a packet that this host sends.
 */
import { PacketwalkError, type Place } from '../errors.js';
import type { Finding } from '../model/finding.js';
import { type FieldName, isFieldName, notAField } from './fields.js';
import { type PacketDescription, readPacket } from './json.js';
import { type InputLine, MAX_LINE } from './lines.js';
import type { ReadPacket } from './resolve.js';

const EXAMPLE = 'the first line names the columns: in,src,dst,proto,sport,dport,flags';

/** In the column `in`. */
export const NO_INTERFACE = 'null';

interface Cell {
  readonly text: string;
  /** where it stands in the line, quotes and all; at counts from 0. */
  readonly at: number;
  readonly length: number;
}

export class CsvReader {
  /** what there is to say of the first line. */
  readonly notes: readonly Finding[];
  /** by column; undefined: not used. */
  readonly #fields: readonly (FieldName | undefined)[];

  /** Throws a PacketwalkError where the line does not name the columns of packets. */
  constructor(
    header: InputLine,
    private readonly file = '-',
  ) {
    const cells = this.#cells(header);
    const notes: Finding[] = [];
    const fields: (FieldName | undefined)[] = [];
    for (const cell of cells) {
      const name = cell.text;
      if (isFieldName(name) && fields.includes(name))
        throw this.#problem(header, cell, 'bad-header', `${name}: the column stands there twice`);
      fields.push(isFieldName(name) ? name : undefined);
      if (isFieldName(name)) continue;
      notes.push({
        severity: 'note',
        code: 'unknown-field',
        message: name === '' ? 'a column without a name, and not used' : notAField(name),
        place: this.#place(header, cell),
      });
    }
    this.notes = notes;
    this.#fields = fields;
    const missing = fields.includes('hex') ? [] : (['src', 'dst'] as const).filter((name) => !fields.includes(name));
    if (missing.length === 0) return;
    const found = cells.map(({ text }) => text).join(', ');
    throw new PacketwalkError(
      `the ${missing.length === 1 ? 'column' : 'columns'} ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing: found ${shortened(found)}`,
      {
        code: 'bad-header',
        place: this.#place(header, whole(header)),
        hint: EXAMPLE,
      },
    );
  }

  /** Reads a packet; throws a PacketwalkError that names the field, what was expected, and the place in the line. */
  read(line: InputLine): ReadPacket {
    const cells = this.#cells(line);
    const { length } = this.#fields;
    if (cells.length !== length) {
      const message = `a row of ${counted(cells.length, 'cell')}, where the first line names ${counted(length, 'column')}`;
      throw this.#problem(line, cells[length] ?? end(line), 'bad-csv', message);
    }
    const given: { -readonly [K in FieldName]?: PacketDescription[K] } = {};
    const places = new Map<string, Cell>();
    for (const [column, cell] of cells.entries()) {
      const field = this.#fields[column];
      if (field === undefined) continue;
      places.set(field, cell);
      if (cell.text !== '') given[field] = jsonValue(field, cell.text);
    }
    return readPacket(given, (field) => this.#place(line, places.get(field) ?? whole(line)));
  }

  #cells(line: InputLine): Cell[] {
    if (line.cut) throw this.#problem(line, end(line), 'bad-csv', `the line is longer than ${MAX_LINE} characters`);
    const cells: Cell[] = [];
    for (let at = 0; at <= line.text.length; ) {
      const cell = this.#cell(line, at);
      cells.push(cell.cell);
      at = cell.next;
    }
    return cells;
  }

  /** The cell that begins at `at`; blanks round it do not belong to it. */
  #cell(line: InputLine, from: number): { cell: Cell; next: number } {
    const { text } = line;
    let at = from;
    while (text[at] === ' ' || text[at] === '\t') at++;
    if (text[at] !== '"') {
      const comma = text.indexOf(',', at);
      const next = comma < 0 ? text.length : comma;
      const cell = text.slice(at, next).trimEnd();
      const quote = cell.indexOf('"');
      if (quote >= 0)
        throw this.#problem(
          line,
          { text: '', at: at + quote, length: 1 },
          'bad-csv',
          'a quote inside a cell that does not begin with one',
        );
      return { cell: { text: cell, at, length: Math.max(1, cell.length) }, next: next + 1 };
    }
    const match = /"([^"]*(?:""[^"]*)*)"[ \t]*/y;
    match.lastIndex = at;
    const found = match.exec(text);
    if (found === null)
      throw this.#problem(
        line,
        { text: '', at, length: text.length - at },
        'bad-csv',
        'the quote is not closed in this line',
      );
    const next = match.lastIndex;
    if (next < text.length && text[next] !== ',')
      throw this.#problem(
        line,
        { text: '', at: next, length: 1 },
        'bad-csv',
        'a comma was expected behind the closing quote',
      );
    return { cell: { text: found[1]!.replaceAll('""', '"'), at, length: found[0].trimEnd().length }, next: next + 1 };
  }

  #place = (line: InputLine, { at, length }: Cell): Place => ({
    file: this.file,
    line: line.number,
    column: at + 1,
    length,
    source: line.text,
  });

  #problem(line: InputLine, cell: Cell, code: string, message: string): PacketwalkError {
    return new PacketwalkError(message, { code, place: this.#place(line, cell) });
  }
}

const whole = ({ text }: InputLine): Cell => ({ text, at: 0, length: Math.max(1, text.length) });
const end = ({ text }: InputLine): Cell => ({ text: '', at: text.length, length: 1 });
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
const shortened = (text: string): string => (text.length <= 120 ? text : `${text.slice(0, 119)}…`);

/** Cells are texts; JSON has other values where a field is no text and no number. */
function jsonValue(field: FieldName, text: string): string | boolean | null {
  if (field === 'in' && text === NO_INTERFACE) return null;
  if (field !== 'df' && field !== 'mf') return text;
  const word = text.toLowerCase();
  return word === 'true' || word === '1' ? true : word === 'false' || word === '0' ? false : text;
}
