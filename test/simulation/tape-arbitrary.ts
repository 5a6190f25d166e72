import fc from "fast-check";
import { CHOICES } from "./tape.ts";

/** Long enough that faults still come when the last of four jobs ends. */
const LENGTH_MAX = 500;

/**
 * Tapes for fast-check. Neither its arrays nor their way to shrink would do: by default they are short,
 * so that faults are rare and nothing is found, and to take one choice away gives all later ones another
 * meaning. Here every length is as likely, the share of zeros differs from tape to tape, and a tape shrinks
 * where it stands: by its end, then by zeros, the longest stretches first, then by smaller numbers.
 */
class TapeArbitrary extends fc.Arbitrary<readonly number[]> {
  override generate(random: fc.Random): fc.Value<readonly number[]> {
    const length = random.nextInt(0, LENGTH_MAX);
    const zeros = random.nextInt(10, 80);
    const choice = () => (random.nextInt(0, 99) < zeros ? 0 : random.nextInt(1, CHOICES - 1));
    return new fc.Value(Array.from({ length }, choice), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is readonly number[] {
    return Array.isArray(value);
  }

  override shrink(tape: readonly number[]): fc.Stream<fc.Value<readonly number[]>> {
    return fc.stream(smaller(tape)).map((shorter) => new fc.Value(shorter, undefined));
  }
}

/** @returns The arbitrary that draws every run of the simulation. */
export const aTape = (): fc.Arbitrary<readonly number[]> => new TapeArbitrary();

function* smaller(tape: readonly number[]): Generator<readonly number[]> {
  const end = tape.findLastIndex((choice) => choice !== 0) + 1;
  if (end < tape.length) yield tape.slice(0, end);
  for (let cut = end >> 1; cut > 0; cut >>= 1) yield tape.slice(0, end - cut);
  for (let length = end >> 1; length > 0; length >>= 1) yield* zeroed(tape.slice(0, end), length);
  for (const [index, choice] of tape.entries()) {
    for (const less of choice > 1 ? [1, choice >> 1, choice - 1] : []) {
      if (less < choice) yield tape.with(index, less);
    }
  }
}

/** The tape with one stretch of this length after the other set to zero. */
function* zeroed(tape: readonly number[], length: number): Generator<readonly number[]> {
  for (let from = 0; from < tape.length; from += length) {
    const stretch = tape.slice(from, from + length);
    if (stretch.every((choice) => choice === 0)) continue;
    yield [...tape.slice(0, from), ...stretch.map(() => 0), ...tape.slice(from + length)];
  }
}
