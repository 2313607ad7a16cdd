/** Link-layer addresses of six bytes: their text forms. */

/** Six numbers of one or two hex digits between colons, in the form that programs print; undefined: it is none. */
export function readMac(text: string): string | undefined {
  if (!/^[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}$/i.test(text)) return undefined;
  return text
    .toLowerCase()
    .split(':')
    .map((byte) => byte.padStart(2, '0'))
    .join(':');
}

/** The text of one that is a number of 48 bits. */
export const formatMac = (value: number): string =>
  value
    .toString(16)
    .padStart(12, '0')
    .replace(/..(?=.)/g, '$&:');
