import { describe, expect, test } from "vitest";
import { duration } from "../../src/config/duration.ts";
import { days, seconds } from "../../src/lang/time.ts";

const Length = duration({ minMs: seconds(1), maxMs: days(30) });

function faultOf(given: unknown) {
  return Length.safeParse(given).error?.issues.map(({ message }) => message);
}

describe("a length of time", () => {
  test.each([
    ["30d", 2_592_000_000],
    ["12h", 43_200_000],
    ["90m", 5_400_000],
    ["45s", 45_000],
    ["1500ms", 1500],
    [1500, 1500],
    ["007s", 7000],
  ])("%s is so many milliseconds", (given, lengthMs) => {
    expect(Length.parse(given)).toBe(lengthMs);
  });

  test.each(["", "30", "1.5h", "-1d", "1 d", "1D", "d", "1w", "1h30m", 1500.5, true, null, [1]])(
    "is not %s",
    (given) => {
      expect(faultOf(given)).toEqual([
        "Must be a length of time, such as 30d, 12h, 90m, 45s or 1500ms",
      ]);
    },
  );

  test.each(["999ms", "0s", "31d", "2592001s", -1, `${"9".repeat(400)}d`])(
    "is refused outside of its bounds: %s",
    (given) => {
      expect(faultOf(given)).toEqual(["Must be from 1s to 30d"]);
    },
  );
});
