import { describe, expect, test } from "vitest";
import {
  slackLastCallAt,
  slackLastRetryAt,
  slackNoticeAt,
} from "../../../src/core/channel/slack-times.ts";
import { minutes, seconds } from "../../../src/lang/time.ts";
import { at, T0 } from "../../support/a-job.ts";

const URL = "https://hooks.slack.com/commands/1";

describe("a response_url of 30 min", () => {
  const seat = { responseUrl: URL, urlAt: T0, urlLifeMs: minutes(30) };

  test("is said to end two minutes before it does", () => {
    expect(slackNoticeAt(seat)).toBe(at(28 * 60_000));
  });

  test("says nothing new in its last 45 s, and nothing at all in its last 15 s", () => {
    expect(slackLastCallAt(seat)).toBe(at(29.25 * 60_000));
    expect(slackLastRetryAt(seat)).toBe(at(29.75 * 60_000));
  });
});

test("the times of a shorter one are as much earlier", () => {
  const seat = { responseUrl: URL, urlAt: T0, urlLifeMs: seconds(60) };

  expect(timesOf(seat)).toEqual([at(56_000), at(58_500), at(59_500)]);
});

test("who has no response_url can be spoken to whenever", () => {
  const seat = { responseUrl: null, urlAt: T0, urlLifeMs: minutes(30) };

  expect(timesOf(seat)).toEqual([null, null, null]);
});

function timesOf(seat: Parameters<typeof slackNoticeAt>[0]) {
  return [slackNoticeAt(seat), slackLastCallAt(seat), slackLastRetryAt(seat)];
}
