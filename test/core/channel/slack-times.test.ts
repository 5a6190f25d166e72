import { describe, expect, test } from "vitest";
import { slackLastCallAt, slackNoticeAt } from "../../../src/core/channel/slack-times.ts";
import { minutes, seconds } from "../../../src/lang/time.ts";
import { at, T0 } from "../../support/a-job.ts";

const URL = "https://hooks.slack.com/commands/1";

describe("a response_url of 30 min", () => {
  const seat = { responseUrl: URL, urlAt: T0, urlLifeMs: minutes(30) };

  test("is said to end two minutes before it does", () => {
    expect(slackNoticeAt(seat)).toBe(at(28 * 60_000));
  });

  test("is not used in its last half a minute", () => {
    expect(slackLastCallAt(seat)).toBe(at(29.5 * 60_000));
  });
});

test("the times of a shorter one are as much earlier", () => {
  const seat = { responseUrl: URL, urlAt: T0, urlLifeMs: seconds(60) };

  expect([slackNoticeAt(seat), slackLastCallAt(seat)]).toEqual([at(56_000), at(59_000)]);
});

test("who has no response_url can be spoken to whenever", () => {
  const seat = { responseUrl: null, urlAt: T0, urlLifeMs: minutes(30) };

  expect([slackNoticeAt(seat), slackLastCallAt(seat)]).toEqual([null, null]);
});
