/** The number that decimal digits without a zero before them make; undefined: the text is none, or 0. */
export function plainDecimal(text: string): number | undefined {
  if (text.charCodeAt(0) === ZERO) return undefined;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < ZERO || code > NINE) return undefined;
  }
  return text === '' ? undefined : Number(text);
}

const ZERO = 0x30;
const NINE = 0x39;
