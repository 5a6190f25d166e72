import { expect, test } from "vitest";
import { lastCallAt, lastRetryAt, noticeAt } from "../../../src/core/channel/discord-times.ts";
import { minutes, seconds } from "../../../src/lang/time.ts";
import { at, T0 } from "../../support/a-job.ts";

test("a token of 15 min is told of its end at 14:00, says nothing new after 14:18, and nothing after 14:48", () => {
  const seat = { tokenAt: T0, tokenLifeMs: minutes(15) };

  expect(lastCallAt(seat)).toBe(at(858_000));
  expect(lastRetryAt(seat)).toBe(at(888_000));
  expect(noticeAt(seat)).toBe(at(840_000));
});

test("a shorter life has the same parts, in whole milliseconds", () => {
  const seat = { tokenAt: T0, tokenLifeMs: seconds(5) };

  expect(lastCallAt(seat)).toBe(at(4766));
  expect(lastRetryAt(seat)).toBe(at(4933));
  expect(noticeAt(seat)).toBe(at(4666));
});
