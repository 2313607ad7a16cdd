/** What makes up packets: for the worker of pages a file of its own. */
export { synthesise } from '../input/synthetic/synthetic.js';
export { specOf } from './palette.js';
