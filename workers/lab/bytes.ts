/** What is made at a time: a stream is never held whole. */
const CHUNK_BYTES = 65_536;

/**
 * The same bytes for the same length and seed, whoever makes them: a test knows their hash before they
 * come (xorshift32).
 */
export function* deterministicBytes(length: number, seed: number): Generator<Uint8Array> {
  // Zero would stay zero for ever.
  let state = seed === 0 ? 1 : seed;
  for (let left = length; left > 0; left -= CHUNK_BYTES) {
    const chunk = new Uint8Array(Math.min(left, CHUNK_BYTES));
    for (let index = 0; index < chunk.length; index += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      chunk[index] = state & 0xff;
    }
    yield chunk;
  }
}
