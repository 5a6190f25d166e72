/** From a value to a place, in a straight line from nothing to the greatest value. */
export type Scale = {
  /** In pixels from where nothing is. */
  readonly at: (value: number) => number;
  /** Round values to draw lines at, from 0 to at least the greatest value. */
  readonly ticks: readonly number[];
};

/** Steps between ticks that people count in, as parts of ten. */
const ROUND_STEPS = [1, 2, 2.5, 5, 10] as const;

/**
 * A scale that begins at 0, whose greatest tick is at the end of the length.
 *
 * @param options.ticks How many steps there are at most.
 */
export function scaleTo(
  greatest: number,
  { length, ticks }: { readonly length: number; readonly ticks: number },
): Scale {
  const step = roundStep(greatest / ticks);
  const steps = Math.max(1, Math.ceil(greatest / step - 1e-9));
  const end = steps * step;
  return {
    at: (value) => (value / end) * length,
    ticks: Array.from({ length: steps + 1 }, (_, index) => round(index * step)),
  };
}

/** The smallest round step that is no smaller. */
function roundStep(least: number): number {
  if (!(least > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = ROUND_STEPS.find((each) => each * power >= least - 1e-12) ?? 10;
  return step * power;
}

function round(value: number): number {
  return Number(value.toPrecision(12));
}
