/**
 * Readers of what few texts are: texts as people paste them, listings, lists of connections, and of a host's texts all but
 * `ip addr` and `ip route` in lines; and what settles which of several blocks of a table counts. The worker of pages loads them
 * with the first such text.
 */
export { ConnectionList } from '../model/connection-list.js';
export { readConnections } from './connections/connections.js';
export { editsOf } from './dirt/edits.js';
export { unrecognised } from './dirt/foreign.js';
export { readDirty, sayUnknown } from './dirt/read.js';
export { addressesOfJson } from './host/addr-json.js';
export { addressesOfRoutes } from './host/addresses-of-routes.js';
export { parseClusters } from './host/clusters.js';
export { parseFingerprints } from './host/fingerprints.js';
export { parseHashlimit } from './host/hashlimit.js';
export { addressesOfIfconfig } from './host/ifconfig.js';
export { parsePolicyRules } from './host/iprule.js';
export { parseLinks } from './host/link.js';
export { parseNfacct } from './host/nfacct.js';
export { parseRecent } from './host/recent.js';
export { recogniseJson } from './host/recognise-host.js';
export { routesOfJson } from './host/route-json.js';
export { routesOfTable } from './host/routing-table.js';
export { joinSockets, parseSockets } from './host/sockets.js';
export { parseSysctl } from './host/sysctl.js';
export { parseVariables } from './host/variables.js';
export { parseXfrm } from './host/xfrm.js';
export { fillIn } from './rules/fill-in.js';
export { settleTables } from './rules/given-twice.js';
export { familyOfListing, parseListing } from './rules/listing/reader.js';
