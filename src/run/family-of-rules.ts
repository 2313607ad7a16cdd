import type { Table } from '../model/ruleset.js';
import type { Family } from '../net/address.js';

/** That of the first table. */
export const familyOfRules = ({ tables }: { readonly tables: readonly Table[] }): Family => tables[0]?.family ?? 4;
