import { scaleTo } from "./scale.ts";
import { type About, bar, type Colour, drawing, gridLine, key, TOP, text, WIDTH } from "./svg.ts";

/** One bar that is made of parts. */
type Stack = {
  readonly label: string;
  /** In the order of the key. */
  readonly parts: readonly number[];
  /** What stands at its end. */
  readonly says: string;
};

export type StackedChart = Omit<About, "height"> & {
  readonly stacks: readonly Stack[];
  /** What each part is, in words. */
  readonly parts: readonly string[];
  /** Before the figures of the axis. */
  readonly unit: string;
};

const LEFT = 200;
const RIGHT = 90;
const BAR_HEIGHT = 18;
const BAR_STEP = 28;
const AXIS_HEIGHT = 34;
const TICKS_MAX = 6;

/** One bar below the other, each made of parts that lie end to end. */
export function stackedChart({ stacks, parts, unit, ...about }: StackedChart): string {
  const greatest = Math.max(0, ...stacks.map((stack) => sum(stack.parts)));
  const scale = scaleTo(greatest, { length: WIDTH - LEFT - RIGHT, ticks: TICKS_MAX });
  const bottom = TOP + stacks.length * BAR_STEP + 4;
  const axis = scale.ticks.flatMap((tick) => {
    const x = LEFT + scale.at(tick);
    const says = text({ x, y: bottom + 20 }, `${unit}${tick}`, { look: "quiet", anchor: "middle" });
    return [gridLine({ x, y: TOP }, { x, y: bottom }), says];
  });
  const rows = stacks.flatMap((stack, index) => {
    const y = TOP + index * BAR_STEP + 6;
    const baseline = y + BAR_HEIGHT - 4;
    const drawn = stack.parts.flatMap((part, at) => {
      const x = LEFT + scale.at(sum(stack.parts.slice(0, at)));
      return part === 0
        ? []
        : [bar({ x, y }, { width: scale.at(part), height: BAR_HEIGHT }, colourOf(at))];
    });
    const end = LEFT + scale.at(sum(stack.parts));
    return [
      text({ x: LEFT - 10, y: baseline }, stack.label, { anchor: "end" }),
      ...drawn,
      text({ x: end + 6, y: baseline }, stack.says),
    ];
  });
  const names = parts.map((name, at) => [colourOf(at), name] as const);
  return drawing({ ...about, height: bottom + AXIS_HEIGHT }, [...key(names), ...axis, ...rows]);
}

function colourOf(part: number): Colour {
  return `meter-${part}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
