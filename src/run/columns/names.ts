/** Columns of packets by name: as listings call them, and packets of JSON where they have them. */
import { Beside, type Field } from '../../abi.js';
import { fieldForm } from '../../compile/field-text.js';

const NAMES: Readonly<Partial<Record<number, string>>> = {
  [Beside.Local]: 'sent here',
  [Beside.Path]: 'path',
  [Beside.Given]: 'state',
  [Beside.Out]: 'out',
};

export const columnName = (column: Field | Beside): string => NAMES[column] ?? fieldForm(column as Field, 4).name;
