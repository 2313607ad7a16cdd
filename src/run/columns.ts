/**
 * The column program. The engine loads it with the first host whose packets it may take, so that a page that follows packets one
 * by one, or remembers connections, never asks for it: the rest of the library imports what is here, and below it, as types alone.
 */
export { BesideWalks } from './columns/beside.js';
export { Columns } from './columns/columns.js';
