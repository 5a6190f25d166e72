import { expect, test } from "vitest";
import { lastCallAt, noticeAt } from "../../../src/core/channel/discord-times.ts";
import { minutes, seconds } from "../../../src/lang/time.ts";
import { at, T0 } from "../../support/a-job.ts";

test("a token of 15 min is last used at 14:30, and its end is told of at 14:00", () => {
  const seat = { tokenAt: T0, tokenLifeMs: minutes(15) };

  expect(lastCallAt(seat)).toBe(at(870_000));
  expect(noticeAt(seat)).toBe(at(840_000));
});

test("a shorter life has the same parts, in whole milliseconds", () => {
  const seat = { tokenAt: T0, tokenLifeMs: seconds(5) };

  expect(lastCallAt(seat)).toBe(at(4833));
  expect(noticeAt(seat)).toBe(at(4666));
});
