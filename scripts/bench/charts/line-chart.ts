import { scaleTo } from "./scale.ts";
import {
  type About,
  type Colour,
  drawing,
  gridLine,
  key,
  type Point,
  px,
  TOP,
  text,
  WIDTH,
} from "./svg.ts";

/** One line, with a value for each place of the axis. */
type Line = {
  readonly colour: Colour;
  readonly values: readonly number[];
};

export type LineChart = Omit<About, "height"> & {
  /** Below the axis, evenly apart. */
  readonly places: readonly string[];
  readonly lines: readonly Line[];
  readonly key: readonly (readonly [Colour, string])[];
  /** What the places are. */
  readonly placesAre: string;
  readonly unit: string;
};

const LEFT = 84;
const RIGHT = 56;
const PLOT_HEIGHT = 210;
const TICKS_MAX = 5;
const AXIS_HEIGHT = 62;
const ABOVE = -11;
const BELOW = 21;

/** Lines from one scale that begins at 0, so that what is flat looks flat. */
export function lineChart({
  places,
  lines,
  key: keyNames,
  placesAre,
  unit,
  ...about
}: LineChart): string {
  const greatest = Math.max(0, ...lines.flatMap(({ values }) => values));
  const scale = scaleTo(greatest, { length: PLOT_HEIGHT, ticks: TICKS_MAX });
  const bottom = TOP + 14 + PLOT_HEIGHT;
  const xOf = (at: number) =>
    LEFT + 40 + (at / Math.max(1, places.length - 1)) * (WIDTH - LEFT - RIGHT - 80);
  const pointOf = (value: number, at: number): Point => ({
    x: xOf(at),
    y: bottom - scale.at(value),
  });
  const grid = scale.ticks.flatMap((tick) => {
    const y = bottom - scale.at(tick);
    const says = text({ x: LEFT - 10, y: y + 4 }, `${tick}${unit}`, {
      look: "quiet",
      anchor: "end",
    });
    return [gridLine({ x: LEFT, y }, { x: WIDTH - RIGHT, y }), says];
  });
  const axis = [
    ...places.map((place, at) => text({ x: xOf(at), y: bottom + 22 }, place, { anchor: "middle" })),
    text({ x: (LEFT + WIDTH - RIGHT) / 2, y: bottom + 46 }, placesAre, {
      look: "quiet",
      anchor: "middle",
    }),
  ];
  const drawn = lines.flatMap(({ colour, values }) => {
    const points = values.map(pointOf);
    const path = points.map(({ x, y }) => `${px(x)},${px(y)}`).join(" ");
    const dots = points.map(
      ({ x, y }) => `<circle class="${colour}" cx="${px(x)}" cy="${px(y)}" r="4"/>`,
    );
    // A line has the colour of its stroke alone.
    return [`<polyline class="${colour} line" points="${path}"/>`, ...dots];
  });
  const figures = lines.flatMap(({ values }) =>
    values.map((value, at) => {
      const isHighest = lines.every((line) => (line.values[at] ?? 0) <= value);
      const { x, y } = pointOf(value, at);
      return text({ x, y: y + (isHighest ? ABOVE : BELOW) }, `${value.toFixed(2)}${unit}`, {
        anchor: "middle",
      });
    }),
  );
  const parts = [...key(keyNames), ...grid, ...axis, ...drawn, ...figures];
  return drawing({ ...about, height: bottom + AXIS_HEIGHT }, parts);
}
