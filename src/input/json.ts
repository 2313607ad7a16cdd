/** One packet from one line of JSON. */
import { PacketwalkError, type Place } from '../errors.js';
import type { Finding } from '../model/finding.js';
import type { Json } from '../model/packet.js';
import { FieldError, type FieldName, type GivenFields, isFieldName, notAField, readField } from './fields.js';
import { jsonFault } from './json-fault.js';
import type { InputLine } from './lines.js';
import { MAX_LINE } from './lines.js';
import { type ReadPacket, resolve } from './resolve.js';

const EXAMPLE = 'a packet looks like {"in":"eth0","src":"8.8.8.8","dst":"192.0.2.1","proto":"tcp","dport":80}';

/**
 * A packet by its fields, as docs/json.md has them; unknown ones are noted, and not used. null in any but `in` stands for a
 * field that is not there.
 */
export type PacketDescription = Readonly<Partial<Record<FieldName, Json>>>;

/** What a line says of a packet. */
export interface DescribedPacket {
  readonly description: PacketDescription;
  /** what there is to say of the line itself. */
  readonly notes: readonly Finding[];
  /** where a field stands, if anywhere. */
  readonly placeOf: (field: string) => Place | undefined;
}

/** Reads a packet; throws a PacketwalkError that names the field, what was expected, and the place in the line. */
export function readJsonPacket(line: InputLine, file = '-'): ReadPacket {
  const { description, placeOf } = describedInJson(line, file);
  return readPacket(description, placeOf);
}

export function describedInJson(line: InputLine, file: string): DescribedPacket {
  const place = (column: number, length: number): Place => ({
    file,
    line: line.number,
    column,
    length,
    source: line.text,
  });
  /** where a field's name stands in the line, or the whole line where it cannot be found. */
  const placeOf = (name: string): Place => {
    const written = JSON.stringify(name);
    const at = keyIn(line.text, written);
    return at < 0 ? place(1, line.text.length) : place(at + 1, written.length);
  };
  return { description: parse(line, place), notes: [], placeOf };
}

type PlaceOf = DescribedPacket['placeOf'];

/** The same from the object itself; `placeOf` says where a field stands, if anywhere. */
export function readPacket(description: PacketDescription, placeOf: PlaceOf = () => undefined): ReadPacket {
  const { given, notes } = readFields(description, placeOf);
  return placing(placeOf, () => {
    const { packet, unused } = resolve(given);
    for (const name of unused)
      notes.push(noteOf(name, 'unused-field', `${name}: this packet has no such field, and it is not used`, placeOf));
    return { packet, notes };
  });
}

/** The fields of a description as they are read, before what is missing is supplied. */
export function readFields(description: PacketDescription, placeOf: PlaceOf): { given: GivenFields; notes: Finding[] } {
  const notes: Finding[] = [];
  const given: GivenFields = {};
  return placing(placeOf, () => {
    for (const [name, field] of Object.entries(description)) {
      if (!isFieldName(name)) notes.push(noteOf(name, 'unknown-field', notAField(name), placeOf));
      // programs write null for what they have not; of `in` it says something
      else if (field !== null || name === 'in') readField(given, name, field);
    }
    return { given, notes };
  });
}

const noteOf = (name: string, code: string, message: string, placeOf: PlaceOf): Finding => ({
  severity: 'note',
  code,
  message,
  place: placeOf(name),
});

/** What is wrong with a field is told with the field's place. */
function placing<T>(placeOf: PlaceOf, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw new PacketwalkError(`${error.field}: ${error.message}`, { code: error.code, place: placeOf(error.field) });
  }
}

function parse(line: InputLine, place: (column: number, length: number) => Place): object {
  if (line.cut)
    throw new PacketwalkError(`the line is longer than ${MAX_LINE} characters`, {
      code: 'bad-json',
      place: place(1, 1),
    });
  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch (cause) {
    const at = jsonFault(line.text);
    const what = at < line.text.length ? 'this cannot stand here' : 'it ends too soon';
    throw new PacketwalkError(`not JSON: ${what}`, { code: 'bad-json', place: place(at + 1, 1), hint: EXAMPLE, cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new PacketwalkError('not a JSON object', {
      code: 'bad-json',
      place: place(1, line.text.length),
      hint: EXAMPLE,
    });
  return value;
}

/** Where a quoted key stands, not counting places where the same text is a value. */
function keyIn(text: string, quoted: string): number {
  for (let at = text.indexOf(quoted); at >= 0; at = text.indexOf(quoted, at + 1)) {
    if (/^\s*:/.test(text.slice(at + quoted.length, at + quoted.length + 20))) return at;
  }
  return -1;
}
