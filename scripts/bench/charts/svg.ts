/** What a chart is about, for those who see it and those who are read it to. */
export type About = {
  readonly title: string;
  /** What the axis measures, or another sentence below the title. */
  readonly subtitle: string;
  /** The figures in words. */
  readonly desc: string;
  readonly height: number;
};

export const WIDTH = 760;

/** Where the first row of a chart begins, below title, subtitle and key. */
export const TOP = 92;

/** Of figures beside each other. The names stand for what is shown everywhere. */
export type Colour = "holdline" | "floor" | `meter-${number}`;

/**
 * Light, and in dark mode: text, lines, and colours that differ in lightness as well as in hue. Texts have
 * a seam of the ground around them, so that lines behind them do not cross them.
 */
const STYLE = `
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2933;
    paint-order: stroke; stroke: #ffffff; stroke-width: 3px; stroke-linejoin: round; }
  .title { font-size: 17px; font-weight: 600; }
  .quiet { fill: #52606d; }
  .grid { stroke: #d5dae0; stroke-width: 1; }
  .back { fill: #ffffff; }
  .holdline { fill: #1769aa; stroke: #1769aa; }
  .floor { fill: #9aa5b1; stroke: #9aa5b1; }
  .meter-0 { fill: #1769aa; } .meter-1 { fill: #e8a33d; } .meter-2 { fill: #3f9142; }
  .meter-3 { fill: #a368c6; } .meter-4 { fill: #d64545; } .meter-5 { fill: #7b8794; }
  polyline.line { fill: none; stroke-width: 2.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e7eb; stroke: #14191f; }
    .quiet { fill: #a7b1bc; }
    .grid { stroke: #3a444f; }
    .back { fill: #14191f; }
    .holdline { fill: #5aa9e6; stroke: #5aa9e6; }
    .floor { fill: #66727f; stroke: #66727f; }
    .meter-0 { fill: #5aa9e6; } .meter-1 { fill: #f0b95b; } .meter-2 { fill: #68b96b; }
    .meter-3 { fill: #bf8fdc; } .meter-4 { fill: #ec7575; } .meter-5 { fill: #8f9baa; }
  }`;

/** A whole drawing. */
export function drawing(
  { title, subtitle, desc, height }: About,
  parts: readonly string[],
): string {
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="desc">${escaped(desc)}</desc>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="back" width="${WIDTH}" height="${height}" rx="6"/>`,
    text({ x: 20, y: 32 }, title, { look: "title" }),
    text({ x: 20, y: 54 }, subtitle, { look: "quiet" }),
    ...parts,
    "</svg>",
  ].join("\n")}\n`;
}

export type Point = { readonly x: number; readonly y: number };

export type TextLook = {
  readonly look?: "title" | "quiet";
  /** Where in the text the point is. */
  readonly anchor?: "start" | "middle" | "end";
};

export function text({ x, y }: Point, words: string, { look, anchor }: TextLook = {}): string {
  const attributes = [`x="${px(x)}"`, `y="${px(y)}"`];
  if (look !== undefined) attributes.push(`class="${look}"`);
  if (anchor !== undefined) attributes.push(`text-anchor="${anchor}"`);
  return `<text ${attributes.join(" ")}>${escaped(words)}</text>`;
}

export function bar(
  { x, y }: Point,
  size: { readonly width: number; readonly height: number },
  colour: Colour,
): string {
  return `<rect class="${colour}" x="${px(x)}" y="${px(y)}" width="${px(size.width)}" height="${size.height}"/>`;
}

export function gridLine(from: Point, to: Point): string {
  return `<line class="grid" x1="${px(from.x)}" y1="${px(from.y)}" x2="${px(to.x)}" y2="${px(to.y)}"/>`;
}

/** What the colours mean, beside each other below the subtitle. */
export function key(names: readonly (readonly [Colour, string])[]): readonly string[] {
  let x = 20;
  return names.flatMap(([colour, name]) => {
    const parts = [
      bar({ x, y: 66 }, { width: 11, height: 11 }, colour),
      text({ x: x + 16, y: 76 }, name, { look: "quiet" }),
    ];
    x += 34 + widthOf(name);
    return parts;
  });
}

/** Letters of this size are at most so wide on average; a little more keeps texts apart. */
function widthOf(words: string): number {
  return words.length * 7;
}

export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
