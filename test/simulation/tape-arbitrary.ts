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
class TapeArbitrary extends fc.Arbitrary<Tape> {
  override generate(random: fc.Random): fc.Value<Tape> {
    const length = random.nextInt(0, LENGTH_MAX);
    const zeros = random.nextInt(10, 80);
    const choice = () => (random.nextInt(0, 99) < zeros ? 0 : random.nextInt(1, CHOICES - 1));
    return new fc.Value(Array.from({ length }, choice), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Tape {
    return Array.isArray(value);
  }

  override shrink(tape: readonly number[], context?: unknown): fc.Stream<fc.Value<Tape>> {
    return fc.stream(smaller(tape, context as Stage | undefined));
  }
}

/** @returns The arbitrary that draws every run of the simulation. */
export const aTape = (): fc.Arbitrary<Tape> => new TapeArbitrary();

type Tape = readonly number[];

/**
 * How far the shrinking of a tape has come: what was tried without success is not tried again. Which
 * stretch is set to zero next; a length of 0 = that is done, and numbers become smaller from there on.
 */
type Stage = { readonly length: number; readonly from: number };

function* smaller(tape: Tape, stage?: Stage): Generator<fc.Value<Tape>> {
  const end = tape.findLastIndex((choice) => choice !== 0) + 1;
  if (stage === undefined) {
    if (end < tape.length) yield new fc.Value(tape.slice(0, end), undefined);
    for (let cut = end >> 1; cut > 0; cut >>= 1) {
      yield new fc.Value(tape.slice(0, end - cut), undefined);
    }
  }
  const { length, from } = stage ?? { length: end >> 1, from: 0 };
  yield* zeroed(tape, { length, from });
  yield* lowered(tape, length === 0 ? from : 0);
}

/** The tape with one stretch after the other set to zero, the longest ones first. */
function* zeroed(tape: Tape, { length: longest, from: first }: Stage): Generator<fc.Value<Tape>> {
  for (let length = longest; length > 0; length >>= 1) {
    for (let from = length === longest ? first : 0; from < tape.length; from += length) {
      const stretch = tape.slice(from, from + length);
      if (stretch.every((choice) => choice === 0)) continue;
      const zeros = stretch.map(() => 0);
      const next = [...tape.slice(0, from), ...zeros, ...tape.slice(from + length)];
      yield new fc.Value(next, { length, from: from + length });
    }
  }
}

function* lowered(tape: Tape, first: number): Generator<fc.Value<Tape>> {
  for (let from = first; from < tape.length; from += 1) {
    const choice = tape[from] ?? 0;
    for (const less of new Set([0, 1, choice >> 1, choice - 1])) {
      if (less >= 0 && less < choice)
        yield new fc.Value(tape.with(from, less), { length: 0, from });
    }
  }
}
