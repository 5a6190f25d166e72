import { scaleTo } from "./scale.ts";
import { type About, bar, type Colour, drawing, gridLine, key, TOP, text, WIDTH } from "./svg.ts";

/** One thing that is compared, with a bar for each of those who are. */
type BarGroup = {
  readonly label: string;
  readonly bars: readonly Bar[];
};

export type Bar = {
  readonly colour: Colour;
  readonly value: number;
  /** What stands at its end. */
  readonly says: string;
};

export type BarChart = Omit<About, "height"> & {
  readonly groups: readonly BarGroup[];
  readonly key: readonly (readonly [Colour, string])[];
  /** Behind the figures of the axis. */
  readonly unit: string;
};

const LEFT = 244;
/** Room for what stands at the end of the longest bar. */
const RIGHT = 150;
const BAR_HEIGHT = 13;
const BAR_STEP = 17;
const GROUP_GAP = 12;
const AXIS_HEIGHT = 34;
const TICKS_MAX = 5;

/** Bars side by side, one below the other, from one scale. */
export function barChart({ groups, key: keyNames, unit, ...about }: BarChart): string {
  const greatest = Math.max(0, ...groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
  const scale = scaleTo(greatest, { length: WIDTH - LEFT - RIGHT, ticks: TICKS_MAX });
  const tops = topsOf(groups);
  const bottom = tops.at(-1) ?? TOP;
  const axis = scale.ticks.flatMap((tick) => {
    const x = LEFT + scale.at(tick);
    const says = text({ x, y: bottom + 20 }, `${tick.toLocaleString("en")}${unit}`, {
      look: "quiet",
      anchor: "middle",
    });
    return [gridLine({ x, y: TOP }, { x, y: bottom }), says];
  });
  const rows = groups.flatMap(({ label, bars }, index) => {
    const top = tops[index] ?? TOP;
    const middle = top + (bars.length * BAR_STEP) / 2 + 3;
    const drawn = bars.flatMap(({ colour, value, says }, at) => {
      const y = top + at * BAR_STEP;
      const width = Math.max(1, scale.at(value));
      return [
        bar({ x: LEFT, y }, { width, height: BAR_HEIGHT }, colour),
        text({ x: LEFT + width + 6, y: y + BAR_HEIGHT - 2 }, says),
      ];
    });
    return [text({ x: LEFT - 10, y: middle }, label, { anchor: "end" }), ...drawn];
  });
  return drawing({ ...about, height: bottom + AXIS_HEIGHT }, [...key(keyNames), ...axis, ...rows]);
}

/** Where each group begins, and at last where they all end. */
function topsOf(groups: readonly BarGroup[]): readonly number[] {
  const tops = [TOP + GROUP_GAP / 2];
  for (const { bars } of groups) {
    tops.push((tops.at(-1) ?? TOP) + bars.length * BAR_STEP + GROUP_GAP);
  }
  return tops;
}
