/** Numbers of 32 bits, the same each time for a seed (sfc32). */
export function generator(seed: number): () => number {
  const state = Uint32Array.of(0x9e3779b9, 0x243f6a88, seed, 1);
  const next = () => {
    const [a, b, c, count] = state as unknown as [number, number, number, number];
    const out = (a + b + count) >>> 0;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + out;
    state[3] = count + 1;
    return out;
  };
  for (let i = 0; i < 16; i++) next();
  return next;
}
