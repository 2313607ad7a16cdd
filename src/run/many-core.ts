/** The core's functions for many packets: all of the core has them, but that of pages, whose build puts them here by themselves. */
export { CORE_DEFLATED } from './core-bytes.js';
