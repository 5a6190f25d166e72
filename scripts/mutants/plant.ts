import type { Mutant } from "../../test/mutants/mutant.ts";

/**
 * The text of a file with the mutant's mistake in it.
 *
 * @throws {Error} when the code has moved on: what is to be replaced stands there never, or more than once.
 */
export function planted(text: string, { path, mistake, right, wrong }: Mutant): string {
  const [before, after, ...others] = text.split(right);
  if (before === undefined || after === undefined || others.length > 0) {
    const times = after === undefined ? 0 : others.length + 1;
    throw new Error(
      `Cannot plant "${mistake}": ${path} has "${right}" ${times} times, and not once`,
    );
  }
  if (right === wrong) throw new Error(`Cannot plant "${mistake}": nothing would change`);
  return before + wrong + after;
}
