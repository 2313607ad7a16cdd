/** The number that decimal digits without a zero before them make, rounded beyond 2^53; undefined: the text is none, or 0. */
export function plainDecimal(text: string): number | undefined {
  if (text === '' || text.charCodeAt(0) === ZERO) return undefined;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < ZERO || code > NINE) return undefined;
    value = value * 10 + code - ZERO;
  }
  return value;
}

const ZERO = 0x30;
const NINE = 0x39;
