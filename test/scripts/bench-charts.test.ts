import { describe, expect, test } from "vitest";
import { chartsOf } from "../../scripts/bench/charts/charts.ts";
import { scaleTo } from "../../scripts/bench/charts/scale.ts";
import { A_REPORT } from "./a-report.ts";

describe("a scale", () => {
  test.each([
    { greatest: 7, ticks: [0, 2, 4, 6, 8] },
    { greatest: 10, ticks: [0, 2, 4, 6, 8, 10] },
    { greatest: 0.31, ticks: [0, 0.1, 0.2, 0.3, 0.4] },
    { greatest: 260, ticks: [0, 100, 200, 300] },
    { greatest: 12, ticks: [0, 2.5, 5, 7.5, 10, 12.5] },
    { greatest: 0, ticks: [0, 1] },
  ])("to $greatest counts in round steps and leaves nothing out", ({ greatest, ticks }) => {
    expect(scaleTo(greatest, { length: 100, ticks: 5 }).ticks).toEqual(ticks);
  });

  test("goes straight from nothing to its last tick", () => {
    const { at } = scaleTo(7, { length: 400, ticks: 5 });

    expect([0, 4, 8].map(at)).toEqual([0, 200, 400]);
  });
});

describe("the charts of a run", () => {
  const charts = chartsOf(A_REPORT);

  test("are one for each part, and none for what was not measured", () => {
    const empty = { ...A_REPORT, costs: [], told: [], bills: [], growth: null };

    expect(Object.keys(charts)).toEqual(["latency.svg", "told.svg", "dollars.svg", "growth.svg"]);
    expect(chartsOf(empty)).toEqual({});
  });

  test.each(Object.entries(charts))(
    "%s can be read to somebody, and in the dark",
    (_file, chart) => {
      expect(chart).toContain('role="img" aria-labelledby="title desc"');
      expect(chart).toMatch(/<title id="title">[^<]+<\/title>\n<desc id="desc">[^<]+<\/desc>/);
      expect(chart).toContain("prefers-color-scheme: dark");
    },
  );

  test.each(Object.entries(charts))(
    "%s has no text upon another, and none outside",
    (_file, chart) => {
      const boxes = boxesOf(chart);

      expect(boxes.length).toBeGreaterThan(5);
      expect(boxes.filter(({ left, right }) => left < 0 || right > 760)).toEqual([]);
      expect(
        boxes.flatMap((box, at) => boxes.slice(at + 1).filter((other) => touch(box, other))),
      ).toEqual([]);
    },
  );

  test("show every figure beside its floor, in bars from one scale", () => {
    const chart = charts["latency.svg"] ?? "";
    const bars = [
      ...chart.matchAll(/class="(floor|holdline)" x="244" y="[\d.]+" width="([\d.]+)"/g),
    ];
    const widths = bars.map(([, colour = "", width]) => [colour, Number(width)] as const);

    expect(widths.map(([colour]) => colour)).toEqual(["floor", "holdline"]);
    expect((widths[1]?.[1] ?? 0) / (widths[0]?.[1] ?? 1)).toBeCloseTo(2.5 / 2, 2);
    expect(chart).toContain("2.50 ms, × 1.25");
  });

  test("stack what is billed to the whole", () => {
    const chart = charts["dollars.svg"] ?? "";
    const parts = [...chart.matchAll(/class="meter-\d" x="([\d.]+)" y="98" width="([\d.]+)"/g)];
    const places = parts.map(([, x, width]) => [Number(x), Number(x) + Number(width)]);

    expect(places).toHaveLength(3);
    expect(places[0]?.[1]).toBeCloseTo(places[1]?.[0] ?? 0, 0);
    expect(places[1]?.[1]).toBeCloseTo(places[2]?.[0] ?? 0, 0);
    expect(chart).toContain("$5.60");
  });

  test("say what would be markup as text", () => {
    expect(charts["told.svg"]).toContain("answer to a &lt;reader&gt;");
  });
});

type Box = {
  readonly words: string;
  readonly left: number;
  readonly right: number;
  readonly y: number;
};

/** Where the texts are, if a letter is seven pixels wide. */
function boxesOf(chart: string): readonly Box[] {
  const texts = chart.matchAll(
    /<text x="([\d.]+)" y="([\d.]+)"(?: class="(\w+)")?(?: text-anchor="(\w+)")?>([^<]*)</g,
  );
  return [...texts].map(([, x, y, look, anchor, words = ""]) => {
    const width = words.replace(/&\w+;/g, "_").length * (look === "title" ? 9 : 7);
    const left = Number(x) - shareBefore(anchor) * width;
    return { words, left, right: left + width, y: Number(y) };
  });
}

function shareBefore(anchor: string | undefined): number {
  if (anchor === "end") return 1;
  return anchor === "middle" ? 0.5 : 0;
}

function touch(one: Box, other: Box): boolean {
  const besides = one.right <= other.left || other.right <= one.left;
  return !besides && Math.abs(one.y - other.y) < 12;
}
