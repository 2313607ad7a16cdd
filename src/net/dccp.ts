/** DCCP's types of packets, by their numbers; the last one stands for all from there on. */
export const DCCP_TYPES: readonly string[] = [
  ...['REQUEST', 'RESPONSE', 'DATA', 'ACK', 'DATAACK', 'CLOSEREQ', 'CLOSE', 'RESET', 'SYNC', 'SYNCACK', 'INVALID'],
];

export const dccpTypeName = (number: number): string => DCCP_TYPES[Math.min(number, DCCP_TYPES.length - 1)]!;
